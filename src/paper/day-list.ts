import { timeOfDay } from '../base/zone.ts'
import type { Appointment, Chart, Coverage } from '../chart/chart.ts'
import { DOUBT_MARK_WORDS, doubtMarks, maskedDoubts } from '../chart/doubt-words.ts'
import {
  countDoubtful,
  countVisits,
  patientNameOf,
  placeMissing,
  providerNameOf,
  statusWords,
} from '../chart/schedule.ts'
import { fits } from './fit.ts'
import type { PaperDay } from './paper.ts'
import { ageOnPaper, moneyInWords } from './said.ts'

const STATUS: Partial<Record<Appointment['status'], string>> = {
  cancelled: 'CANCELED',
  'no-show': 'no show',
  arrived: 'arrived',
  'in-room': 'in room',
  'checked-out': 'left',
  pending: 'pending',
  'left-without-being-seen': 'left unseen',
}

/**
 * One line of a list. `cells` stand between the patient and the columns to write in; a line break in one is kept. `short` when all of it is
 * known to fit two lines of its column.
 */
export type ListRow = {
  time: string
  name: string
  /** How the visit stands where it is not simply booked, and what is to be verified: each in a box. */
  marks: string[]
  /** Born, age and record number: the second identifier below the name. */
  known: string
  cells: string[]
  short: boolean
}

/** The visit's status where it is not simply booked, and that the EHR no longer lists it. */
export function visitMarks(visit: Appointment): string[] {
  const status =
    visit.status === 'unknown'
      ? statusWords(visit).replace(/^[^(]+/, (words) => words.toUpperCase())
      : (STATUS[visit.status] ?? '')
  return [...(status === '' ? [] : [status]), ...(visit.heldBack === true ? ['NOT IN LAST ANSWER, KEPT'] : [])]
}

/** What is to be verified with this patient. The front desk's list names no clinical list, and a restricted chart tells of none. */
function chartMarks({ patientId }: Appointment, context: PaperDay, clinical: boolean): string[] {
  const chart = patientId === undefined ? undefined : context.chartOf(patientId)
  if (chart === undefined || patientId === undefined) return []
  const marks = doubtMarks(context.withheld(patientId) ? { doubts: maskedDoubts(chart) } : chart)
  return marks.filter((mark) => clinical || mark === 'identity').map((mark) => DOUBT_MARK_WORDS[mark].toUpperCase())
}

function listRow(
  visit: Appointment,
  cells: string[],
  widths: { who: number; cells: number[]; clinical: boolean },
  context: PaperDay,
): ListRow {
  const name = patientNameOf(visit)
  const marks = [...visitMarks(visit), ...chartMarks(visit, context, widths.clinical)]
  const born =
    visit.patientBirthDate === undefined
      ? 'born: not received'
      : `${visit.patientBirthDate} (${ageOnPaper(visit.patientBirthDate, context.day)})`
  const known = `${born} · ${visit.patientMrn ?? 'MRN not received'}`
  const short =
    fits([name, ...marks].join(' '), widths.who) &&
    fits(known, widths.who) &&
    cells.every((cell, index) => {
      const width = widths.cells[index] ?? 0
      const [first = '', second, ...more] = cell.split('\n')
      if (more.length > 0) return false
      return second === undefined ? fits(first, width, 2) : fits(first, width) && fits(second, width)
    })
  return { time: timeOfDay(visit.start, context.zone), name, marks, known, cells, short }
}

/** Text widths of templates/day-sheet.typ on A4, in mm. */
const DAY_WIDTHS = { who: 62, cells: [45, 17], clinical: true }

/** A provider's day: time, who, why, where; the template adds columns to write in. */
export function dayRows(visits: readonly Appointment[], context: PaperDay): ListRow[] {
  return visits.map((visit) =>
    listRow(
      visit,
      [
        [visit.type, visit.reason].filter((part) => part !== undefined && part !== '').join(': '),
        visit.room ?? placeMissing(visit) ?? '',
      ],
      DAY_WIDTHS,
      context,
    ),
  )
}

/** Text widths of templates/front-desk.typ on US Letter, in mm. */
const DESK_WIDTHS = { who: 70, cells: [46, 62, 16], clinical: false }

/** The front desk's day: who comes when to whom, how to reach them, who pays. No clinical data, so no reason for the visit either. */
export function deskRows(visits: readonly Appointment[], context: PaperDay): ListRow[] {
  return visits.map((visit) => {
    const chart = visit.patientId === undefined ? undefined : context.chartOf(visit.patientId)
    return listRow(
      visit,
      [`${providerNameOf(visit)}\n${phoneOf(visit, chart)}`, coverageOf(chart), balanceOf(chart)],
      DESK_WIDTHS,
      context,
    )
  })
}

/** `19 visits, 08:00 to 16:40, 2 canceled or not seen`: the answer before the list. */
export function headline(visits: readonly Appointment[], context: PaperDay): string {
  const [first] = visits
  const last = visits.reduce((latest, visit) => Math.max(latest, visit.end), 0)
  const count = countVisits(visits)
  return [
    count.visits,
    first === undefined ? '' : `${timeOfDay(first.start, context.zone)} to ${timeOfDay(last, context.zone)}`,
    count.notSeen ?? '',
    ...countDoubtful(visits),
  ]
    .filter((part) => part !== '')
    .join(', ')
}

const phoneOf = (visit: Appointment, chart: Chart | undefined): string =>
  visit.patientPhone ?? chart?.patient.phones[0]?.number ?? 'no phone received'

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
