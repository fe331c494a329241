import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  answer,
  factsOf,
  looksOf,
  lsn,
  primarySays,
  silence,
  standbySays,
  T,
} from '../../../test/standby/small-pair.ts'
import type { Cause } from '../monitor.ts'
import { findFaults } from './faults/find-faults.ts'
import { judgeStandby } from './judge.ts'
import { type PairState, stateAfter, stateAt } from './pair-state.ts'
import type { Look, PairFacts } from './standby.ts'
import { joinStandbys, standbyCauses, type WatchedPair } from './standby-causes.ts'

function stateOf(facts: PairFacts): PairState {
  const [look] = facts.looks.slice(-1)
  assert.ok(look !== undefined)
  const verdict = judgeStandby(facts, look.standby.answeredAt)
  return stateAfter(undefined, look, { verdict, findings: findFaults(facts), atWork: [] })
}

function pairOf(state: PairState | undefined, more: Partial<WatchedPair> = {}): WatchedPair {
  const limits = { behindAfterMs: 30_000, unknownAfterMs: 60_000, watchedSince: T - 3_600_000 }
  return { id: 'ehr', name: 'EHR database', state, readBy: ['ehr'], ...limits, ...more }
}

const well = factsOf(looksOf(5, (at) => look(at, 1000, 1000)))
const cableOut = factsOf(looksOf(30, (at, back) => look(at, 30_000 - back * 1000, 1000, { heardMs: 60_000 - back })))
const paused = factsOf(
  looksOf(8, (at, back) => {
    const end = 8000 - back * 1000
    const said = standbySays(at, end, { replay: 'paused', replayed: lsn(1000) })
    return { primary: answer(at, primarySays(at, end)), standby: answer(at, said) }
  }),
)

function look(at: number, primary: number, standby: number, more: { heardMs?: number } = {}): Look {
  const receiver = { status: 'streaming', heardMs: more.heardMs ?? 100, from: undefined }
  return { primary: answer(at, primarySays(at, primary)), standby: answer(at, standbySays(at, standby, { receiver })) }
}

test('a pair that is proven is no cause', () => {
  assert.deepEqual(standbyCauses([pairOf(stateOf(well))], [], T), [])
})

test('a pair that nobody has asked yet is no cause, and is not called well either', () => {
  assert.deepEqual(standbyCauses([pairOf(undefined)], [], T), [])
})

test('a cable that is out is one cause, which says what still works, how old the proof is and what to do', () => {
  const [cause, ...more] = standbyCauses([pairOf(stateOf(cableOut))], [], T)
  assert.deepEqual(more, [])
  assert.equal(cause?.key, 'standby:ehr:log')
  assert.match(cause.headline, /^EHR database: the standby receives nothing, over a connection that looks open$/)
  assert.match(cause.because, /proven to be on the standby/)
  assert.match(cause.advice, /People work on the primary as before/)
})

test('replay that is paused is a cause although the log arrives', () => {
  const [cause] = standbyCauses([pairOf(stateOf(paused))], [], T)
  assert.equal(cause?.headline, 'EHR database: replay on the standby is paused')
  assert.match(cause.advice, /what the standby has on its disk is safe/)
})

test('behind without a named fault is told past the limit only', () => {
  const slow = stateOf(factsOf(looksOf(30, (at, back) => look(at, 30_000 - back * 1000, 1000 + 10 * (29 - back)))))
  assert.deepEqual(slow.findings, [])
  assert.equal(slow.verdict.verdict, 'BEHIND')
  assert.deepEqual(standbyCauses([pairOf(slow, { behindAfterMs: 120_000 })], [], T), [])
  assert.match(standbyCauses([pairOf(slow)], [], T)[0]?.headline ?? '', /is 58 s behind/)
})

test('unknown is told when it lasts, and not for the time in which no hub watched', () => {
  const silent = stateOf(factsOf(looksOf(1, (at) => ({ primary: silence(at), standby: silence(at) }))))
  assert.deepEqual(silent.findings, [])
  assert.equal(silent.verdict.verdict, 'UNKNOWN')
  assert.deepEqual(standbyCauses([pairOf(silent)], [], T + 50_000), [])
  assert.match(standbyCauses([pairOf(silent)], [], T + 90_000)[0]?.headline ?? '', /nobody knows/)
  assert.deepEqual(standbyCauses([pairOf(silent, { watchedSince: T + 60_000 })], [], T + 90_000), [])
})

test('people are told again only when something of a worse class comes to it', () => {
  const log = standbyCauses([pairOf(stateOf(cableOut))], ['standby:ehr:reading'], T)[0]
  assert.deepEqual([log?.key, log?.replaces], ['standby:ehr:log', 'standby:ehr:reading'])
  const reading = standbyCauses([pairOf(stateOf(paused))], ['standby:ehr:log'], T)[0]
  assert.deepEqual([reading?.key, reading?.replaces], ['standby:ehr:log', undefined])
})

const source: Cause = {
  key: 'source:ehr',
  since: T,
  headline: 'The source EHR standby stands still',
  because: '',
  symptoms: ['East shows old data and says so.'],
  advice: '',
}

test('a source that stands still because its standby does is a symptom, whichever was noticed first', () => {
  const pairs = [pairOf(stateOf(paused))]
  const joined = joinStandbys([source], standbyCauses(pairs, [], T), pairs, [])
  assert.deepEqual(
    joined.map(({ key }) => key),
    ['standby:ehr:reading'],
  )
  assert.deepEqual(joined[0]?.symptoms, ['The source EHR standby stands still.', 'East shows old data and says so.'])
  const late = joinStandbys([source], standbyCauses(pairs, ['source:ehr'], T), pairs, ['source:ehr'])
  assert.equal(late[0]?.replaces, 'source:ehr')
})

test('while the alarm of a standby that has come right is still open, its source raises none of its own', () => {
  const pairs = [pairOf(stateOf(well))]
  assert.deepEqual(joinStandbys([source], [], pairs, ['standby:ehr:reading']), [])
  assert.deepEqual(joinStandbys([source], [], pairs, []), [source])
})

test('a state that nobody has renewed is unknown, whatever it was', () => {
  const state = stateOf(well)
  assert.equal(stateAt(state, T + 9000).verdict.verdict, 'PROVEN')
  const old = stateAt(state, T + 60_000)
  assert.equal(old.verdict.verdict, 'UNKNOWN')
  assert.equal(old.verdict.provenAt, state.verdict.provenAt)
  assert.match(old.verdict.because, /No hub has asked the two for 59 s/)
})

test('what was proven is still said while nothing can be asked, and less when the standby says that it has less', () => {
  const before = stateOf(well)
  const gone: Look = { primary: silence(T + 5000), standby: silence(T + 7500) }
  const judged = (facts: PairFacts) => ({ verdict: judgeStandby(facts, T + 10_000), findings: [], atWork: [] })
  const after = stateAfter(before, gone, judged(factsOf([gone])))
  assert.equal(after.verdict.verdict, 'UNKNOWN')
  assert.deepEqual(after.proven, before.proven)
  const older = look(T + 5000, 2000, 1500)
  const copiedAnew = factsOf([look(T - 600_000, 1500, 1500), older])
  assert.equal(stateAfter(before, older, judged(copiedAnew)).proven?.at, T - 600_000)
})

test('what must not be done is said once, and nothing of promoting where there never was a primary', () => {
  const looks = looksOf(8, (at) => ({ primary: silence(at), standby: answer(at, standbySays(at, 1000)) }))
  const never = stateOf(factsOf(looks))
  const [cause] = standbyCauses([pairOf(never)], [], T)
  assert.equal(cause?.key, 'standby:ehr:writes')
  assert.match(cause.advice, /It has never answered since it was configured/)
  assert.doesNotMatch(cause.advice, /promote|Sites/)
  const [known] = standbyCauses([pairOf({ ...never, primaryAnsweredAt: T - 60_000 })], [], T)
  assert.equal(known?.advice.match(/promote/g)?.length, 1)
})
