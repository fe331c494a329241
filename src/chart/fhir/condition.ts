import type { Condition } from '../chart.ts'
import { absenceByReason, absenceOf } from './absence.ts'
import { absentReason, codesIn, conceptOf, quantityInWords, statusWordsIn } from './concept.ts'
import { type Json, lookUp, objectIn, textIn } from './json.ts'
import { absentFrom, type FhirContext, type Mapped, setAside } from './mapped.ts'
import { patientIn } from './reference.ts'
import { withSite } from './site.ts'
import { dateOf } from './when.ts'

const CLINICAL: { [code: string]: Condition['clinicalStatus'] } = {
  active: 'active',
  recurrence: 'recurrence',
  relapse: 'recurrence',
  remission: 'remission',
  inactive: 'resolved',
  resolved: 'resolved',
}
const UNSURE: { [code: string]: string } = {
  unconfirmed: ' (unconfirmed)',
  provisional: ' (provisional)',
  differential: ' (differential diagnosis)',
}

/** A problem. A diagnosis that served one encounter only, with no word that it still holds, is no problem of the list. */
export function mapCondition(resource: Json, entryId: string, context: FhirContext): Mapped {
  const patientId = patientIn(resource, 'subject')
  if (patientId === undefined) return setAside('it names no patient')
  const leftOut = (because: string): Mapped => ({
    type: 'left-out',
    patientId,
    sections: ['problems'],
    entryId,
    because,
  })
  const verification = statusWordsIn(resource, 'verificationStatus')
  if (verification.includes('entered-in-error')) return leftOut('it was entered in error')
  if (verification.includes('refuted')) return leftOut('it was refuted')
  const clinicalStatus = statusOf(resource)
  if (clinicalStatus === undefined) return leftOut('it is the diagnosis of one encounter')
  const code = conceptOf(objectIn(resource, 'code'))
  const absence = absenceOf(code)
  const reason = code === undefined ? absentReason(resource, 'code') : undefined
  if (absence !== undefined || reason !== undefined) {
    const said = absence ?? absenceByReason(reason ?? '')
    return absentFrom(resource, entryId, { patientId, section: 'problems', absence: said })
  }
  if (code === undefined) return setAside('it does not say which problem')
  const unsure = verification.map((word) => lookUp(UNSURE, word)).find((words) => words !== undefined) ?? ''
  const clinical = statusWordsIn(resource, 'clinicalStatus')
  const unread = clinical.length > 0 && !clinical.some((word) => lookUp(CLINICAL, word) !== undefined)
  const onset = onsetOf(resource, context)
  const entry: Condition = {
    id: entryId,
    code: { ...code, text: `${withSite(code, resource).text}${unsure}${unread ? ' (status not understood)' : ''}` },
    clinicalStatus,
    ...(onset === undefined ? {} : { onset }),
  }
  return { type: 'entry', patientId, section: 'problems', entry }
}

function statusOf(resource: Json): Condition['clinicalStatus'] | undefined {
  const said = statusWordsIn(resource, 'clinicalStatus')
    .map((code) => lookUp(CLINICAL, code))
    .find((status) => status !== undefined)
  if (said !== undefined) return said
  if (statusWordsIn(resource, 'clinicalStatus').length > 0) return 'active'
  const over = Object.keys(resource).some(
    (field) => field.startsWith('abatement') && resource[field] !== false && resource[field] !== 'false',
  )
  if (over) return 'resolved'
  const categories = codesIn(resource, 'category')
  const ofOneEncounter = categories.length > 0 && categories.every((code) => code === 'encounter-diagnosis')
  return ofOneEncounter ? undefined : 'active'
}

function onsetOf(resource: Json, context: FhirContext): string | undefined {
  const age = quantityInWords(objectIn(resource, 'onsetAge'))
  return (
    dateOf(textIn(resource, 'onsetDateTime'), context.zone) ??
    dateOf(textIn(objectIn(resource, 'onsetPeriod'), 'start'), context.zone) ??
    textIn(resource, 'onsetString') ??
    (age === undefined ? undefined : `at age ${age}`)
  )
}
