import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Document, isCollection, isMap, isNode, isPair, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { z } from 'zod'
import { Failure, reasonOf } from '../../base/failure.ts'
import { canonicalJson, sha256Hex } from '../../base/hash.ts'
import { type Complaint, didYouMean, inOrder, inWords } from './complaint.ts'
import { type Mapping, mappingShape, type Path } from './mapping.ts'
import { judgeMapping } from './mapping-rules.ts'

export type ReadMapping = { mapping: Mapping | undefined; complaints: Complaint[] }

const LARGEST = 1024 * 1024

/** Mappings that come with Holdfast, by the name that stands for the file. */
export const SHIPPED = ['sample-practice', 'openemr'] as const

/** The file that a name or a path means. */
export function mappingFile(nameOrPath: string): string {
  return SHIPPED.some((name) => name === nameOrPath)
    ? fileURLToPath(new URL(`./mappings/${nameOrPath}.yaml`, import.meta.url))
    : nameOrPath
}

/** Reads a mapping file; a permanent Failure that tells everything wrong with it. */
export async function loadMapping(nameOrPath: string): Promise<Mapping> {
  const { mapping, complaints } = await readMappingFile(nameOrPath)
  if (mapping !== undefined) return mapping
  const errors = complaints.filter((complaint) => complaint.weight === 'error').map(inWords)
  throw new Failure('permanent', `The mapping ${nameOrPath} cannot be used:\n${errors.join('\n')}`)
}

export async function readMappingFile(nameOrPath: string): Promise<ReadMapping> {
  const file = mappingFile(nameOrPath)
  try {
    return parseMapping(await readFile(file, 'utf8'), file)
  } catch (thrown) {
    throw new Failure('permanent', `The mapping ${nameOrPath} cannot be read: ${reasonOf(thrown)}`)
  }
}

/** A mapping from its text, with everything that is wrong or doubtful; there is no mapping as soon as one thing is wrong. Never throws. */
export function parseMapping(text: string, file: string): ReadMapping {
  const complaints: Complaint[] = []
  const lines = new LineCounter()
  const placed = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const complain = (place: { line: number; column: number }, says: string, weight: Complaint['weight'] = 'error') =>
    complaints.push({ file, ...place, weight, says })
  if (text.length > LARGEST) {
    complain({ line: 1, column: 1 }, 'this file is larger than 1 MB, which no mapping is.')
    return { mapping: undefined, complaints }
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  for (const error of document.errors) complain(placed(error.pos[0]), `not YAML: ${error.message}`)
  if (document.errors.length > 0) return { mapping: undefined, complaints: inOrder(complaints) }
  const held = plain(document)
  if ('because' in held) {
    complain({ line: 1, column: 1 }, held.because)
    return { mapping: undefined, complaints }
  }
  const at = (path: Path) => placed(offsetOf(document, path))
  const shaped = mappingShape.safeParse(held.value, { reportInput: true })
  if (!shaped.success) for (const issue of shaped.error.issues) explain(issue, at, complain)
  else judgeMapping(shaped.data, (path, says, weight) => complain(at(path), says, weight))
  const wrong = complaints.some((complaint) => complaint.weight === 'error')
  if (!shaped.success || wrong) return { mapping: undefined, complaints: inOrder(complaints) }
  const { connection: _connection, ...said } = shaped.data
  const digest = sha256Hex(canonicalJson(said)).slice(0, 16)
  return { mapping: { ...shaped.data, file, digest, at }, complaints: inOrder(complaints) }
}

function plain(document: Document): { value: unknown } | { because: string } {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) }
  } catch (thrown) {
    return { because: `not YAML that can be read: ${reasonOf(thrown)}` }
  }
}

/** Where a key or value begins; the nearest one above that exists. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const step of path) {
    if (!isCollection(node)) break
    // A section may be written as its list alone.
    if (step === 'from' && isSeq(node)) continue
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

type Issue = z.core.$ZodIssue

function explain(
  issue: Issue,
  at: (path: Path) => { line: number; column: number },
  complain: (place: { line: number; column: number }, says: string) => void,
): void {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  const name = path.length === 0 ? 'the mapping' : path.join('.')
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(mappingShape, path)
      for (const key of issue.keys)
        complain(at([...path, key]), `"${key}" is not known here.${didYouMean(key, known)} Known: ${known.join(', ')}.`)
      return
    }
    case 'invalid_type':
      complain(
        at(path),
        issue.input === undefined ? `${name} is missing.` : `${name} must be ${article(issue.expected)}.`,
      )
      return
    case 'invalid_value': {
      const words = issue.values.map(String)
      const written = typeof issue.input === 'string' ? didYouMean(issue.input, words) : ''
      complain(at(path), `${name} must be ${words.length === 1 ? '' : 'one of '}${words.join(', ')}.${written}`)
      return
    }
    case 'invalid_key':
    case 'invalid_element':
    case 'invalid_union':
    case 'invalid_format':
    case 'too_big':
    case 'too_small':
    case 'not_multiple_of':
    case 'custom':
      complain(at(path), `${name}: ${issue.message}.`)
  }
}

function article(expected: string): string {
  const said: Record<string, string> = {
    object: 'a group of keys',
    record: 'a group of keys',
    string: 'text',
    array: 'a list (lines that begin with "-")',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  }
  return said[expected] ?? expected
}

/** The keys that the shape has at a path. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  let here: unknown = schema
  for (const step of ['', ...path]) {
    here = bare(step === '' ? here : inside(bare(here), step))
  }
  const shape = isShaped(here) ? here.def.shape : undefined
  return shape === undefined ? [] : Object.keys(shape)
}

type Shaped = {
  def: {
    type: string
    shape?: Record<string, unknown>
    innerType?: unknown
    out?: unknown
    element?: unknown
    valueType?: unknown
  }
}

function isShaped(held: unknown): held is Shaped {
  return typeof held === 'object' && held !== null && 'def' in held
}

function bare(held: unknown): unknown {
  let here = held
  while (isShaped(here)) {
    if (here.def.innerType !== undefined) here = here.def.innerType
    else if (here.def.type === 'pipe') here = here.def.out
    else break
  }
  return here
}

function inside(held: unknown, step: string | number): unknown {
  if (!isShaped(held)) return undefined
  return held.def.shape?.[step] ?? held.def.element ?? held.def.valueType
}
