import { mkdir } from 'node:fs/promises'
import { getRequestListener } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import { appendAuditLines } from '../access/audit/store.ts'
import { firstOwnerToken } from '../access/people/joining.ts'
import type { Log } from '../base/log.ts'
import { type Clock, MINUTE, SECOND } from '../base/time.ts'
import { nameObservers, observedSince } from '../monitor/observations/store.ts'
import { watchEveryMs } from '../monitor/pace.ts'
import type { WritableCarrier } from '../pack/carrier.ts'
import { folderCarrier } from '../pack/carriers/folder.ts'
import { webCarrier } from '../pack/carriers/web.ts'
import { openVault } from '../pack/vault/store.ts'
import { hubApp } from './app.ts'
import { askingOf } from './asking.ts'
import { beatsOf } from './beats/store.ts'
import { channelsOf } from './channels.ts'
import type { CarrierConfig, HubConfig } from './config.ts'
import { openSource } from './connectors.ts'
import { openHubDatabase } from './database/hub-database.ts'
import { judgeAsked } from './doctor/finding.ts'
import { answerPath } from './flows/answer-notice.ts'
import type { Centre } from './flows/centre.ts'
import { collectEvidence } from './flows/collect-evidence.ts'
import { deliverNotice } from './flows/deliver-notice.ts'
import { ESCALATE, escalateTask } from './flows/escalate.ts'
import { joinSources } from './flows/join-sources.ts'
import { makePaper, paperFor } from './flows/make-paper.ts'
import { escalationNow } from './flows/plan-escalation.ts'
import type { Press } from './flows/press.ts'
import { mirror, publish, rebuild } from './flows/publish.ts'
import { DELIVER_NOTICE } from './flows/put-notice.ts'
import { standbysKnown } from './flows/standbys-known.ts'
import { testPeopleWhenDue } from './flows/test-people.ts'
import { watchAudit } from './flows/watch-audit.ts'
import { type WatchedSource, watchFreshness } from './flows/watch-freshness.ts'
import { issueForHub } from './keys/authority.ts'
import { hubKeys } from './keys/hub-keys.ts'
import { rootKeyFor } from './keys/sealed.ts'
import { makeLive } from './live/live.ts'
import { hearChanges, tellChanged } from './live/store.ts'
import type { PageTools } from './pages/tools.ts'
import { powerOrdersOf } from './power-orders.ts'
import { openProbe } from './probes.ts'
import { type Listening, listenOn } from './serve.ts'
import { nameSources } from './sources/store.ts'
import { openStandby } from './standbys.ts'
import { startRunner } from './tasks/runner.ts'
import { takeTurn } from './turn/store.ts'
import { type Again, again } from './work/every.ts'
import { type PowerAtWork, putPowerToWork } from './work/power-at-work.ts'
import { putProbesToWork } from './work/probes-at-work.ts'
import { putToWork } from './work/sources-at-work.ts'
import { putStandbysToWork } from './work/standbys-at-work.ts'
import { tidy } from './work/tidy.ts'

export type HubOptions = {
  config: HubConfig
  log: Log
  clock: Clock
  /** Ends the program that runs the hub, where the order of a power failure says so; it then stops the hub. */
  end?: () => void
}

export type Hub = {
  /** Where it listens on this machine. */
  url: string
  /** Where it listens on the practice's network, with a certificate of the practice's own authority. */
  lanUrl: string | undefined
  /** The one-time link that makes the first owner; undefined once there is one. Print it where only who runs the hub can read it. */
  firstOwnerLink: string | undefined
  /** For programs that run the hub inside themselves (the sample practice, scenarios). */
  centre: Centre
  publishNow(): Promise<string[] | undefined>
  stop(): Promise<void>
}

/**
 * Starts a hub: its database (the embedded one unless told otherwise), its keys, its pages and its work. Any number of hubs may share one database
 * and one packs folder. Throws `Failure` when something must be put right first; nothing is left running then.
 */
export async function startHub({ config, log, clock, end }: HubOptions): Promise<Hub> {
  const ending: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const end of ending.splice(0).toReversed()) await end()
  }
  try {
    return await start(config, log, clock, ending, stop, end ?? (() => void stop()))
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

async function start(
  config: HubConfig,
  log: Log,
  clock: Clock,
  ending: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
  end: () => void,
): Promise<Hub> {
  // The database's account, when root starts the hub, has to get through; what lies here is closed file by file.
  await mkdir(config.dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  const { dataDir, databaseUrl } = config
  const connections = 14 + 3 * config.sources.length + Math.ceil(config.probes.length / 4)
  const store = await openHubDatabase({ dataDir, databaseUrl, log, connections })
  ending.push(async () => store[Symbol.asyncDispose]())
  let power: PowerAtWork | undefined
  ending.push(async () => power?.stopped())
  const { db, url } = store
  const root = await rootKeyFor(config.dataDir, process.env.HOLDFAST_HUB_KEY)
  const keys = await hubKeys(db, root, config.practice.name, clock)
  const live = makeLive()
  const hearing = hearChanges(url, live, log)
  ending.push(async () => hearing[Symbol.asyncDispose]())
  await nameSources(db, config.sources)
  await joinSources(db, config.sources, log)

  const centre: Centre = {
    db,
    clock,
    log,
    practice: config.practice,
    sample: config.sample,
    keys,
    root,
    targets: { email: config.email !== undefined, webhooks: config.webhooks.map((one) => one.name) },
    ...askingOf(config),
    audit: async (database, lines) => void (await appendAuditLines(database, lines)),
    changed: tellChanged,
    publishSoon: () => publishing?.soon(),
  }
  const asked = (config.escalation ?? config.escalationOfPlan) ? judgeAsked(await escalationNow(centre)) : undefined
  if (asked !== undefined && asked.verdict !== 'good') log.warn(`${asked.what}: ${asked.because} ${asked.so ?? ''}`)
  let publishing: Again | undefined
  const press: Press = {
    vault: await openVault(config.packsDir),
    paperFor: (site) => paperFor(centre, site),
    standbysKnown: () => standbysKnown(centre, config.standbys),
    carriers: config.carriers.map((one) => ({ name: one.name, carrier: carrierOf(one) })),
  }
  const atWork = putToWork(
    centre,
    config.sources.map((source) => ({
      id: source.id,
      everyMs: source.everyMs,
      open: () => openSource(source, { log, clock, dataDir: config.dataDir, zone: config.practice.zone }),
    })),
  )
  ending.push(() => atWork.stop())
  const observers = config.probes.map((one) => ({
    ...one,
    observerId: one.id,
    systemId: one.observes,
    from: one.vantage,
    kind: one.entry.kind,
  }))
  await nameObservers(db, observers, clock.now())
  const heard = async (id: string) => ({
    beats: await beatsOf(db, id),
    listeningSince: (await observedSince(db, id)) ?? clock.now(),
  })
  const opened = config.probes.map((one) => ({
    ...one,
    probe: openProbe(one, { clock, heard, store: { db, dataDir } }),
  }))
  const probesAtWork = putProbesToWork(centre, opened)
  ending.push(() => probesAtWork.stop())
  let watching: Again | undefined
  const standbysAtWork = putStandbysToWork(
    centre,
    config.standbys.map((one) => ({ ...one, pair: openStandby(one, clock) })),
    { noticed: () => watching?.soon() },
  )
  ending.push(() => standbysAtWork.stop())

  const orders = powerOrdersOf(config.probes)
  const watched = (): WatchedSource[] =>
    config.sources.map(({ id, everyMs, quietMs, reads }) => ({
      id,
      everyMs,
      quietMs,
      canary: atWork.hasCanary(id) === true,
      ...(reads === undefined ? {} : { reads }),
    }))
  const tools: PageTools = {
    centre,
    live,
    atWork,
    probesAtWork,
    standbysAtWork,
    standbys: config.standbys,
    reachPlan: config.tests,
    powerOrders: orders,
    powerSoon: () => power?.soon(),
    beatTokens: config.probes.flatMap(({ id, entry }) =>
      entry.kind === 'heartbeat' ? [{ observerId: id, token: entry.token }] : [],
    ),
    watched,
    hubUrl: '',
    carriers: press.carriers.map(({ name, carrier }) => ({ name, where: carrier.where })),
    addressOf,
  }
  const app = hubApp(tools, press.vault)
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const listening = await listenOn(listener, config.listen)
  ending.push(() => listening.close())
  const lan = await listenOnLan(config, centre, listener, ending)
  tools.hubUrl = config.publicUrl ?? lan?.url ?? listening.url

  const shortest = Math.min(MINUTE, ...config.sources.map((source) => source.everyMs))
  // A slow mail server must not keep the others waiting.
  const runner = startRunner({
    db,
    clock,
    log,
    kinds: {
      [DELIVER_NOTICE]: deliverNotice(centre, channelsOf(config, clock), (notice) => {
        const path = answerPath(centre, notice)
        return path === undefined ? undefined : `${tools.hubUrl}${path}`
      }),
      [ESCALATE]: escalateTask(centre, () => tools.hubUrl),
      tidy: { run: () => tidy(centre, press).then(() => undefined) },
    },
    schedules: [
      { name: 'tidy', pattern: '*/10 * * * *', zone: config.practice.zone, task: { kind: 'tidy', key: 'tidy' } },
    ],
    pollMs: SECOND,
    atOnce: 8,
  })
  ending.push(() => runner.stop())
  publishing = again('publish', Math.min(10 * SECOND, shortest), log, async () => {
    if (((await publish(centre, press)) ?? []).length > 0) mirroring.soon()
  })
  const mirroring = again('mirror', MINUTE, log, () => mirror(centre, press))
  watching = again('watch', watchEveryMs(shortest), log, async () => {
    const watch = {
      sources: watched(),
      standbys: config.standbys,
      hubUrl: tools.hubUrl,
      clearAfterMs: Math.min(2 * MINUTE, 4 * shortest),
    }
    const told = await takeTurn(db, 'watch', () => watchFreshness(centre, watch))
    if (told !== undefined && told.raised.length + told.closed.length > 0) runner.nudge()
  })
  const probes = new Map(opened.map(({ probe }) => [probe.id, probe]))
  power = putPowerToWork(
    { centre, press, hubUrl: () => tools.hubUrl, nudge: () => runner.nudge(), stopHub: end },
    orders.flatMap((order) => {
      const probe = probes.get(order.id)
      return probe === undefined ? [] : [{ order, probe }]
    }),
  )
  ending.push(async () => power?.stop())
  let looks = 0
  const loops = [
    publishing,
    mirroring,
    again('rebuild', 30 * SECOND, log, () => rebuild(centre, press)),
    watching,
    again('paper', 30 * SECOND, log, (signal) => makePaper(centre, signal)),
    again('evidence', 30 * SECOND, log, () =>
      takeTurn(db, 'evidence', () => collectEvidence(centre, looks++ % 4 === 0)),
    ),
    again('test whether people are reached', MINUTE, log, () =>
      takeTurn(db, 'test people', async () => {
        if (config.tests !== undefined && (await testPeopleWhenDue(centre, config.tests)).length > 0) runner.nudge()
      }),
    ),
    again('remember the audit trail', MINUTE, log, () => watchAudit(centre, config.dataDir)),
  ]
  ending.push(async () => Promise.all(loops.map((loop) => loop.stop())))

  const token = await firstOwnerToken(db, clock)
  log.info({ url: listening.url, lanUrl: lan?.url, sources: config.sources.length }, 'hub is up')
  return {
    url: listening.url,
    lanUrl: lan?.url,
    firstOwnerLink: token === undefined ? undefined : `${tools.hubUrl}/start/${token}`,
    centre,
    publishNow: () => publish(centre, press),
    stop,
  }
}

async function listenOnLan(
  config: HubConfig,
  centre: Centre,
  listener: Parameters<typeof listenOn>[0],
  ending: (() => Promise<unknown>)[],
): Promise<Listening | undefined> {
  if (config.lan === undefined) return undefined
  const made = await issueForHub(centre.keys.authority, config.lan.names, centre.clock.now())
  const certificate = {
    cert: `${made.certificatePem}\n${centre.keys.authority.certificatePem}`,
    key: made.privateKeyPem,
  }
  const lan = await listenOn(listener, config.lan, certificate)
  ending.push(() => lan.close())
  const [name] = config.lan.names
  return { ...lan, url: `https://${name}:${new URL(lan.url).port || 443}` }
}

function carrierOf(config: CarrierConfig): WritableCarrier {
  if ('folder' in config) return folderCarrier(config.folder)
  return webCarrier({ url: config.url, ...(config.s3 === undefined ? {} : { s3: config.s3 }) })
}

/** Who asks, by the connection itself: headers that say otherwise are not believed. */
function addressOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? 'unknown'
  } catch {
    return 'unknown'
  }
}
