import type { AllergyIntolerance } from '../chart.ts'
import { absenceByReason, absenceOf } from './absence.ts'
import { absentReason, conceptOf, statusWordsIn } from './concept.ts'
import { type Json, lookUp, objectIn, objectsIn, textIn } from './json.ts'
import { absentFrom, type FhirContext, type Mapped, setAside } from './mapped.ts'
import { patientIn } from './reference.ts'
import { dateOf } from './when.ts'

const CRITICALITY: { [word: string]: AllergyIntolerance['criticality'] } = {
  low: 'low',
  high: 'high',
  'unable-to-assess': 'unable-to-assess',
}
const SEVERITY = ['mild', 'moderate', 'severe'] as const
const REASON_WORDS: { [status: string]: string } = {
  inactive: 'it is no longer active',
  resolved: 'it is resolved',
  refuted: 'it was refuted',
  'entered-in-error': 'it was entered in error',
}

/** An allergy whose status we cannot read is shown: leaving one out can kill, showing one too many asks a question. */
export function mapAllergy(resource: Json, entryId: string, context: FhirContext): Mapped {
  const patientId = patientIn(resource, 'patient')
  if (patientId === undefined) return setAside('it names no patient')
  const verification = statusWordsIn(resource, 'verificationStatus')
  const clinical = statusWordsIn(resource, 'clinicalStatus')
  const because = [...verification, ...clinical]
    .map((code) => lookUp(REASON_WORDS, code))
    .find((words) => words !== undefined)
  if (because !== undefined) return { type: 'left-out', patientId, sections: ['allergies'], entryId, because }
  const own = conceptOf(objectIn(resource, 'code'))
  const none = absenceOf(own)
  // Nobody reacted to nothing: what did it is named with the reaction, if anywhere.
  const isReaction = none !== undefined && objectsIn(resource, 'reaction').length > 0
  const code = isReaction ? (substanceOf(resource) ?? own) : (own ?? substanceOf(resource))
  const absence = isReaction ? undefined : (none ?? reasonAbsence(resource, code === undefined))
  if (absence !== undefined) return absentFrom(resource, entryId, { patientId, section: 'allergies', absence })
  if (code === undefined) return setAside('it does not say what the allergy is to')
  const entry: AllergyIntolerance = {
    id: entryId,
    code,
    criticality: lookUp(CRITICALITY, textIn(resource, 'criticality')) ?? 'unknown',
    verified: verification.includes('confirmed'),
    ...reactionOf(resource),
    ...onsetOf(resource, context),
  }
  return { type: 'entry', patientId, section: 'allergies', entry }
}

function reasonAbsence(resource: Json, codeless: boolean): ReturnType<typeof absenceByReason> | undefined {
  const reason = codeless ? absentReason(resource, 'code') : undefined
  return reason === undefined ? undefined : absenceByReason(reason)
}

function substanceOf(resource: Json): AllergyIntolerance['code'] | undefined {
  for (const reaction of objectsIn(resource, 'reaction')) {
    const substance = conceptOf(objectIn(reaction, 'substance'))
    if (substance !== undefined) return substance
  }
  return undefined
}

function reactionOf(resource: Json): Pick<AllergyIntolerance, 'reaction' | 'severity'> {
  const reactions = objectsIn(resource, 'reaction')
  const words = reactions.flatMap((reaction) => {
    const manifestations = objectsIn(reaction, 'manifestation').flatMap((concept) => conceptOf(concept)?.text ?? [])
    return manifestations.length > 0 ? manifestations : (textIn(reaction, 'description') ?? [])
  })
  const worst = Math.max(...reactions.map((reaction) => SEVERITY.findIndex((word) => word === reaction.severity)))
  const severity = SEVERITY[worst]
  return {
    ...(words.length === 0 ? {} : { reaction: [...new Set(words)].join(', ') }),
    ...(severity === undefined ? {} : { severity }),
  }
}

function onsetOf(resource: Json, context: FhirContext): Pick<AllergyIntolerance, 'onset'> {
  const onset =
    dateOf(textIn(resource, 'onsetDateTime'), context.zone) ??
    textIn(resource, 'onsetString') ??
    dateOf(textIn(objectIn(resource, 'onsetPeriod'), 'start'), context.zone)
  return onset === undefined ? {} : { onset }
}
