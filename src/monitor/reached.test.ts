import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOUR, MINUTE } from '../base/time.ts'
import { instantAt } from '../base/zone.ts'
import { type ReachTest, reachedByHour } from './reached.ts'

const zone = 'America/New_York'
const noon = instantAt('2026-11-20', '12:10', zone)
const night = instantAt('2026-11-21', '03:05', zone)
const row = (sentAt: number, channel: string, answeredAt?: number): ReachTest => ({
  person: 'ada',
  channel,
  sentAt,
  deliveredAt: sentAt,
  answeredAt,
})

test('a person counts as reached when they answered in time by any channel, at the hours at which they did', () => {
  const rows = [row(noon, 'sms'), row(noon, 'email', noon + 5 * MINUTE), row(night, 'sms', night + HOUR)]
  const [ada] = reachedByHour(rows, zone, 10 * MINUTE, night + 2 * HOUR)
  assert.deepEqual(ada, {
    person: 'ada',
    tests: 2,
    inTime: 1,
    hoursReached: [12],
    hoursMissed: [3],
    lastInTimeAt: noon,
  })
})

test('a test that still has time is no miss, and delivered is not reached', () => {
  assert.deepEqual(reachedByHour([row(noon, 'sms')], zone, 10 * MINUTE, noon + 9 * MINUTE), [])
  assert.equal(reachedByHour([row(noon, 'sms')], zone, 10 * MINUTE, noon + 11 * MINUTE)[0]?.inTime, 0)
})
