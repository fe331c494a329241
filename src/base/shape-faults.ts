import type { z } from 'zod'
import { didYouMean, nearOnes } from './did-you-mean.ts'

/**
 * Something wrong in what a person wrote: where in it (a path of keys), and what, in words. `keys`: of the group that should stand there.
 * `meant`: the keys that an unknown one may have been meant for.
 */
export type ShapeFault = { path: (string | number)[]; says: string; keys?: string[]; meant?: string[] }

/**
 * What zod found, in words that the writer of a configuration understands. The text must have been parsed with `reportInput`, or what is missing
 * cannot be told from what is wrong. `whole` names the thing itself, or whatever stands at a path; `besides`: keys that are known at its top and are
 * not in the shape.
 */
export function shapeFaults(
  shape: z.core.$ZodType,
  error: z.core.$ZodError,
  whole: string | ((path: readonly (string | number)[]) => string),
  besides: readonly string[] = [],
): ShapeFault[] {
  return error.issues.flatMap((issue) => faultsOf(issue, shape, whole, besides))
}

function faultsOf(
  issue: z.core.$ZodIssue,
  shape: z.core.$ZodType,
  whole: string | ((path: readonly (string | number)[]) => string),
  besides: readonly string[],
): ShapeFault[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  const name = typeof whole === 'function' ? whole(path) : path.length === 0 ? whole : path.join('.')
  switch (issue.code) {
    case 'unrecognized_keys': {
      const more = path.length === 0 ? besides : []
      const known = [...keysAt(shape, path, undefined), ...more]
      return issue.keys.map((key) => {
        const near = nearOnes(key, known)
        const says = `"${key}" is not known here.${knownInstead(shape, path, key, { besides: more })}`
        return { path: [...path, key], says, meant: near.length === 0 ? known : near }
      })
    }
    case 'invalid_type': {
      if (issue.input === undefined) return [{ path, says: `${name} is missing.` }]
      const keys = issue.expected === 'object' ? keysAt(shape, path, undefined) : []
      const listed = keys.length === 0 ? quotesFor(issue) : `: ${keys.join(', ')}`
      return [{ path, says: `${name} must be ${article(issue.expected)}${listed}.`, ...(keys.length > 0 && { keys }) }]
    }
    case 'invalid_value': {
      const words = issue.values.map(String)
      if (issue.input === undefined) return [{ path, says: `${name} is missing: one of ${words.join(', ')}.` }]
      const written = typeof issue.input === 'string' ? didYouMean(issue.input, words) : ''
      return [{ path, says: `${name} must be ${words.length === 1 ? '' : 'one of '}${words.join(', ')}.${written}` }]
    }
    case 'invalid_union':
      return [{ path, says: `${name} is none of what may stand here.` }]
    case 'invalid_key':
    case 'invalid_element':
    case 'invalid_format':
    case 'too_big':
    case 'too_small':
    case 'not_multiple_of':
    case 'custom':
    default:
      return [{ path, says: `${name}: ${issue.message}.` }]
  }
}

/** What may stand where an unknown key does: ` Did you mean "x"? Known: x, y.`; `written`: the whole that was read, by which one of alternatives is chosen. */
export function knownInstead(
  shape: z.core.$ZodType,
  path: readonly (string | number)[],
  key: string,
  { besides = [], written }: { besides?: readonly string[]; written?: unknown },
): string {
  const known = [...keysAt(shape, path, written), ...besides]
  return known.length === 0 ? '' : `${didYouMean(key, known)} Known: ${known.join(', ')}.`
}

/** A telephone number or a version that YAML reads as a number; what it was written as is not known any more (0123 is read as 123). */
function quotesFor({ expected, input }: { expected: string; input?: unknown }): string {
  if (expected !== 'string') return ''
  if (input === null) return ', and nothing is written there'
  return typeof input === 'number' || typeof input === 'boolean' || typeof input === 'bigint'
    ? `, and this is read as ${typeof input === 'boolean' ? 'true or false' : 'a number'}: put quotes around it ("...")`
    : ''
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
function keysAt(schema: z.core.$ZodType, path: readonly (string | number)[], written: unknown): string[] {
  let held = written
  let here = chosen(bare(schema), held)
  for (const step of path) {
    held = typeof held === 'object' && held !== null ? new Map(Object.entries(held)).get(String(step)) : undefined
    here = chosen(bare(inside(here, step)), held)
  }
  const shape = isShaped(here) ? here.def.shape : undefined
  return shape === undefined ? [] : Object.keys(shape)
}

/** Of alternatives that one key tells apart, the one that was meant. */
function chosen(held: unknown, written: unknown): unknown {
  if (!isShaped(held) || held.def.discriminator === undefined) return held
  if (typeof written !== 'object' || written === null) return held
  const by = held.def.discriminator
  const kind = new Map(Object.entries(written)).get(by)
  const meant = held.def.options?.map(bare).find((one) => {
    const named = isShaped(one) ? one.def.shape?.[by] : undefined
    return isShaped(named) && named.def.values?.includes(kind) === true
  })
  return meant ?? held
}

type Shaped = {
  def: {
    type: string
    shape?: Record<string, unknown>
    innerType?: unknown
    in?: unknown
    out?: unknown
    element?: unknown
    valueType?: unknown
    discriminator?: string
    options?: unknown[]
    values?: unknown[]
  }
}

function isShaped(held: unknown): held is Shaped {
  return typeof held === 'object' && held !== null && 'def' in held
}

/** Without what stands around it: optional, default, and what is done before or after it is read. */
function bare(held: unknown): unknown {
  let here = held
  while (isShaped(here)) {
    if (here.def.innerType !== undefined) here = here.def.innerType
    else if (here.def.type === 'pipe')
      here = isShaped(here.def.in) && here.def.in.def.type === 'transform' ? here.def.out : here.def.in
    else break
  }
  return here
}

function inside(held: unknown, step: string | number): unknown {
  if (!isShaped(held)) return undefined
  return held.def.shape?.[step] ?? held.def.element ?? held.def.valueType
}
