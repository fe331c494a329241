import { readFile } from 'node:fs/promises'
import { Failure } from '../../base/failure.ts'
import type { Clock, Instant } from '../../base/time.ts'
import { addDays, dayOf, instantAt } from '../../base/zone.ts'
import type { AppointmentChange, ChartChange } from '../../chart/change.ts'
import type { Appointment, SectionName } from '../../chart/chart.ts'
import type { Directory, FhirContext } from '../../chart/fhir/mapped.ts'
import type { SetAside, SourcePart } from '../ehr.ts'
import { makeTeller } from './changes.ts'
import type { FilesConfig } from './config.ts'
import { csvTold, seeIds } from './csv-file.ts'
import { type CsvMapping, ruleFor } from './csv-mapping.ts'
import { REASON_ENDING, type TakenFile } from './drop-folder.ts'
import { directoryOf, fhirTold } from './fhir-file.ts'
import { makeHeap } from './heap.ts'
import { kindOf } from './kind.ts'
import { IdsSeen } from './spoiled.ts'
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
  /** When each list was last spoken of; what is read adds to it. */
  spoke: Map<SectionName, Instant>
  /** Ids that name two different people in what is read now. */
  doubled?: ReadonlySet<string>
}

/** What the deliveries after the cursor tell. Of snapshots only the last one counts, since it is all there is. */
export async function* readDeliveries(taken: TakenFile[], reader: Reader): AsyncGenerator<SourcePart> {
  const fresh = taken.filter(({ delivery }) => delivery > reader.after)
  for (const file of fresh) if (file.bad) yield { type: 'set-aside', records: [await quarantined(file, reader)] }
  const good = fresh.filter(({ bad }) => !bad)
  if (good.length === 0) return
  const { recordBytes } = reader.config.limits
  const last = good.at(-1)?.delivery
  const files = reader.config.deliveries === 'snapshot' ? good.filter(({ delivery }) => delivery === last) : good
  const knowing = { ...reader, doubled: await doubledIn(files, reader) }
  const directory = await directoryOf(files, recordBytes)
  yield* reader.config.deliveries === 'snapshot'
    ? readSnapshot(files, directory, knowing)
    : readChanges(files, directory, knowing)
}

/** Ids that name two people in one file. In another delivery the same id may name another person by mistake; the hub looks at that. */
async function doubledIn(files: TakenFile[], { config, mapping }: Reader): Promise<ReadonlySet<string>> {
  const doubled = new Set<string>()
  for (const file of files) {
    const rule = kindOf(file.name) === 'csv' ? ruleFor(file.name, mapping) : undefined
    if (rule === undefined) continue
    const seen = new IdsSeen()
    const context = { sourceId: config.id, asOf: file.asOf, zone: config.zone }
    await seeIds(file, rule, context, config.limits.recordBytes, seen)
    for (const id of seen.doubled) doubled.add(id)
  }
  return doubled
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

async function* readChanges(files: TakenFile[], directory: Directory, reader: Reader): AsyncGenerator<SourcePart> {
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
        for (const name of sectionsOf(told.mapped)) reader.spoke.set(name, file.asOf)
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

async function* readSnapshot(files: TakenFile[], directory: Directory, reader: Reader): AsyncGenerator<SourcePart> {
  const { config } = reader
  const asOf = Math.max(...files.map((file) => file.asOf))
  const heap = makeHeap({ sourceId: config.id, asOf, carries: config.carries })
  const aside = makeAside(reader)
  for (const [at, file] of files.entries()) {
    for await (const batch of toldBy({ ...file, asOf }, directory, reader)) {
      for (const told of batch) {
        heap.add(told.mapped)
        if (told.mapped.type === 'set-aside') aside.keep(file, told, told.mapped)
      }
    }
    yield { type: 'progress', done: at + 1, of: files.length, what: 'files' }
  }
  const { charts, strangers } = heap.charts()
  for (let from = 0; from < charts.length; from += BATCH)
    yield { type: 'charts', changes: charts.slice(from, from + BATCH).map((chart) => ({ type: 'chart', chart })) }
  const [first] = files
  for (const { patientId, entries } of first === undefined ? [] : strangers)
    if (first !== undefined)
      aside.keep(
        first,
        { where: `delivery ${first.delivery}, patient ${patientId}`, raw: () => '' },
        { because: `${entries} entries belong to a patient who was not in the delivery.`, patientId },
      )
  yield* aside.flushed()
  // Whoever has a number that names two people is still somebody: nothing under it is taken away.
  const named = [...charts.map(({ patient }) => patient.id), ...(reader.doubled ?? [])]
  if (charts.length > 0) yield { type: 'panel', patientIds: named }
  yield* scheduleOf(heap.appointments, reader)
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

async function* toldBy(file: TakenFile, directory: Directory, reader: Reader): AsyncGenerator<Told[]> {
  const { config, mapping, signal } = reader
  const context: FhirContext = { sourceId: config.id, asOf: file.asOf, zone: config.zone, directory }
  const rule = kindOf(file.name) === 'csv' ? ruleFor(file.name, mapping) : undefined
  if (kindOf(file.name) === 'csv' && rule === undefined) {
    const because = 'No rule of the mapping fits its name any more; nothing of it was used.'
    yield [{ mapped: { type: 'set-aside', because }, where: file.name, raw: () => '' }]
    return
  }
  const { recordBytes } = config.limits
  for await (const told of rule === undefined
    ? fhirTold(file, context, recordBytes)
    : csvTold(file, rule, context, recordBytes, reader.doubled)) {
    if (signal?.aborted) throw new Failure('transient', 'Reading the drop folder was called off.')
    yield told
  }
}

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
  let serial = 0
  return {
    keep(file, { where, raw }, { because, patientId, section }) {
      serial += 1
      const key = `${config.id}/${file.delivery}.${file.place}/${where}#${serial}`
      records.push({
        key,
        where,
        because,
        raw: raw().slice(0, MOST_RAW),
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
