import { codesIn } from '../../chart/fhir/concept.ts'
import { isObject, type Json, textIn } from '../../chart/fhir/json.ts'
import { instantOf } from '../../chart/fhir/when.ts'
import type { SourcePart } from '../ehr.ts'
import { type Ask, monthsBack } from './asks.ts'
import type { Gathering } from './complete.ts'
import { type AskState, type Progress, progressFrom } from './cursor.ts'
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
      const progress = progressOf(reading, done)
      yield* gatherFiles(reading, done, gathering, progress)
      for (const [key, one] of progress) states[key] = one.state()
      return gathering
    } catch (thrown) {
      if (again || !(thrown instanceof ExportExpired)) throw thrown
    } finally {
      await forgetExport(reading.server, done.statusUrl, reading.signal)
    }
  }
}

/** An export is true at its transaction time, also where it holds nothing as new as that. */
function progressOf(reading: Reading, { transactionTime }: Export): Map<string, Progress> {
  const before = { since: transactionTime, seen: [] }
  const keys = ['Patient', ...reading.capability.asks.map(({ key }) => key)]
  return new Map(keys.map((key) => [key, progressFrom(before, transactionTime, reading.server.config.overlapMs)]))
}

async function* gatherFiles(
  reading: Reading,
  done: Export,
  gathering: Gathering,
  progress: ReadonlyMap<string, Progress>,
): AsyncGenerator<SourcePart> {
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
      const keys = file.type === 'Patient' ? ['Patient'] : wantedBy(resource, asks, reading)
      for (const key of keys) progress.get(key)?.take([resource])
      if (keys.length > 0) some.push(resource)
      if (some.length >= LINES_AT_ONCE) yield* await flush()
    }
    yield* await flush()
  }
}

/** The asks that a search would have found it by. What cannot be read is kept, to be set aside with its reason. */
function wantedBy(resource: unknown, asks: Ask[], reading: Reading): string[] {
  if (!isObject(resource)) return asks.slice(0, 1).map(({ key }) => key)
  return asks.filter((ask) => inCategory(resource, ask) && !tooOld(resource, ask, reading)).map(({ key }) => key)
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
