import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOUR, MINUTE, SECOND } from '../../base/time.ts'
import type { Observation } from '../observations/observations.ts'
import { dueToBegin, followMains, type Mains } from './mains.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const ORDER = { ups: 'The rack UPS', afterMs: 10 * MINUTE }

function says(status: string, leftS?: number): Observation {
  const left = leftS === undefined ? [] : [{ what: 'battery lasts', value: leftS, unit: 's' }]
  const measured = [{ what: 'status', value: status, unit: 'text' }, ...left]
  return { answer: 'answered', tookMs: 3, because: 'It said so.', measured, findings: [] }
}
const SILENT: Observation = { answer: 'not-answered', tookMs: 3, because: 'It refused.', measured: [] }
const after = (...seen: Observation[]): Mains =>
  seen.reduce<Mains>((mains, one, nth) => followMains(mains, one, NOW + nth * SECOND), { is: 'unknown' })

test('an outage is as old as its first word, however the battery goes on', () => {
  const mains = after(says('OL'), says('OB DISCHRG', 900), says('OB LB', 60))
  assert.deepEqual(mains, { is: 'low', since: NOW + SECOND, at: NOW + 2 * SECOND, leftMs: MINUTE })
})

test('silence is neither power that failed nor power that is back', () => {
  assert.deepEqual(after(SILENT), { is: 'unknown' })
  assert.equal(after(says('OL'), SILENT).is, 'on')
  assert.equal(after(says('OB'), SILENT).is, 'battery')
  assert.equal(after(says('OB'), says('OFF')).is, 'battery', 'a UPS that says nothing of the mains')
})

test('a low battery on the mains charges; a forced shutdown is low whatever else it says', () => {
  assert.equal(after(says('OL CHRG LB')).is, 'on')
  assert.equal(after(says('OL FSD')).is, 'low')
})

test('a forced shutdown begins the order and does not say that the mains are out when they are there', () => {
  assert.match(dueToBegin(ORDER, after(says('OL FSD', 90)), NOW)?.because ?? '', /forced shutdown \(FSD\)/)
  for (const status of ['OL FSD', 'FSD OL CHRG', 'FSD'])
    assert.doesNotMatch(dueToBegin(ORDER, after(says(status)), NOW)?.because ?? 'none', /mains are out|none/)
})

test('a battery that only its numbers call low counts from the second look; at its end it counts at once', () => {
  assert.equal(after(says('OB', 200)).is, 'battery', 'a blip on a small UPS')
  assert.equal(after(says('OB', 200), says('OB', 190)).is, 'low')
  assert.equal(after(says('OB', 40)).is, 'low')
  const due = dueToBegin(ORDER, after(says('OB', 200), says('OB', 190)), NOW)
  assert.match(due?.because ?? '', /is low \(3 min left\)/)
})

test('a UPS that contradicts itself, or says LB alone, is neither back on the mains nor off them', () => {
  const noVolts: Observation = {
    ...says('OL'),
    measured: [...says('OL').measured, { what: 'mains', value: 0, unit: 'V' }],
  }
  for (const seen of [says('OL DISCHRG'), noVolts]) {
    assert.equal(after(says('OL'), seen).is, 'unknown')
    assert.equal(after(says('OB', 900), seen).is, 'battery')
    assert.equal(after(says('OB LB', 900), seen).is, 'low')
  }
  assert.equal(after(says('OL'), says('LB')).is, 'unknown')
  assert.equal(after(says('OB', 900), says('LB')).is, 'low')
})

test('what the connector judged by this UPS’s own limits counts', () => {
  const own: Observation = {
    ...says('OB', 900),
    measured: [...says('OB', 900).measured, { what: 'power', value: 'low', unit: 'text' }],
  }
  assert.equal(after(own, own).is, 'low')
})

test('an order begins on low battery at once, on the battery after its time, and not on the mains', () => {
  assert.equal(dueToBegin(ORDER, after(says('OL')), NOW), undefined)
  assert.equal(dueToBegin(ORDER, { is: 'unknown' }, NOW), undefined)
  assert.match(dueToBegin(ORDER, after(says('OB LB', 90)), NOW)?.because ?? '', /is low \(1 min left\), and the mains/)
  const battery = after(says('OB', 900))
  assert.equal(dueToBegin(ORDER, battery, NOW + 9 * MINUTE), undefined)
  const due = dueToBegin(ORDER, battery, NOW + 10 * MINUTE)
  assert.deepEqual(due, { outageSince: NOW, because: 'The rack UPS has run on its battery for 10 min (15 min left).' })
})

test('what a UPS said hours ago begins nothing', () => {
  for (const said of ['OB', 'OB LB']) assert.equal(dueToBegin(ORDER, after(says(said)), NOW + 2 * HOUR), undefined)
})
