import type { Instant } from '../../base/time.ts'
import type { SectionName } from '../../chart/chart.ts'
import { isObject, type Json } from '../../chart/fhir/json.ts'
import type { FhirConfig } from './config.ts'
import type { Params } from './server.ts'

/** What is asked of a server for one list of a chart, and nothing more than that. */
export type Ask = {
  /** Its name in a cursor. */
  key: string
  resourceType: string
  /** The lists that it feeds. */
  sections: SectionName[]
  /** Always asked: which ones of the type. */
  always: Params
  /** Only for complete readings: those that count now. Polls ask for all states, to hear of what has ended. */
  whole: Params
  /** The parameter for "not older than `months`". */
  dated?: string
  elements: string[]
  /** Beginnings of fields of which each resource has one; a page where none has was cut wrongly by `_elements`. */
  mustHave?: string[]
}

const BASE = ['id', 'meta', 'modifierExtension', 'contained']

export const PATIENT_ELEMENTS = [
  ...BASE,
  ...'active identifier name telecom gender birthDate deceased address contact communication generalPractitioner link extension'.split(
    ' ',
  ),
]

export const APPOINTMENT_ELEMENTS = [
  ...BASE,
  ...'status start end minutesDuration appointmentType serviceType reasonCode description participant'.split(' '),
]

const observation = (category: 'vital-signs' | 'laboratory', section: SectionName): Ask => ({
  key: `Observation:${category}`,
  resourceType: 'Observation',
  sections: [section],
  always: [['category', category]],
  whole: [],
  dated: 'date',
  elements:
    'status category code subject effective issued value component dataAbsentReason interpretation referenceRange note hasMember bodySite'.split(
      ' ',
    ),
  mustHave: ['value', 'component', 'dataAbsentReason', 'hasMember'],
})

export const ASKS: readonly Ask[] = [
  {
    key: 'AllergyIntolerance',
    resourceType: 'AllergyIntolerance',
    sections: ['allergies'],
    always: [],
    whole: [],
    elements: 'clinicalStatus verificationStatus code criticality reaction onset patient'.split(' '),
  },
  {
    key: 'MedicationRequest',
    resourceType: 'MedicationRequest',
    sections: ['medications'],
    always: [],
    whole: [['status', 'active,on-hold,unknown']],
    elements: 'status intent doNotPerform medication subject authoredOn requester dosageInstruction'.split(' '),
    mustHave: ['medication'],
  },
  {
    key: 'MedicationStatement',
    resourceType: 'MedicationStatement',
    sections: ['medications'],
    always: [],
    whole: [['status', 'active,intended,on-hold,unknown']],
    elements: 'status medication subject effective dosage'.split(' '),
    mustHave: ['medication'],
  },
  {
    key: 'Condition',
    resourceType: 'Condition',
    sections: ['problems'],
    always: [],
    whole: [],
    elements: 'clinicalStatus verificationStatus category code subject onset abatement bodySite'.split(' '),
  },
  {
    key: 'DocumentReference',
    resourceType: 'DocumentReference',
    sections: ['notes'],
    always: [['category', 'clinical-note']],
    whole: [['status', 'current']],
    dated: 'date',
    elements: 'status docStatus type category subject date author description content context'.split(' '),
  },
  {
    key: 'ServiceRequest',
    resourceType: 'ServiceRequest',
    sections: ['pending', 'alerts'],
    always: [],
    whole: [['status', 'active,on-hold,unknown']],
    dated: 'authored',
    elements: 'status intent category code doNotPerform subject authoredOn requester specimen bodySite'.split(' '),
  },
  {
    key: 'Task',
    resourceType: 'Task',
    sections: ['pending'],
    always: [],
    whole: [['status', 'requested,received,accepted,ready,in-progress,on-hold']],
    dated: 'authored-on',
    elements: 'status code description for authoredOn requester executionPeriod restriction'.split(' '),
  },
  observation('vital-signs', 'vitals'),
  observation('laboratory', 'results'),
  {
    key: 'Immunization',
    resourceType: 'Immunization',
    sections: ['immunizations'],
    always: [],
    whole: [['status', 'completed']],
    elements: 'status vaccineCode patient occurrence lotNumber'.split(' '),
    mustHave: ['occurrence'],
  },
  {
    key: 'Procedure',
    resourceType: 'Procedure',
    sections: ['procedures'],
    always: [],
    whole: [],
    elements: 'status code subject performed focalDevice bodySite'.split(' '),
  },
  {
    key: 'Device',
    resourceType: 'Device',
    sections: ['procedures'],
    always: [],
    whole: [],
    elements: 'status type deviceName udiCarrier patient'.split(' '),
  },
  {
    key: 'Coverage',
    resourceType: 'Coverage',
    sections: ['coverage'],
    always: [],
    whole: [['status', 'active']],
    elements: 'status type subscriberId beneficiary period payor class order identifier costToBeneficiary'.split(' '),
  },
  {
    key: 'Flag',
    resourceType: 'Flag',
    sections: ['alerts'],
    always: [],
    whole: [['status', 'active']],
    elements: 'status category code subject'.split(' '),
  },
]

/** The parameters of an ask. `whole`: for a complete reading, or of one patient's whole list. */
export function paramsOf(ask: Ask, config: FhirConfig, now: Instant, whole: boolean): Params {
  const since: Params = ask.dated === undefined ? [] : [[ask.dated, `ge${monthsBack(now, config.months)}`]]
  return [...ask.always, ...(whole ? ask.whole : []), ...since, ['_elements', [...BASE, ...ask.elements].join(',')]]
}

/** See Search.misread. */
export function misreadBy(ask: Ask): (entries: unknown[]) => boolean {
  return (entries) => {
    const { mustHave } = ask
    if (mustHave === undefined || entries.length === 0) return false
    return !entries.some((resource) => isObject(resource) && hasOne(resource, mustHave))
  }
}

function hasOne(resource: Json, beginnings: string[]): boolean {
  return Object.keys(resource).some((field) =>
    beginnings.some((beginning) => field.startsWith(beginning) || field.startsWith(`_${beginning}`)),
  )
}

/** The first day of the month so many months back: as a day, it needs no zone. */
export function monthsBack(now: Instant, months: number): string {
  const at = new Date(now)
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - months, 1)).toISOString().slice(0, 10)
}
