import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { FarSide, type Fault } from '../practice/fhir/far-side.ts'
import { NOON, practiceRecords, WINDOW } from '../practice/fhir/records.ts'
import { sourceOn } from '../practice/fhir/source.ts'
import { type BrokenCase, type ContractCase, ehrSourceContract, type HealthyCase } from './ehr-source.ts'

const PATIENTS = 120
const DEADLINE_MS = 600

/** One record of each kind that nobody can understand. */
const UNREADABLE = [
  { resourceType: 'AllergyIntolerance', id: 'x1', patient: { reference: 'Patient/p1' } },
  { resourceType: 'Appointment', id: 'x2', status: 'booked', start: '2026-11-24T25:99:00Z' },
  { resourceType: 'Condition', id: 'x3', code: { text: 'Asthma' } },
]

async function healthy(more: object = {}, change: (side: FarSide) => void = () => {}): Promise<HealthyCase> {
  const side = new FarSide([...practiceRecords(PATIENTS), ...UNREADABLE], NOON)
  // The search by date cannot find what has no date: the server gives it nonetheless, as real ones do with what they could not index.
  side.fault = (url) => {
    if (url.pathname.endsWith('/Appointment')) url.searchParams.delete('date')
    return false
  }
  change(side)
  await side.start()
  return {
    source: sourceOn(side.base, more),
    deadlineMs: 5000,
    window: { from: 0, to: WINDOW.to },
    stop: async () => await side.stop(),
    patients: PATIENTS,
    appointments: PATIENTS,
    setAside: UNREADABLE.length,
    secrets: ['Quarrystone', 'Wilhelmina', 'MRN1', '999-00', 'Asthma', 'Warfarin'],
    panel: true,
  }
}

function breaking(fault: Fault): BrokenCase {
  return { make: async () => await broken(fault) }
}

async function broken(fault: Fault): Promise<ContractCase> {
  const side = await new FarSide(practiceRecords(3), NOON).start()
  side.fault = fault
  return {
    source: sourceOn(side.base, { deadlineMs: DEADLINE_MS, stallMs: 300 }),
    deadlineMs: DEADLINE_MS,
    window: WINDOW,
    stop: async () => await side.stop(),
  }
}

async function dead(): Promise<ContractCase> {
  const side = await new FarSide([], NOON).start()
  const { base } = side
  await side.stop()
  return { source: sourceOn(base, { deadlineMs: DEADLINE_MS }), deadlineMs: DEADLINE_MS, window: WINDOW }
}

/** A byte now and then: never silent for long enough to stall, never done. */
async function trickle(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/fhir+json' })
  for (const byte of `{"resourceType":"Bundle","entry":[${' '.repeat(1000)}`) {
    if (response.destroyed) return
    response.write(byte)
    await pause(50)
  }
}

const BROKEN = {
  dead: { make: dead },
  frozen: breaking(() => true),
  slow: breaking((_url, _request, response) => {
    void trickle(response)
    return true
  }),
  garbage: breaking((_url, _request, response) => {
    response.writeHead(200, { 'content-type': 'application/fhir+json' }).end('\u0000\u0001<html>no</html>')
    return true
  }),
  'half-answering': breaking((_url, _request, response) => {
    response.writeHead(200, { 'content-type': 'application/fhir+json', 'content-length': '5000' })
    response.write('{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Pat', () => response.destroy())
    return true
  }),
}

ehrSourceContract('fhir by search', { make: async () => await healthy(), broken: BROKEN })
ehrSourceContract('fhir by search, pages by offset', {
  make: async () => await healthy({}, (side) => (side.paging = 'offset')),
  broken: BROKEN,
})
ehrSourceContract('fhir by bulk export', {
  make: async () => await healthy({ bulk: { when: 'always' } }, (side) => (side.exports = true)),
  broken: BROKEN,
})
