import type { Instant } from '../base/time.ts'
import type { Chart } from './chart.ts'

/** A chart of which nothing is known but that it is there: no name, and every list `not-received`. */
export function blankChart(patientId: string, sourceId: string, asOf: Instant): Chart {
  const nothing = { status: 'not-received' } as const
  return {
    patient: {
      id: patientId,
      mrn: '',
      name: { family: '', given: [] },
      formerNames: [],
      birthDate: undefined,
      sex: 'unknown',
      phones: [],
    },
    sourceId,
    asOf,
    restriction: 'none',
    alerts: nothing,
    allergies: nothing,
    medications: nothing,
    problems: nothing,
    notes: nothing,
    pending: nothing,
    vitals: nothing,
    results: nothing,
    immunizations: nothing,
    procedures: nothing,
    coverage: nothing,
  }
}
