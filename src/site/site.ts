import { mkdir } from 'node:fs/promises'
import { Failure, reasonOf } from '../base/failure.ts'
import type { Log } from '../base/log.ts'
import { type Clock, systemClock } from '../base/time.ts'
import { type Desk, startDesk } from './desk/desk.ts'
import type { SiteWorld } from './desk/world.ts'
import { enrol } from './link/enrol.ts'
import { ownNames } from './link/tls.ts'
import { readFacts } from './local/facts.ts'
import { readText, siteFolder } from './local/folder.ts'
import { holdFolder } from './local/only-one.ts'
import { writeSeen } from './local/seen.ts'
import { siteApp } from './serve/app.ts'
import { type Listening, listen } from './serve/listen.ts'

export type SiteOptions = {
  dataDir: string
  /** For plain HTTP on this machine; 0 chooses one. */
  port: number
  /** Where plain HTTP listens; anything but this machine itself is refused. */
  host?: string
  /** HTTPS for the clinic's network, once the site is enrolled. */
  lan?: { port: number; host?: string }
  log: Log
  clock?: Clock
  /** How long the program has run, in ms; never goes back. */
  runMs?: () => number
  random?: () => number
  version?: string
  /** Instead of what the practice's settings say. */
  pullEveryMs?: number
  /** Folders in which plugged-in sticks appear, instead of the system's. */
  stickPlaces?: readonly string[]
  /** Offered on the page that enrols the site. */
  hubUrl?: string
}

export type RunningSite = {
  /** Where its pages are on this machine. */
  url: string
  lanUrl(): string | undefined
  enrolled(): boolean
  /** Enrols with a code, as the page does. Throws `Failure`. */
  enrol(hubUrl: string, code: string): Promise<void>
  /** Asks the hub now; resolves when that round is over, however it went. */
  pullNow(): Promise<void>
  stop(): Promise<void>
}

/**
 * The program in a clinic. It needs nothing but its own folder: pages, packs, sign-in and paper work with the hub, the network and the EHR
 * gone. Throws Failure('permanent') when the folder is in use or the port cannot be had.
 */
export async function startSite(options: SiteOptions): Promise<RunningSite> {
  const { log } = options
  const host = options.host ?? '127.0.0.1'
  if (!/^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host))
    throw new Failure('permanent', 'Plain HTTP is for this machine only. For the clinic’s network use HTTPS (--lan).')
  const folder = siteFolder(options.dataDir)
  await mkdir(folder.root, { recursive: true, mode: 0o700 })
  const held = await holdFolder(folder.root)
  const world: SiteWorld = {
    clock: options.clock ?? systemClock,
    log,
    runMs: options.runMs ?? (() => performance.now()),
    random: options.random ?? Math.random,
    version: options.version ?? 'unknown',
    stickPlaces: options.stickPlaces,
    ...(options.pullEveryMs === undefined ? {} : { pullEveryMs: options.pullEveryMs }),
  }
  let desk: Desk | undefined
  let lan: Listening | undefined
  const names = [...new Set([...ownNames(), host])]

  const openDesk = async (): Promise<void> => {
    const facts = await readFacts(folder)
    if (facts === undefined) return
    desk = await startDesk(folder, facts, world)
    const key = await readText(folder.tlsKey)
    if (options.lan === undefined || lan !== undefined || key === undefined) return
    const where = { host: options.lan.host ?? '0.0.0.0', port: options.lan.port }
    try {
      lan = await listen(app, { ...where, tls: { key, cert: `${facts.tlsCertificatePem}\n${facts.caPem}` } })
    } catch (thrown) {
      // This machine itself goes on by localhost, which is what matters at 6 a.m.
      log.error({ because: reasonOf(thrown) }, 'the clinic’s network cannot be served')
    }
  }
  const enrolNow = async (hubUrl: string, code: string): Promise<void> => {
    const again = desk?.seen().revokedAt !== undefined
    await enrol(folder, { hubUrl, code, again }, world.clock)
    if (desk !== undefined) {
      await desk.stop()
      await writeSeen(folder, { ...desk.seen(), revokedAt: undefined, newest: desk.clock.newestSeen() })
      desk = undefined
    }
    await openDesk()
  }
  const app = siteApp({ desk: () => desk, enrol: enrolNow, names: () => names, hubUrl: options.hubUrl ?? '', log })
  let listening: Listening
  try {
    await openDesk()
    listening = await listen(app, { host, port: options.port })
  } catch (thrown) {
    await desk?.stop()
    await held[Symbol.asyncDispose]()
    throw thrown
  }
  return {
    url: `http://${host}:${listening.port}`,
    lanUrl: () =>
      lan === undefined
        ? undefined
        : `https://${names.find((name) => /^[a-z]/.test(name) && name !== 'localhost') ?? host}:${lan.port}`,
    enrolled: () => desk !== undefined,
    enrol: enrolNow,
    pullNow: async () => desk?.pull.nextRound(),
    async stop() {
      await listening.close()
      await lan?.close()
      await desk?.stop()
      await held[Symbol.asyncDispose]()
    },
  }
}
