import type { ChartChange } from '../../chart/change.ts'
import type { SectionName } from '../../chart/chart.ts'
import { isObject, objectIn, objectsIn, textIn } from '../../chart/fhir/json.ts'
import type { SourcePart } from '../ehr.ts'
import { keepNames } from './complete-export.ts'
import type { Standing } from './cursor.ts'
import { gone } from './deletions.ts'
import { type Export, forgetExport, LINES_AT_ONCE, readFile, runExport, typesOf } from './export.ts'
import { wantedBy } from './export-wanted.ts'
import { fillNotes } from './poll.ts'
import { mapAll, type Reading } from './reading.ts'
import { patches } from './told.ts'

/** Everything changed since the last export, by an export of what changed. An export's own time is exact: nothing overlaps. */
export async function* pollByExport(reading: Reading, standing: Standing): AsyncGenerator<SourcePart> {
  const since = standing.asks.Patient?.since ?? standing.completeAt
  const request = {
    types: typesOf(reading.server, reading.capability),
    since: new Date(since).toISOString(),
    signal: reading.signal,
  }
  const done = yield* runExport(reading.server, reading.capability, request)
  try {
    yield* tellFiles(reading, standing, done)
    yield* tellDeleted(reading, standing, done)
  } finally {
    await forgetExport(reading.server, done.statusUrl, reading.signal)
  }
  for (const key of ['Patient', ...reading.capability.asks.map((ask) => ask.key)]) {
    standing.asks[key] = { since: done.transactionTime, seen: [] }
  }
  if (done.tellsDeleted) standing.lookedAt = reading.asOf
}

async function* tellFiles(reading: Reading, standing: Standing, done: Export): AsyncGenerator<SourcePart> {
  for (const file of done.output) {
    const ofPatients = file.type === 'Patient'
    await keepNames(reading, file)
    const asks = reading.capability.asks.filter(({ resourceType }) => resourceType === file.type)
    if (!ofPatients && asks.length === 0) continue
    const told = (some: unknown[]): AsyncGenerator<SourcePart> =>
      ofPatients ? tellPatients(reading, standing, some) : tellPatches(reading, standing, some)
    let some: unknown[] = []
    for await (const resource of readFile(reading.server, file, reading.signal)) {
      if (ofPatients || wantedBy(resource, asks, reading).length > 0) some.push(resource)
      if (some.length < LINES_AT_ONCE) continue
      yield* told(some)
      some = []
    }
    yield* told(some)
  }
}

/** Patients as they are now; the lists of those who are new are told by the files that follow. */
async function* tellPatients(reading: Reading, standing: Standing, resources: unknown[]): AsyncGenerator<SourcePart> {
  const said = { sourceId: reading.context.sourceId, at: reading.asOf }
  const { mapped, aside } = await mapAll(reading, resources)
  yield* aside
  const changes = mapped.flatMap((one): ChartChange[] => {
    if (one.type === 'merged') return [{ type: 'merge', fromId: one.fromId, intoId: one.intoId, ...said }]
    if (one.type !== 'patient') return []
    const { patient, restriction } = one
    return [{ type: 'patient', patientId: patient.id, ...said, patient, restriction }]
  })
  if (mapped.some((one) => one.type === 'set-aside' && one.patientId === undefined)) standing.completeAt = 0
  if (changes.length > 0) yield { type: 'charts', changes }
}

/** A record that could not be understood leaves a list in doubt. Where that can harm, everything is read again: one list alone cannot be. */
async function* tellPatches(reading: Reading, standing: Standing, resources: unknown[]): AsyncGenerator<SourcePart> {
  const { mapped, aside } = await mapAll(reading, resources)
  yield* aside
  await fillNotes(reading, mapped)
  const changes = patches(reading, mapped)
  if (changes.length > 0) yield { type: 'charts', changes }
  if (mapped.some((one) => one.type === 'set-aside' && isSafety(one.section))) standing.completeAt = 0
}

function isSafety(section: SectionName | undefined): boolean {
  return section === 'allergies' || section === 'medications' || section === 'alerts'
}

/** Bulk Data tells deletions as Bundles of DELETE requests. */
async function* tellDeleted(reading: Reading, standing: Standing, done: Export): AsyncGenerator<SourcePart> {
  for (const file of done.deleted) {
    for await (const bundle of readFile(reading.server, file, reading.signal)) {
      for (const entry of objectsIn(isObject(bundle) ? bundle : undefined, 'entry')) {
        const request = objectIn(entry, 'request')
        const [type = '', id = ''] = (textIn(request, 'url') ?? '').split('/').slice(-2)
        const ours = type === 'Patient' || reading.capability.asks.some(({ resourceType }) => resourceType === type)
        if (request?.method === 'DELETE' && ours && id !== '') yield* gone(reading, standing, type, id)
      }
    }
  }
}
