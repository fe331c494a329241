import type { Flag } from '../chart.ts'
import { codesIn, conceptOf } from './concept.ts'
import { type Json, lookUp, objectIn, objectsIn, textIn } from './json.ts'
import { type Mapped, setAside } from './mapped.ts'
import { patientIn } from './reference.ts'

const KINDS: { [category: string]: Flag['kind'] } = {
  behavioral: 'behaviour',
  safety: 'safety',
  contact: 'isolation',
  infection: 'isolation',
  admin: 'administrative',
  advance: 'administrative',
}
/** Flags are coded in many ways; what they say decides where the category does not. */
const WORDS: [RegExp, Flag['kind']][] = [
  [/isolat|precaution|mrsa|vre\b|c\.? ?diff|tubercul|airborne|droplet/i, 'isolation'],
  [/fall/i, 'fall-risk'],
  [/violen|aggress|threat|behavio/i, 'behaviour'],
]

export function mapFlag(resource: Json, entryId: string): Mapped {
  const subject = objectIn(resource, 'subject')
  const patientId = patientIn(resource, 'subject')
  // Flags may also stand on places and organizations.
  if (patientId === undefined) return subject === undefined ? setAside('it names no patient') : { type: 'not-used' }
  const status = textIn(resource, 'status')
  if (status === 'inactive' || status === 'entered-in-error') {
    return { type: 'left-out', patientId, sections: ['alerts'], entryId, because: `its status is ${status}` }
  }
  if (status !== 'active') return setAside('its status is missing or none that FHIR has')
  const text =
    conceptOf(objectIn(resource, 'code'))?.text ??
    objectsIn(resource, 'category').flatMap((c) => conceptOf(c)?.text ?? [])[0]
  if (text === undefined) return setAside('it does not say what it warns of')
  const byCategory = codesIn(resource, 'category').flatMap((code) => lookUp(KINDS, code) ?? [])[0]
  const byWords = WORDS.find(([words]) => words.test(text))?.[1]
  return {
    type: 'entry',
    patientId,
    section: 'alerts',
    entry: { id: entryId, text, kind: byWords ?? byCategory ?? 'other' },
  }
}
