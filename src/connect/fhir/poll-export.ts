import { isObject, objectIn, objectsIn, textIn } from '../../chart/fhir/json.ts'
import type { SourcePart } from '../ehr.ts'
import type { Standing } from './cursor.ts'
import { gone } from './deletions.ts'
import { type Export, forgetExport, LINES_AT_ONCE, readFile, runExport, typesOf } from './export.ts'
import { wantedBy } from './export-wanted.ts'
import { tellEntries, tellPatients } from './poll.ts'
import type { Reading } from './reading.ts'

/** Everything changed since the last export, by an export of what changed. An export's own time is exact: nothing overlaps. */
export async function* pollByExport(reading: Reading, standing: Standing): AsyncGenerator<SourcePart> {
  const since = standing.asks.Patient?.since ?? standing.completeAt
  const request = { types: typesOf(reading.capability), since: new Date(since).toISOString(), signal: reading.signal }
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
}

async function* tellFiles(reading: Reading, standing: Standing, done: Export): AsyncGenerator<SourcePart> {
  const met = { charts: 0 }
  for (const file of done.output) {
    const ofPatients = file.type === 'Patient'
    const asks = reading.capability.asks.filter(({ resourceType }) => resourceType === file.type)
    if (!ofPatients && asks.length === 0) continue
    const told = (some: unknown[]): AsyncGenerator<SourcePart> =>
      ofPatients ? tellPatients(reading, standing, some, met) : tellEntries(reading, some)
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
