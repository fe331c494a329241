import { sha256Hex } from '../../base/hash.ts'
import { birthDateFrom } from '../birth-date.ts'
import type { Appointment } from '../chart.ts'
import { personName } from '../name.ts'
import { codesIn } from './concept.ts'
import { mrnOf } from './identifier.ts'
import { type Json, objectIn, objectsIn, saidIn, textIn } from './json.ts'
import type { FhirContext } from './mapped.ts'
import { displayOf, nameOfToday, personNameOf, phonesOf } from './person.ts'
import { referenceKey, resolved } from './reference.ts'
import { ownDayOf } from './when.ts'

type Kind = 'patient' | 'provider' | 'place' | 'other' | 'unsaid'
type Actor = { actor: Json; kind: Kind; declined: boolean }

const KINDS: { [type: string]: Kind } = {
  Patient: 'patient',
  Practitioner: 'provider',
  PractitionerRole: 'provider',
  Location: 'place',
  RelatedPerson: 'other',
  Device: 'other',
  HealthcareService: 'other',
}
/** v3 ParticipationType, where the actor itself does not say what it is. */
const ROLES: { [code: string]: Kind } = {
  SBJ: 'patient',
  PATSBJ: 'patient',
  ATND: 'provider',
  PPRF: 'provider',
  SPRF: 'provider',
  CON: 'provider',
  ADM: 'provider',
  LOC: 'place',
}

/** A patient of a visit. `key` tells the patients of a group apart, and stays the same from reading to reading. */
export type Subject = { key: string; doubt?: string } & Pick<
  Appointment,
  'patientId' | 'patientName' | 'patientBirthDate' | 'patientMrn' | 'patientPhone'
>

/** As a chart without a name reads. */
const NAMELESS = personName({ family: '', given: [] })

/** Those whom a visit is for; one without a name where it says nobody. */
export function subjectsOf(resource: Json, context: FhirContext): Subject[] {
  const actors = actorsOf(resource)
  const patients = actors.filter(({ kind }) => kind === 'patient').map(({ actor }) => actor)
  // FHIR R5 has the patient beside the participants.
  const subject = patients.length === 0 ? objectIn(resource, 'subject') : undefined
  const named = subject === undefined ? patients : [subject]
  const found = named.map((actor) => subjectOf(actor, resource, context))
  const distinct = [...new Map(found.map((one) => [one.key, one])).values()]
  if (distinct.length > 0) return distinct
  const words = actors.filter(({ kind }) => kind === 'unsaid').flatMap(({ actor }) => textIn(actor, 'display') ?? [])
  const patientName = words.length === 0 ? NAMELESS : words.join(' / ')
  const doubt =
    words.length === 0
      ? 'it names no patient; the visit is shown without one'
      : 'it does not say which of its participants is the patient'
  return [{ key: 'nobody', patientId: undefined, patientName, doubt }]
}

function subjectOf(actor: Json, resource: Json, context: FhirContext): Subject {
  const patient = resolved(actor, resource, context.directory)
  const key = referenceKey(actor)
  const patientId = key?.startsWith('Patient/') === true ? key.slice('Patient/'.length) : undefined
  const name = personNameOf(patient === undefined ? undefined : nameOfToday(patient, context))
  const said = name === undefined ? textIn(actor, 'display') : personName(name)
  const birthDate = birthDateFrom(ownDayOf(textIn(patient, 'birthDate')))
  const logical = objectIn(actor, 'identifier')
  const numbers = patient ?? (logical === undefined ? undefined : { identifier: [logical] })
  const mrn = numbers === undefined ? '' : mrnOf(numbers, context).mrn
  const phone = phonesOf(patient, context)[0]?.number
  const patientName = said ?? NAMELESS
  return {
    key: patientId ?? sha256Hex(JSON.stringify([patientName, saidIn(logical, 'value'), birthDate])).slice(0, 12),
    patientId,
    patientName,
    ...(birthDate === undefined ? {} : { patientBirthDate: birthDate }),
    ...(mrn === '' ? {} : { patientMrn: mrn }),
    ...(phone === undefined ? {} : { patientPhone: phone }),
  }
}

/** With whom. A person may act under several roles: where the directory knows the role, the person's id counts. */
export function providerOf(
  resource: Json,
  context: FhirContext,
): { id: string; name: string; locationId: string | undefined } {
  const actor = firstOf(resource, 'provider')
  const found = resolved(actor, resource, context.directory)
  const role = found?.resourceType === 'PractitionerRole' ? found : undefined
  const name = displayOf(actor, resource, context) ?? ''
  const person = role === undefined ? undefined : idOf(objectIn(role, 'practitioner'))
  return {
    // Those who are known by words alone must not be taken for one another.
    id: person ?? idOf(actor) ?? saidIn(objectIn(actor, 'identifier'), 'value') ?? name,
    name,
    locationId: role === undefined ? undefined : idOf(objectsIn(role, 'location')[0]),
  }
}

/** Where: the key by which a site claims the place, and its words where nothing else will show them. */
export function placeOf(resource: Json, context: FhirContext): { id: string | undefined; words: string | undefined } {
  const actor = firstOf(resource, 'place')
  const id = idOf(actor)
  if (id !== undefined) return { id, words: undefined }
  const words = displayOf(actor, resource, context)
  return { id: saidIn(objectIn(actor, 'identifier'), 'value') ?? words, words }
}

function firstOf(resource: Json, kind: Kind): Json | undefined {
  const actors = actorsOf(resource).filter((one) => one.kind === kind)
  return (actors.find(({ declined }) => !declined) ?? actors[0])?.actor
}

function actorsOf(resource: Json): Actor[] {
  const contained = objectsIn(resource, 'contained')
  return objectsIn(resource, 'participant').flatMap((participant) => {
    const declined = participant.status === 'declined'
    const actors = objectsIn(participant, 'actor')
    return actors.map((actor) => ({ actor, kind: kindOf(actor, participant, contained), declined }))
  })
}

/** What an actor is: by its reference, the resource that it contains, the type that it names, or the part that it has in the visit. */
function kindOf(actor: Json, participant: Json, contained: Json[]): Kind {
  const reference = textIn(actor, 'reference') ?? ''
  const own = reference.startsWith('#') ? contained.find(({ id }) => id === reference.slice(1)) : undefined
  const type =
    referenceKey(actor)?.split('/')[0] ??
    textIn(own, 'resourceType') ??
    textIn(actor, 'type')?.split('/').at(-1) ??
    /^(?:.*\/)?([A-Z][A-Za-z]+)\?/.exec(reference)?.[1]
  const byType = type === undefined || !Object.hasOwn(KINDS, type) ? undefined : KINDS[type]
  if (byType !== undefined) return byType
  const roles = codesIn(participant, 'type').map((code) => (Object.hasOwn(ROLES, code) ? ROLES[code] : undefined))
  return roles.find((kind) => kind !== undefined) ?? (type === undefined ? 'unsaid' : 'other')
}

function idOf(reference: Json | undefined): string | undefined {
  return referenceKey(reference)?.split('/')[1]
}
