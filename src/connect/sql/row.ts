import type { Instant } from '../../base/time.ts'
import { birthDateFrom } from '../../chart/birth-date.ts'
import type { Coding } from '../../chart/chart.ts'
import { isRoundedId } from '../same-id.ts'
import type { FieldSpec } from './mapping.ts'
import type { Row } from './session.ts'
import {
  centsFrom,
  dayFrom,
  instantOf,
  isDay,
  isMissing,
  isoFrom,
  partialDateFrom,
  textFromBytes,
  yesNoFrom,
} from './value.ts'

/** One query's fields, bound to the columns that its answer has. A field whose column is not there gives nothing. */
export type Binding = { fields: ReadonlyMap<string, BoundField>; zone: string }
type BoundField = { at: number; time: number; spec: FieldSpec }

export function bind(fields: Record<string, FieldSpec>, columns: string[], zone: string): Binding {
  const place = (column: string | undefined) => (column === undefined ? -1 : columns.indexOf(column))
  return {
    zone,
    fields: new Map(
      Object.entries(fields).map(([name, spec]) => [name, { at: place(spec.column), time: place(spec.time), spec }]),
    ),
  }
}

/**
 * Reads one row's fields as the caller wants them. What cannot be understood gives undefined and a fault, in words that hold nothing of the
 * row, so that no field is ever guessed and none is lost in silence.
 */
export class RowReader {
  readonly row: Row
  readonly faults: string[] = []
  readonly #binding: Binding

  constructor(binding: Binding, row: Row) {
    this.#binding = binding
    this.row = row
  }

  text(name: string): string | undefined {
    const word = this.#word(name)?.trim()
    if (word === undefined || !IDS.has(name) || !isRoundedId(word)) return word
    return this.#fault(name, 'holds a number that was rounded (1.23E+11), which others have too: give it as text')
  }

  /** The source's own word, whether the mapping knows it or not. */
  said(name: string): string | undefined {
    const raw = this.row[this.#binding.fields.get(name)?.at ?? -1]?.trim()
    return raw === undefined || raw === '' ? undefined : raw
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const word = this.#word(name)?.trim()
    if (word === undefined) return undefined
    const found = words.find((known) => known === word)
    return found ?? this.#fault(name, 'holds a word that the mapping does not know')
  }

  yesNo(name: string): boolean | undefined {
    return this.#read(name, yesNoFrom, 'holds something that is neither yes nor no')
  }

  day(name: string): string | undefined {
    return this.#read(name, (text, spec) => dayFrom(asIso(text, spec)), 'holds something that is not a date')
  }

  partialDate(name: string): string | undefined {
    return this.#read(name, (text, spec) => partialDateFrom(asIso(text, spec)), 'holds something that is not a date')
  }

  birthDate(name: string): string | undefined {
    const day = this.partialDate(name)
    return day === undefined
      ? undefined
      : (birthDateFrom(day) ?? this.#fault(name, 'holds a date that stands for none'))
  }

  instant(name: string): Instant | undefined {
    const time = this.#binding.fields.get(name)?.time ?? -1
    return this.#read(
      name,
      (text, spec) => {
        const date = time < 0 ? text : `${text.trim().slice(0, 10)} ${(this.row[time] ?? '').trim()}`
        return instantOf(asIso(date, spec), spec.zone ?? this.#binding.zone)
      },
      'holds something that is not a time',
    )
  }

  /** Whether a time is given as a day alone, and the mapping has no other column for the time of day. */
  isDayOnly(name: string): boolean {
    const field = this.#binding.fields.get(name)
    const word = this.#word(name)
    return field !== undefined && field.time < 0 && word !== undefined && isDay(asIso(word, field.spec).trim())
  }

  cents(name: string): number | undefined {
    return this.#read(name, (text, spec) => centsFrom(text, spec.unit ?? 'cents'), 'holds something that is not money')
  }

  codes(name: string): Coding[] {
    const word = this.#word(name)?.trim()
    const spec = this.#binding.fields.get(name)?.spec
    if (word === undefined || spec === undefined) return []
    if (spec.systems === undefined) return [{ system: spec.system ?? '', code: word }]
    const { systems } = spec
    return word.split(';').flatMap((one) => {
      const [prefix, code] = split(one.trim(), ':')
      const system = systems[prefix]
      if (one.trim() === '') return []
      if (system !== undefined && code !== '') return [{ system, code }]
      this.#fault(name, 'holds a code of a system that the mapping does not know')
      return []
    })
  }

  /** The text of a field that must be there; a missing one is a fault. */
  needed(name: string): string {
    const word = this.text(name)
    if (word === undefined) this.faults.push(`it has no ${name}`)
    return word ?? ''
  }

  #word(name: string): string | undefined {
    const field = this.#binding.fields.get(name)
    if (field === undefined) return undefined
    if (field.spec.const !== undefined) return field.spec.const
    const sent = this.row[field.at]
    const raw = IDS.has(name) ? sent : textFromBytes(sent)
    if (raw === false) return this.#fault(name, 'holds bytes that are no text in UTF-8')
    if (field.spec.map === undefined) return isMissing(raw) ? undefined : raw
    if (raw === null || raw === undefined) return undefined
    const mapped = meantBy(field.spec.map, raw)
    if (mapped !== undefined) return mapped
    if (field.spec.else !== undefined) return field.spec.else ?? undefined
    return raw.trim() === '' ? undefined : this.#fault(name, 'holds a word that the mapping does not know')
  }

  #read<Value>(
    name: string,
    from: (text: string, spec: FieldSpec) => Value | undefined,
    fault: string,
  ): Value | undefined {
    const word = this.#word(name)
    const spec = this.#binding.fields.get(name)?.spec
    if (word === undefined || spec === undefined) return undefined
    return from(word, spec) ?? this.#fault(name, fault)
  }

  #fault(name: string, says: string): undefined {
    const column = this.#binding.fields.get(name)?.spec.column
    const whole = column === undefined ? `${name} ${says}` : `${name} (column ${column}) ${says}`
    if (!this.faults.includes(whole)) this.faults.push(whole)
    return undefined
  }
}

/** Numbers that name somebody or something: they stay what the database sent, and a rounded one names nobody. */
const IDS = new Set(['id', 'patientId', 'mrn', 'patientMrn'])

const BOOLEANS = [
  ['t', 'true', '1'],
  ['f', 'false', '0'],
]

/** A map of yes and no alone holds for a boolean column however the engine writes it: `t`, `true` and `1` are one word there. */
function meantBy(map: Record<string, string>, raw: string): string | undefined {
  if (Object.hasOwn(map, raw)) return map[raw]
  const word = raw.trim()
  if (Object.hasOwn(map, word)) return map[word]
  const same = BOOLEANS.find((words) => words.includes(word.toLowerCase()))
  const isOfBooleans = Object.keys(map).every((key) => BOOLEANS.flat().includes(key.toLowerCase()))
  if (same === undefined || !isOfBooleans) return undefined
  const key = Object.keys(map).find((one) => same.includes(one.toLowerCase()))
  return key === undefined ? undefined : map[key]
}

function asIso(text: string, spec: FieldSpec): string {
  return spec.format === undefined ? text : (isoFrom(text, spec.format) ?? '')
}

function split(text: string, at: string): [string, string] {
  const found = text.indexOf(at)
  return found < 0 ? [text, ''] : [text.slice(0, found).trim(), text.slice(found + 1).trim()]
}
