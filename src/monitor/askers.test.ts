import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECOND } from '../base/time.ts'
import { askersOf, waitsUntil } from './askers.ts'
import type { DependencyMap } from './map.ts'
import type { Observation, ObserverFacts } from './observations/observations.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const map: DependencyMap = { things: [{ id: 'host', name: 'Host', kind: 'host', needs: [] }], probes: [] }
const plain = { tookMs: 1, because: 'It said so.', measured: [] }
const UP: Observation = { ...plain, answer: 'answered', findings: [] }
const SILENT: Observation = { ...plain, answer: 'not-answered' }
const observer: ObserverFacts = {
  observerId: 'host',
  name: 'Host',
  kind: 'tcp',
  systemId: 'host',
  from: 'hub',
  everyMs: 10 * SECOND,
  deadlineMs: 5 * SECOND,
  misses: 2,
  firstAnswerMs: 0,
  unheardSince: undefined,
  since: NOW - 60 * SECOND,
  missed: 0,
  last: { at: NOW - 4 * SECOND, observation: UP },
  sameSince: NOW - 60 * SECOND,
}
const asker = (more: Partial<ObserverFacts>) => askersOf(map, [{ ...observer, ...more }], NOW)[0]

test('a turn is an interval and the time for an answer, and the same again for each look that must stay without one', () => {
  assert.equal(asker({ misses: 1 })?.turnMs, 15 * SECOND)
  assert.equal(asker({})?.turnMs, 22.5 * SECOND)
  assert.deepEqual(askersOf(map, [{ ...observer, systemId: 'kiosk' }], NOW), [], 'it is on no map')
})

test('it has spoken when it looked, or when who looks for it did; while it is asked again it has not', () => {
  assert.equal(asker({})?.toldAt, NOW - 4 * SECOND)
  const seen = { at: NOW - 4 * SECOND, observation: { ...UP, asOf: NOW - 9 * SECOND } }
  assert.equal(asker({ last: seen })?.toldAt, NOW - 9 * SECOND)
  const again = asker({ last: { at: NOW - SECOND, observation: SILENT }, missed: 1 })
  assert.deepEqual([again?.toldAt, again?.nextAt], [undefined, NOW + 1.5 * SECOND])
  assert.equal(asker({ last: { at: NOW - SECOND, observation: SILENT }, missed: 2 })?.toldAt, NOW - SECOND)
})

test('what began is waited with until the last of those who tell had their turn, and no longer than that may take', () => {
  const told = askersOf(map, [observer], NOW)
  const since = NOW - SECOND
  assert.equal(waitsUntil([{ thing: 'host', observer: 'hub' }], told, since, NOW + 60 * SECOND), since + 22.5 * SECOND)
  assert.equal(waitsUntil([{ thing: 'host', observer: 'hub' }], told, since, NOW + 7 * SECOND), NOW + 7 * SECOND)
  assert.equal(
    waitsUntil([{ thing: 'host', observer: 'hub' }], told, NOW - 9 * SECOND, NOW + 60 * SECOND),
    NOW - 9 * SECOND,
  )
  assert.equal(waitsUntil([{ thing: 'host', observer: 'east' }], told, since, NOW + 60 * SECOND), since)
})
