import { canonicalJson, sha256Hex } from '../base/hash.ts'
import type { Appointment } from '../chart/chart.ts'
import { listAsOf } from '../chart/list-age.ts'
import { maskedAppointment } from '../chart/restricted.ts'
import { mayStillCome, providerNameOf } from '../chart/schedule.ts'
import { dayRows, deskRows, headline } from './day-list.ts'
import { asOfOnPaper, packetSheet } from './packet.ts'
import type { PaperDay, Sheet, SheetKind, SheetValues } from './paper.ts'

const byTime = (a: Appointment, b: Appointment): number => a.start - b.start || (a.id < b.id ? -1 : 1)

/**
 * Every sheet of one site's day, in the order in which it should leave the printer: the front desk's list, then the providers' lists, then the
 * packets of the provider whose first visit is earliest.
 */
export function sheetsOfDay(context: PaperDay): Sheet[] {
  const visits = context.appointments.map((visit) => withoutReason(withNumbers(visit, context), context)).sort(byTime)
  const providers = [...Map.groupBy(visits, (visit) => visit.providerId)]
  const frontDesk = sheetOf(
    'front-desk',
    undefined,
    `Front desk, ${context.siteName}, ${context.day}`,
    context,
    Math.min(context.asOf.schedule, ...coverageRead(visits, context)),
    { headline: headline(visits, context), rows: deskRows(visits, context), addOns: 6 },
  )
  const daySheets = providers.map(([providerId, own]) =>
    sheetOf(
      'day-sheet',
      providerId,
      `Day sheet, ${nameOf(own, providerId)}, ${context.day}`,
      context,
      context.asOf.schedule,
      {
        provider: nameOf(own, providerId),
        headline: headline(own, context),
        rows: dayRows(own, context),
        addOns: 3,
      },
    ),
  )
  const packets = providers.flatMap(([providerId, own]) => {
    const coming = own.filter(mayStillCome)
    if (coming.length === 0) return []
    const charts = coming.map((visit) =>
      visit.patientId === undefined || context.withheld(visit.patientId) ? undefined : context.chartOf(visit.patientId),
    )
    const asOf = Math.min(
      context.asOf.schedule,
      ...charts.flatMap((chart) => (chart === undefined ? [] : [context.asOf.chart(chart)])),
    )
    return [
      sheetOf('packet', providerId, `Packets, ${nameOf(own, providerId)}, ${context.day}`, context, asOf, {
        pages: 2 * coming.length,
        patients: coming.map((visit, index) =>
          packetSheet(visit, charts[index], context.numbers.packet.get(visit.id) ?? 0, context),
        ),
      }),
    ]
  })
  return [frontDesk, ...daySheets, ...packets]
}

/** Two identifiers on every line: where the schedule does not name them, the patient's chart does. */
function withNumbers(visit: Appointment, context: PaperDay): Appointment {
  const patient = visit.patientId === undefined ? undefined : context.chartOf(visit.patientId)?.patient
  if (patient === undefined) return visit
  const birthDate = visit.patientBirthDate ?? patient.birthDate
  const mrn = visit.patientMrn ?? (patient.mrn === '' ? undefined : patient.mrn)
  return {
    ...visit,
    ...(birthDate === undefined ? {} : { patientBirthDate: birthDate }),
    ...(mrn === undefined ? {} : { patientMrn: mrn }),
  }
}

/** What a visit of a restricted patient is for is not on paper; how to call is, as the front desk has to. */
function withoutReason(visit: Appointment, context: PaperDay): Appointment {
  if (visit.patientId === undefined || !context.withheld(visit.patientId)) return visit
  const masked = maskedAppointment(visit)
  return visit.patientPhone === undefined ? masked : { ...masked, patientPhone: visit.patientPhone }
}

function nameOf([first]: readonly Appointment[], providerId: string): string {
  return first === undefined ? providerId : providerNameOf(first)
}

/** When what the front desk's list says of who pays was read. */
function coverageRead(visits: readonly Appointment[], context: PaperDay): number[] {
  return visits.flatMap(({ patientId }) => {
    const chart = patientId === undefined ? undefined : context.chartOf(patientId)
    return chart === undefined || chart.coverage.status === 'not-received' ? [] : [listAsOf(chart, 'coverage')]
  })
}

function sheetOf(
  kind: SheetKind,
  providerId: string | undefined,
  title: string,
  context: PaperDay,
  asOf: number,
  own: { [name: string]: unknown },
): Sheet {
  const values: SheetValues = {
    template: kind,
    title,
    paper: context.paperSize === 'a4' ? 'a4' : 'us-letter',
    practice: context.practiceName,
    site: context.siteName,
    day: context.day,
    sample: context.sample,
    source: context.sourceWords,
    asOf: asOfOnPaper(asOf, context.now, context.zone),
    number: [context.siteMark, context.day.replaceAll('-', ''), ...marksOf(kind, providerId, context)].join('-'),
    ...own,
  }
  return {
    kind,
    day: context.day,
    siteId: context.siteId,
    providerId,
    label: [kind, context.day, providerId ?? context.siteId].join(' '),
    values,
    contentHash: sha256Hex(canonicalJson(withoutAge(values))),
    asOf,
  }
}

/** `desk`, `day-03`; a packet's own pages carry the number of each patient's sheet. */
function marksOf(kind: SheetKind, providerId: string | undefined, { numbers }: PaperDay): string[] {
  if (kind === 'front-desk') return ['desk']
  const number = String(numbers['day-sheet'].get(providerId ?? '') ?? 0).padStart(2, '0')
  return [kind === 'packet' ? 'packets' : 'day', number]
}

/** The age of the facts changes with every minute; what is printed about the patient does not. */
function withoutAge(values: SheetValues): unknown {
  return JSON.parse(JSON.stringify(values, (key, held: unknown) => (key === 'asOf' ? undefined : held)))
}
