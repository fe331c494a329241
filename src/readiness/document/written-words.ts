import { isMap, isPair, isScalar, isSeq, type YAMLMap } from 'yaml'
import type { Path } from '../../base/yaml-text.ts'
import { blankIn } from '../plan/blank.ts'
import type { Plan, PlanPart } from '../readiness.ts'
import { listedAs, nameOf } from '../rules/references.ts'
import { isWeekday, keyInWords, spanAsSpoken, weekAsSpoken } from './key-words.ts'

/** Some words of the plan; `blank` when they say what is still to be written. */
export type Piece = { text: string; blank: boolean }

/** What stands at a place, as rows of words: one for a single thing or a list of words, one each for things that have parts of their own. */
export function piecesOf(part: PlanPart, node: unknown, path: Path, plan: Plan): Piece[][] {
  const words = (one: unknown, at: Path): Piece[] => piecesOfOne(part, one, at, plan)
  if (!isSeq(node)) return [words(node, path)]
  if (node.items.every((one) => isScalar(one))) {
    const all = node.items.flatMap((one, nth) => words(one, [...path, nth]))
    return all.length === 0 ? [[{ text: 'none', blank: false }]] : [joined(all, ', ')]
  }
  return node.items.map((one, nth) => words(one, [...path, nth]))
}

function piecesOfOne(part: PlanPart, node: unknown, path: Path, plan: Plan): Piece[] {
  if (isScalar(node)) return [scalarPiece(part, node.value, path, plan)]
  if (isSeq(node))
    return joined(
      node.items.flatMap((one, nth) => piecesOfOne(part, one, [...path, nth], plan)),
      ', ',
    )
  if (!isMap(node)) return []
  const map = node
  const todo = blankAsMap(map)
  if (todo !== undefined) return [{ text: todo, blank: true }]
  const keys = map.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''))
  if (keys.length > 0 && keys.every(isWeekday)) return [weekPiece(map)]
  return joined(
    map.items.flatMap((pair, nth) => (isPair(pair) ? partOf(part, pair.value, path, keys[nth] ?? '', plan) : [])),
    ' · ',
  )
}

/** `TODO: who` is, to YAML, a group of one key. */
function blankAsMap({ items: [only, more] }: YAMLMap): string | undefined {
  if (only === undefined || more !== undefined || !isScalar(only.key)) return undefined
  const value = isScalar(only.value) ? wordsOf(only.value.value) : ''
  return blankIn(`${String(only.key.value)} ${value}`)
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** Keys whose value says by itself what it is. */
const PLAIN = ['number', 'kind', 'name', 'where', 'form', 'phone', 'email', 'site', 'person', 'ours', 'because', 'when']
const SAID: { readonly [key: string]: string } = {
  wait: 'then wait',
  from: 'from',
  to: 'to',
  on: 'on',
  by: 'by',
  at: 'at',
  every: 'every',
  starts: 'since',
  people: 'in turn',
  say: 'say',
  checked: 'checked',
  until: 'until',
  answersWithin: 'answers within',
}

function partOf(part: PlanPart, value: unknown, path: Path, key: string, plan: Plan): Piece[] {
  if (isScalar(value) && typeof value.value === 'boolean') {
    const word = keyInWords(key).toLowerCase()
    return [{ text: value.value ? word : `not ${word}`, blank: false }]
  }
  const words = merged(piecesOfOne(part, value, [...path, key], plan))
  if (words === undefined || PLAIN.includes(key)) return words === undefined ? [] : [words]
  return [{ ...words, text: `${SAID[key] ?? `${keyInWords(key).toLowerCase()}:`} ${words.text}` }]
}

function scalarPiece(part: PlanPart, value: unknown, path: Path, plan: Plan): Piece {
  if (value === true || value === false) return { text: value ? 'yes' : 'no', blank: false }
  const text = wordsOf(value).trim()
  const blank = blankIn(text)
  if (blank !== undefined) return { text: blank, blank: true }
  const listed = listedAs(part, path)
  return { text: listed === undefined ? spanAsSpoken(text) : (nameOf(plan, listed, text) ?? text), blank: false }
}

function weekPiece(map: YAMLMap): Piece {
  const days = new Map<string, string>()
  for (const { key, value } of map.items)
    days.set(isScalar(key) ? String(key.value) : '', isScalar(value) ? String(value.value) : '')
  const blank = [...days.values()].find((hours) => blankIn(hours) !== undefined)
  return blank === undefined ? { text: weekAsSpoken(days), blank: false } : { text: blankIn(blank) ?? '', blank: true }
}

/** Pieces next to each other with the same standing become one. */
function joined(pieces: readonly Piece[], between: string): Piece[] {
  const all: Piece[] = []
  for (const piece of pieces) {
    const last = all.at(-1)
    if (last !== undefined && !last.blank && !piece.blank) last.text += between + piece.text
    else all.push({ ...piece })
  }
  return all
}

function merged(pieces: readonly Piece[]): Piece | undefined {
  if (pieces.length === 0) return undefined
  return { text: pieces.map(({ text }) => text).join(', '), blank: pieces.some(({ blank }) => blank) }
}
