import { type Document, isMap, isNode, isScalar, isSeq, parseDocument, Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import { canonicalJson } from '../../base/hash.ts'
import { keepLines } from './keep-lines.ts'
import { isGroup } from './value-parts.ts'

/** What keys are to hold: `undefined` takes a key out; keys that are not named stay as they are. */
type Wanted = { readonly [key: string]: unknown }

const WRITTEN = { lineWidth: 0, flowCollectionPadding: true } as const

/**
 * Changes the text of a YAML file by its tree: comments, order, quotes and every line that is not concerned stay as they are. What comes out says the
 * same as the changed tree, always.
 */
export function changeYaml(text: string, change: (document: Document) => void): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const own = text.replaceAll('\r\n', '\n')
  const document = parseDocument(own, { logLevel: 'silent' })
  const before = document.toString(WRITTEN)
  change(document)
  const after = document.toString(WRITTEN)
  if (after === before) return text
  const kept = keepLines(own, before, after)
  const says = (one: string): string => canonicalJson(parseDocument(one, { logLevel: 'silent' }).toJS() ?? null)
  return (says(kept) === says(after) ? kept : after).replaceAll('\n', newline)
}

/** The entry of a list with this id. */
export function entryIn(document: Document, list: string, id: string): YAMLMap | undefined {
  const held: unknown = document.get(list)
  const found = isSeq(held) ? held.items.find((one) => isMap(one) && one.get('id') === id) : undefined
  return isMap(found) ? found : undefined
}

/** Adds an entry at the end of a list, made like its neighbours; the list comes into being when it is missing. */
export function addEntry(document: Document, list: string, entry: Wanted): void {
  const held: unknown = document.get(list)
  const made = newNode(document, entry)
  if (isMap(made))
    made.flow = isSeq(held) && held.items.length > 0 && held.items.every((one) => isMap(one) && one.flow === true)
  if (isSeq(held)) {
    if (held.items.length === 0) held.flow = false
    held.items.push(made)
  } else {
    const fresh = document.createNode([]) as YAMLSeq
    fresh.items.push(made)
    document.set(list, fresh)
  }
}

export function removeEntry(document: Document, list: string, id: string): void {
  const held: unknown = document.get(list)
  if (!isSeq(held)) return
  const nth = held.items.findIndex((one) => isMap(one) && one.get('id') === id)
  if (nth >= 0) held.items.splice(nth, 1)
}

/** Brings a group of keys to what is wanted; what is so already is not touched. */
export function writeKeys(document: Document, map: YAMLMap, wanted: Wanted): void {
  for (const [key, value] of Object.entries(wanted)) {
    if (value === undefined) map.delete(key)
    else {
      const held: unknown = map.get(key, true)
      const next = written(document, held, value)
      if (next !== held) map.set(key, next)
    }
  }
}

/** The node that holds what is wanted: the one that is there, changed where it must be, or a new one. */
function written(document: Document, held: unknown, value: unknown): unknown {
  if (says(held) === canonicalJson(plainOf(value))) return held
  if (isScalar(held) && typeof value !== 'object') {
    held.value = value
    if (typeof value === 'string' && held.type === Scalar.PLAIN && looksLikeTime(value)) held.type = Scalar.QUOTE_DOUBLE
    return held
  }
  if (isMap(held) && isGroup(value)) {
    writeKeys(document, held, value)
    return held
  }
  if (isSeq(held) && Array.isArray(value)) {
    writeList(document, held, value)
    return held
  }
  return newNode(document, value)
}

/** Entries that stay keep their own node, with its comments; the others are changed in place where as many come as go. */
function writeList(document: Document, seq: YAMLSeq, wanted: readonly unknown[]): void {
  const old = seq.items.slice()
  const keys = old.map(says)
  const next: unknown[] = []
  let at = 0
  for (const [nth, value] of wanted.entries()) {
    const same = keys.indexOf(canonicalJson(plainOf(value)), at)
    if (same >= 0) {
      next.push(old[same])
      at = same + 1
    } else {
      const later = wanted.slice(nth + 1).map((one) => canonicalJson(plainOf(one)))
      const stays = at < old.length && later.includes(keys[at] ?? '')
      const there = stays || at >= old.length || wanted.length < old.length ? undefined : old[at++]
      next.push(there === undefined ? newLike(document, seq, value) : written(document, there, value))
    }
  }
  seq.items.splice(0, seq.items.length, ...next)
}

function newLike(document: Document, seq: YAMLSeq, value: unknown): unknown {
  const node = newNode(document, value)
  if (isMap(node)) node.flow = seq.items.length === 0 || seq.items.some((one) => isMap(one) && one.flow === true)
  return node
}

/** New lists of words and small groups stand on one line, as people write them; times of day in quotes, which every reader of YAML takes for text. */
function newNode(document: Document, value: unknown): unknown {
  const node = document.createNode(plainOf(value))
  style(node, 0)
  return node
}

function style(node: unknown, depth: number): void {
  if (isScalar(node)) {
    if (typeof node.value === 'string' && looksLikeTime(node.value)) node.type = Scalar.QUOTE_DOUBLE
  } else if (isMap(node)) {
    for (const { value } of node.items) style(value, depth + 1)
    if (depth > 0) node.flow = true
  } else if (isSeq(node)) {
    for (const one of node.items) style(one, depth + 1)
    if (node.items.every((one) => isScalar(one))) node.flow = true
  }
}

function looksLikeTime(text: string): boolean {
  return /^\d\d?:\d\d/.test(text)
}

function plainOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainOf)
  if (!isGroup(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, held]) => (held === undefined ? [] : [[key, plainOf(held)]])),
  )
}

function says(node: unknown): string | undefined {
  return isNode(node) ? canonicalJson(node.toJSON() ?? null) : undefined
}
