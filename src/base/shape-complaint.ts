import type { z } from 'zod'
import { didYouMean } from './complaint.ts'
import type { Path } from './yaml-text.ts'

/** What zod found wrong with a file that people write, in words for them: where, what is expected there, and what was perhaps meant. */
export function* shapeComplaints(
  issues: readonly z.core.$ZodIssue[],
  shape: z.core.$ZodType,
  whole: string,
): Iterable<{ path: Path; says: string }> {
  for (const issue of issues) {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
    const name = path.length === 0 ? whole : path.join('.')
    switch (issue.code) {
      case 'unrecognized_keys': {
        const known = keysAt(shape, path)
        for (const key of issue.keys)
          yield {
            path: [...path, key],
            says: `"${key}" is not known here.${didYouMean(key, known)} Known: ${known.join(', ')}.`,
          }
        break
      }
      case 'invalid_type':
        yield {
          path,
          says: issue.input === undefined ? `${name} is missing.` : `${name} must be ${article(issue.expected)}.`,
        }
        break
      case 'invalid_value': {
        const words = issue.values.map(String)
        if (issue.input === undefined) yield { path, says: `${name} is missing: one of ${words.join(', ')}.` }
        else {
          const meant = typeof issue.input === 'string' ? didYouMean(issue.input, words) : ''
          yield { path, says: `${name} must be ${words.length === 1 ? '' : 'one of '}${words.join(', ')}.${meant}` }
        }
        break
      }
      case 'invalid_key':
      case 'invalid_element':
      case 'invalid_union':
      case 'invalid_format':
      case 'too_big':
      case 'too_small':
      case 'not_multiple_of':
      case 'custom':
        yield { path, says: `${name}: ${issue.message}.` }
    }
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
  let here: unknown = bare(schema)
  for (const step of path) here = bare(inside(here, step))
  const shape = isShaped(here) ? here.def.shape : undefined
  return shape === undefined ? [] : Object.keys(shape)
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
