import { codesIn } from '../../chart/fhir/concept.ts'
import { isObject, type Json, textIn } from '../../chart/fhir/json.ts'
import { instantOf } from '../../chart/fhir/when.ts'
import type { SourcePart } from '../ehr.ts'
import { type Ask, monthsBack } from './asks.ts'
import type { Gathering } from './complete.ts'
import type { AskState } from './cursor.ts'
import { type Export, ExportExpired, forgetExport, readFile, runExport } from './export.ts'
import { mapAll, type Reading } from './reading.ts'

const LINES_AT_ONCE = 500

/**
 * Reads everything by Bulk Data export. What an export gives beyond what we ask of a search (other categories, what is older than we want) is
 * let go unread. When files expire while they are read, one new export is asked for.
 */
export async function* gatherByExport(
  reading: Reading,
  newGathering: () => Gathering,
  states: { [key: string]: AskState },
): AsyncGenerator<SourcePart, Gathering> {
  for (let again = false; ; again = true) {
    const gathering = newGathering()
    const types = ['Patient', ...new Set(reading.capability.asks.map(({ resourceType }) => resourceType))]
    const request = { types, since: undefined, signal: reading.signal }
    const done = yield* runExport(reading.server, reading.capability, request)
    try {
      yield* gatherFiles(reading, done, gathering)
      for (const key of ['Patient', ...reading.capability.asks.map((ask) => ask.key)]) {
        states[key] = { since: done.transactionTime, seen: [] }
      }
      return gathering
    } catch (thrown) {
      if (again || !(thrown instanceof ExportExpired)) throw thrown
    } finally {
      await forgetExport(reading.server, done.statusUrl, reading.signal)
    }
  }
}

async function* gatherFiles(reading: Reading, done: Export, gathering: Gathering): AsyncGenerator<SourcePart> {
  const files = done.output.toSorted((a, b) => Number(b.type === 'Patient') - Number(a.type === 'Patient'))
  for (const file of files) {
    const asks = reading.capability.asks.filter(({ resourceType }) => resourceType === file.type)
    if (file.type !== 'Patient' && asks.length === 0) continue
    let count = 0
    let some: unknown[] = []
    const flush = async (): Promise<SourcePart[]> => {
      const { mapped, aside } = await mapAll(reading, some)
      await gathering.take(mapped)
      count += some.length
      some = []
      return [...aside, { type: 'progress', done: count, of: file.count, what: file.type }]
    }
    for await (const resource of readFile(reading.server, file, reading.signal)) {
      if (file.type === 'Patient' || wanted(resource, asks, reading)) some.push(resource)
      if (some.length >= LINES_AT_ONCE) yield* await flush()
    }
    yield* await flush()
  }
}

/** What a search would have left out. Whatever cannot be read is kept, to be set aside with its reason. */
function wanted(resource: unknown, asks: Ask[], reading: Reading): boolean {
  if (!isObject(resource)) return true
  return asks.some((ask) => inCategory(resource, ask) && !tooOld(resource, ask, reading))
}

function inCategory(resource: Json, ask: Ask): boolean {
  const category = ask.always.find(([name]) => name === 'category')?.[1]
  return category === undefined || codesIn(resource, 'category').includes(category)
}

const DATES: { [parameter: string]: string[] } = {
  date: ['effectiveDateTime', 'effectiveInstant', 'date'],
  authored: ['authoredOn'],
  'authored-on': ['authoredOn'],
}

function tooOld(resource: Json, ask: Ask, reading: Reading): boolean {
  const fields = ask.dated === undefined ? [] : (DATES[ask.dated] ?? [])
  const said = fields.map((field) => textIn(resource, field)).find((text) => text !== undefined)
  const at = instantOf(said, reading.server.config.zone)
  return at !== undefined && at < Date.parse(monthsBack(reading.asOf, reading.server.config.months))
}
