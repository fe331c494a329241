import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MINUTE, SECOND } from '../base/time.ts'
import { judgeSource } from './judge-source.ts'
import type { SourceStatus } from './monitor.ts'
import { stampEveryMs, watchEveryMs } from './pace.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')

/** A source with an interval, whose stamps come back after `lagMs`, and whose replay stops at `frozenAt` (never: infinity). */
type Road = { everyMs: number; lagMs: number; frozenAt: number; stampOffset: number; watchOffset: number }

/** What the watch says at each of its looks, from the moment the first stamps are back. */
function looks(road: Road, untilMs: number): { at: number; status: SourceStatus['status'] }[] {
  const pace = stampEveryMs(road.everyMs)
  const written: number[] = []
  const seen: { at: number; back: number }[] = []
  for (let at = road.stampOffset; at <= untilMs; at += pace) {
    const through = Math.min(at - road.lagMs, road.frozenAt)
    const back = written.findLast((stamp) => stamp <= through)
    if (back !== undefined) seen.push({ at, back })
    written.push(at)
  }
  const from = 2 * pace + road.lagMs + road.stampOffset
  const made: { at: number; status: SourceStatus['status'] }[] = []
  for (let at = from + road.watchOffset; at <= untilMs; at += watchEveryMs(road.everyMs)) {
    const back = seen.findLast((one) => one.at <= at)?.back
    const facts = {
      sourceId: 'ehr',
      name: 'EHR standby',
      everyMs: road.everyMs,
      readAt: NOW + at,
      asOf: NOW + at,
      failing: undefined,
      readingSince: undefined,
      canary: { back: back === undefined ? undefined : NOW + back, failing: undefined },
      quietMs: 30 * MINUTE,
      watchedSince: NOW,
    }
    made.push({ at, status: judgeSource(facts, NOW + at).status })
  }
  return made
}

const roads = fc
  .record({
    everyMs: fc.integer({ min: 4 * SECOND, max: 10 * MINUTE }),
    lag: fc.double({ min: 0, max: 0.9, noNaN: true }),
    stamp: fc.double({ min: 0, max: 1, noNaN: true }),
    watch: fc.double({ min: 0, max: 1, noNaN: true }),
    frozen: fc.double({ min: 3, max: 6, noNaN: true }),
  })
  .map(({ everyMs, lag, stamp, watch, frozen }) => ({
    everyMs,
    lagMs: lag * everyMs,
    stampOffset: stamp * stampEveryMs(everyMs),
    watchOffset: watch * watchEveryMs(everyMs),
    frozenAt: frozen * everyMs,
  }))

test('a standby that lags by less than nine tenths of an interval never looks frozen', () => {
  fc.assert(
    fc.property(roads, (road) => {
      const said = looks({ ...road, frozenAt: Number.POSITIVE_INFINITY }, 12 * road.everyMs)
      assert.ok(said.length > 0 && said.every(({ status }) => status === 'current'))
    }),
  )
})

test('from whatever moment replay stands still, the watch says so within 1.8 intervals, and goes on saying so', () => {
  fc.assert(
    fc.property(roads, (road) => {
      const said = looks(road, road.frozenAt + 4 * road.everyMs)
      const first = said.find(({ status }) => status === 'frozen')
      assert.ok(first !== undefined && first.at - road.frozenAt <= 1.8 * road.everyMs)
      assert.ok(said.filter(({ at }) => at >= first.at).every(({ status }) => status === 'frozen'))
    }),
  )
})
