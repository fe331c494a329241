import { Failure, reasonOf } from '../../base/failure.ts'
import { HOUR, type Instant } from '../../base/time.ts'
import type { EhrSource, ReadRequest, SourcePart, SourceSignal } from '../ehr.ts'
import { type Capability, capabilityOf } from './capability.ts'
import type { SpoolLine } from './complete.ts'
import { Gathering } from './complete.ts'
import { gatherByExport } from './complete-export.ts'
import { gatherBySearch } from './complete-search.ts'
import type { FhirConfig } from './config.ts'
import { cursorOf, type Standing, standingIn } from './cursor.ts'
import { readDeletions } from './deletions.ts'
import { type FhirDirectory, openDirectory } from './directory.ts'
import { readSection } from './one-patient.ts'
import { pollAppointments, pollCharts } from './poll.ts'
import { pollByExport } from './poll-export.ts'
import { type Reading, timeThere } from './reading.ts'
import { Refused } from './refusal.ts'
import { readCanary, readSchedule, type ScheduleRead } from './schedule.ts'
import { type FhirServer, type FhirWorld, openServer, type Params } from './server.ts'
import { openSpool } from './spool.ts'

const CAPABILITY_HOLDS_MS = HOUR

/** Reads an EHR through its FHIR R4 interface: complete readings by search or Bulk export, and polls of what has changed in between. */
export function fhirSource(config: FhirConfig, world: FhirWorld): EhrSource {
  const server = openServer(config, world)
  const directory = openDirectory(server)
  let known: { capability: Capability; at: Instant } | undefined

  const capability = async (signal: AbortSignal | undefined): Promise<Capability> => {
    const now = world.clock.now()
    if (known === undefined || now - known.at > CAPABILITY_HOLDS_MS) {
      known = { capability: await capabilityOf(server, signal), at: now }
    }
    return known.capability
  }

  return {
    id: config.id,
    kind: 'fhir',
    probe: async (signal) => await probe(server, signal),
    read: async function* read(request) {
      try {
        const reading = await beginReading(server, directory, await capability(request.signal), request)
        yield* readAsDue(reading, standingIn(request.cursor))
      } catch (thrown) {
        throw thrown instanceof Failure ? thrown : unexpected(thrown)
      }
    },
    [Symbol.asyncDispose]: async () => directory.forget(),
  }
}

/** Nothing of a thrown value's own words is told: a parser's message may quote what it could not read. */
function unexpected(thrown: unknown): Failure {
  return new Failure('permanent', `Reading the FHIR server failed in a way that nobody foresaw (${nameOf(thrown)}).`, {
    cause: thrown,
  })
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : 'no error'
}

async function beginReading(
  server: FhirServer,
  directory: FhirDirectory,
  capability: Capability,
  { window, signal }: ReadRequest,
): Promise<Reading> {
  if (signal?.aborted === true) throw new Failure('transient', 'The reading of the FHIR server was called off.')
  const asOf = server.world.clock.now()
  const { id: sourceId, zone, mrnSystem } = server.config
  return {
    server,
    capability,
    directory,
    window,
    signal,
    asOf,
    context: { sourceId, asOf, zone, directory, mrnSystem, isOwn: capability.isOwn },
  }
}

async function* readAsDue(reading: Reading, before: Standing | undefined): AsyncGenerator<SourcePart> {
  const { config } = reading.server
  const due = before === undefined || reading.asOf - before.completeAt >= config.completeEveryMs
  const standing = due ? yield* readComplete(reading, before) : yield* readChanges(reading, before)
  yield* await readCanary(reading)
  yield { type: 'end', asOf: reading.asOf, cursor: cursorOf(standing), deletionsAt: standing.lookedAt }
}

async function* readComplete(reading: Reading, before: Standing | undefined): AsyncGenerator<SourcePart, Standing> {
  reading.directory.forget()
  const begunAt = timeThere(reading)
  const schedule = await readSchedule(reading, before?.scheduleCount ?? 0)
  yield* schedule.parts
  const asks: Standing['asks'] = schedule.state === undefined ? {} : { Appointment: schedule.state }
  await using spools = new AsyncDisposableStack()
  const newGathering = (): Gathering => new Gathering(spools.use(openSpool<SpoolLine>()))
  const gathering = yield* gather(reading, newGathering, asks)
  await trySearchByPatient(reading, gathering)
  yield* gathering.charts(reading, schedule.patientIds)
  const { asOf } = reading
  return { ...scheduleStanding(reading, schedule), completeAt: asOf, deletionsAt: begunAt, lookedAt: asOf, asks }
}

async function* gather(
  reading: Reading,
  newGathering: () => Gathering,
  asks: Standing['asks'],
): AsyncGenerator<SourcePart, Gathering> {
  if (byExport(reading)) {
    try {
      return yield* gatherByExport(reading, newGathering, asks)
    } catch (thrown) {
      // An export that is offered and then refused leaves the way by searches.
      const refused = thrown instanceof Refused && thrown.kind === 'permanent'
      if (!refused || reading.server.config.bulk.when !== 'auto') throw thrown
    }
  }
  const gathering = newGathering()
  yield* gatherBySearch(reading, gathering, asks)
  return gathering
}

/** Polls ask by patient. A server that cannot answer that must be known before a chart depends on it. */
async function trySearchByPatient(reading: Reading, { sample }: Gathering): Promise<void> {
  if (sample === undefined || reading.server.config.bulk.changes) return
  await readSection(reading, sample.patientId, sample.section, new Set([sample.entryId]))
}

async function* readChanges(reading: Reading, before: Standing): AsyncGenerator<SourcePart, Standing> {
  const standing: Standing = structuredClone(before)
  const { window } = reading
  const moved = window.from < before.scheduleFrom || window.to > before.scheduleTo
  const { bulk, scheduleEveryMs } = reading.server.config
  if (moved || bulk.changes || reading.asOf - before.scheduleAt >= scheduleEveryMs) {
    const schedule = await readSchedule(reading, before.scheduleCount)
    yield* schedule.parts
    Object.assign(standing, scheduleStanding(reading, schedule))
    if (schedule.state !== undefined) standing.asks.Appointment = schedule.state
    if (!bulk.changes) yield* readDeletions(reading, standing)
  } else if (reading.capability.offers('Appointment')) yield* pollAppointments(reading, standing)
  if (bulk.changes) yield* pollByExport(reading, standing)
  else yield* pollCharts(reading, standing)
  return standing
}

type ScheduleStanding = Pick<Standing, 'scheduleAt' | 'scheduleFrom' | 'scheduleTo' | 'scheduleCount' | 'groups'>

function scheduleStanding({ asOf, window }: Reading, { count, groups }: ScheduleRead): ScheduleStanding {
  return { scheduleAt: asOf, scheduleFrom: window.from, scheduleTo: window.to, scheduleCount: count, groups }
}

function byExport({ server, capability }: Reading): boolean {
  const { when, group } = server.config.bulk
  if (when === 'never') return false
  return when === 'always' || group !== undefined || capability.exports.system || capability.exports.patient
}

const PROBES: { [How in 'search' | 'bulk']: [path: string, params: Params, expected: string] } = {
  search: [
    'Patient',
    [
      ['_count', '1'],
      ['_elements', 'id'],
    ],
    'Bundle',
  ],
  bulk: ['metadata', [], 'CapabilityStatement'],
}

/**
 * One record's id is asked for: a statement of capabilities is answered even by a server whose database is gone. Where nothing can be searched for,
 * that statement is all there is to ask.
 */
async function probe(server: FhirServer, signal: AbortSignal | undefined): Promise<SourceSignal> {
  const begun = performance.now()
  const tookMs = (): number => Math.round(performance.now() - begun)
  try {
    const [path, params, expected] = PROBES[server.config.bulk.changes ? 'bulk' : 'search']
    const answer = await server.ask(path, params, signal)
    if (answer.resourceType !== expected)
      throw new Failure('transient', `The FHIR server did not answer with a ${expected}.`)
    const asOf = server.world.clock.now()
    const there = server.serverTime()
    const apart = there === undefined ? 0 : Math.round((there - asOf) / 1000)
    const clocks = Math.abs(apart) > 60 ? `; its clock is ${Math.abs(apart)} s ${apart > 0 ? 'ahead' : 'behind'}` : ''
    return { answered: true, asOf, tookMs: tookMs(), because: `The FHIR server answered in ${tookMs()} ms${clocks}.` }
  } catch (thrown) {
    const kind = thrown instanceof Failure ? thrown.kind : 'permanent'
    const because = thrown instanceof Failure ? reasonOf(thrown) : reasonOf(unexpected(thrown))
    return { answered: false, kind, tookMs: tookMs(), because }
  }
}
