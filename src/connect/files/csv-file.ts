import { sha256Hex } from '../../base/hash.ts'
import { SECTION_NAMES, type SectionName } from '../../chart/chart.ts'
import type { FhirContext, Mapped } from '../../chart/fhir/mapped.ts'
import { isRoundedId } from '../same-id.ts'
import { mappedRow } from './csv-entry.ts'
import { csvLines, namesIn } from './csv-lines.ts'
import type { CsvRule } from './csv-mapping.ts'
import { type CsvRow, rowOf } from './csv-row.ts'
import { surveyed } from './csv-survey.ts'
import type { TakenFile } from './drop-folder.ts'
import type { IdsSeen } from './spoiled.ts'
import { misunderstood, type Told } from './told.ts'

const AT_ONCE = 500

/** The rows of a CSV file, some at once. */
export async function* csvTold(...asked: Parameters<typeof rowsTold>): AsyncGenerator<Told[]> {
  let told: Told[] = []
  for await (const one of rowsTold(...asked)) {
    told.push(one)
    if (told.length < AT_ONCE) continue
    yield told
    told = []
  }
  yield told
}

async function* rowsTold(
  file: TakenFile,
  rule: CsvRule,
  context: Pick<FhirContext, 'sourceId' | 'asOf' | 'zone'>,
  mostBytes: number,
): AsyncGenerator<Told> {
  const { columns, marks } = await surveyed(file.path, file.name, rule, mostBytes)
  const own = makeOwnIds()
  const isTaken = makeVisitIds()
  let head: string | undefined
  for await (const one of csvLines(file.path, file.name, rule, mostBytes)) {
    const where = `${file.name}:${one.line}`
    if ('because' in one) {
      yield misunderstood(one.because, where, one.raw)
      continue
    }
    head ??= one.raw
    // Files that were put together have the first line of each.
    if (namesIn([one.raw])[0] === namesIn([head])[0]) continue
    const filled = fitted(one.cells, columns)
    if (filled === undefined) {
      yield misunderstood(`The line has ${one.cells.length} columns, and line 1 has ${columns.length}.`, where, one.raw)
      continue
    }
    const cells = Object.fromEntries(
      columns.flatMap((column, at) => (column === undefined ? [] : [[column, filled[at] ?? '']])),
    )
    const row = rowOf(cells, { rule, zone: context.zone, marks })
    const mapped = own(mappedRow(rule.holds, row, context))
    if (hidesLines(one.raw, rule.delimiter, columns.length)) row.faults.push(HIDES_LINES)
    if (isTaken(mapped)) row.faults.push(TAKEN)
    for (const fault of row.faults) yield misunderstood(fault, where, one.raw, whoseRow(rule, row))
    if (mapped.type !== 'set-aside' || row.faults.length === 0)
      yield {
        mapped: mapped.type === 'set-aside' ? { ...whoseRow(rule, row), ...mapped } : mapped,
        where,
        raw: () => one.raw,
      }
  }
}

/** Notes the patients of a file, of which several rows may have one id. */
export async function seeIds(
  file: TakenFile,
  rule: CsvRule,
  context: Pick<FhirContext, 'sourceId' | 'asOf' | 'zone'>,
  mostBytes: number,
  seen: IdsSeen,
): Promise<void> {
  if (rule.holds !== 'patients') return
  for await (const { mapped } of rowsTold(file, rule, context, mostBytes))
    if (mapped.type === 'patient') seen.see(mapped.patient.id, mapped.patient)
}

/** Entries of one list that share a number but not what they say are two: neither may take the other's place. */
function makeOwnIds(): (mapped: Mapped) => Mapped {
  const seen = new Map<string, string>()
  return (mapped) => {
    if (mapped.type !== 'entry') return mapped
    const { entry } = mapped
    const says = sha256Hex(JSON.stringify(entry)).slice(0, 16)
    for (let nth = 1; ; nth++) {
      const id = nth === 1 ? entry.id : `${entry.id}#${nth}`
      const key = `${mapped.patientId} ${mapped.section} ${id}`
      const before = seen.get(key)
      if (before !== undefined && before !== says) continue
      seen.set(key, says)
      if (nth > 1) Object.assign(entry, { id })
      return mapped
    }
  }
}

const TAKEN = 'Its id is that of a visit of another patient in this file. Both are shown.'

/** Whether an id is that of somebody else's visit in this file: the visit gets one with its patient, as one of a group has. */
function makeVisitIds(): (mapped: Mapped) => boolean {
  const first = new Map<string, string>()
  return (mapped) => {
    if (mapped.type !== 'appointment') return false
    const { appointment } = mapped
    const whose = appointment.patientId ?? appointment.patientName
    const before = first.get(appointment.id)
    if (before === undefined) first.set(appointment.id, whose)
    if (before === undefined || before === whose) return false
    Object.assign(appointment, { id: `${appointment.id}/${whose}` })
    return true
  }
}

const HIDES_LINES =
  'The line holds others within quotes that look like lines of the table: where a quote is missing, what they say is lost.'

/** Whether each line of a record of several could be a record itself: a quote that is not closed swallows what follows. */
function hidesLines(raw: string, delimiter: string, columns: number): boolean {
  const lines = raw.split(/\r\n|\r|\n/)
  return lines.length > 1 && columns > 2 && lines.every((line) => line.split(delimiter).length >= columns)
}

/** A line with empty cells too many at its end, as some programs write them, is the line without them. */
function fitted(cells: string[], columns: (string | undefined)[]): string[] | undefined {
  if (cells.length === columns.length) return cells
  const rest = cells.length > columns.length ? cells.slice(columns.length) : columns.slice(cells.length)
  return rest.every((cell) => (cell ?? '').trim() === '') ? cells.slice(0, columns.length) : undefined
}

function whoseRow(rule: CsvRule, row: CsvRow): { patientId?: string; section?: SectionName } {
  const patientId = row.said(rule.holds === 'patients' ? 'id' : 'patientId')
  const section = SECTION_NAMES.find((name) => name === rule.holds)
  if (patientId === undefined || isRoundedId(patientId) || patientId.includes('\uFFFD')) return {}
  return { patientId, ...(section === undefined ? {} : { section }) }
}
