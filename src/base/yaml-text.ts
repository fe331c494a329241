import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml'
import { yamlWrong } from './yaml-wrong.ts'

export type Path = readonly (string | number)[]
/** 1-based. */
export type Place = { line: number; column: number }
/** `instead`: what to write, where that is known. */
export type Wrong = Place & { says: string; instead?: string }

/** The text of a YAML file as plain values, and where each stands. `value` is undefined exactly when something is wrong. */
export type YamlText = {
  value: unknown
  wrong: Wrong[]
  /** Scalars that `blank` took for places to be filled in: they are not in `value`. */
  blanks: (Wrong & { path: Path })[]
  /** Where a key or a value begins; the nearest thing above it when there is no such key. */
  at: (path: Path) => Place
  /** Takes something out; answers what is left. Everything else keeps its place. Undefined when that cannot be (it stands in an alias). */
  without: (path: Path) => unknown
  /** Puts a text at a key; answers what is there then. */
  put: (path: Path, text: string) => unknown
}

const LARGEST = 1024 * 1024
/** The last step of the path of a blank that stood in a list: the others have closed up. */
export const BLANK_ENTRY = '-'

/**
 * Reads YAML that people write. Never throws and never hangs: too large, not YAML and aliases that blow up are each told with a place.
 * `blank` says whether a text stands for something that is still to be written; what it answers is told.
 */
export function readYamlText(text: string, blank?: (text: string) => string | undefined): YamlText {
  const lines = new LineCounter()
  const placed = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const nothing = (wrong: Wrong[]): YamlText => ({
    value: undefined,
    wrong,
    blanks: [],
    at: () => placed(0),
    without: () => undefined,
    put: () => undefined,
  })
  if (text.length > LARGEST)
    return nothing([{ line: 1, column: 1, says: 'this file is larger than 1 MB, which no such file is.' }])
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  if (document.errors.length > 0)
    return nothing(
      yamlWrong(text, document.errors).map(({ offset, says, instead }) => ({ ...placed(offset), says, instead })),
    )
  const nul = nulIn(text, document)
  if (nul !== undefined)
    return nothing([{ ...placed(nul), says: 'a NUL stands here, which no file of text holds: write it anew.' }])
  const blanks = [...(blank === undefined ? [] : takeBlanks(document.contents, [], blank))].map(
    ({ offset, path, says }) => ({
      ...placed(offset),
      path,
      says,
    }),
  )
  const at = (path: Path): Place => placed(offsetOf(document.contents, path))
  const changed = (change: () => void): unknown => {
    try {
      change()
      return document.toJS({ maxAliasCount: 100 })
    } catch {
      return undefined
    }
  }
  const without = (path: Path): unknown => changed(() => void document.deleteIn(path))
  const put = (path: Path, text: string): unknown => changed(() => document.setIn(path, text))
  try {
    return { value: document.toJS({ maxAliasCount: 100 }), wrong: [], blanks, at, without, put }
  } catch {
    const unresolved = unresolvedIn(document)
    return nothing([{ ...placed(unresolved ?? 0), says: unresolved === undefined ? TOO_MUCH : NOT_THERE }])
  }
}

const NOT_THERE =
  'not YAML that can be read: what begins with * repeats something that is not there, or stands after it. A text that begins with * wants quotes.'
const TOO_MUCH =
  'not YAML that can be read: what is repeated here (*) grows without end, or far larger than any such file is.'

/** The first `*name` that repeats nothing before it. */
function unresolvedIn(document: Document): number | undefined {
  const names = new Set<string>()
  let found: number | undefined
  visit(document, {
    Alias: (_key, node) => {
      if (names.has(node.source)) return undefined
      found = node.range?.[0] ?? 0
      return visit.BREAK
    },
    Node: (_key, node) => {
      if ('anchor' in node && typeof node.anchor === 'string') names.add(node.anchor)
    },
  })
  return found
}

/** Where a NUL stands, as itself or as an escape within quotes: YAML has none, and no database takes one. */
function nulIn(text: string, document: Document): number | undefined {
  const itself = text.indexOf('\0')
  let found = itself < 0 ? undefined : itself
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value !== 'string' || !node.value.includes('\0')) return undefined
      found ??= node.range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return found
}

type Blank = { offset: number; path: Path; says: string }

/** Takes blanks out of the tree, so that what remains keeps its place in the text. Paths are those of the tree that remains. */
function* takeBlanks(node: unknown, path: Path, blank: (text: string) => string | undefined): Iterable<Blank> {
  if (isMap(node)) {
    for (const pair of node.items.slice()) {
      const here = [...path, keyOf(pair.key)]
      const says = saidBlank(pair.value, blank)
      if (says === undefined) yield* takeBlanks(pair.value, here, blank)
      else {
        node.items.splice(node.items.indexOf(pair), 1)
        yield { offset: offsetIn(pair.value), path: here, says }
      }
    }
  } else if (isSeq(node)) {
    for (const one of node.items.slice()) {
      const at = node.items.indexOf(one)
      const says = saidBlank(one, blank)
      if (says === undefined) yield* takeBlanks(one, [...path, at], blank)
      else {
        node.items.splice(at, 1)
        yield { offset: offsetIn(one), path: [...path, BLANK_ENTRY], says }
      }
    }
  }
}

/** `TODO who` is a text; `TODO: who` is, to YAML, a group of one key. */
function saidBlank(node: unknown, blank: (text: string) => string | undefined): string | undefined {
  if (isScalar(node)) return typeof node.value === 'string' ? blank(node.value) : undefined
  const [only, more] = isMap(node) ? node.items : []
  if (only === undefined || more !== undefined || blank(keyOf(only.key)) === undefined) return undefined
  return blank(`${keyOf(only.key)} ${keyOf(only.value)}`)
}

function offsetIn(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}

function offsetOf(contents: unknown, path: Path): number {
  let node: unknown = contents
  let offset = offsetIn(node)
  for (const step of path) {
    if (!isCollection(node)) break
    // A group of keys may be written as its main list alone.
    if (isSeq(node) && typeof step === 'string') continue
    const pair = isMap(node) ? node.items.find((item) => isPair(item) && keyOf(item.key) === String(step)) : undefined
    const next: unknown = pair === undefined ? node.get(step, true) : pair.value
    const place = pair === undefined ? next : pair.key
    if (!isNode(place)) break
    offset = place.range?.[0] ?? offset
    node = next
  }
  return offset
}

function keyOf(key: unknown): string {
  return isNode(key) && 'value' in key ? String((key as Node & { value: unknown }).value) : String(key)
}
