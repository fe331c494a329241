import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HOUR, MINUTE, SECOND } from '../../base/time.ts'
import { dayOf, timeOfDay } from '../../base/zone.ts'
import { makeLastSaid, saidAt } from './last-said.ts'
import { instantOf, instantsOf, zoneOfMessage } from './when.ts'

const ZONE = 'America/New_York'
/** 00:00 EDT of the day on which clocks are set back at 06:00 UTC. */
const NIGHT = Date.parse('2026-11-01T04:00:00Z')
const wall = (at: number): string => `${dayOf(at, ZONE)}${timeOfDay(at, ZONE)}00`.replaceAll(/[-:]/g, '')

test('in the hour that comes twice, messages of one sender keep the order in which they come, at once or much later', () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(minutes, fc.constantFrom(1, 20, 48 * 60), (all, delay) => {
      const last = makeLastSaid()
      let before = 0
      for (const minute of all.toSorted((a, b) => a - b)) {
        const made = NIGHT + minute * MINUTE
        const said = saidAt(wall(made), ZONE, made + delay * MINUTE, last.of('s'))
        last.note('s', said)
        assert.ok(said >= before, `${wall(made)} went back`)
        assert.ok(Math.abs(said - made) <= HOUR)
        if (delay === 1) assert.equal(said <= made + MINUTE, true)
        before = said
      }
    }),
  )
})

test('a time that its offset or the day makes plain is taken as it is, older than the last or not', () => {
  const now = NIGHT + 10 * HOUR
  const last = NIGHT + 3 * HOUR
  assert.equal(saidAt('20261101011000-0400', ZONE, now, last), Date.parse('2026-11-01T05:10:00Z'))
  assert.equal(saidAt('20261101001000', ZONE, now, last), Date.parse('2026-11-01T04:10:00Z'))
  assert.equal(saidAt('', ZONE, now, last), now)
  assert.equal(saidAt('20270101', ZONE, now, last), now)
})

test('what cannot have been said yet was said in the first of the two hours', () => {
  const first = Date.parse('2026-11-01T05:10:00Z')
  const now = Date.parse('2026-11-01T05:51:00Z')
  assert.equal(saidAt('20261101011000', ZONE, now, now - MINUTE), first)
  assert.equal(saidAt('20261101011000', ZONE, first + SECOND, undefined), first)
  assert.equal(saidAt('20261101011000', ZONE, first + HOUR + SECOND, undefined), first + HOUR)
})

test('a time is two instants only where clocks were set back', () => {
  assert.equal(instantsOf('202611010130', ZONE).length, 2)
  assert.equal(instantsOf('202611010130-0500', ZONE).length, 1)
  assert.equal(instantsOf('202604050145', 'Australia/Lord_Howe').length, 2)
  for (const time of ['202611010230', '202603080230', '20261101', '202611010059'])
    assert.equal(instantsOf(time, ZONE).length, 1, time)
  assert.deepEqual(instantsOf('soon', ZONE), [])
})

test("the offset of MSH-7 is that of the message's times, but the sender's own zone keeps its seasons", () => {
  const read = (msh7: string, text: string): string =>
    new Date(instantOf(text, zoneOfMessage(msh7, ZONE)) ?? 0).toISOString()
  assert.equal(read('20261122080000-0800', '20261123093000'), '2026-11-23T17:30:00.000Z')
  assert.equal(read('20261122080000+0530', '20261123093000'), '2026-11-23T04:00:00.000Z')
  assert.equal(read('20261122080000+0000', '20261123093000'), '2026-11-23T09:30:00.000Z')
  assert.equal(read('20261122080000-0500', '20260723093000'), '2026-07-23T13:30:00.000Z')
  assert.equal(read('20261122080000', '20261123093000'), '2026-11-23T14:30:00.000Z')
  assert.equal(read('20261122080000-9999', '20261123093000'), '2026-11-23T14:30:00.000Z')
  assert.equal(read('20261122080000-0800', '20261123093000-0500'), '2026-11-23T14:30:00.000Z')
})
