import type { ChartChange } from '../../chart/change.ts'
import type { CodeableConcept, ServiceRequest } from '../../chart/chart.ts'
import { conceptOf, keyOf } from './coded.ts'
import type { Segment } from './message.ts'
import { providerOf } from './patient.ts'
import { type About, fault, NOTHING, saidOf, type Told } from './told.ts'
import { instantOf } from './when.ts'

/** The segments of one order: its ORC, where there is one, and what follows it. */
export type Order = { orc: Segment | undefined; segments: Segment[] }

/** Cuts the segments after the patient into orders. An OBR, RXA, RXO or RXE without an ORC of its own begins an order too; drugs share the ORC before. */
export function ordersIn(segments: Segment[]): Order[] {
  const orders: Order[] = []
  for (const segment of segments) {
    const last = orders.at(-1)
    const starts = segment.name === 'OBR' || segment.name === 'RXA'
    const taken = last?.segments.some(({ name }) => name === segment.name)
    if (segment.name === 'ORC') orders.push({ orc: segment, segments: [segment] })
    else if (starts && (last === undefined || taken === true)) orders.push({ orc: undefined, segments: [segment] })
    else if (taken === true && isDrug(segment)) orders.push({ orc: last?.orc, segments: [segment] })
    else last?.segments.push(segment)
  }
  return orders
}

function isDrug({ name }: Segment): boolean {
  return name === 'RXE' || name === 'RXO'
}

export function firstOf(order: Order, name: string): Segment | undefined {
  return order.segments.find((segment) => segment.name === name)
}

/** The placer's and the filler's numbers of an order: feeds name one, the other, or both, and change their mind. */
export function numbersOf(order: Order): { placer: string; filler: string } {
  const obr = firstOf(order, 'OBR')
  return {
    placer: order.orc?.get(2) || obr?.get(2) || '',
    filler: order.orc?.get(3) || obr?.get(3) || '',
  }
}

/**
 * What results of each order are kept under. Its number, and where it is about one result of another (OBR-26: the drugs tried on one organism) that
 * too. Orders of one message that share a number are told apart by what was ordered, and those that share that by their place.
 */
export function orderNames(orders: Order[]): string[] {
  const named = orders.map((order) => {
    const { placer, filler } = numbersOf(order)
    const obr = firstOf(order, 'OBR')
    const parent = obr?.get(26) === '' ? '' : obr?.whole(26).replaceAll(/\s+/g, ' ').slice(0, 120)
    return { name: [filler || placer, parent ?? ''].filter((part) => part !== '').join('~'), obr }
  })
  const taken = new Set<string>()
  return named.map(({ name, obr }) => {
    const code = obr === undefined ? undefined : conceptOf(obr.all(4)[0])
    const ordered = code === undefined ? '' : keyOf(code)
    const chosen = [name, `${name}~${ordered}`].find((one) => !taken.has(one)) ?? `${name}~${ordered}~${taken.size + 1}`
    taken.add(chosen)
    return chosen
  })
}

/** HL7 table 0119: what takes an order away. One that was replaced (RP, RQ, RU) is over, and another (RO) stands in its place. */
const ENDED = new Set(['CA', 'OC', 'CR', 'DC', 'OD', 'DR', 'UA', 'CM', 'RP', 'RQ', 'RU'])

export function isEnded(order: Order): boolean {
  const status = order.orc?.get(5).toUpperCase() ?? ''
  return ENDED.has(order.orc?.get(1).toUpperCase() ?? '') || ['CA', 'CM', 'DC', 'ER', 'RP'].includes(status)
}

const HELD = new Set(['HD', 'HR', 'OH'])
const RELEASED = new Set(['RL', 'OR', 'OE'])

/** What is ordered, with the word that it is on hold: it stays on the list, and nobody should give it as if nothing were. */
export function withHold(code: CodeableConcept, { orc }: Order): CodeableConcept {
  const [control, status] = [orc?.get(1).toUpperCase() ?? '', orc?.get(5).toUpperCase() ?? '']
  const isHeld = HELD.has(control) || (status === 'HD' && !RELEASED.has(control))
  return isHeld ? { ...code, text: `${code.text} (on hold)` } : code
}

/** An order for a test, a picture or a referral (ORM, OML, OMG) as something pending, or no longer pending. `all`: the orders of the message. */
export function pendingTold(order: Order, all: Order[], about: About): Told {
  const obr = firstOf(order, 'OBR')
  if (obr === undefined) return NOTHING
  const code = conceptOf(obr.all(4)[0])
  if (code === undefined) return fault(`OBR ${obr.number}: the order says not what was ordered.`, about, 'pending')
  const number = numberOf(order)
  if (number === '')
    return fault(`OBR ${obr.number}: the order has no number, so nobody could tell when it is done.`, about, 'pending')
  if (isEnded(order)) return { ...NOTHING, charts: [noLongerPending(order, about)] }
  // Two tests under one number are two.
  const isShared = all.filter((other) => firstOf(other, 'OBR') !== undefined && numberOf(other) === number).length > 1
  const id = isShared ? `${number}~${keyOf(code)}` : number
  const orderedBy = providerOf(order.orc?.all(12)[0] ?? obr.all(16)[0])?.name
  const entry: ServiceRequest = {
    id,
    code: withHold(code, order),
    kind: KINDS[obr.get(24).toUpperCase()] ?? 'other',
    status: obr.get(14) !== '' || firstOf(order, 'SPM') !== undefined ? 'collected' : 'ordered',
    orderedAt: instantOf(order.orc?.get(9) || obr.get(6) || obr.get(7), about.zone),
    ...(orderedBy === undefined ? {} : { orderedBy }),
  }
  return { ...NOTHING, charts: [{ type: 'upsert', ...saidOf(about), section: 'pending', entries: [entry] }] }
}

export function noLongerPending(order: Order, about: About): ChartChange {
  const { placer, filler } = numbersOf(order)
  const code = conceptOf(firstOf(order, 'OBR')?.all(4)[0])
  const entryIds = [placer, filler]
    .filter((number) => number !== '')
    .flatMap((number) => [number, ...(code === undefined ? [] : [`${number}~${keyOf(code)}`])])
  return { type: 'remove', ...saidOf(about), section: 'pending', entryIds }
}

function numberOf(order: Order): string {
  const { placer, filler } = numbersOf(order)
  return placer || filler
}

/** HL7 table 0074: the section that does the work. */
const KINDS: { [code: string]: ServiceRequest['kind'] } = {
  LAB: 'lab',
  CH: 'lab',
  HM: 'lab',
  MB: 'lab',
  SR: 'lab',
  IMM: 'lab',
  SP: 'lab',
  CP: 'lab',
  BLB: 'lab',
  RAD: 'imaging',
  CT: 'imaging',
  US: 'imaging',
  RUS: 'imaging',
  NMR: 'imaging',
  NMS: 'imaging',
  MRI: 'imaging',
  RX: 'imaging',
  CUS: 'procedure',
  EC: 'procedure',
}
