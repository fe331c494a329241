import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MINUTE } from '../../base/time.ts'
import { judgeObserver, judgeSystem, tooOldMs } from './judge-system.ts'
import type { Observation, ObserverFacts } from './observations.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const plain = { tookMs: 3, because: 'It said so.', measured: [] }
const ANSWERS = {
  well: { ...plain, answer: 'answered', findings: [] },
  watch: { ...plain, answer: 'answered', findings: [{ weight: 'watch', because: 'The disk is 86 % full.' }] },
  bad: { ...plain, answer: 'answered', findings: [{ weight: 'act', because: 'It answered 500.' }] },
  silent: { ...plain, answer: 'not-answered' },
  blind: { ...plain, answer: 'not-observable' },
} as const satisfies Record<string, Observation>

function observer(answer: Observation | undefined, more: Partial<ObserverFacts> = {}): ObserverFacts {
  return {
    observerId: 'o',
    name: 'O',
    kind: 'tcp',
    systemId: 'ehr',
    from: 'hub',
    everyMs: MINUTE,
    deadlineMs: 5000,
    misses: 2,
    firstAnswerMs: 2 * MINUTE,
    unheardSince: undefined,
    since: NOW - 60 * MINUTE,
    missed: answer?.answer === 'not-answered' ? 2 : 0,
    last: answer === undefined ? undefined : { at: NOW - 5000, observation: answer },
    sameSince: answer === undefined ? undefined : NOW - 20_000,
    ...more,
  }
}

test('each answer leads to its own status', () => {
  const status = (one: ObserverFacts) => judgeObserver(one, NOW).status
  assert.equal(status(observer(ANSWERS.well)), 'well')
  assert.equal(status(observer(ANSWERS.watch)), 'watch')
  assert.equal(status(observer(ANSWERS.bad)), 'failing')
  assert.equal(status(observer(ANSWERS.silent)), 'down')
  assert.equal(status(observer(ANSWERS.blind)), 'not-observable')
  assert.equal(status(observer(undefined)), 'unknown')
})

test('one missed look is not down, and it is not fine either', () => {
  const { status, because } = judgeObserver(observer(ANSWERS.silent, { missed: 1 }), NOW)
  assert.equal(status, 'unknown')
  assert.match(because, /asked again before that counts/)
})

test('what has not answered yet is not down while it may still be starting, and says so; after that it is', () => {
  const asked = (ago: number, more: Partial<ObserverFacts> = {}) =>
    judgeObserver(observer(ANSWERS.silent, { missed: 9, unheardSince: NOW - ago, ...more }), NOW)
  const early = asked(65_000)
  assert.equal(early.status, 'unknown')
  assert.match(
    early.because,
    /^It has not answered yet; it was first asked 1 min ago, and 2 min without an answer count/,
  )
  const late = asked(126_000)
  assert.equal(late.status, 'down')
  assert.match(late.because, /It has not answered since it was first asked, 2 min ago\./)
  assert.equal(asked(121_000).status, 'unknown', 'nobody has asked since its time was over')
  assert.equal(asked(1000, { unheardSince: undefined }).status, 'down', 'it has answered before')
  assert.equal(judgeObserver(observer(ANSWERS.well, { unheardSince: undefined }), NOW).status, 'well')
})

test('an answer that nobody has renewed is unknown, whatever it was', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(ANSWERS)), fc.nat(10_000_000), (answer, more) => {
      const last = { at: NOW - tooOldMs(MINUTE) - 1 - more, observation: answer }
      assert.equal(judgeObserver(observer(answer, { last }), NOW).status, 'unknown')
    }),
  )
})

test('a system is down when all who can see it say so; when they disagree it is failing, with how many', () => {
  const both = judgeSystem('ehr', [observer(ANSWERS.silent), observer(ANSWERS.silent), observer(ANSWERS.blind)], NOW)
  assert.deepEqual([both.status, both.agree, both.observers], ['down', 2, 2])
  const one = judgeSystem('ehr', [observer(ANSWERS.silent), observer(ANSWERS.well)], NOW)
  assert.deepEqual([one.status, one.agree, one.observers], ['failing', 1, 2])
  assert.match(one.because, /^1 of 2 observers get no answer/)
})

test('a system that nobody can see is not observable, and one that somebody does not know of is not fine', () => {
  assert.equal(judgeSystem('ehr', [observer(ANSWERS.blind)], NOW).status, 'not-observable')
  assert.equal(judgeSystem('ehr', [observer(ANSWERS.well), observer(undefined)], NOW).status, 'unknown')
  assert.equal(judgeSystem('ehr', [observer(ANSWERS.well), observer(ANSWERS.blind)], NOW).status, 'well')
  assert.equal(judgeSystem('ehr', [], NOW).status, 'unknown')
})

test('well is only what every voice that counts calls well, and always with its reason', () => {
  const any = fc.array(
    fc.record({
      answer: fc.option(fc.constantFrom(...Object.values(ANSWERS)), { nil: undefined }),
      age: fc.nat(400_000),
      missed: fc.nat(4),
    }),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(any, (all) => {
      const observers = all.map(({ answer, age, missed }) =>
        observer(answer, { missed, last: answer === undefined ? undefined : { at: NOW - age, observation: answer } }),
      )
      const told = judgeSystem('ehr', observers, NOW)
      assert.notEqual(told.because, '')
      assert.ok(told.agree <= told.observers && told.observers <= Math.max(observers.length, 0))
      const words = told.seen.map((one) => one.status).filter((word) => word !== 'not-observable')
      if (told.status === 'well') assert.ok(words.length > 0 && words.every((word) => word === 'well'))
      if (told.status === 'down') assert.ok(words.every((word) => word === 'down' || word === 'unknown'))
    }),
  )
})
