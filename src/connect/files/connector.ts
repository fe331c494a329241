import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import type { Clock, Instant } from '../../base/time.ts'
import { SECTION_NAMES, type SectionName } from '../../chart/chart.ts'
import type { EhrSource, ReadRequest, SourcePart, SourceSignal } from '../ehr.ts'
import type { FilesConfig } from './config.ts'
import { type CsvMapping, readCsvMapping } from './csv-mapping.ts'
import { type TakenFile, takenFiles, waitingFiles } from './drop-folder.ts'
import { type HeldBefore, readDeliveries } from './read.ts'
import { takeIn } from './take-in.ts'

type Tools = { log: Log; clock: Clock }
type Looker = (signal: AbortSignal | undefined) => Promise<void>

/**
 * A drop folder. Files that are whole are moved, once, to its `done` folder in the order of their coming, and read from there: the cursor is the number
 * of the last delivery, so a crash at any point leaves every file either still to be taken or taken. Failure `permanent` when the mapping of CSV
 * files is wrong, with every complaint.
 */
export async function openFilesSource(config: FilesConfig, { log, clock }: Tools): Promise<EhrSource> {
  const mapping = config.mapping === undefined ? undefined : await mappingAt(config.mapping)
  let looking: Promise<unknown> = Promise.resolve()
  /** One look at a time: two at once would number their deliveries alike. */
  const look: Looker = (signal) => {
    const next = looking.then(async () => {
      const done = await takeIn({ config, clock, mapping, signal })
      if (done.taken + done.twice > 0) log.info({ source: config.id, ...done }, 'files were taken in')
    })
    looking = next.catch(() => undefined)
    return next
  }
  return {
    id: config.id,
    kind: 'files',
    probe: (signal) => probed(config, clock, look, signal),
    read: (request) => readFrom(config, mapping, clock, look, request),
    async [Symbol.asyncDispose]() {},
  }
}

async function mappingAt(path: string): Promise<CsvMapping> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (thrown) {
    throw new Failure('permanent', `The mapping ${path} cannot be read (${reasonOf(thrown)}).`, { cause: thrown })
  }
  const read = readCsvMapping(text, path)
  if ('mapping' in read) return read.mapping
  throw new Failure('permanent', `The mapping of CSV files is wrong:\n${read.complaints.join('\n')}`)
}

async function probed(
  config: FilesConfig,
  clock: Clock,
  look: Looker,
  signal: AbortSignal | undefined,
): Promise<SourceSignal> {
  const began = clock.now()
  const no = (kind: Failure['kind'], because: string): SourceSignal => ({
    answered: false,
    kind,
    tookMs: clock.now() - began,
    because,
  })
  if (signal?.aborted) return no('transient', 'The probe was called off.')
  try {
    // Before the first file was taken in, only taking it in tells whether it can be read.
    if ((await takenFiles(config)).every(({ bad }) => bad)) await look(signal)
    const waiting = (await waitingFiles(config)).length
    const taken = await takenFiles(config)
    const good = taken.filter(({ bad }) => !bad)
    const asOf = newest(good)
    const told = `${good.length} files were taken in, ${taken.length - good.length} are in quarantine, ${waiting} wait in the drop folder.`
    if (asOf === undefined) return no('transient', `${told} Nothing that can be read has come yet.`)
    return { answered: true, asOf, tookMs: clock.now() - began, because: told }
  } catch (thrown) {
    return thrown instanceof Failure ? no(thrown.kind, thrown.message) : no('transient', reasonOf(thrown))
  }
}

async function* readFrom(
  config: FilesConfig,
  mapping: CsvMapping | undefined,
  clock: Clock,
  look: Looker,
  request: ReadRequest,
): AsyncGenerator<SourcePart> {
  const { signal, cursor, window } = request
  try {
    if (signal?.aborted) throw new Failure('transient', 'Reading the drop folder was called off.')
    await look(signal)
    const taken = await takenFiles(config)
    const asOf = newest(taken.filter(({ bad }) => !bad))
    const after = cursor === null ? 0 : deliveryOf(cursor)
    const before = taken.filter(({ bad, delivery }) => !bad && delivery <= after)
    const held = heldIn(cursor, config.deliveries === 'changes' ? newest(before) : undefined)
    yield* readDeliveries(taken, { config, mapping, clock, after, window, signal, held })
    if (asOf === undefined)
      throw new Failure(
        'transient',
        'Nothing that can be read has come into the drop folder yet. Look at its sender and at its quarantine.',
      )
    const delivery = Math.max(after, taken.at(-1)?.delivery ?? 0)
    const { spoke, doubled, files } = held
    const sections = Object.fromEntries([...spoke].filter(([, at]) => at < asOf))
    yield { type: 'end', asOf, cursor: { delivery, lists: Object.fromEntries(spoke), doubled, files }, sections }
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown
    throw new Failure('transient', `The drop folder could not be read (${reasonOf(thrown)}).`, { cause: thrown })
  }
}

function newest(files: TakenFile[]): Instant | undefined {
  return files.length === 0 ? undefined : Math.max(...files.map(({ asOf }) => asOf))
}

const heldShape = z.object({
  lists: z.record(z.string(), z.number()).optional(),
  doubled: z.array(z.string()).default([]),
  files: z.record(z.string(), z.array(z.string())).default({}),
})

/**
 * What a cursor holds besides its delivery. One from before lists had an age of their own does not say it: no list is then newer than what was taken in
 * by that time.
 */
function heldIn(cursor: ReadRequest['cursor'], takenBefore: Instant | undefined): HeldBefore {
  const { lists, doubled, files } = heldShape.safeParse(cursor ?? {}).data ?? { doubled: [], files: {} }
  const unsaid = cursor === null ? undefined : takenBefore
  const spoke = SECTION_NAMES.flatMap((name): [SectionName, Instant][] => {
    const at = lists === undefined ? unsaid : lists[name]
    return at === undefined ? [] : [[name, at]]
  })
  return { spoke: new Map(spoke), doubled, files }
}

function deliveryOf(cursor: NonNullable<ReadRequest['cursor']>): number {
  const { delivery } = cursor
  if (typeof delivery === 'number') return delivery
  throw new Failure('permanent', 'The cursor is not one of a drop folder. Read the source from the start.')
}
