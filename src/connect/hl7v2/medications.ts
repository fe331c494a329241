import type { ChartChange } from '../../chart/change.ts'
import type { MedicationStatement } from '../../chart/chart.ts'
import { highRiskOf } from '../../chart/high-risk.ts'
import { drugOf, medicationIds } from './medication-ids.ts'
import type { Segment } from './message.ts'
import { firstOf, isEnded, type Order, withHold } from './orders.ts'
import { providerOf } from './patient.ts'
import { type About, fault, NOTHING, saidOf, type Told } from './told.ts'
import { dayOfTime } from './when.ts'

/** A pharmacy order (RDE: RXE; ORM and OMP: RXO) as a medication of the list, or as one that ended. `all`: the orders of the message. */
export function medicationTold(order: Order, all: Order[], about: About): Told {
  const rxe = firstOf(order, 'RXE')
  const rxo = firstOf(order, 'RXO')
  const code = drugOf(order)
  const place = (rxe ?? rxo)?.number ?? 0
  if (code === undefined)
    return fault(`Pharmacy order in segment ${place}: it names no medication.`, about, 'medications')
  const { id, others, replaces } = medicationIds(order, code, all)
  const gone = (entryIds: string[]): ChartChange => ({
    type: 'remove',
    ...saidOf(about),
    section: 'medications',
    entryIds,
  })
  if (isEnded(order)) return { ...NOTHING, charts: [gone([id, ...others])] }
  const start =
    dayOfTime(firstOf(order, 'TQ1')?.get(7) ?? '') ?? dayOfTime(order.orc?.get(15) || order.orc?.get(9) || '')
  const prescriber = providerOf(order.orc?.all(12)[0] ?? rxe?.all(13)[0] ?? rxo?.all(14)[0])?.name
  const lastRefill = dayOfTime(rxe?.get(18) ?? '')
  const schedule = /^(?:C-?)?(II|III|IV|V|[2-5])N?$/i.exec(rxe?.get(35) ?? '')?.[1]
  const highRisk = highRiskOf(code)
  const entry: MedicationStatement = {
    id,
    code: withHold(code, order),
    dosage: dosageOf(order, rxe, rxo),
    ...(start === undefined ? {} : { start }),
    ...(prescriber === undefined ? {} : { prescriber }),
    ...(lastRefill === undefined ? {} : { lastRefill }),
    ...(schedule === undefined ? {} : { controlledSchedule: ROMAN[schedule.toUpperCase()] ?? schedule }),
    ...(highRisk === undefined ? {} : { highRisk }),
  }
  const upsert: ChartChange = { type: 'upsert', ...saidOf(about), section: 'medications', entries: [entry] }
  return { ...NOTHING, charts: replaces.length === 0 ? [upsert] : [gone(replaces), upsert] }
}

const ROMAN: { [roman: string]: string } = { II: '2', III: '3', IV: '4', V: '5' }

/** The directions as written (RXE-7, RXO-7); without any, dose, route and frequency put together. */
function dosageOf(order: Order, rxe: Segment | undefined, rxo: Segment | undefined): string | undefined {
  const written = [...(rxe?.all(7) ?? []), ...(rxo?.all(7) ?? [])].map((field) => field.get(2) || field.get(1))
  const directions = [...new Set(written.filter((text) => text !== ''))].join('; ')
  if (directions !== '') return directions
  const [amount, most] = [rxe?.get(3) || rxo?.get(2) || '', rxe?.get(4) || rxo?.get(3) || '']
  const unit = rxe?.get(5, 2) || rxe?.get(5) || rxo?.get(4, 2) || rxo?.get(4) || ''
  const dose = amount === '' ? '' : `${most === '' || most === amount ? amount : `${amount} to ${most}`} ${unit}`
  const rxr = firstOf(order, 'RXR')
  const words = [dose, rxr?.get(1, 2) || rxr?.get(1) || '', ...timingsOf(order, rxe)]
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return words.length === 0 ? undefined : words.join(' ')
}

/** How often, of each TQ1 or of RXE-1, and whether only as needed: a dose that is taken when it is needed is no dose of every day. */
function timingsOf(order: Order, rxe: Segment | undefined): string[] {
  const timings = order.segments.filter(({ name }) => name === 'TQ1')
  const often = timings.map((tq1) => [tq1.get(3, 2) || tq1.get(3), tq1.get(11)].filter((part) => part !== '').join(' '))
  const said = [...new Set(often.filter((part) => part !== ''))].join('; ')
  const timing = said || rxe?.get(1, 2) || ''
  const priorities = [...timings.map((tq1) => tq1.get(9)), rxe?.get(1, 6) ?? '', rxe?.get(1, 2) ?? '']
  const isPrn = priorities.some((word) => /^prn/i.test(word)) && !/prn|as needed/i.test(timing)
  return [timing, ...(isPrn ? ['as needed'] : [])]
}
