import type { Instant } from '../../base/time.ts'
import { instantAt } from '../../base/zone.ts'
import type { CsvRule } from './csv-mapping.ts'
import { numberFrom } from './csv-number.ts'
import { isSpoiledId } from './spoiled.ts'

/** One line of a CSV file under its rule. What is filled and cannot be understood becomes a fault; the rest of the row is used. */
export type CsvRow = {
  text(field: string): string | undefined
  /** A day, or part of one: `2019`, `2019-03`. */
  day(field: string): string | undefined
  instant(field: string): Instant | undefined
  oneOf<Word extends string>(field: string, words: readonly Word[]): Word | undefined
  yesNo(field: string): boolean | undefined
  number(field: string): number | undefined
  /** Whether the mapping names a column for it. */
  maps(field: string): boolean
  /** What stands in its column, whether it is understood or not. */
  said(field: string): string | undefined
  readonly faults: string[]
}

/** How databases and spreadsheets write that there is nothing. A name such as Null is written otherwise. */
const NOTHING = new Set(['NULL', '\\N', '#N/A', '#NULL!', '(null)', '<NULL>'])
/** Numbers that name or reach somebody: never what a spreadsheet made of them. */
const NUMBERS =
  /^(id|mrn|patientId|patientMrn|memberId|group|lot|(.*\.)?(phone|fax|postalCode)|phone\..*|patientPhone)$/

export function rowOf(cells: { [column: string]: string }, rule: CsvRule, zone: string): CsvRow {
  const faults: string[] = []
  const fault = (field: string, what: string): undefined => {
    faults.push(`Column "${rule.fields[field]?.column}" holds no ${what}.`)
  }
  const text = (field: string): string | undefined => {
    const at = rule.fields[field]
    const cell = at === undefined ? '' : (cells[at.column] ?? '').trim()
    const written = NOTHING.has(cell) ? '' : cell
    if (NUMBERS.test(field) && isSpoiledId(written))
      return fault(
        field,
        'number as it was: a spreadsheet rounded it (1.23E+11), and others have the same. Export it as text',
      )
    if (at?.map === undefined || written === '') return written === '' ? undefined : written
    const meant = Object.hasOwn(at.map, written) ? at.map[written] : undefined
    return meant ?? fault(field, 'word that the mapping knows')
  }
  return {
    faults,
    text,
    maps: (field) => rule.fields[field] !== undefined,
    said(field) {
      const cell = (cells[rule.fields[field]?.column ?? ''] ?? '').trim()
      return cell === '' || NOTHING.has(cell) ? undefined : cell
    },
    day(field) {
      const written = text(field)
      if (written === undefined) return undefined
      return dayOf(written, rule.dates) ?? fault(field, `day as ${rule.dates}`)
    },
    instant(field) {
      const written = text(field)
      if (written === undefined) return undefined
      return instantOf(written, rule.dates, zone) ?? fault(field, `day and time as ${rule.dates} HH:MM`)
    },
    oneOf(field, words) {
      const written = text(field)
      if (written === undefined) return undefined
      return words.find((word) => word === written.toLowerCase()) ?? fault(field, `word of ${words.join(', ')}`)
    },
    yesNo(field) {
      const written = text(field)?.toLowerCase()
      if (written === undefined) return undefined
      if (['yes', 'y', 'true', 't', '1', 'x'].includes(written)) return true
      return ['no', 'n', 'false', 'f', '0'].includes(written) ? false : fault(field, 'yes or no')
    },
    number(field) {
      const written = text(field)
      if (written === undefined) return undefined
      const read = numberFrom(written, { semicolons: rule.delimiter === ';' })
      return read ?? fault(field, 'number that can be read in one way only')
    },
  }
}

/** A day by the rule's shape; ISO days and parts of them are always understood. */
function dayOf(written: string, shape: string): string | undefined {
  if (/^\d{4}(-\d\d)?$/.test(written)) return written
  const iso = /^(\d{4})-(\d\d)-(\d\d)/.exec(written)
  const parts = iso === null ? byShape(written, shape) : { year: iso[1], month: iso[2], day: iso[3] }
  if (parts === undefined) return undefined
  const day = `${parts.year}-${String(parts.month).padStart(2, '0')}-${String(parts.day).padStart(2, '0')}`
  const at = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? undefined : day
}

function byShape(written: string, shape: string): { year?: string; month?: string; day?: string } | undefined {
  const pattern = shape
    .replaceAll(/[.+*?^${}()|[\]\\]/g, '\\$&')
    .replace('YYYY', '(?<year>\\d{4})')
    .replace('MM', '(?<month>\\d{1,2})')
    .replace('DD', '(?<day>\\d{1,2})')
  return new RegExp(`^${pattern}`).exec(written)?.groups
}

function instantOf(written: string, shape: string, zone: string): Instant | undefined {
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(written)) {
    const at = Date.parse(written.replace(' ', 'T'))
    return Number.isNaN(at) ? undefined : at
  }
  const day = dayOf(written, shape)
  if (day === undefined || day.length < 10) return undefined
  const clock = /[ T](\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([ap]\.?m\.?)?$/i.exec(written)
  if (clock === null) return /[ T]/.test(written) ? undefined : instantAt(day, '00:00', zone)
  const half = clock[4]?.[0]?.toLowerCase()
  const hour = half === undefined ? Number(clock[1]) : (Number(clock[1]) % 12) + (half === 'p' ? 12 : 0)
  if (hour > 23 || Number(clock[2]) > 59 || Number(clock[3] ?? 0) > 59) return undefined
  return instantAt(day, `${String(hour).padStart(2, '0')}:${clock[2]}:${clock[3] ?? '00'}`, zone)
}
