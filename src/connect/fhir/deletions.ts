import type { ChartChange } from '../../chart/change.ts'
import { isObject, objectIn, objectsIn, textIn } from '../../chart/fhir/json.ts'
import { patientIn } from '../../chart/fhir/reference.ts'
import type { SourcePart } from '../ehr.ts'
import type { Standing } from './cursor.ts'
import { readSection } from './one-patient.ts'
import { type Reading, timeThere } from './reading.ts'
import { Refused } from './refusal.ts'

/** A history longer than this is not worth walking: a complete reading finds the same. */
const MOST_PAGES = 20
const MOST_DELETED = 200

/** What was deleted since we asked last, where the server tells it by type-level `_history`. Where too much was, a complete reading is due. */
export async function* readDeletions(reading: Reading, standing: Standing): AsyncGenerator<SourcePart> {
  if (reading.server.config.deletions !== 'history') return
  const asked = ['Patient', ...new Set(reading.capability.asks.map(({ resourceType }) => resourceType))]
  const begunAt = timeThere(reading)
  for (const resourceType of asked.filter((type) => reading.capability.history.has(type))) {
    const ids = await deletedOf(reading, resourceType, standing)
    for (const id of ids) yield* gone(reading, standing, resourceType, id)
  }
  standing.deletionsAt = begunAt
  // A type without a history is looked through by complete readings alone.
  if (asked.every((type) => reading.capability.history.has(type))) standing.lookedAt = reading.asOf
}

async function deletedOf(reading: Reading, resourceType: string, standing: Standing): Promise<string[]> {
  const { server, signal } = reading
  const since = new Date(standing.deletionsAt - server.config.overlapMs).toISOString()
  const deleted = new Map<string, boolean>()
  let bundle = await server.ask(
    `${resourceType}/_history`,
    [
      ['_since', since],
      ['_count', '200'],
    ],
    signal,
  )
  for (let page = 1; ; page++) {
    // Newest first: what was deleted and made again counts as it is now.
    for (const entry of objectsIn(bundle, 'entry')) {
      const request = objectIn(entry, 'request')
      const resource = objectIn(entry, 'resource')
      const id = textIn(resource, 'id') ?? idIn(textIn(request, 'url') ?? textIn(entry, 'fullUrl'), resourceType)
      if (id !== undefined && !deleted.has(id)) deleted.set(id, request?.method === 'DELETE')
    }
    const next = textIn(
      objectsIn(bundle, 'link').find(({ relation }) => relation === 'next'),
      'url',
    )
    const ids = [...deleted].flatMap(([id, isDeleted]) => (isDeleted ? [id] : []))
    if (next === undefined) return ids
    if (page >= MOST_PAGES || ids.length > MOST_DELETED) {
      standing.completeAt = 0
      return []
    }
    bundle = await server.follow(next, resourceType, signal)
  }
}

/** What follows from one record's deletion. */
export async function* gone(
  reading: Reading,
  standing: Standing,
  resourceType: string,
  id: string,
): AsyncGenerator<SourcePart> {
  const said = { sourceId: reading.context.sourceId, at: reading.asOf }
  if (resourceType === 'Patient') {
    yield { type: 'charts', changes: [{ type: 'gone', patientId: id, ...said }] }
    return
  }
  const patientId = await ownerOf(reading, resourceType, id)
  if (patientId === undefined) {
    standing.completeAt = 0
    return
  }
  const sections = new Set(
    reading.capability.asks.filter((ask) => ask.resourceType === resourceType).flatMap((ask) => ask.sections),
  )
  const changes: ChartChange[] = []
  for (const section of sections) {
    if (section === 'allergies') changes.push((await readSection(reading, patientId, section)).change)
    else changes.push({ type: 'remove', patientId, ...said, section, entryIds: [`${resourceType}/${id}`] })
  }
  yield { type: 'charts', changes }
}

/** A deletion does not say whose the resource was; an earlier version does. */
async function ownerOf(reading: Reading, resourceType: string, id: string): Promise<string | undefined> {
  try {
    const { server, signal } = reading
    const bundle = await server.ask(`${resourceType}/${encodeURIComponent(id)}/_history`, [['_count', '5']], signal)
    for (const entry of objectsIn(bundle, 'entry')) {
      const { resource } = entry
      if (!isObject(resource)) continue
      for (const field of ['subject', 'patient', 'beneficiary', 'for'] as const) {
        const patientId = patientIn(resource, field)
        if (patientId !== undefined) return patientId
      }
    }
    return undefined
  } catch (thrown) {
    if (thrown instanceof Refused && thrown.kind === 'permanent') return undefined
    throw thrown
  }
}

function idIn(url: string | undefined, resourceType: string): string | undefined {
  return new RegExp(`(?:^|/)${resourceType}/([A-Za-z0-9\\-._]{1,64})(?:/|$)`).exec(url ?? '')?.[1]
}
