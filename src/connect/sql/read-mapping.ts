import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Complaint, inOrder, inWords } from '../../base/complaint.ts'
import { Failure, reasonOf } from '../../base/failure.ts'
import { canonicalJson, sha256Hex } from '../../base/hash.ts'
import { shapeFaults } from '../../base/shape-faults.ts'
import { type Place, readYamlText } from '../../base/yaml-text.ts'
import { type Mapping, mappingShape } from './mapping.ts'
import { judgeMapping, type Pieces } from './mapping-rules.ts'

export type ReadMapping = { mapping: Mapping | undefined; complaints: Complaint[] }

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
  const complain = ({ line, column }: Place, says: string, weight: Complaint['weight'] = 'error') =>
    complaints.push({ file, line, column, weight, says })
  const { value, wrong, at } = readYamlText(text)
  for (const one of wrong) complain(one, one.says)
  if (wrong.length > 0) return { mapping: undefined, complaints: inOrder(complaints) }
  const shaped = mappingShape.safeParse(value, { reportInput: true })
  if (!shaped.success)
    for (const { path, says } of shapeFaults(mappingShape, shaped.error, 'the mapping')) complain(at(path), says)
  judgeMapping(shaped.success ? shaped.data : wellFormed(value), (path, says, weight) =>
    complain(at(path), says, weight),
  )
  const broken = complaints.some((complaint) => complaint.weight === 'error')
  if (!shaped.success || broken) return { mapping: undefined, complaints: inOrder(complaints) }
  const { connection: _connection, ...said } = shaped.data
  const digest = sha256Hex(canonicalJson(said)).slice(0, 16)
  return { mapping: { ...shaped.data, file, digest, at }, complaints: inOrder(complaints) }
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
