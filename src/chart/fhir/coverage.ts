import type { Coverage } from '../chart.ts'
import { codesIn, codingsOf, conceptOf, quantityInWords } from './concept.ts'
import { type Json, numberIn, objectIn, objectsIn, saidIn, textIn } from './json.ts'
import { type FhirContext, type Mapped, setAside } from './mapped.ts'
import { periodOf } from './period.ts'
import { displayOf } from './person.ts'
import { patientIn } from './reference.ts'

const RANKS: Coverage['rank'][] = ['other', 'primary', 'secondary', 'tertiary']

/** Insurance that is in force on the day of reading. */
export function mapCoverage(resource: Json, entryId: string, context: FhirContext): Mapped {
  const patientId = patientIn(resource, 'beneficiary')
  if (patientId === undefined) return setAside('it names no patient')
  const leftOut = (because: string): Mapped => ({
    type: 'left-out',
    patientId,
    sections: ['coverage'],
    entryId,
    because,
  })
  const status = textIn(resource, 'status')
  if (status === 'cancelled' || status === 'draft' || status === 'entered-in-error')
    return leftOut(`its status is ${status}`)
  if (status !== 'active') return setAside('its status is missing or none that FHIR has')
  const when = periodOf(resource, context)
  if (when !== 'current') return leftOut(when === 'past' ? 'it has ended' : 'it has not begun')
  const payer =
    objectsIn(resource, 'payor').flatMap((one) => displayOf(one, resource, context) ?? [])[0] ??
    conceptOf(objectIn(resource, 'type'))?.text
  if (payer === undefined) return setAside('it does not say who pays')
  const group = classOf(resource, 'group')
  const copay = copayOf(resource)
  const entry: Coverage = {
    id: entryId,
    rank: RANKS[numberIn(resource, 'order') ?? 0] ?? 'other',
    payer,
    memberId: saidIn(resource, 'subscriberId') ?? memberNumber(resource) ?? '',
    ...(group === undefined ? {} : { group }),
    ...(copay === undefined ? {} : { copay }),
  }
  return { type: 'entry', patientId, section: 'coverage', entry }
}

function memberNumber(resource: Json): string | undefined {
  const identifiers = objectsIn(resource, 'identifier')
  const member = identifiers.find((one) => codingsOf(objectIn(one, 'type')).some(({ code }) => code === 'MB'))
  return saidIn(member ?? identifiers[0], 'value')
}

function classOf(resource: Json, kind: string): string | undefined {
  const found = objectsIn(resource, 'class').find((one) => codesIn({ type: [one.type] }, 'type').includes(kind))
  return textIn(found, 'name') ?? textIn(found, 'value')
}

function copayOf(resource: Json): string | undefined {
  const cost = objectsIn(resource, 'costToBeneficiary').find((one) =>
    codesIn({ type: [one.type] }, 'type').some((code) => code.startsWith('copay') || code === 'gpvisit'),
  )
  const money = objectIn(cost, 'valueMoney')
  const amount = numberIn(money, 'value')
  if (amount !== undefined) return `${amount.toFixed(2)} ${textIn(money, 'currency') ?? ''}`.trim()
  return quantityInWords(objectIn(cost, 'valueQuantity'))
}
