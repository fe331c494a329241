import { readFile } from 'node:fs/promises'
import { Failure } from '../../base/failure.ts'
import { sha256Hex } from '../../base/hash.ts'
import type { Clock, Instant } from '../../base/time.ts'
import { addDays, dayOf, instantAt } from '../../base/zone.ts'
import type { AppointmentChange, ChartChange } from '../../chart/change.ts'
import { type Appointment, type Chart, SECTION_NAMES, type SectionName } from '../../chart/chart.ts'
import type { Directory, FhirContext } from '../../chart/fhir/mapped.ts'
import type { SetAside, SourcePart } from '../ehr.ts'
import { makeTeller } from './changes.ts'
import type { FilesConfig } from './config.ts'
import { csvTold } from './csv-file.ts'
import { type CsvMapping, ruleFor } from './csv-mapping.ts'
import { type DoubledIds, doubledIds, withoutDoubled } from './doubled-ids.ts'
import { REASON_ENDING, type TakenFile } from './drop-folder.ts'
import { directoryOf, fhirTold } from './fhir-file.ts'
import { makeHeap } from './heap.ts'
import { kindOf } from './kind.ts'
import { type FilesOfDelivery, filesOf, keptLists, lackingIn, withoutLists } from './snapshot-lists.ts'
import { takenName } from './taken-name.ts'
import type { Told } from './told.ts'

const BATCH = 1000
const MOST_RAW = 20_000

export type Reader = {
  config: FilesConfig
  mapping: CsvMapping | undefined
  clock: Clock
  /** Deliveries up to this one were read before. */
  after: number
  window: { from: Instant; to: Instant }
  signal: AbortSignal | undefined
  /** What earlier reads left in the cursor; what is read is added to it. */
  held: HeldBefore
}

/** What a drop folder keeps between reads besides the number of the last delivery. */
export type HeldBefore = {
  /** When each list was last spoken of. */
  spoke: Map<SectionName, Instant>
  /** Ids that named two people when they were last named. */
  doubled: string[]
  /** The CSV files of the last snapshot. */
  files: FilesOfDelivery
}

type Reading = Reader & { doubledIds: DoubledIds }

/** What the deliveries after the cursor tell. Of snapshots only the last one counts, since it is all there is. */
export async function* readDeliveries(taken: TakenFile[], reader: Reader): AsyncGenerator<SourcePart> {
  const fresh = taken.filter(({ delivery }) => delivery > reader.after)
  for (const file of fresh) if (file.bad) yield { type: 'set-aside', records: [await quarantined(file, reader)] }
  const good = fresh.filter(({ bad }) => !bad)
  if (good.length === 0) return
  const { config, mapping, held } = reader
  const isSnapshot = config.deliveries === 'snapshot'
  const last = good.at(-1)?.delivery
  const files = isSnapshot ? good.filter(({ delivery }) => delivery === last) : good
  const reading = {
    ...reader,
    doubledIds: await doubledIds(files, { config, mapping }, isSnapshot ? [] : held.doubled),
  }
  const directory = await directoryOf(files, config.limits.recordBytes)
  if (isSnapshot) {
    const bad = fresh.filter((file) => file.bad && file.delivery === last)
    yield* readSnapshot(files, bad, directory, reading)
  } else yield* readChanges(files, directory, reading)
  held.doubled = reading.doubledIds.last()
}

async function quarantined(file: TakenFile, { config }: Reader): Promise<SetAside> {
  let because = 'Nothing in it could be used.'
  try {
    because = (await readFile(`${file.path}${REASON_ENDING}`, 'utf8')).split('\n', 1)[0] ?? because
  } catch {
    // The note was deleted; that the file is in quarantine is still told.
  }
  return { key: `${config.id}/${takenName(file)}`, where: file.name, because, raw: '', at: file.asOf }
}

async function* readChanges(files: TakenFile[], directory: Directory, reader: Reading): AsyncGenerator<SourcePart> {
  const { config } = reader
  let charts: ChartChange[] = []
  let appointments: AppointmentChange[] = []
  const open: Open = new Map()
  const aside = makeAside(reader)
  function* flushed(): Generator<SourcePart> {
    open.clear()
    if (charts.length > 0) yield { type: 'charts', changes: charts }
    if (appointments.length > 0) yield { type: 'appointments', changes: appointments }
    charts = []
    appointments = []
    yield* aside.flushed()
  }
  for (const [at, file] of files.entries()) {
    const teller = makeTeller({ sourceId: config.id, at: file.asOf })
    for await (const batch of toldBy(file, directory, reader)) {
      for (const told of batch) {
        if (told.mapped.type === 'set-aside') aside.keep(file, told, told.mapped)
        for (const name of sectionsOf(told.mapped)) spokeOf(reader, name, file.asOf)
        const said = teller.tell(told.mapped)
        for (const change of said.charts) gather(charts, open, change)
        appointments.push(...said.appointments)
        if (charts.length + appointments.length + aside.size() >= BATCH) yield* flushed()
      }
    }
    charts.push(...teller.finish())
    yield* flushed()
    yield { type: 'progress', done: at + 1, of: files.length, what: 'files' }
  }
}

function spokeOf({ held }: Reader, name: SectionName, asOf: Instant): void {
  held.spoke.set(name, Math.max(asOf, held.spoke.get(name) ?? 0))
}

function sectionsOf(mapped: Told['mapped']): readonly SectionName[] {
  if (mapped.type === 'entry' || mapped.type === 'absent') return [mapped.section]
  return mapped.type === 'left-out' ? mapped.sections : []
}

type Open = Map<string, ChartChange & { type: 'upsert' }>

/** Entries of one list that follow each other are one change; whatever takes something away stands between them. */
function gather(charts: ChartChange[], open: Open, change: ChartChange): void {
  if (change.type === 'upsert') {
    const key = `${change.patientId} ${change.section}`
    const before = open.get(key)
    if (before !== undefined) {
      const entries: { id: string }[] = before.entries
      entries.push(...change.entries)
      return
    }
    open.set(key, change)
  } else if (change.type !== 'patient') open.clear()
  charts.push(change)
}

async function* readSnapshot(
  files: TakenFile[],
  bad: TakenFile[],
  directory: Directory,
  reader: Reading,
): AsyncGenerator<SourcePart> {
  const { config, mapping, held } = reader
  const asOf = Math.max(...files.map((file) => file.asOf))
  const here = filesOf(files, mapping)
  const lacking = lackingIn(held.files, here, filesOf(bad, mapping))
  const present = new Set(SECTION_NAMES.filter((name) => name in here))
  const heap = makeHeap({ sourceId: config.id, asOf })
  const aside = makeAside(reader)
  for (const [at, file] of files.entries()) {
    for await (const batch of toldBy({ ...file, asOf }, directory, reader)) {
      for (const told of batch) {
        heap.add(told.mapped)
        for (const name of sectionsOf(told.mapped)) present.add(name)
        if (told.mapped.type === 'set-aside') aside.keep(file, told, told.mapped)
      }
    }
    yield { type: 'progress', done: at + 1, of: files.length, what: 'files' }
  }
  const kept = keptLists(lacking, present, held.spoke.keys())
  // A list that nobody has an entry of, in a delivery without a file of it, was not sent: it is not everybody's list that is empty.
  const { charts, strangers } = heap.charts(config.carries.filter((name) => present.has(name) && !kept.has(name)))
  for (let from = 0; from < charts.length; from += BATCH)
    yield { type: 'charts', changes: charts.slice(from, from + BATCH).flatMap((chart) => changesOf(chart, kept)) }
  const [first] = files
  if (first === undefined) return
  for (const { patientId, entries } of strangers) {
    const because = `${entries} entries belong to a patient who was not in the delivery.`
    aside.keep(
      first,
      { where: `delivery ${first.delivery}, patient ${patientId}`, raw: () => '' },
      { because, patientId },
    )
  }
  for (const what of new Set([...lacking, ...kept])) {
    const because = `The delivery has no ${what}, or not all files of them, as the one before had. What is known of them is kept, and is as old as it was. Drop all files together.`
    aside.keep(first, { where: `delivery ${first.delivery}`, raw: () => '' }, { because })
  }
  yield* aside.flushed()
  // Whoever has a number that names two people is still somebody: nothing under it is taken away.
  const named = [...charts.map(({ patient }) => patient.id), ...reader.doubledIds.at(first)]
  if (charts.length > 0 && !lacking.has('patients')) yield { type: 'panel', patientIds: named }
  if (!lacking.has('appointments')) yield* scheduleOf(heap.appointments, reader)
  else yield* visitsOf(heap.appointments)
  for (const name of present) if (!kept.has(name)) spokeOf(reader, name, asOf)
  if (lacking.size === 0) held.files = here
}

function changesOf(chart: Chart, kept: ReadonlySet<SectionName>): ChartChange[] {
  return kept.size === 0 ? [{ type: 'chart', chart }] : withoutLists(chart, kept)
}

/** Visits of a delivery that has not all of them: none is taken away. */
function* visitsOf(appointments: Appointment[]): Generator<SourcePart> {
  if (appointments.length > 0)
    yield { type: 'appointments', changes: appointments.map((appointment) => ({ type: 'appointment', appointment })) }
}

/** The days that the delivery speaks of, as far as they are wanted: of other days it says nothing. */
function* scheduleOf(appointments: Appointment[], { config, window }: Reader): Generator<SourcePart> {
  const starts = appointments.map(({ start }) => start)
  if (starts.length === 0) return
  const earliest = starts.reduce((a, b) => Math.min(a, b))
  const latest = starts.reduce((a, b) => Math.max(a, b))
  const from = Math.max(window.from, instantAt(dayOf(earliest, config.zone), '00:00', config.zone))
  const to = Math.min(window.to, instantAt(addDays(dayOf(latest, config.zone), 1), '00:00', config.zone))
  if (from >= to) return
  const within = appointments.filter(({ start }) => start >= from && start < to)
  yield { type: 'schedule', window: { from, to }, appointments: within }
}

async function* toldBy(file: TakenFile, directory: Directory, reader: Reading): AsyncGenerator<Told[]> {
  const { config, mapping, signal } = reader
  const context: FhirContext = { sourceId: config.id, asOf: file.asOf, zone: config.zone, directory }
  const rule = kindOf(file.name) === 'csv' ? ruleFor(file.name, mapping) : undefined
  if (kindOf(file.name) === 'csv' && rule === undefined) {
    const because = 'No rule of the mapping fits its name any more; nothing of it was used.'
    yield [{ mapped: { type: 'set-aside', because }, where: file.name, raw: () => '' }]
    return
  }
  const { recordBytes } = config.limits
  const doubled = reader.doubledIds.at(file)
  for await (const told of rule === undefined
    ? fhirTold(file, context, recordBytes)
    : csvTold(file, rule, context, recordBytes)) {
    if (signal?.aborted) throw new Failure('transient', 'Reading the drop folder was called off.')
    yield doubled.size === 0 ? told : told.flatMap((one) => withoutDoubled(one, doubled))
  }
}

/** A record has one key whenever and wherever it is read again: of what it says and what is wrong with it, and which of its like in its file. */
function makeAside({ config }: Reader): {
  keep(
    file: TakenFile,
    told: Pick<Told, 'where' | 'raw'>,
    fault: { because: string; patientId?: string; section?: SectionName },
  ): void
  size(): number
  flushed(): Generator<SourcePart>
} {
  let records: SetAside[] = []
  let like = new Map<string, number>()
  let fileOf: string | undefined
  return {
    keep(file, { where, raw }, { because, patientId, section }) {
      const name = `${file.delivery}.${file.place}`
      if (name !== fileOf) like = new Map()
      fileOf = name
      const whole = raw()
      const said = [whole === '' ? where.replace(/^delivery \d+/, '') : whole, because, patientId ?? '', section ?? '']
      const hash = sha256Hex(said.join('\n')).slice(0, 24)
      const nth = (like.get(hash) ?? 0) + 1
      like.set(hash, nth)
      records.push({
        key: `${config.id}/${hash}${nth === 1 ? '' : `#${nth}`}`,
        where,
        because,
        raw: whole.slice(0, MOST_RAW),
        at: file.asOf,
        ...(patientId === undefined ? {} : { patientId }),
        ...(section === undefined ? {} : { section }),
      })
    },
    size: () => records.length,
    *flushed() {
      if (records.length > 0) yield { type: 'set-aside', records }
      records = []
    },
  }
}
