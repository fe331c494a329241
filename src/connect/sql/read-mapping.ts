import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Document, isCollection, isMap, isNode, isPair, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { Failure, reasonOf } from '../../base/failure.ts'
import { canonicalJson, sha256Hex } from '../../base/hash.ts'
import { shapeFaults } from '../../base/shape-faults.ts'
import { type Complaint, inOrder, inWords } from './complaint.ts'
import { type Mapping, mappingShape, type Path } from './mapping.ts'
import { judgeMapping, type Pieces } from './mapping-rules.ts'

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
  if (!shaped.success)
    for (const { path, says } of shapeFaults(mappingShape, shaped.error, 'the mapping')) complain(at(path), says)
  judgeMapping(shaped.success ? shaped.data : wellFormed(held.value), (path, says, weight) =>
    complain(at(path), says, weight),
  )
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

/** The keys of a mapping that have the right shape: a slip in one must not hide what is wrong with the others. */
function wellFormed(written: unknown): Pieces {
  if (typeof written !== 'object' || written === null) return {}
  const kept = Object.entries(written).filter(
    ([key, value]) => isKey(key) && mappingShape.shape[key].safeParse(value).success,
  )
  return mappingShape.partial().safeParse(Object.fromEntries(kept)).data ?? {}
}

function isKey(key: string): key is keyof typeof mappingShape.shape {
  return Object.hasOwn(mappingShape.shape, key)
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
