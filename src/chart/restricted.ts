import { blankChart } from './blank-chart.ts'
import type { Appointment, Chart, Restriction } from './chart.ts'
import { maskedDoubts } from './doubt-words.ts'

export const RESTRICTION_WORDS: { [Kind in Exclude<Restriction, 'none'>]: string } = {
  vip: 'The practice restricts who may open this chart.',
  part2: 'Substance use disorder program record, protected by 42 CFR Part 2.',
  psychotherapy: 'Psychotherapy notes, protected by 45 CFR 164.508.',
  other: 'This chart is restricted.',
}

export function isRestricted(chart: Pick<Chart, 'restriction'>): boolean {
  return chart.restriction !== 'none'
}

/**
 * What may be shown of a restricted chart before somebody opens it with a reason: who it is, so that the right one is opened, and that it is
 * restricted, and whether this may be another patient; nothing clinical, no contact, no coverage. A chart without restriction stays as it is.
 */
export function maskedChart(chart: Chart): Chart {
  if (!isRestricted(chart)) return chart
  const { id, mrn, name, birthDate, sex } = chart.patient
  const blank = blankChart(id, chart.sourceId, chart.asOf)
  const doubts = maskedDoubts(chart)
  return {
    ...blank,
    restriction: chart.restriction,
    ...(doubts.length === 0 ? {} : { doubts }),
    patient: { ...blank.patient, id, mrn, name, birthDate, sex },
  }
}

/** The schedule's line for a restricted patient: the time is kept free of what the visit is for, and of how to call. */
export function maskedAppointment(appointment: Appointment): Appointment {
  // The source's own word for a status may say what the visit is for.
  const { reason: _, patientPhone: __, statusSaid: ___, ...shown } = appointment
  return { ...shown, type: 'Visit' }
}

/** What goes into a pack under the practice's policy: undefined when the chart is left out. */
export function underPolicy(chart: Chart, policy: 'leave-out' | 'mask'): Chart | undefined {
  return policy === 'leave-out' && isRestricted(chart) ? undefined : chart
}
