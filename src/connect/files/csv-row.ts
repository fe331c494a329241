import type { Instant } from '../../base/time.ts'
import { instantAt } from '../../base/zone.ts'
import { isRoundedId } from '../same-id.ts'
import type { CsvRule } from './csv-mapping.ts'
import { type DecimalMark, numberFrom } from './csv-number.ts'
import { isLostCell, isMadeDay, withoutGuard } from './spoiled.ts'
import { isNoDate, isNothing, namesNobody, saysNothing } from './words-for-nothing.ts'

/** One line of a CSV file under its rule. What is filled and cannot be understood becomes a fault; the rest of the row is used. */
export type CsvRow = {
  text(field: string): string | undefined
  /** A day, or part of one: `2019`, `2019-03`. */
  day(field: string): string | undefined
  instant(field: string): Instant | undefined
  oneOf<Word extends string>(field: string, words: readonly Word[]): Word | undefined
  yesNo(field: string): boolean | undefined
  number(field: string): number | undefined
  /** An amount of money; less than a cent is no amount. */
  cents(field: string): number | undefined
  /** What stands in its column, whether it is understood or not. */
  said(field: string): string | undefined
  readonly faults: string[]
}

/** Numbers that name a patient: never what a spreadsheet made of them. */
const NAMES = /^(id|mrn|patientId|patientMrn)$/
/** Other numbers that are no amounts. Some have letters of their own (`12E4`), so only a rounded one's mark or sign spoils them. */
const NUMBERS = /^(memberId|group|lot|authorization|(.*\.)?(phone|fax|postalCode)|phone\..*|patientPhone)$/
const CODES = /^(code|providerId|locationId)$/
const DATES = /^((patientB|b)irthDate|onset|start|end|at|orderedAt|day|lastRefill|eligibilityCheckedOn)$/
const MEASURES = /^(value|referenceRange|dosage)$/
const WORDS = /^(balanceDue|minutes|text)$/

export type RowOptions = {
  rule: CsvRule
  zone: string
  /** How the numbers of each field are written in this file, where they show it. */
  marks?: ReadonlyMap<string, DecimalMark>
}

export function rowOf(cells: { [column: string]: string }, { rule, zone, marks }: RowOptions): CsvRow {
  const faults: string[] = []
  const fault = (field: string, says: string): undefined => {
    const whole = `Column "${rule.fields[field]?.column}" holds ${says}.`
    if (!faults.includes(whole)) faults.push(whole)
  }
  const cellOf = (field: string): string => withoutGuard((cells[rule.fields[field]?.column ?? ''] ?? '').trim())
  const text = (field: string): string | undefined => {
    const at = rule.fields[field]
    const written = cellOf(field)
    if (at === undefined || isNothing(written)) return undefined
    if (at.map !== undefined && Object.hasOwn(at.map, written)) return at.map[written]
    if (isLostCell(written)) return fault(field, 'an error of a spreadsheet: what stood there was lost')
    if (nothingIn(field, written)) return undefined
    if (isSpoiled(field, written)) return fault(field, NO_NUMBER)
    if (MEASURES.test(field) && isMadeDay(written))
      return fault(field, 'a day that a spreadsheet made of it (1-2 becomes 2-Jan). Export it as text')
    if (written.includes('\uFFFD')) fault(field, 'letters that were lost before the file came here')
    return at.map === undefined ? written : fault(field, 'no word that the mapping knows')
  }
  return {
    faults,
    text,
    said(field) {
      const cell = cellOf(field)
      return isNothing(cell) ? undefined : cell
    },
    day(field) {
      const written = text(field)
      if (written === undefined) return undefined
      return dayOf(written, rule.dates) ?? fault(field, `no day as ${rule.dates}`)
    },
    instant(field) {
      const written = text(field)
      if (written === undefined) return undefined
      return instantOf(written, rule.dates, zone) ?? fault(field, `no day and time as ${rule.dates} HH:MM`)
    },
    oneOf(field, words) {
      const written = text(field)
      if (written === undefined) return undefined
      return words.find((word) => word === written.toLowerCase()) ?? fault(field, `no word of ${words.join(', ')}`)
    },
    yesNo(field) {
      const written = text(field)?.toLowerCase()
      if (written === undefined) return undefined
      if (['yes', 'y', 'true', 't', '1', 'x'].includes(written)) return true
      return ['no', 'n', 'false', 'f', '0'].includes(written) ? false : fault(field, 'no yes or no')
    },
    number(field) {
      const written = text(field)
      if (written === undefined) return undefined
      return numberFrom(written, marks?.get(field)) ?? fault(field, 'no number that can be read in one way only')
    },
    cents(field) {
      const amount = this.number(field)
      if (amount === undefined) return undefined
      const cents = Math.round(amount * 100)
      return Math.abs(amount * 100 - cents) < 0.001 ? cents : fault(field, 'no amount in whole cents')
    },
  }
}

const NO_NUMBER =
  'no number as it was: a spreadsheet rounded it (1.23E+11) or letters of it were lost, and others have the same. Export it as text'

function isSpoiled(field: string, written: string): boolean {
  if (NAMES.test(field)) return isRoundedId(written) || written.includes('\uFFFD')
  return (NUMBERS.test(field) || CODES.test(field)) && isRoundedId(written) && /[.,+-]/.test(written)
}

/** What stands for nothing depends on the field: "none" is no telephone number, and may be an allergy's own word. */
function nothingIn(field: string, written: string): boolean {
  if (NAMES.test(field) || NUMBERS.test(field)) return namesNobody(written)
  if (DATES.test(field)) return isNoDate(written)
  return WORDS.test(field) && saysNothing(written)
}

/** A day by the rule's shape; ISO days and parts of them are always understood. */
function dayOf(written: string, shape: string): string | undefined {
  const part = /^(\d{4})(?:-(0[1-9]|1[0-2]))?$/.exec(written)
  if (part !== null) return isYear(part[1]) ? written : undefined
  const iso = /^(\d{4})-(\d\d)-(\d\d)(?![^ T])/.exec(written)
  const parts = iso === null ? byShape(written, shape) : { year: iso[1], month: iso[2], day: iso[3] }
  if (parts === undefined || !isYear(parts.year)) return undefined
  const day = `${parts.year}-${String(parts.month).padStart(2, '0')}-${String(parts.day).padStart(2, '0')}`
  const at = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? undefined : day
}

/** Four digits may be a spreadsheet's count of days since 1900; no such count of a living person's days is one of these years. */
function isYear(text: string | undefined): boolean {
  return text !== undefined && Number(text) >= 1850 && Number(text) <= 2199
}

function byShape(written: string, shape: string): { year?: string; month?: string; day?: string } | undefined {
  const pattern = shape
    .replaceAll(/[.+*?^${}()|[\]\\]/g, '\\$&')
    .replace('YYYY', '(?<year>\\d{4})')
    .replace('MM', '(?<month>\\d{1,2})')
    .replace('DD', '(?<day>\\d{1,2})')
  return new RegExp(`^${pattern}(?![^ T])`).exec(written)?.groups
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
