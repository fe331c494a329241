import type { Instant } from '../base/time.ts'
import { dayOf, timeOfDay } from '../base/zone.ts'
import type { Appointment, Chart } from '../chart/chart.ts'
import { doubtSummary, maskedDoubts } from '../chart/doubt-words.ts'
import { patientNameOf, placeMissing, providerNameOf } from '../chart/schedule.ts'
import { clinicalSides, sidesWithoutChart } from './clinical.ts'
import { code128 } from './code128.ts'
import { visitMarks } from './day-list.ts'
import { doubtsOfChart } from './doubts.ts'
import type { PaperDay } from './paper.ts'
import { ageOnPaper, nameOnPaper, otherNames } from './said.ts'

const SEX = { female: 'female', male: 'male', other: 'sex: other', unknown: 'sex not recorded' } as const

/** `2026-11-22 05:40, made 06:27`. No age: whoever takes the sheet out of a printer, or out of a drawer, reads it at another time. */
export function asOfOnPaper(asOf: Instant, now: Instant, zone: string): string {
  const [day, today] = [dayOf(asOf, zone), dayOf(now, zone)]
  return `${day} ${timeOfDay(asOf, zone)}, made ${day === today ? '' : `${today} `}${timeOfDay(now, zone)}`
}

/** `EAST-20261122-017`: on every page of one patient's sheet, and in the print receipt. */
export function packetNumber(mark: string, day: string, sequence: number): string {
  return `${mark}-${day.replaceAll('-', '')}-${String(sequence).padStart(3, '0')}`
}

/** One patient's two-sided sheet as templates/packet.typ wants it. `sequence` is the number that this visit was given at this site on this day. */
export function packetSheet(
  visit: Appointment,
  chart: Chart | undefined,
  sequence: number,
  context: PaperDay,
): { [name: string]: unknown } {
  const { zone, now, day } = context
  const asOf = chart === undefined ? context.asOf.schedule : Math.min(context.asOf.schedule, context.asOf.chart(chart))
  const booked = {
    number: packetNumber(context.siteMark, day, sequence),
    end: `end-${sequence}`,
    asOf: asOfOnPaper(asOf, now, zone),
    time: `${timeOfDay(visit.start, zone)}–${timeOfDay(visit.end, zone)}${visit.room === undefined ? '' : `, ${visit.room}`}`,
    provider: providerNameOf(visit),
    visit: visit.type,
    reason: visit.reason ?? '',
    visitMarks: [...visitMarks(visit), ...[placeMissing(visit)?.toUpperCase() ?? []].flat()],
  }
  if (chart !== undefined) {
    const { patient } = chart
    return {
      ...booked,
      name: nameOnPaper(patient),
      aka: otherNames(patient),
      born: patient.birthDate ?? 'date not received',
      age: ageOnPaper(patient.birthDate, day),
      sex: SEX[patient.sex],
      mrn: patient.mrn,
      code: code128(patient.mrn),
      ...clinicalSides(chart, zone, day),
    }
  }
  const mrn = visit.patientMrn
  const because =
    visit.patientId !== undefined && context.withheld(visit.patientId)
      ? 'This chart is restricted and is not printed. A clinician may open it in the viewer with break-glass and a reason.'
      : 'NO CHART RECEIVED for this patient. Look in the viewer, and ask the patient.'
  return {
    ...booked,
    name: patientNameOf(visit),
    aka: '',
    born: visit.patientBirthDate ?? 'date not received',
    age: ageOnPaper(visit.patientBirthDate, day),
    sex: 'sex not received',
    mrn: mrn ?? 'not received',
    code: mrn === undefined ? null : code128(mrn),
    ...sidesWithoutChart(because, visit.patientPhone),
    ...withheldDoubts(visit, context),
  }
}

/** Of a restricted chart only that it may be another patient's. */
function withheldDoubts({ patientId }: Appointment, context: PaperDay): { doubtSummary: string; doubts: string[] } {
  const chart = patientId === undefined ? undefined : context.chartOf(patientId)
  const masked = { doubts: chart === undefined ? [] : maskedDoubts(chart) }
  return { doubtSummary: doubtSummary(masked), doubts: doubtsOfChart(masked) }
}
