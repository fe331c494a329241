import { timeOfDay } from '../base/zone.ts'
import type { Appointment, Chart, Coverage } from '../chart/chart.ts'
import type { PaperDay } from './paper.ts'
import { ageOnPaper, moneyInWords } from './said.ts'

const STATUS: Partial<Record<Appointment['status'], string>> = {
  cancelled: 'CANCELLED',
  'no-show': 'no show',
  arrived: 'arrived',
  'in-room': 'in room',
  'checked-out': 'left',
  pending: 'to confirm',
  'left-without-being-seen': 'left unseen',
}

const phoneOf = (visit: Appointment, chart: Chart | undefined): string =>
  visit.patientPhone ?? chart?.patient.phones[0]?.number ?? 'no phone received'

const bornOf = (visit: Appointment, context: PaperDay): string =>
  visit.patientBirthDate === undefined
    ? 'born: not received'
    : `${visit.patientBirthDate} (${ageOnPaper(visit.patientBirthDate, context.day)})`

/** A provider's day: time, who, why, where; the template adds columns to write in. */
export function dayRows(visits: readonly Appointment[], context: PaperDay): string[][] {
  return visits.map((visit) => [
    timeOfDay(visit.start, context.zone),
    visit.patientName,
    bornOf(visit, context),
    visit.patientMrn ?? 'not received',
    [visit.type, visit.reason].filter((part) => part !== undefined && part !== '').join(': '),
    visit.room ?? '',
    STATUS[visit.status] ?? '',
  ])
}

/** The front desk's day: who comes when to whom, how to reach them, who pays. No clinical data, so no reason for the visit either. */
export function deskRows(visits: readonly Appointment[], context: PaperDay): string[][] {
  return visits.map((visit) => {
    const chart = visit.patientId === undefined ? undefined : context.chartOf(visit.patientId)
    return [
      timeOfDay(visit.start, context.zone),
      visit.patientName,
      bornOf(visit, context),
      visit.patientMrn ?? 'not received',
      phoneOf(visit, chart),
      visit.providerName,
      coverageOf(chart),
      balanceOf(chart),
      STATUS[visit.status] ?? '',
    ]
  })
}

function coverageOf(chart: Chart | undefined): string {
  if (chart === undefined) return 'not received'
  if (chart.coverage.status !== 'listed')
    return chart.coverage.status === 'none-known' ? 'none: self-pay' : 'not received'
  const [first] = [...chart.coverage.entries].sort((a, b) => RANK.indexOf(a.rank) - RANK.indexOf(b.rank))
  if (first === undefined) return 'none on file'
  return [
    first.payer,
    first.memberId,
    first.copay === undefined ? undefined : `copay ${first.copay}`,
    first.referralNeeded === true ? 'REFERRAL NEEDED' : undefined,
    first.authorization === undefined ? undefined : `auth ${first.authorization}`,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(', ')
}

const RANK: Coverage['rank'][] = ['primary', 'secondary', 'tertiary', 'other']

function balanceOf(chart: Chart | undefined): string {
  const due = chart?.patient.balanceDueCents
  return due === undefined ? '' : due <= 0 ? '–' : moneyInWords(due)
}
