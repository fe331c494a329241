import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { upsOf } from '../ups.ts'
import { furtherFindings, nutVariables, type UpsSeen } from './ups-mib.ts'

const WELL: UpsSeen = {
  batteryStatus: 2,
  secondsOnBattery: 0,
  minutesLeft: 30,
  chargePercent: 97,
  outputSource: 3,
  alarmsPresent: 0,
  testSummary: 1,
  alarms: [],
  loadPercents: [21, 40, 33],
  inputVolts: [229, 231, 230],
}

const status = (more: Partial<UpsSeen>): string | undefined => nutVariables({ ...WELL, ...more }).get('ups.status')
const further = (more: Partial<UpsSeen>): string =>
  furtherFindings({ ...WELL, ...more })
    .map((one) => `${one.weight}: ${one.because}`)
    .join(' ')

test('a UPS on the mains is told in the words of NUT, with the worst of its lines', () => {
  assert.deepEqual(Object.fromEntries(nutVariables(WELL)), {
    'ups.status': 'OL',
    'battery.runtime': '1800',
    'battery.charge': '97',
    'ups.load': '40',
    'input.voltage': '229',
  })
  assert.equal(further({}), '')
})

test('on battery, low, worn, overloaded, bypassed, off: each has NUT’s word', () => {
  assert.equal(status({ outputSource: 5, secondsOnBattery: 90 }), 'OB')
  assert.equal(status({ outputSource: 5, batteryStatus: 3 }), 'OB LB')
  assert.equal(status({ outputSource: 5, batteryStatus: 4, alarms: [2, 3, 4] }), 'OB LB')
  assert.equal(status({ alarms: [1] }), 'OL RB')
  assert.equal(status({ alarms: [8] }), 'OL OVER')
  assert.equal(status({ outputSource: 4 }), 'OL BYPASS')
  assert.equal(status({ outputSource: 2 }), 'OFF')
  assert.equal(status({ outputSource: 6 }), 'OL BOOST')
})

test('the source decides; the time on battery only where there is no source', () => {
  assert.equal(status({ secondsOnBattery: 90 }), 'OL', 'a card that goes on counting')
  assert.equal(status({ outputSource: 1, secondsOnBattery: 90 }), 'OB')
  assert.equal(status({ outputSource: undefined, alarms: [2] }), 'OB')
  assert.equal(status({ outputSource: 1 }), '')
})

test('a UPS that does not say where its power comes from is not taken for well, whatever else it says', () => {
  fc.assert(
    fc.property(
      fc.record({
        outputSource: fc.constantFrom(undefined, 1, 0, 8),
        batteryStatus: fc.constantFrom(undefined, 1, 2, 3, 4),
        chargePercent: fc.nat(100),
        alarms: fc.subarray([0, 1, 3, 5, 6, 8, 13, 16]),
      }),
      (more) => {
        const rules = { runtimeMinutes: 10, batteryYears: 4 }
        const answer = upsOf('The UPS', nutVariables({ ...WELL, ...more }), rules, 0)
        assert.ok(
          answer.answer === 'not-answered' ||
            (answer.answer === 'answered' && answer.findings.some(({ weight }) => weight === 'act')),
        )
      },
    ),
  )
})

test('every alarm is told once: by NUT’s word or by its own', () => {
  for (let alarm = 0; alarm <= 24; alarm++) {
    const words = new Set(status({ alarms: [alarm] })?.split(' '))
    const variables = nutVariables({ ...WELL, alarms: [alarm] })
    const told = words.size > 1 || variables.has('ups.test.result') || variables.has('battery.charger.status')
    const own = furtherFindings({ ...WELL, alarms: [alarm], alarmsPresent: 1 }).length
    // Of a UPS that its card has lost, the whole answer is that.
    if (alarm !== 20) assert.equal(own, told ? 0 : 1, `alarm ${alarm}`)
  }
  assert.match(further({ alarmsPresent: 2 }), /^act: It sounds 2 alarms and does not say which/)
  assert.match(further({ alarms: [0], alarmsPresent: 1 }), /^act: It sounds an alarm that only its maker knows/)
})

test('a shutdown that somebody commanded is told and is not a forced one', () => {
  for (const alarm of [22, 23]) {
    assert.equal(status({ alarms: [alarm] }), 'OL')
    assert.match(further({ alarms: [alarm] }), /^act: It (counts down|switches off)/)
  }
})

test('it is judged as one that NUT asks: alarms and numbers beside what it calls its source', () => {
  const rules = { runtimeMinutes: 10, batteryYears: 4 }
  const told = (more: Partial<UpsSeen>) => {
    const answer = upsOf('The UPS', nutVariables({ ...WELL, ...more }), rules, 0)
    return answer.answer === 'answered'
      ? answer.findings.map(({ weight, because }) => `${weight}: ${because}`).join(' ')
      : ''
  }
  assert.match(told({ alarms: [2] }), /^watch: It says that it is on the mains/)
  assert.match(told({ alarms: [2], inputVolts: [0, 0, 0] }), /^act: It discharges and has 0 V in/)
  assert.match(told({ inputVolts: [0] }), /^watch: .* 0 V in/)
  assert.match(told({ outputSource: 2 }), /^act: It says that it is switched off \(OFF\) and carries 40 %/)
  assert.match(told({ outputSource: 5, minutesLeft: 4 }), /^act: .*which is low: 4 min left/)
  assert.match(told({ outputSource: 5, minutesLeft: 8, lowMinutes: 10 }), /which is low/)
})

test('a battery of which the UPS knows nothing is not a good one, and a test that failed is told', () => {
  assert.match(further({ batteryStatus: 1 }), /^watch: It does not know how its battery is/)
  assert.match(further({ batteryStatus: undefined }), /^watch: It does not know/)
  assert.equal(nutVariables({ ...WELL, testSummary: 3 }).get('ups.test.result'), 'failed')
  assert.equal(nutVariables({ ...WELL, minutesLeft: undefined }).has('battery.runtime'), false)
})
