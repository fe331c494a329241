import { parseDocument } from 'yaml'
import { shapeFaults } from '../../base/shape-faults.ts'
import type { Instant } from '../../base/time.ts'
import { readYamlText } from '../../base/yaml-text.ts'
import { blankIn } from '../plan/blank.ts'
import { checkPlan } from '../plan/check-plan.ts'
import type { PlanComplaint } from '../plan/plan-complaint.ts'
import { type PlanFiles, planShape } from '../readiness.ts'
import { nameOf, valuesOf, wantedOf } from './card-values.ts'
import type { Card } from './cards.ts'
import { addEntry, changeYaml, entryIn, removeEntry, writeKeys } from './change-yaml.ts'
import { isGroup, type Row, rowsIn, type Value, type Values } from './value-parts.ts'

/** Something wrong in a form. `field`: `key-row-column`, or as much of it as is known. */
export type FieldWrong = { field: string; because: string }

/** The entry with this id as it is written, blanks too; undefined when there is none. */
export function writtenEntry(card: Card, files: PlanFiles, id: string): unknown {
  return entryIn(parseDocument(files.get(fileOf(card)) ?? '', { logLevel: 'silent' }), card.list, id)?.toJSON()
}

/** Each entry of a card's list, in the order of the file: its id, and its name where one is written. */
export function writtenEntries(card: Card, files: PlanFiles): { id: string; name: string }[] {
  const held: unknown = parseDocument(files.get(fileOf(card)) ?? '', { logLevel: 'silent' }).toJS()
  const list: unknown = typeof held === 'object' && held !== null ? Reflect.get(held, card.list) : undefined
  if (!Array.isArray(list)) return []
  return list.flatMap((one: unknown) => {
    const { id, name } = isGroup(one) ? one : {}
    if (typeof id !== 'string') return []
    return [{ id, name: typeof name === 'string' && blankIn(name) === undefined ? name : id }]
  })
}

/** The plan's files with one thing changed, and every other byte as it was. */
export function withEntry(card: Card, files: PlanFiles, id: string, values: Values): PlanFiles {
  const file = fileOf(card)
  const held = writtenEntry(card, files, id)
  const wanted = wantedOf(card, values, held ?? {})
  if (held !== undefined && Object.keys(wanted).length === 0) return files
  const text = changeYaml(files.get(file) ?? '', (document) => {
    const map = entryIn(document, card.list, id)
    if (map === undefined) addEntry(document, card.list, { id, ...wanted })
    else writeKeys(document, map, wanted)
  })
  return new Map(files).set(file, text)
}

export function withoutEntry(card: Card, files: PlanFiles, id: string): PlanFiles {
  const file = fileOf(card)
  return new Map(files).set(
    file,
    changeYaml(files.get(file) ?? '', (document) => removeEntry(document, card.list, id)),
  )
}

/** A new entry's id, made of its name; one that is taken gets a number. */
export function freshId(card: Card, files: PlanFiles, name: string): string {
  const taken = writtenEntries(card, files).map(({ id }) => id)
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 36)
  const own = plain === '' ? card.kind : plain
  for (let nth = 1; ; nth++) {
    const id = nth === 1 ? own : `${own}-${nth}`
    if (!taken.includes(id)) return id
  }
}

/** Everything wrong with how a form was filled in, each at its field. */
export function formWrong(card: Card, values: Values, entry: unknown, id: string): FieldWrong[] {
  const wrong: FieldWrong[] = []
  for (const asked of card.asks) {
    const value = values[asked.key]
    if ('required' in asked && asked.required && value === '')
      wrong.push({ field: nameOf(asked.key), because: `${asked.label}: write something here.` })
    if (asked.kind === 'rows')
      for (const [nth, row] of rowsIn(value).entries()) wrong.push(...rowWrong(nameOf(asked.key), nth, row))
  }
  const wanted = wantedOf(card, values, entry ?? {})
  const shape = planShape.shape[card.part]
  // As the plan's own reader would see it, with only what was changed: what others left wrong is not this form's matter.
  const alone = { [card.list]: [{ id, name: 'as it is', ...wanted }] }
  const { error } = shape.safeParse(alone, { reportInput: true })
  for (const { path, says } of error === undefined ? [] : shapeFaults(shape, error, card.title)) {
    const [list, , key] = path
    if (list !== card.list || key === undefined || !(key in wanted)) continue
    const field = path.slice(2).join('-')
    if (!wrong.some((one) => one.field === field)) wrong.push({ field, because: asSentence(says) })
  }
  return wrong
}

function rowWrong(name: string, nth: number, row: Row): FieldWrong[] {
  const [from, to] = [row.from ?? row.on, row.to]
  if (typeof from !== 'string' || typeof to !== 'string' || from === '' || to === '' || to >= from) return []
  return [{ field: `${name}-${nth}-to`, because: 'This ends before it begins.' }]
}

/** `people.0.phones.1.number: a number has ...` as a person says it. */
function asSentence(says: string): string {
  const words = says.replace(/^[\w-]+(\.[\w-]+)*:? (?=\S)/, '')
  const whole = words.startsWith('is missing')
    ? 'Write something here.'
    : words.startsWith('must be')
      ? `This ${words}`
      : words
  return `${whole.slice(0, 1).toUpperCase()}${whole.slice(1)}`
}

/**
 * What a change would make of the plan: faults that it had not before. `here`: at the fields of the form that was sent; `elsewhere`: a night without
 * anybody, a step that reaches nobody. `stops`: names that lead nowhere, which nobody wants.
 */
export function consequences(
  card: Card,
  before: PlanFiles,
  after: PlanFiles,
  id: string,
  now: Instant,
): { here: FieldWrong[]; elsewhere: PlanComplaint[]; stops: boolean } {
  const known = new Set(checkPlan(before, now).complaints.map(({ rule, says }) => `${rule} ${says}`))
  const fresh = checkPlan(after, now).complaints.filter(
    ({ weight, rule, says }) => weight === 'error' && !known.has(`${rule} ${says}`),
  )
  const file = fileOf(card)
  const fieldAt = fieldsByPlace(card, after.get(file) ?? '', id)
  const here: FieldWrong[] = []
  const elsewhere: PlanComplaint[] = []
  for (const complaint of fresh) {
    const field = complaint.file === file && STOPS.includes(complaint.rule) ? fieldAt(complaint) : undefined
    if (field === undefined) elsewhere.push(complaint)
    else here.push({ field, because: asSentence(complaint.says) })
  }
  return {
    here,
    elsewhere,
    stops: elsewhere.some(({ rule }) => ['shape', 'dangling-id', 'repeated-id'].includes(rule)),
  }
}

const STOPS = ['shape', 'dangling-id', 'roster-moments']

/** Which field of the entry's form a place in the file belongs to. */
function fieldsByPlace(
  card: Card,
  text: string,
  id: string,
): (place: { line: number; column: number }) => string | undefined {
  const read = readYamlText(text, blankIn)
  const list: unknown = typeof read.value === 'object' && read.value !== null ? Reflect.get(read.value, card.list) : []
  const nth = Array.isArray(list) ? list.findIndex((one: unknown) => isGroup(one) && one.id === id) : -1
  const entry: unknown = Array.isArray(list) ? list[nth] : undefined
  const fields = Object.entries(valuesOf(card, entry)).flatMap(([key, value]) =>
    pathsOf(key, value).map((path) => ({ name: path.join('-'), place: read.at([card.list, nth, ...path]) })),
  )
  return ({ line, column }) => fields.findLast(({ place }) => place.line === line && place.column === column)?.name
}

function pathsOf(key: string, value: Value): (string | number)[][] {
  const steps = key.split('.')
  if (!Array.isArray(value)) return [steps]
  return value.flatMap((row: string | Row, nth) => [
    [...steps, nth],
    ...(typeof row === 'string' ? [] : Object.keys(row).map((column) => [...steps, nth, column])),
  ])
}

function fileOf({ part }: Card): string {
  return `${part}.yaml`
}
