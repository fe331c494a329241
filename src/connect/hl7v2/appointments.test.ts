import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { applyAppointmentChange } from '../../chart/apply-appointment.ts'
import type { Appointment } from '../../chart/chart.ts'
import { changesOfGroup, visitIdOf, visitsOfGroup } from '../../chart/group-visits.ts'
import { hl7v2Config } from './config.ts'
import { interpret } from './interpret.ts'
import { parseMessage } from './message.ts'
import type { Told } from './told.ts'

const { reading } = hl7v2Config.parse({ id: 'x', kind: 'hl7v2', journal: { folder: 'x' }, zone: 'UTC' })
const PID = 'PID|1||7^^^H^MR||Quillen^Tamsin||19800301|F|||||503-555-0100'
const SCH = 'SCH|A1|F1|||||K^Knee|FU^Follow-up|20|min'
const SETS = ['AIS|1|A|x^Visit|20261123093000', 'AIL|1|A|East^R2^^HV-East', 'AIP|1|A|42^Moss^Kim']

function told(trigger: string, at: number, ...lines: string[]): Told {
  const parsed = parseMessage([`MSH|^~\\&|A|B|||||SIU^${trigger}|c`, ...lines].join('\r'))
  assert.ok('message' in parsed)
  return interpret(parsed.message, { sourceId: 'x', zone: 'UTC', at, reading })
}

function visitsAfter(...tellings: Told[]): Map<string, Appointment> {
  const visits = new Map<string, Appointment>()
  for (const change of tellings.flatMap(({ appointments }) => appointments)) {
    const members = visitsOfGroup(visits.values(), visitIdOf(change))
    for (const one of changesOfGroup(change, members)) {
      const id = visitIdOf(one)
      const left = applyAppointmentChange(visits.get(id), one)
      if (left === undefined) visits.delete(id)
      else visits.set(id, left)
    }
  }
  return visits
}

const visitAfter = (...tellings: Told[]): Appointment | undefined => visitsAfter(...tellings).get('F1')
const booked = told('S12', 100, SCH, PID, ...SETS)

test('whatever an update leaves out stays as it was, and the same update again changes nothing', () => {
  const before = visitAfter(booked)
  assert.ok(before)
  const optional = {
    pid: PID.replace('Quillen', 'Other'),
    place: SETS[1] ?? '',
    provider: SETS[2] ?? '',
    times: SETS[0] ?? '',
  }
  const names = ['pid', 'place', 'provider', 'times'] as const
  const trigger = fc.constantFrom('S13', 'S14', 'S18', 'S19', 'S26', 'S15')
  fc.assert(
    fc.property(trigger, fc.subarray([...names]), (event, said) => {
      const update = told(event, 200, 'SCH|A1|F1', ...said.map((name) => optional[name]))
      const after = visitAfter(booked, update)
      assert.ok(after)
      assert.deepEqual(
        [after.locationId, after.room, after.providerId],
        [before.locationId, before.room, before.providerId],
      )
      assert.deepEqual(
        [after.patientId, after.type, after.reason, after.start],
        ['7', 'Follow-up', 'Knee', before.start],
      )
      assert.deepEqual(visitAfter(booked, update, update), after)
    }),
  )
})

test('the first message of a visit that has a start shows it, whatever its trigger; one without a start waits for its booking', () => {
  for (const trigger of ['S12', 'S13', 'S14', 'S18']) {
    const visit = visitAfter(told(trigger, 100, SCH, PID, SETS[0] ?? ''))
    assert.deepEqual(
      [visit?.patientId, visit?.status, visit?.locationId, visit?.asOf],
      ['7', 'booked', 'unknown', 100],
      trigger,
    )
  }
  const part = told('S14', 100, 'SCH|A1|F1|||||K^Knee', SETS[1] ?? '')
  assert.deepEqual(
    part.appointments.map(({ type }) => type),
    ['appointment-part'],
  )
  assert.deepEqual(part.faults, [])
})

test('resources that are taken away say nothing, whether by their own action code, by that of their group or by the trigger', () => {
  const moved = ['RGS|1|D', 'AIS|1||x|20261123093000', 'AIL|1||East^R2^^HV-East', 'AIP|1||42^Moss^Kim', 'RGS|2|A']
  const news = ['AIS|2|A|x|20261124140000', 'AIL|2|A|West^R9^^HV-West', 'AIP|2|A|43^Ode^Pat']
  const visit = visitAfter(booked, told('S13', 200, SCH, PID, ...moved, ...news))
  assert.deepEqual([visit?.locationId, visit?.room, visit?.providerName], ['HV-West', 'R9', 'Ode, Pat'])
  assert.equal(visit?.start, Date.parse('2026-11-24T14:00:00Z'))
  assert.equal(visit?.end, Date.parse('2026-11-24T14:20:00Z'))
  for (const trigger of ['S20', 'S21', 'S22'])
    assert.equal(visitAfter(booked, told(trigger, 200, 'SCH|A1|F1', 'AIL|1||West^R9^^HV-West'))?.locationId, 'HV-East')
})

test('status words are taken whole: what is not known is unknown with the words of the source, and stays on the schedule', () => {
  const statusOf = (words: string): (string | undefined)[] => {
    const visit = visitAfter(told('S14', 100, `${SCH}${'|'.repeat(15)}${words}`, PID, SETS[0] ?? ''))
    return [visit?.status, visit?.statusSaid]
  }
  const known: [string, string][] = [
    ['Booked', 'booked'],
    ['CONFIRMED^Left voicemail', 'booked'],
    ['Noshow', 'no-show'],
    ['No Show', 'no-show'],
    ['^NO-SHOW', 'no-show'],
    ['X^Checked in', 'arrived'],
    ['Arrived', 'arrived'],
    ['Complete', 'checked-out'],
    ['Checked Out', 'checked-out'],
    ['Cancelled', 'cancelled'],
    ['Canceled', 'cancelled'],
    ['Dc', 'cancelled'],
    ['Waitlist', 'pending'],
    ['Left without being seen', 'left-without-being-seen'],
    ['In room', 'in-room'],
  ]
  for (const [words, status] of known) assert.deepEqual(statusOf(words), [status, undefined], words)
  const unknown = [
    'Left voicemail',
    'Left message',
    'Not arrived',
    'Incomplete',
    'Not cancelled',
    'Unconfirmed',
    'Left',
    'Do not cancel',
  ]
  for (const words of unknown) assert.deepEqual(statusOf(words), ['unknown', words], words)
  assert.deepEqual(statusOf('LM^Left message'), ['unknown', 'Left message'])
  assert.equal(
    visitAfter(booked, told('S15', 200, 'SCH|A1|F1'), told('S14', 300, SCH, SETS[0] ?? ''))?.status,
    'cancelled',
  )
  assert.equal(
    visitAfter(booked, told('S15', 200, 'SCH|A1|F1'), told('S13', 300, SCH, SETS[0] ?? ''))?.status,
    'booked',
  )
})

test('each patient of a group has a visit and a chart, in whatever order and number they come', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), (ids) => {
      const pids = ids.map((id) => PID.replace('||7^', `||${id}^`).replace('Quillen', `Family${id}`))
      const message = told('S12', 100, SCH, ...pids, ...SETS)
      const visits = [...visitsAfter(message).values()]
      assert.deepEqual(new Set(visits.map(({ patientId }) => patientId)), new Set(ids.map(String)))
      assert.equal(visits.length, ids.length)
      assert.deepEqual(
        new Set(message.charts.flatMap((change) => (change.type === 'patient' ? change.patientId : []))),
        new Set(ids.map(String)),
      )
      for (const visit of visits) assert.equal(visit.patientName, `Family${visit.patientId}, Tamsin`)
      const canceled = [...visitsAfter(message, told('S15', 200, 'SCH|A1|F1', ...pids)).values()]
      assert.ok(canceled.every(({ status }) => status === 'cancelled'))
      assert.equal(visitsAfter(message, told('S17', 200, 'SCH|A1|F1', ...pids)).size, 0)
    }),
  )
  const two = told('S12', 100, SCH, PID, PID.replace('||7^', '||8^'), ...SETS)
  for (const trigger of ['S15', 'S16', 'S26']) {
    const one = [...visitsAfter(two, told(trigger, 200, 'SCH|A1|F1', PID)).values()]
    assert.deepEqual(
      one.map(({ status }) => status === 'booked'),
      [false, true],
      trigger,
    )
  }
  assert.equal(visitsAfter(two, told('S17', 200, 'SCH|A1|F1', PID)).size, 1)
  const said = (...later: Told[]) =>
    [...visitsAfter(two, ...later).values()].map(
      ({ patientId, status, start }) => `${patientId} ${status} ${new Date(start).toISOString().slice(11, 16)}`,
    )
  const moved = SETS.map((line) => line.replace('0930', '1030'))
  assert.deepEqual(said(told('S15', 200, 'SCH|A1|F1')), ['7 cancelled 09:30', '8 cancelled 09:30'])
  assert.deepEqual(said(told('S17', 200, 'SCH|A1|F1')), [])
  assert.deepEqual(said(told('S13', 200, SCH, ...moved)), ['7 booked 10:30', '8 booked 10:30'])
  assert.deepEqual(said(told('S13', 200, SCH, PID, ...moved)), ['7 booked 10:30', '8 booked 09:30'])
  assert.deepEqual(said(told('S12', 200, SCH, ...moved)), ['7 booked 10:30', '8 booked 10:30'])
  const third = told('S13', 200, SCH, PID.replace('||7^', '||9^'), ...moved)
  assert.deepEqual(said(third), ['7 booked 09:30', '8 booked 09:30', '9 booked 10:30'])
  assert.deepEqual(
    said(third, told('S15', 300, 'SCH|A1|F1')).map((line) => line.slice(2, 11)),
    Array(3).fill('cancelled'),
  )
  assert.deepEqual(said(told('S15', 200, 'SCH|A1|F1/')), ['7 booked 09:30', '8 booked 09:30'], 'another number')
  const grown = visitsAfter(booked, told('S14', 200, SCH, PID, PID.replace('||7^', '||8^'), ...SETS))
  assert.deepEqual([...grown.values()].map(({ patientId = '' }) => patientId).toSorted(), ['7', '8'])
  const nameless = visitsAfter(told('S12', 100, SCH, PID, 'PID|2||||Arkwright^Bo', ...SETS))
  assert.deepEqual(
    [...nameless.values()].map(({ patientName }) => patientName),
    ['Quillen, Tamsin', 'Arkwright, Bo'],
  )
})

test('a start that cannot be read, or none where one belongs, is quarantined with the chart', () => {
  for (const lines of [
    [SCH, PID, 'AIS|1|A|x|11/23/2026 9:30'],
    [SCH, PID],
  ])
    assert.deepEqual(
      told('S13', 100, ...lines).faults.map(({ patientId }) => patientId),
      ['7'],
    )
  assert.match(told('S14', 100, SCH, PID, 'AIS|1|U|x|soon').faults[0]?.because ?? '', /cannot be read/)
})

test('comments of a visit stand with its reason', () => {
  const visit = visitAfter(told('S12', 100, SCH, 'NTE|1||Bring films', PID, SETS[0] ?? '', 'NTE|1||Fasting'))
  assert.equal(visit?.reason, 'Knee\nBring films\nFasting')
})

test('a visit with a day alone is shown and told, and a time that another segment has goes before a day', () => {
  const day = told('S12', 100, SCH, PID, 'AIS|1|A|x^Visit|20261123')
  assert.equal(visitAfter(day)?.start, Date.parse('2026-11-23T00:00Z'))
  assert.deepEqual(
    day.faults.map(({ because, patientId }) => [because, patientId]),
    [['The appointment has a day and no time of day; it is shown at midnight.', '7']],
  )
  const timed = told('S12', 100, SCH, PID, 'AIS|1|A|x^Visit|20261123', 'AIP|1|A|42^Moss|||20261123093000')
  assert.equal(visitAfter(timed)?.start, Date.parse('2026-11-23T09:30Z'))
  assert.deepEqual(timed.faults, [])
})
