import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HOUR, MINUTE } from '../../base/time.ts'
import { BEAT_WORDS, type Beat } from './beat.ts'
import { heartbeatShape } from './config.ts'
import { heartbeatProbe, judgeBeats } from './connector.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const config = heartbeatShape.parse({ token: 'a'.repeat(24), periodMinutes: 60, runMinutes: 30 })

/** Beats as `minutes ago`, newest first. */
function judge(beats: [ago: number, word: Beat['word'], exit?: number][], listening = 600) {
  return judgeBeats(
    {
      beats: beats.map(([ago, word, exit]) => ({ at: NOW - ago * MINUTE, word, exit })),
      listeningSince: NOW - listening * MINUTE,
    },
    config,
    NOW,
  )
}

function findings(beats: Parameters<typeof judge>[0]) {
  const answer = judge(beats)
  assert.ok(answer.answer === 'answered', answer.because)
  return answer.findings.map((one) => one.because).join(' ')
}

test('a script that started and ended in time is well, and how long it took is known', () => {
  const answer = judge([
    [10, 'done'],
    [22, 'start'],
  ])
  assert.ok(answer.answer === 'answered')
  assert.deepEqual(answer.findings, [])
  assert.deepEqual(answer.measured[1], { what: 'last run took', value: 720, unit: 's' })
})

test('a script that is silent for too long is late, and its last words are told', () => {
  const answer = judge([
    [70, 'progress'],
    [80, 'start'],
  ])
  assert.equal(answer.answer, 'not-answered')
  assert.match(answer.because, /for 1 h 10 min, and it is expected every 1 h\. It had been at work/)
})

test('a script that was never heard: first nothing can be said, then it is late', () => {
  assert.equal(judge([], 30).answer, 'not-observable')
  assert.equal(judge([], 66).answer, 'not-answered')
})

test('a failure stays until a run ends well', () => {
  assert.match(findings([[5, 'failed', 3]]), /failed \(exit 3\)/)
  assert.match(
    findings([
      [1, 'start'],
      [5, 'failed', 3],
    ]),
    /failed \(exit 3\)/,
  )
  assert.equal(
    findings([
      [1, 'done'],
      [2, 'start'],
      [5, 'failed', 3],
    ]),
    '',
  )
})

test('a run that does not end is told, and so are starts that never lead to an end', () => {
  assert.match(
    findings([
      [1, 'progress'],
      [40, 'start'],
    ]),
    /started 40 min ago and has not ended/,
  )
  assert.match(
    findings([
      [5, 'start'],
      [60, 'start'],
      [120, 'done'],
    ]),
    /has not ended for 2 h/,
  )
})

test('borrowed eyes tell of what they look at, and closed they tell nothing', () => {
  const eyes = heartbeatShape.parse({ token: 'a'.repeat(24), periodMinutes: 1, graceMinutes: 0, looks: true })
  const seen = (word: Beat['word'], ago: number) =>
    judgeBeats({ beats: [{ at: NOW - ago, word, exit: undefined }], listeningSince: NOW - HOUR }, eyes, NOW).answer
  assert.deepEqual([seen('done', 5000), seen('failed', 5000)], ['answered', 'not-answered'])
  assert.deepEqual([seen('done', 2 * MINUTE), seen('failed', 2 * MINUTE)], ['not-observable', 'not-observable'])
  assert.equal(judgeBeats({ beats: [], listeningSince: NOW - HOUR }, eyes, NOW).answer, 'not-observable')
})

test('what borrowed eyes saw is from when they called; of itself a script tells how it stands now', () => {
  const eyes = heartbeatShape.parse({ token: 'a'.repeat(24), periodMinutes: 1, graceMinutes: 0, looks: true })
  const asOf = (word: Beat['word'], ago: number, of = eyes) =>
    judgeBeats({ beats: [{ at: NOW - ago, word, exit: undefined }], listeningSince: NOW - HOUR }, of, NOW).asOf
  assert.deepEqual([asOf('done', 5000), asOf('failed', 7000)], [NOW - 5000, NOW - 7000])
  assert.deepEqual([asOf('done', 2 * MINUTE), asOf('done', 5000, config)], [undefined, undefined])
})

test('whatever was heard, silence beyond its period and grace is never fine', () => {
  const beats = fc.array(fc.tuple(fc.integer({ min: 66, max: 3000 }), fc.constantFrom(...BEAT_WORDS)), {
    maxLength: 20,
  })
  fc.assert(
    fc.property(beats, (heard) => {
      const sorted = heard.toSorted(([a], [b]) => a - b).map(([ago, word]): [number, Beat['word']] => [ago, word])
      assert.equal(judge(sorted).answer, 'not-answered')
    }),
  )
})

test('that the hub cannot read its own list says nothing about the script', async () => {
  const probe = heartbeatProbe({ id: 'b', observes: 'backup' }, config, {
    clock: { now: () => NOW },
    heard: () => Promise.reject(new Error('no store')),
  })
  assert.equal((await probe.look()).answer, 'not-observable')
  const well = heartbeatProbe({ id: 'b', observes: 'backup' }, config, {
    clock: { now: () => NOW },
    heard: async () => ({ beats: [{ at: NOW - 5, word: 'done', exit: 0 }], listeningSince: NOW - HOUR }),
  })
  assert.equal((await well.look()).answer, 'answered')
})
