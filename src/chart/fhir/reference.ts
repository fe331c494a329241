import { isObject, type Json, objectIn, objectsIn, textIn } from './json.ts'
import type { Directory } from './mapped.ts'

/** FHIR has no underscore in ids; servers that have it mean one patient all the same. */
const ID = /^[A-Za-z0-9\-._]{1,64}$/
const REFERENCE = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-._]{1,64})(?:\/_history\/[^/]+)?$/

export function isId(text: unknown): text is string {
  return typeof text === 'string' && ID.test(text)
}

/** `Type/id` of a Reference, relative or absolute, with or without a version; undefined for anything else. */
export function referenceKey(reference: Json | undefined): string | undefined {
  const parts = REFERENCE.exec(textIn(reference, 'reference') ?? '')
  return parts === null ? undefined : `${parts[1]}/${parts[2]}`
}

/** The id of the patient that `field` refers to. */
export function patientIn(resource: Json, field: 'subject' | 'patient' | 'beneficiary' | 'for'): string | undefined {
  const key = referenceKey(objectIn(resource, field))
  return key?.startsWith('Patient/') === true ? key.slice('Patient/'.length) : undefined
}

/** The resource that a reference points to: contained in `holder`, or known to the directory. */
export function resolved(reference: Json | undefined, holder: Json, directory: Directory): Json | undefined {
  const text = textIn(reference, 'reference')
  if (text?.startsWith('#') === true) return objectsIn(holder, 'contained').find(({ id }) => id === text.slice(1))
  const key = referenceKey(reference)
  return key === undefined ? undefined : directory.find(key)
}

/** No FHIR resource nests this deep; one that does was made to break its readers. */
const DEEPEST = 40

/** Every `Type/id` that stands in a resource, for those who fetch what is referred to. */
export function referencesIn(value: unknown, found: Set<string> = new Set(), depth = 0): Set<string> {
  if (depth > DEEPEST) return found
  if (Array.isArray(value)) for (const one of value) referencesIn(one, found, depth + 1)
  else if (isObject(value)) {
    const key = typeof value.reference === 'string' ? referenceKey(value) : undefined
    if (key !== undefined) found.add(key)
    for (const field of Object.keys(value)) referencesIn(value[field], found, depth + 1)
  }
  return found
}
