import type { SourcePart } from '../ehr.ts'
import type { Gathering } from './complete.ts'
import { type AskState, type Progress, progressFrom } from './cursor.ts'
import { NAMING_TYPES } from './directory.ts'
import {
  type Export,
  ExportExpired,
  type ExportFile,
  forgetExport,
  LINES_AT_ONCE,
  readFile,
  runExport,
  typesOf,
} from './export.ts'
import { wantedBy } from './export-wanted.ts'
import { mapAll, type Reading } from './reading.ts'

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
    const request = { types: typesOf(reading.server, reading.capability), since: undefined, signal: reading.signal }
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
  for (const file of done.output) {
    await keepNames(reading, file)
    const asks = reading.capability.asks.filter(({ resourceType }) => resourceType === file.type)
    if (file.type !== 'Patient' && asks.length === 0) continue
    let count = 0
    let some: unknown[] = []
    const flush = async (): Promise<SourcePart[]> => {
      const { mapped, aside } = await mapAll(reading, some)
      await gathering.take(mapped, file.type === 'Patient')
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

/** Reads a file of people, places or medications for their names, where names cannot be asked for one by one. */
export async function keepNames(reading: Reading, file: ExportFile): Promise<void> {
  if (!reading.server.config.bulk.changes || !NAMING_TYPES.includes(file.type)) return
  for await (const resource of readFile(reading.server, file, reading.signal)) reading.directory.keep(resource)
}
