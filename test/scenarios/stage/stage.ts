import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Identity } from '../../../dev/practice/identity.ts'
import { patientOf } from '../../../dev/practice/practice.ts'
import type { AppointmentRow } from '../../../dev/practice/rows.ts'
import { dayBook } from '../../../dev/practice/schedule.ts'
import { PRACTICE_ZONE, SITES } from '../../../dev/practice/sites.ts'
import { forgetSample } from '../../../dev/sample/forget.ts'
import { makePart, type Part } from '../../../dev/sample/part.ts'
import { SAMPLE_PASSWORD } from '../../../dev/sample/people.ts'
import { freePorts } from '../../../dev/sample/ports.ts'
import { type Sample, type SampleSitePart, startSample } from '../../../dev/sample/sample.ts'
import { makeLog } from '../../../src/base/log.ts'
import { SECOND, systemClock } from '../../../src/base/time.ts'
import { dayOf, instantAt } from '../../../src/base/zone.ts'
import { type Postgres, startPostgres } from '../../../src/hub/database/postgres.ts'
import type { Policy } from '../../../src/hub/policy/policy.ts'
import { heardOfAll } from '../../../src/hub/sites/store.ts'
import { type Browser, openBrowser } from './browser.ts'
import { until } from './until.ts'

/** The password of everybody in the sample practice. */
export const PASSWORD = SAMPLE_PASSWORD
const PROGRAM = resolve(import.meta.dirname, '../../../src/cli/holdfast.ts')
const READY_MS = 180_000
/** For each patient of a large practice: its first load is long. */
const READ_MS = 8
const ANSWERS_MS = 60_000

export type StageOptions = {
  signal: AbortSignal
  /** Which clinics have a lockbox; every one has patients of its own. */
  sites?: readonly string[]
  patients?: number
  /** Moves a minute of the practice at work; 0, the default, stands still. */
  rate?: number
  readEvery?: string
  policy?: Partial<Policy>
  /** The hub asks both servers of the EHR how the standby stands; left out, scenarios tell of what else notices. */
  watchStandby?: boolean
  /** The sample's contingency plan is kept, and its systems are probed; left out, scenarios bring what they need. */
  planned?: boolean
  /** True: it is before opening, whatever the clock says: nobody of today's book has come or gone. */
  morning?: boolean
  /** Further sources of the hub beside the EHR. */
  sources?: object[]
  /** Further lines of the hub's configuration. */
  hubConfig?: object
}

/**
 * A small practice for one scenario: an EHR with its standby, the hub's database, the hub, and sites, each a process of its own on this machine,
 * on ports and in a folder that nobody else has. When it is given, every site holds packs with the whole practice in them. Disposing ends
 * everything and takes the folder away (`HOLDFAST_KEEP_STAGE=1` leaves it to look at).
 */
export type Stage = AsyncDisposable & {
  folder: string
  sample: Sample
  hubUrl: string
  site(siteId: string): SampleSitePart
  /** A new browser at the hub or at a site. */
  browser(url: string): Browser
  /** What browsers were told in confidence, and everybody's password: none of it may stand in a log. */
  secrets(): string[]
  /** As a power cut would: kill -9, and nothing starts again by itself. */
  killEhr(): Promise<void>
  startEhr(): Promise<void>
  killHubDatabase(): Promise<void>
  startHubDatabase(): Promise<void>
  /** Starts a part (again) and waits until its pages answer. */
  up(part: Part, url: string): Promise<void>
  /** A second hub on the same database and packs; not started. */
  anotherHub(): Promise<{ part: Part; url: string }>
  /** Runs `holdfast ...` to its end. */
  holdfast(...args: string[]): Promise<{ code: number; said: string }>
  /** Waits until every site named (all, unless said) holds what the EHR said at `since` or later. */
  fresh(since: number, siteIds?: readonly string[]): Promise<void>
  /** Today's visits at a site with their patients, in the order of the day. */
  visits(siteId: string): { visit: AppointmentRow; patient: Identity }[]
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { signal } = options
  const wanted = options.sites ?? ['harbor-main', 'riverside']
  const folder = await mkdtemp(join(tmpdir(), 'hf-stage-'))
  await chmod(folder, 0o711)
  await mkdir(join(folder, 'logs'))
  const logFile = openSync(join(folder, 'logs', 'stage.log'), 'a')
  const log = makeLog('stage', 'info', logFile)
  const undo: (() => PromiseLike<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const end of undo.splice(0).toReversed()) await end()
    // The log stays open: what is still ending may have something to say. It goes with the process.
    if (process.env.HOLDFAST_KEEP_STAGE === '1') return
    await forgetSample(folder)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    // Below the ports that the system hands out by itself, so that a site that is started again gets its own back.
    const patients = options.patients ?? 300
    const first = 20_000 + 100 * Math.floor(Math.random() * 110)
    const { ports } = await freePorts(first, wanted.length)
    const sample = await startSample({
      folder,
      ports,
      log,
      patients,
      rate: options.rate ?? 0,
      durable: false,
      sites: SITES.filter(({ siteId }) => wanted.includes(siteId)),
      readEvery: options.readEvery ?? '2s',
      policy: { pullEveryMs: 2 * SECOND, silentAfterMs: 6 * SECOND, ...options.policy },
      planned: options.planned ?? false,
      ...(options.morning === true
        ? { bookAsOf: instantAt(dayOf(systemClock.now(), PRACTICE_ZONE), '07:00', PRACTICE_ZONE) }
        : {}),
      watchStandby: options.watchStandby ?? false,
      hubConfig: options.hubConfig ?? {},
      sources: options.sources ?? [],
    })
    undo.push(() => sample.stop())
    const stage = stageOf(sample, { folder, signal, log, undo, stop, patients })
    await sample.filled
    await stage.fresh(systemClock.now())
    return stage
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

type Backstage = {
  folder: string
  signal: AbortSignal
  log: ReturnType<typeof makeLog>
  undo: (() => PromiseLike<unknown>)[]
  stop: () => Promise<void>
  patients: number
}

function stageOf(sample: Sample, { folder, signal, log, undo, stop, patients }: Backstage): Stage {
  const browsers: Browser[] = []
  let database: Postgres | undefined = sample.settled.store.server
  const site = (siteId: string): SampleSitePart => {
    const found = sample.sites.find((one) => one.siteId === siteId)
    if (found === undefined) throw new Error(`no site ${siteId} on this stage`)
    return found
  }
  return {
    folder,
    sample,
    hubUrl: sample.hubUrl,
    site,
    browser: (url) => {
      const browser = openBrowser(url)
      browsers.push(browser)
      return browser
    },
    secrets: () => [PASSWORD, ...browsers.flatMap((browser) => [...browser.secrets])],
    killEhr: async () => {
      const { ehr } = sample
      await Promise.all([ehr.primary?.crash(), ehr.standby?.crash()])
      await ehr.stopPrimary()
      await ehr.stopStandby()
    },
    startEhr: async () => {
      await sample.ehr.startPrimary()
      await sample.ehr.startStandby()
    },
    killHubDatabase: async () => {
      await database?.crash()
      database = undefined
    },
    startHubDatabase: async () => {
      if (database !== undefined) return
      const started = await startPostgres({ dataDir: join(folder, 'hub', 'postgres'), log, name: 'hub' })
      database = started
      undo.push(() => started.stop())
    },
    up: async (part, url) => {
      await part.start()
      await until(
        `the ${part.name} answers`,
        async () => {
          if (!part.running) throw new Error(`the ${part.name} ended`)
          const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5000) })
          await answer.body?.cancel()
          return answer.status < 500
        },
        { withinMs: ANSWERS_MS, signal },
      )
    },
    anotherHub: async () => {
      const { ports } = await freePorts(31_100, 0)
      const part = makePart({
        name: 'hub-2',
        args: [PROGRAM, 'hub', '--config', sample.hubConfigFile],
        env: { HOLDFAST_LISTEN: `127.0.0.1:${ports.hub}` },
        logFile: join(folder, 'logs', 'hub-2.log'),
      })
      undo.push(() => part.stop())
      return { part, url: `http://127.0.0.1:${ports.hub}` }
    },
    holdfast: (...args) => toTheEnd([PROGRAM, ...args], signal),
    fresh: async (since, siteIds = sample.sites.map((one) => one.siteId)) => {
      const { db } = sample.settled.centre
      await until(
        `${siteIds.join(', ')} hold what the EHR says`,
        async () => {
          const heard = await heardOfAll(db)
          return siteIds.every((id) => {
            const held = heard.get(id)?.heartbeat.freshness
            // Another source may have said nothing yet: what the EHR says is what is waited for.
            const ehr = held?.sources.find(({ sourceId }) => sourceId === 'ehr')?.asOf
            return (held?.schedule ?? 0) >= since && (ehr ?? 0) >= since
          })
        },
        { withinMs: READY_MS + patients * READ_MS, signal },
      )
    },
    visits: (siteId) => {
      const { practice } = sample
      return dayBook(practice, practice.today, practice.now)
        .flatMap((visit) =>
          visit.site_id === siteId && visit.patient_id !== null
            ? [{ visit, patient: patientOf(practice, visit.patient_id) }]
            : [],
        )
        .toSorted((a, b) => a.visit.starts_at - b.visit.starts_at)
    },
    [Symbol.asyncDispose]: stop,
  }
}

function toTheEnd(args: string[], signal: AbortSignal): Promise<{ code: number; said: string }> {
  return new Promise((ended, failed) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], signal })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()))
    child.once('error', failed)
    child.once('close', (code) => ended({ code: code ?? -1, said }))
  })
}
