import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MINUTE, SECOND } from '../base/time.ts'
import { alarmMoves } from './alarms.ts'
import type { Alarm, Cause } from './monitor.ts'
import { noticeOf } from './notice.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const PRACTICE = { name: 'Harbor Valley', zone: 'America/Chicago' }
const causeOf = (headline: string, since: number): Cause => ({
  key: 'site:west',
  since,
  headline,
  because: 'It has not spoken.',
  symptoms: [],
  advice: 'Look at its line.',
})

test('who was told that a site is silent is told of the end of that, whatever it was last', () => {
  const raised: Alarm = {
    id: 'a1',
    key: 'site:west',
    raisedAt: NOW,
    cause: causeOf('West has gone silent', NOW - 2 * MINUTE),
    clearSince: undefined,
    closedAt: undefined,
    toldAt: undefined,
  }
  let alarm = raised
  for (const headline of ['West does not take its packs', 'West shows old data']) {
    const [kept] = alarmMoves([alarm], [causeOf(headline, NOW + MINUTE)], NOW + MINUTE, MINUTE).keep
    assert.ok(kept !== undefined)
    assert.equal(kept.cause.headline, headline, 'pages say what it is now')
    alarm = { ...alarm, cause: kept.cause }
  }
  const over = noticeOf('over', alarm, NOW + 3 * MINUTE + 30 * SECOND, PRACTICE, 'https://hub.example')
  assert.equal(over.subject, 'Harbor Valley: over: West has gone silent')
  assert.match(over.text, /^Over: West has gone silent\.\nIt lasted 5 min, from 2026-11-23 08:58/)
})
