import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { stringify } from 'yaml'
import { connectionOf } from '../../src/base/database.ts'
import type { Log } from '../../src/base/log.ts'
import { type Instant, systemClock } from '../../src/base/time.ts'
import { dayOf } from '../../src/base/zone.ts'
import type { Policy } from '../../src/hub/policy/policy.ts'
import { type SampleEhr, startEhr } from '../practice/ehr.ts'
import { type FillProgress, fillPractice } from '../practice/fill.ts'
import { type Practice, practiceOf } from '../practice/practice.ts'
import { PRACTICE_ID, PRACTICE_NAME, PRACTICE_ZONE, type SampleSite, SITES } from '../practice/sites.ts'
import { type Cable, layCable } from './cable.ts'
import { type Outside, pagerNotices, startOutside } from './outside.ts'
import { makePart, type Part } from './part.ts'
import { type SamplePerson, samplePeople } from './people.ts'
import type { Ports } from './ports.ts'
import { sampleProbes } from './probes.ts'
import { type Settled, settleHub, settleSite } from './settle.ts'
import { sampleStandbys } from './standbys.ts'

/**
 * The sample practice as it stands in `npm start` and in scenarios: an EHR with its standby, the hub, six sites each on a cable of its own, and
 * the mover, all real processes on this machine. What is in `folder` is taken up again.
 */
export type Sample = AsyncDisposable & {
  practice: Practice
  people: SamplePerson[]
  ehr: SampleEhr
  hub: Part
  hubUrl: string
  /** What `holdfast hub --config` was started with. */
  hubConfigFile: string
  /** The hub's database, which runs beside the hub, and what opened it first. */
  settled: Settled
  sites: SampleSitePart[]
  mover: Part
  /** The UPS and the pager; undefined where nothing is probed. */
  outside: Outside | undefined
  /** Resolves when every patient and every day of the book is there. */
  filled: Promise<void>
  stop(): Promise<void>
}

export type SampleSitePart = { siteId: string; name: string; url: string; folder: string; part: Part; cable: Cable }

export type SampleOptions = {
  folder: string
  ports: Ports
  log: Log
  patients?: number
  seed?: number
  /** Moves a minute; 0 stands still. */
  rate?: number
  /** What happens, for whoever watches. */
  tell?: (line: string) => void
  progress?: (at: FillProgress) => void
  /** The hub's pages answer; sites follow. */
  hubUp?: () => void
  /** False (tests, scenarios): data that is thrown away needs no fsync. */
  durable?: boolean
  /** Which of the six sites have a lockbox. */
  sites?: readonly SampleSite[]
  /** How often the hub reads the EHR, as in its configuration: `15s`. */
  readEvery?: string
  /** What the practice decided otherwise than the sample does. */
  policy?: Partial<Policy>
  /** The book stands as it does at this moment; otherwise as now. */
  bookAsOf?: Instant
  /** False: no contingency plan is kept and nothing is probed, for scenarios that bring what they need of both. */
  planned?: boolean
  /** False: the hub asks the standby nothing but what it reads from it. */
  watchStandby?: boolean
  /** Further lines of the hub's configuration: notices, carriers. */
  hubConfig?: object
  /** Further sources beside the EHR. */
  sources?: object[]
}

type Undo = () => PromiseLike<unknown>

const PROGRAM = resolve(import.meta.dirname, '../../src/cli/holdfast.ts')
/** Who gives the sample's record numbers: sources that name the same issuer are joined by them. */
export const MRN_ISSUER = 'harbor-valley'
const MAPPING = resolve(import.meta.dirname, '../../src/connect/sql/mappings/sample-practice.yaml')
const MOVER = resolve(import.meta.dirname, '../practice/mover-child.ts')
const READ_EVERY = '15s'
const REST_AFTER_MS = 30_000

export async function startSample(options: SampleOptions): Promise<Sample> {
  const { folder, ports, log, tell = () => {}, progress, sites: places = SITES } = options
  // Passable for the account of the databases, where root starts this.
  if ((await mkdir(folder, { recursive: true })) !== undefined) await chmod(folder, 0o711)
  const hubDir = join(folder, 'hub')
  await mkdir(hubDir, { recursive: true, mode: 0o711 })
  const practice = practiceOf({
    today: dayOf(systemClock.now(), PRACTICE_ZONE),
    ...(options.patients === undefined ? {} : { patients: options.patients }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  })
  const people = samplePeople(practice.staff)
  const hubUrl = `http://127.0.0.1:${ports.hub}`
  const undo: Undo[] = []
  const stop = async (): Promise<void> => {
    for (const end of undo.splice(0).toReversed()) await end()
  }
  try {
    const [ehr, settled] = await whenAllEnded([
      startEhr({
        folder: join(folder, 'ehr'),
        log,
        ...(options.durable === undefined ? {} : { durable: options.durable }),
      }).then((started) => {
        undo.push(() => started.stop())
        return started
      }),
      settleHub({
        dataDir: hubDir,
        people,
        places,
        policy: options.policy ?? {},
        planned: options.planned !== false,
        clock: systemClock,
        log,
      }).then((done) => {
        undo.push(() => done[Symbol.asyncDispose]())
        return done
      }),
    ])
    tell('The EHR and its standby are up.')

    const giveUp = new AbortController()
    undo.push(async () => giveUp.abort())
    const ready = Promise.withResolvers<void>()
    // Filling takes a core: first let people in.
    const usable = Promise.withResolvers<void>()
    const inTime = pause(REST_AFTER_MS, undefined, { signal: giveUp.signal, ref: false })
    const rest = Promise.race([usable.promise, inTime]).catch(() => {})
    const bookAsOf = options.bookAsOf ?? systemClock.now()
    const filled = fillEhr(ehr, practice, giveUp.signal, rest, bookAsOf, (at) => {
      if (at.todayReady) ready.resolve()
      progress?.(at)
    })
    filled.catch((thrown: unknown) => ready.reject(thrown))
    await ready.promise
    tell('Today’s schedule is filled; the rest follows.')

    const outside = options.planned === false ? undefined : await startOutside(folder, ports)
    undo.push(async () => outside?.[Symbol.asyncDispose]())
    const hubConfigFile = await writeHubConfig(options, hubDir, settled.store.url, ehr)
    const hub = makePart({
      name: 'hub',
      args: [PROGRAM, 'hub', '--config', hubConfigFile],
      logFile: join(folder, 'logs', 'hub.log'),
    })
    undo.push(() => hub.stop())
    await hub.start()
    await answers(hubUrl, hub)
    options.hubUp?.()

    const sites = await whenAllEnded(
      places.map((site, nth) => startSite(settled, { ...site, nth }, { folder, ports }, (end) => undo.push(end))),
    )
    usable.resolve()
    tell(`${places.length} sites are enrolled and up.`)

    const mover = makePart({
      name: 'mover',
      args: [MOVER],
      env: { EHR_URL: ehr.urls.owner, MOVER_RATE: String(options.rate ?? 40), MOVER_SEED: String(practice.seed) },
      logFile: join(folder, 'logs', 'mover.log'),
      tethered: false,
    })
    undo.push(() => mover.stop())
    await mover.start()
    return {
      practice,
      people,
      ehr,
      hub,
      hubUrl,
      hubConfigFile,
      settled,
      sites,
      mover,
      outside,
      filled,
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

/** As Promise.all, but when one fails it waits for the others, so that what they started is known and can be undone. */
async function whenAllEnded<Acts extends readonly unknown[] | []>(
  acts: Acts,
): Promise<{ -readonly [At in keyof Acts]: Awaited<Acts[At]> }> {
  await Promise.allSettled(acts)
  return Promise.all(acts)
}

async function fillEhr(
  ehr: SampleEhr,
  practice: Practice,
  signal: AbortSignal,
  rest: Promise<unknown>,
  now: Instant,
  progress: (at: FillProgress) => void,
): Promise<void> {
  const client = new pg.Client(connectionOf(ehr.urls.owner))
  client.on('error', () => {})
  await client.connect()
  try {
    await fillPractice(client, practice, { now, progress, rest, signal })
  } catch (thrown) {
    // Stopped on purpose: the next start fills the rest.
    if (!signal.aborted) throw thrown
  } finally {
    await client.end().catch(() => {})
  }
}

async function writeHubConfig(
  { folder, ports, readEvery = READ_EVERY, watchStandby = true, hubConfig = {}, sources = [], planned }: SampleOptions,
  hubDir: string,
  databaseUrl: string,
  ehr: SampleEhr,
): Promise<string> {
  const file = join(folder, 'hub.yaml')
  const config = {
    practice: { id: PRACTICE_ID, name: PRACTICE_NAME, zone: PRACTICE_ZONE },
    data: hubDir,
    database: databaseUrl,
    listen: `127.0.0.1:${ports.hub}`,
    url: `http://127.0.0.1:${ports.hub}`,
    sample: true,
    sources: [
      {
        id: 'ehr',
        kind: 'sql',
        name: 'EHR standby',
        every: readEvery,
        reads: 'ehr-standby',
        mapping: MAPPING,
        environment: { HOLDFAST_EHR_URL: ehr.urls.reader, HOLDFAST_EHR_CANARY_URL: ehr.urls.canary },
        mrnIssuer: MRN_ISSUER,
      },
      ...sources,
    ],
    probes: planned === false ? [] : sampleProbes(folder, ports, ehr.urls),
    ...(planned === false ? {} : { notices: pagerNotices(ports.pager) }),
    standbys: watchStandby ? sampleStandbys(ehr.urls) : [],
    ...hubConfig,
  }
  await writeFile(file, stringify(config), { mode: 0o600 })
  return file
}

async function startSite(
  settled: Settled,
  site: { siteId: string; name: string; nth: number },
  { folder, ports }: { folder: string; ports: Ports },
  undo: (end: Undo) => void,
): Promise<SampleSitePart> {
  const cable = await layCable(ports.cables[site.nth] ?? 0, () => ports.hub)
  undo(() => cable.close())
  const home = join(folder, 'sites', site.siteId)
  await settleSite(
    settled.centre,
    { siteId: site.siteId, folder: home, hubUrl: `http://127.0.0.1:${cable.port}` },
    systemClock,
  )
  const port = ports.sites[site.nth] ?? 0
  const part = makePart({
    name: site.siteId,
    args: [PROGRAM, 'site', 'run', '--data', home, '--listen', `127.0.0.1:${port}`],
    logFile: join(folder, 'logs', `site-${site.siteId}.log`),
  })
  undo(() => part.stop())
  await part.start()
  return { siteId: site.siteId, name: site.name, url: `http://127.0.0.1:${port}`, folder: home, part, cable }
}

const ANSWERS_MS = 60_000

/** Waits until somebody answers there; throws with where to read why when the program ends instead. */
async function answers(url: string, part: Part): Promise<void> {
  const until = performance.now() + ANSWERS_MS
  while (performance.now() < until) {
    if (!part.running) break
    const heard = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5000) }).then(
      async (answer) => {
        await answer.body?.cancel()
        return true
      },
      () => false,
    )
    if (heard) return
    await pause(100)
  }
  throw new Error(`The ${part.name} does not answer at ${url}. What it said stands in ${part.logFile}.`)
}
