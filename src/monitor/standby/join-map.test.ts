import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, factsOf, looksOf, primarySays, silence, standbySays, T } from '../../../test/standby/small-pair.ts'
import { wiringOf } from '../failing.ts'
import type { DependencyMap } from '../map.ts'
import type { Cause } from '../monitor.ts'
import { findFaults } from './faults/find-faults.ts'
import { joinPairs, withVerdicts } from './join-map.ts'
import { judgeStandby } from './judge.ts'
import { type PairState, stateAfter } from './pair-state.ts'
import type { Look, PairFacts } from './standby.ts'
import { standbyCauses, type WatchedPair } from './standby-causes.ts'

const map: DependencyMap = {
  things: [
    { id: 'host', name: 'Host', kind: 'host', needs: [] },
    { id: 'one', name: 'One', kind: 'database', needs: ['host'] },
    { id: 'two', name: 'Two', kind: 'database', needs: [] },
  ],
  probes: [],
  answers: [{ name: 'The database hangs', takesOut: ['one'], says: 'Runbook “Fail over”.', turnsTo: 'two' }],
  pairs: [{ id: 'ehr', primary: 'one', standby: 'two' }],
}
const wiring = wiringOf(map)
const ANSWERED = 5

/** Both answer five times; then the primary is silent, and the standby too where it is said so. */
function stateOf(more: { standby: 'silent' | 'well' | 'late' }, count = 15): PairState {
  const looks = looksOf(count, (at, back): Look => {
    const nth = count - 1 - back
    const primary = nth < ANSWERED ? answer(at, primarySays(at, 1000 + 100 * nth)) : silence(at)
    const has = more.standby === 'late' ? 500 : 1000 + 100 * Math.min(nth, ANSWERED - 1)
    const isSilent = nth >= ANSWERED && more.standby === 'silent'
    return { primary, standby: isSilent ? silence(at) : answer(at, standbySays(at, has)) }
  })
  let state: PairState | undefined
  for (const [nth, look] of looks.entries()) {
    const facts: PairFacts = factsOf(looks.slice(0, nth + 1))
    const verdict = judgeStandby(facts, look.standby.answeredAt)
    state = stateAfter(state, look, { verdict, findings: findFaults(facts), atWork: [] })
  }
  assert.ok(state !== undefined)
  return state
}

const pairOf = (state: PairState): WatchedPair => ({
  id: 'ehr',
  name: 'EHR database',
  state,
  readBy: ['ehr'],
  behindAfterMs: 30_000,
  unknownAfterMs: 60_000,
  watchedSince: T - 3_600_000,
})
const causeOf = (key: string): Cause => ({ key, since: T, headline: key, because: '', symptoms: [], advice: '' })
const saysOf = (standby: 'silent' | 'well' | 'late') =>
  withVerdicts(map, [pairOf(stateOf({ standby }))]).answers?.[0]?.says

test('a runbook that turns to the standby is named only when that has what the primary had when it last answered', () => {
  assert.match(saysOf('well') ?? '', /^Runbook “Fail over”\. What the standby has is UNKNOWN: .*\/standby\/ehr\.$/)
  for (const standby of ['silent', 'late'] as const) {
    assert.match(
      saysOf(standby) ?? '',
      /^Do not turn to the standby yet\. .* See the page of EHR database: \/standby\/ehr\.$/,
    )
    assert.doesNotMatch(saysOf(standby) ?? '', /Runbook/)
  }
})

test('a pair whose server the map calls down is one alarm with that, whichever was noticed first', () => {
  const pairs = [pairOf(stateOf({ standby: 'silent' }))]
  const own = standbyCauses(pairs, [], T)
  assert.equal(own.length, 1)
  for (const key of ['thing:one', 'thing:one+two', 'thing:host']) {
    const { known, standbys } = joinPairs([causeOf(key), causeOf('source:ehr')], own, pairs, map, wiring, [])
    assert.deepEqual([standbys, known.map((one) => one.key)], [[], [key]])
    assert.match(known[0]?.symptoms.join(' ') ?? '', /UNKNOWN: .*\/standby\/ehr\. source:ehr\./)
  }
  const [open = ''] = own.map(({ key }) => key)
  const first = joinPairs([causeOf('thing:one')], own, pairs, map, wiring, [open]).known[0]
  assert.deepEqual([first?.replaces, first?.takesIn], [open, undefined])
  const both = joinPairs([causeOf('thing:one')], own, pairs, map, wiring, [open, 'thing:one']).known[0]
  assert.deepEqual([both?.replaces, both?.takesIn], [undefined, [open]])
})

test('while the alarm of a server that is up again is ending, its pair raises none of its own', () => {
  const pairs = [pairOf(stateOf({ standby: 'silent' }))]
  const own = standbyCauses(pairs, [], T)
  assert.deepEqual(joinPairs([], own, pairs, map, wiring, ['thing:one+two']).standbys, [])
  assert.deepEqual(joinPairs([], own, pairs, map, wiring, []).standbys, own)
})

test('what is more than a server that is down stays an alarm of its own', () => {
  const state: PairState = {
    ...stateOf({ standby: 'silent' }),
    findings: [{ fault: 'commits-hang', because: 'Three wait.', remedy: '' }],
  }
  const pairs = [pairOf(state)]
  const own = standbyCauses(pairs, [], T)
  assert.deepEqual(joinPairs([causeOf('thing:two')], own, pairs, map, wiring, []).standbys, own)
})
