import { isObject, type Json } from './json.ts'

/** No FHIR resource nests this deep; one that does was made to break its readers. */
const DEEPEST = 40
/** Directions say themselves where a part of them was not understood; contained records are not the resource's own. */
const LEFT_ALONE = new Set(['dosageInstruction', 'dosage', 'contained'])

/** The resource without those parts that carry a modifier extension: nobody may act on them who does not understand it (FHIR R4, 2.4.1). */
export function withoutModified(resource: Json): { resource: Json; lost: boolean } {
  if (!hasModified(resource, 0)) return { resource, lost: false }
  return { resource: fieldsOf(resource, 0), lost: true }
}

function hasModified(value: unknown, depth: number): boolean {
  if (depth > DEEPEST) return false
  if (Array.isArray(value)) return value.some((one) => hasModified(one, depth + 1))
  if (!isObject(value)) return false
  if (depth > 0 && isModified(value)) return true
  return Object.keys(value).some((field) => !LEFT_ALONE.has(field) && hasModified(value[field], depth + 1))
}

function isModified(value: unknown): boolean {
  if (!isObject(value)) return false
  const { modifierExtension } = value
  return Array.isArray(modifierExtension) ? modifierExtension.length > 0 : isObject(modifierExtension)
}

function fieldsOf(value: Json, depth: number): Json {
  const kept = Object.entries(value).filter(([field, held]) => LEFT_ALONE.has(field) || !isModified(held))
  return Object.fromEntries(
    kept.map(([field, held]) => [field, LEFT_ALONE.has(field) ? held : stripped(held, depth + 1)]),
  )
}

function stripped(value: unknown, depth: number): unknown {
  if (depth > DEEPEST) return value
  if (Array.isArray(value)) return value.filter((one) => !isModified(one)).map((one) => stripped(one, depth + 1))
  return isObject(value) ? fieldsOf(value, depth) : value
}
