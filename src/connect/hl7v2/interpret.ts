import type { ChartChange } from '../../chart/change.ts'
import { allergiesTold } from './allergies.ts'
import { appointmentsTold, type Visitor } from './appointments.ts'
import { coverageTold } from './coverage.ts'
import { immunizationTold, noteTold } from './documents.ts'
import { chartIds, patientIdOf } from './identifiers.ts'
import { medicationTold } from './medications.ts'
import type { Message, Segment } from './message.ts'
import { commentOnPatient, commentsNotKept, SECTIONS } from './notes.ts'
import { observationsTold } from './observations.ts'
import {
  firstOf,
  isEnded,
  noLongerPending,
  numbersOf,
  type Order,
  orderNames,
  ordersIn,
  pendingTold,
} from './orders.ts'
import { patientTold } from './patient.ts'
import { problemsTold } from './problems.ts'
import { type About, fault, faultOf, NOTHING, type Sense, type Told, together } from './told.ts'
import { daysNotRead } from './unread-days.ts'
import { zoneOfMessage } from './when.ts'

/** What a message type and its trigger (MSH-9) tell. What is not here is acknowledged, set aside and counted. */
type Event =
  | 'visit'
  | 'merge'
  | 'schedule'
  | 'results'
  | 'orders'
  | 'medications'
  | 'allergies'
  | 'problems'
  | 'note'
  | 'immunizations'

const EVENTS: { [type: string]: { [trigger: string]: Event } } = {
  ADT: {
    ...each('visit', 'A01 A02 A03 A04 A05 A06 A07 A08 A11 A13 A28 A31'),
    ...each('merge', 'A18 A34 A36 A39 A40 A47'),
    ...each('allergies', 'A60'),
  },
  SIU: each('schedule', 'S12 S13 S14 S15 S16 S17 S18 S19 S20 S21 S22 S23 S24 S25 S26'),
  ORU: each('results', 'R01 R03 R30 R31 R32 R40'),
  ORM: each('orders', 'O01'),
  OML: each('orders', 'O21 O33 O35'),
  OMG: each('orders', 'O19'),
  OMI: each('orders', 'O23'),
  RDE: each('medications', 'O01 O11 O25'),
  OMP: each('medications', 'O09'),
  PPR: each('problems', 'PC1 PC2 PC3'),
  MDM: each('note', 'T02 T04 T06 T08 T10 T11'),
  VXU: each('immunizations', 'V04'),
}

function each(event: Event, triggers: string): { [trigger: string]: Event } {
  return Object.fromEntries(triggers.split(' ').map((trigger) => [trigger, event]))
}

/** What a message tells of charts and appointments. Pure; the same message always tells the same. */
export function interpret(message: Message, given: Omit<Sense, 'controlId'>): Told {
  const { header } = message
  const zone = zoneOfMessage(header.get(7), given.zone)
  const sense: Sense = { ...given, zone, controlId: header.get(10) }
  const type = header.get(9).toUpperCase()
  const trigger = (header.get(9, 2) || firstNamed(message.segments, 'EVN')?.get(1) || '').toUpperCase()
  const event = EVENTS[type]?.[trigger]
  if (sense.reading.leaveOut.some((known) => known === type || known === `${type}^${trigger}`)) return NOTHING
  if (event === undefined)
    return fault(`${shown(type)}^${shown(trigger)} is not a message that charts are made from; it was not used.`)
  const processing = header.get(11).toUpperCase()
  if (!sense.reading.testMessages && (processing === 'T' || processing === 'D'))
    return fault(
      `It is marked as ${processing === 'T' ? 'training' : 'debugging'} (MSH-11), so no chart was made from it.`,
    )
  if (event === 'merge') return mergeTold(message.segments, sense)
  if (event === 'schedule') return scheduleTold(trigger, message, sense)
  const patients = patientsIn(message.segments)
  if (patients.length === 0) return fault('There is no PID segment: nobody knows whom it is about.')
  return together(
    beforePatient(message.segments, patients, sense),
    ...patients.map((segments) => recordTold(event, trigger, segments, sense)),
  )
}

/** What stands before the first PID is nobody's by the standard's order of segments; it is not used, and the patient's chart says so. */
function beforePatient(segments: Segment[], patients: Segment[][], sense: Sense): Told {
  const early = segments.slice(
    0,
    segments.findIndex(({ name }) => name === 'PID'),
  )
  const [only, ...others] = patients
  const named = only?.[0] === undefined || others.length > 0 ? undefined : patientIdOf(only[0], sense.reading)
  const patient = named !== undefined && 'id' in named ? { patientId: named.id } : undefined
  const faults = early.flatMap(({ name, number }) => {
    const section = name === 'OBX' ? 'results' : SECTIONS[name]
    if (section === undefined) return []
    return [faultOf(`${name} ${number}: it stands before the patient (PID), so it was not used.`, patient, section)]
  })
  return { ...NOTHING, faults }
}

/** Types and triggers are words of the standard; anything longer could be anything. */
function shown(word: string): string {
  return /^[A-Z0-9]{2,4}$/.test(word) ? word : '(unknown)'
}

function firstNamed(segments: Segment[], name: string): Segment | undefined {
  return segments.find((segment) => segment.name === name)
}

/** Results may speak of several patients in one message: each PID begins one. */
function patientsIn(segments: Segment[]): Segment[][] {
  const patients: Segment[][] = []
  for (const segment of segments) {
    if (segment.name === 'PID') patients.push([segment])
    else patients.at(-1)?.push(segment)
  }
  return patients
}

function recordTold(event: Event, trigger: string, segments: Segment[], sense: Sense): Told {
  const [pid, ...others] = segments
  if (pid === undefined) return NOTHING
  const named = patientIdOf(pid, sense.reading)
  if ('because' in named) return fault(`${named.because} Nobody knows whom it is about.`)
  const about: About = { ...sense, patientId: named.id }
  const { change, faults } = patientTold(pid, others, about)
  const who: Told = together(
    { ...NOTHING, charts: [change], faults },
    commentsNotKept(others, event === 'results', about),
  )
  const lists = together(
    allergiesTold(others, about),
    problemsTold(others, about),
    coverageTold(others, about),
    daysNotRead(others, ['AL1', 'IAM', 'DG1', 'PRB'], about),
  )
  if (event === 'problems' || event === 'allergies') return together(who, lists)
  if (event === 'visit') {
    return together(who, lists, observationsTold(others, { order: '', obr: undefined }, about))
  }
  if (event === 'note') return together(who, noteTold(trigger, others, about))
  const orders = ordersIn(others)
  const early = beforeOrders(others)
  if (orders.length === 0 && early.length === 0)
    return together(who, fault('There is no order in it (ORC, OBR, RXA).', about))
  const names = orderNames(orders)
  const told = orders.map((order, at) => orderTold(event, { order, name: names[at] ?? '', all: orders }, about))
  const days = daysNotRead(others, ['AL1', 'IAM', 'RXE', 'RXA'], about)
  const ofPatient = observationsTold(early, { order: '', obr: undefined }, about)
  return together(who, allergiesTold(others, about), ofPatient, ...told, days)
}

/** Observations of the patient, with their comments, that stand before the first order: weight and height, mostly. */
function beforeOrders(segments: Segment[]): Segment[] {
  const first = segments.findIndex(({ name }) => ['ORC', 'OBR', 'RXA'].includes(name))
  const early = first < 0 ? segments : segments.slice(0, first)
  const begins = early.findIndex(({ name }) => name === 'OBX')
  return begins < 0 ? [] : early.slice(begins)
}

function orderTold(
  event: Event,
  { order, name, all }: { order: Order; name: string; all: Order[] },
  about: About,
): Told {
  if (event === 'immunizations') return immunizationTold(order, all, about)
  if (firstOf(order, 'RXE') !== undefined || firstOf(order, 'RXO') !== undefined)
    return medicationTold(order, all, about)
  if (event === 'results') return resultsTold(order, name, about)
  return pendingTold(order, all, about)
}

/** Results of one order; when all of them are final, it is no longer pending. */
function resultsTold(order: Order, name: string, about: About): Told {
  const obr = firstOf(order, 'OBR')
  if (obr === undefined && firstOf(order, 'OBX') === undefined) return NOTHING
  const { placer, filler } = numbersOf(order)
  const told = observationsTold(order.segments, { order: name, obr }, about)
  const done = isEnded(order) || ['F', 'C', 'X'].includes(obr?.get(25).toUpperCase() ?? '')
  const ended: ChartChange[] = done && (placer || filler) !== '' ? [noLongerPending(order, about)] : []
  return together(told, { ...NOTHING, charts: ended })
}

/** A40 and its kin: each PID is the chart that stays, the MRG after it the one that goes. */
function mergeTold(segments: Segment[], sense: Sense): Told {
  const pairs = patientsIn(segments).map(([pid, ...others]) => ({ pid, mrg: firstNamed(others, 'MRG') }))
  if (pairs.length === 0) return fault('There is no PID segment: nobody knows which charts were merged.')
  return together(...pairs.map(({ pid, mrg }) => pairTold(pid, mrg, sense)))
}

function pairTold(pid: Segment | undefined, mrg: Segment | undefined, sense: Sense): Told {
  if (pid === undefined || mrg === undefined)
    return fault('There is no MRG segment: nobody knows which charts were merged.')
  const into = patientIdOf(pid, sense.reading)
  if ('because' in into) return fault(`${into.because} Nobody knows which charts were merged.`)
  const about: About = { ...sense, patientId: into.id }
  const from = chartIds(mrg.all(1).length > 0 ? mrg.all(1) : mrg.all(4), sense.reading)
  if ('because' in from) return fault(`MRG-1 is empty or names no chart: it holds ${from.because}.`, about)
  const fromIds = from.ids.filter((id) => id !== into.id)
  if (fromIds.length === 0) return fault('PID-3 and MRG-1 name one chart: there is nothing to merge.', about)
  const { change, faults } = patientTold(pid, [], about)
  const { sourceId, at } = sense
  const merges = fromIds.map((fromId) => ({ type: 'merge', fromId, intoId: into.id, sourceId, at }) as const)
  return { ...NOTHING, charts: [change, ...merges], faults }
}

function scheduleTold(trigger: string, message: Message, sense: Sense): Told {
  const groups = patientsIn(message.segments)
  const tellings: Told[] = []
  const visitors = groups.flatMap(([pid, ...others]): Visitor[] => {
    if (pid === undefined) return []
    const named = patientIdOf(pid, sense.reading)
    const patientId = 'id' in named ? named.id : ''
    const { change, faults } = patientTold(pid, others, { ...sense, patientId })
    if ('because' in named) tellings.push(fault(named.because))
    else tellings.push({ ...NOTHING, charts: [change], faults }, commentOnPatient(others, { patientId }))
    return [{ id: 'id' in named ? named.id : undefined, patient: change.patient, group: others }]
  })
  return together(...tellings, appointmentsTold(trigger, message.segments, visitors, sense))
}
