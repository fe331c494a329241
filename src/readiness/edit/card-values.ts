import { canonicalJson } from '../../base/hash.ts'
import { blankIn } from '../plan/blank.ts'
import { WEEKDAYS } from '../shape/week.ts'
import type { Asked, Card } from './cards.ts'
import { groupIn, isGroup, type Row, rowsIn, type Value, type Values, wordsIn } from './value-parts.ts'

/** An entry as a form shows it. A blank shows as an empty field; what belongs there is told by `blanksOf`. */
export function valuesOf({ asks }: Card, entry: unknown): Values {
  return Object.fromEntries(asks.map((asked) => [asked.key, valueOf(asked, at(entry, asked.key))]))
}

function valueOf(asked: Asked, held: unknown): Value {
  if (asked.kind === 'ticks' || asked.kind === 'order') return listOf(held).map(textOf)
  if (asked.kind === 'rows') return listOf(held).map((one) => rowOf(asked, one))
  if (asked.kind === 'week') {
    const always = held === 'always' ? 'yes' : ''
    return { always, ...Object.fromEntries(WEEKDAYS.map((day) => [day, textOf(at(held, day))])) }
  }
  if (asked.kind === 'agreement')
    return { none: held === 'none' ? 'yes' : '', signed: textOf(at(held, 'signed')), until: textOf(at(held, 'until')) }
  return textOf(held)
}

function rowOf({ key, columns }: Extract<Asked, { kind: 'rows' }>, held: unknown): Row {
  // A telephone may be written as its number alone.
  const group = typeof held === 'string' && key === 'phones' ? { number: held, kind: 'mobile' } : held
  return Object.fromEntries(
    columns.map((column) => {
      const found = at(group, column.key)
      if (column.kind === 'order') return [column.key, listOf(found).map(textOf)]
      return [column.key, found === undefined && column.key === 'kind' ? 'mobile' : textOf(found)]
    }),
  )
}

/** What belongs into each blank of an entry, by key. */
export function blanksOf({ asks }: Card, entry: unknown): ReadonlyMap<string, string> {
  return new Map(
    asks.flatMap(({ key }) => {
      const held = at(entry, key)
      const blank = typeof held === 'string' ? blankIn(held) : undefined
      return blank === undefined ? [] : [[key, blank]]
    }),
  )
}

export type Sent = { text: (name: string) => string; all: (name: string) => string[] }

/** What came back from the form: rows and places that were left or made empty are gone. Fields are named `key-row-column`. */
export function sentValues({ asks }: Card, sent: Sent): Values {
  return Object.fromEntries(asks.map((asked) => [asked.key, sentValue(asked, sent)]))
}

const MOST_ROWS = 100

function sentValue(asked: Asked, sent: Sent): Value {
  const name = nameOf(asked.key)
  const each = (keys: readonly string[]): Value =>
    Object.fromEntries(keys.map((key) => [key, sent.text(`${name}-${key}`)]))
  if (asked.kind === 'ticks' || asked.kind === 'order') return sent.all(name).filter((one) => one !== '')
  if (asked.kind === 'rows') return sentRows(asked, name, sent)
  if (asked.kind === 'week') return each(['always', ...WEEKDAYS])
  if (asked.kind === 'agreement') return each(['none', 'signed', 'until'])
  return sent.text(name)
}

function sentRows(asked: Extract<Asked, { kind: 'rows' }>, name: string, sent: Sent): Row[] {
  const rows: Row[] = []
  const count = Math.min(MOST_ROWS, Number(sent.text(`${name}-count`)) || 0)
  for (let nth = 0; nth < count; nth++) {
    const row = Object.fromEntries(
      asked.columns.map((column) => {
        const field = `${name}-${nth}-${column.key}`
        if (column.kind === 'order') return [column.key, sent.all(field).filter((one) => one !== '')]
        const typed = sent.text(field)
        return [column.key, column.kind === 'moment' ? typed.replace('T', ' ').slice(0, 16) : typed]
      }),
    )
    if (!isEmptyRow(asked, row)) rows.push(row)
  }
  return rows
}

/** A row whose fields are empty but for those that always hold something (which kind of telephone) is no row. */
function isEmptyRow({ columns }: Extract<Asked, { kind: 'rows' }>, row: Row): boolean {
  return columns.every(({ key, ...column }) => {
    const always = column.kind === 'choice' && 'options' in column
    return always || row[key] === undefined || row[key].length === 0
  })
}

export function nameOf(key: string): string {
  return key.replaceAll('.', '-')
}

export function isSameValue(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? '') === canonicalJson(b ?? '')
}

/** What the entry is to hold at the keys that differ from what it holds (`undefined`: nothing); empty when nothing differs. */
export function wantedOf(card: Card, values: Values, entry: unknown): { readonly [key: string]: unknown } {
  const held = valuesOf(card, entry)
  const wanted: { [key: string]: unknown } = {}
  for (const asked of card.asks) {
    const value = values[asked.key]
    if (value === undefined || isSameValue(value, held[asked.key])) continue
    const [key = '', within] = asked.key.split('.')
    const next = plainOf(asked, value, at(entry, asked.key))
    const group = wanted[key]
    wanted[key] = within === undefined ? next : { ...(isGroup(group) ? group : {}), [within]: next }
  }
  return wanted
}

function plainOf(asked: Asked, value: Value, held: unknown): unknown {
  if (typeof value === 'string') return textOrNone(value)
  if (asked.kind === 'rows') {
    const rows = rowsIn(value).map((row) => rowPlain(asked, row, listOf(held)))
    return rows.length === 0 ? undefined : rows
  }
  if (Array.isArray(value)) return value.length === 0 ? undefined : wordsIn(value)
  const group = groupIn(value)
  if (asked.kind === 'week') {
    if (group.always === 'yes') return 'always'
    const days = WEEKDAYS.map((day) => [day, textOrNone(group[day])] as const)
    return days.every(([, hours]) => hours === undefined) ? undefined : Object.fromEntries(days)
  }
  if (group.none === 'yes') return 'none'
  const [signed, until] = [textOrNone(group.signed), textOrNone(group.until)]
  return signed === undefined && until === undefined ? undefined : { signed, until }
}

function textOrNone(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

/** A row that is as it was stays as it is written, with what no form asks for. */
function rowPlain(asked: Extract<Asked, { kind: 'rows' }>, row: Row, held: readonly unknown[]): unknown {
  const same = held.find((one) => isSameValue(rowOf(asked, one), row))
  if (same !== undefined) return same
  return Object.fromEntries(
    asked.columns.map(({ key }) => {
      const typed = row[key]
      return [key, typed === undefined || typed.length === 0 ? undefined : typed]
    }),
  )
}

function at(held: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((group, step) => (isGroup(group) ? group[step] : undefined), held)
}

function listOf(held: unknown): readonly unknown[] {
  return Array.isArray(held) ? held : []
}

/** A blank reads as nothing written. */
function textOf(held: unknown): string {
  if (typeof held !== 'string' && typeof held !== 'number') return ''
  const text = String(held)
  return blankIn(text) === undefined ? text : ''
}
