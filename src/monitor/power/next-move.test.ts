import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MINUTE, SECOND } from '../../base/time.ts'
import type { Mains } from './mains.ts'
import { nextMove } from './next-move.ts'
import { isStop, type PowerRun, type RunMode, type StepKind } from './power.ts'
import { runAfter, type StepEvent } from './steps.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const LOW: Mains = { is: 'low', since: NOW, at: NOW, leftMs: MINUTE }
const BATTERY: Mains = { ...LOW, is: 'battery' }
const ON: Mains = { is: 'on', at: NOW }
const KINDS: StepKind[] = ['packets', 'packs', 'tell', 'stop', 'stop', 'stop-hub']

function runOf(mode: RunMode = 'real', stopsOnlyWhenLow = false): PowerRun {
  return {
    id: 'r',
    orderId: 'ups',
    ups: 'The UPS',
    mode,
    by: undefined,
    outageSince: NOW,
    beganAt: NOW,
    because: 'Low.',
    stopsOnlyWhenLow,
    steps: KINDS.map((kind, nth) => ({ kind, name: `${kind} ${nth}`, withinMs: MINUTE, state: { status: 'waiting' } })),
    state: { status: 'going' },
  }
}

function moved(run: PowerRun, ...events: [nth: number, StepEvent['type']][]): PowerRun {
  return events.reduce((all, [nth, type]) => {
    const next = runAfter(all, nth, { type, because: 'So it was.' }, NOW)
    assert.ok(next !== undefined, `step ${nth} may not ${type}`)
    return next
  }, run)
}

const done = (nth: number): [number, StepEvent['type']][] => [
  [nth, 'start'],
  [nth, 'finish'],
]

test('paper, packs and words come before the first stop, and a failed one does not keep the stops from coming', () => {
  assert.deepEqual(nextMove(runOf(), LOW, NOW), { do: 'start', nth: 0 })
  const told = moved(runOf(), [0, 'start'], [0, 'fail'], ...done(1), ...done(2))
  assert.deepEqual(nextMove(told, LOW, NOW), { do: 'start', nth: 3 })
})

test('with the mains back, what has not begun is left out', () => {
  assert.equal(nextMove(moved(runOf(), ...done(0)), ON, NOW).do, 'call-off')
})

test('a stop that somebody began and did not live to end is unclear, and is not repeated; paper is', () => {
  assert.deepEqual(nextMove(moved(runOf(), [0, 'start']), LOW, NOW), { do: 'start', nth: 0 })
  const begun = moved(runOf(), ...done(0), ...done(1), ...done(2), [3, 'start'])
  assert.equal(nextMove(begun, LOW, NOW).do, 'lose-sight')
  const lost = moved(begun, [3, 'lose-sight'])
  assert.equal(runAfter(lost, 3, { type: 'start' }, NOW), undefined)
  assert.deepEqual(nextMove(lost, LOW, NOW), { do: 'start', nth: 4 })
})

test('where it is written so, stops wait for a low battery, and for one that went silent on its battery', () => {
  const told = moved(runOf('real', true), ...done(0), ...done(1), ...done(2))
  assert.equal(nextMove(told, BATTERY, NOW + SECOND).do, 'wait')
  assert.equal(nextMove(told, LOW, NOW).do, 'start')
  assert.equal(nextMove(told, BATTERY, NOW + 2 * MINUTE).do, 'start')
})

test('a drill does everything but the stops, whatever the mains do', () => {
  const told = moved(runOf('drill'), ...done(0), ...done(1), ...done(2))
  assert.deepEqual(nextMove(told, ON, NOW), { do: 'rehearse', nth: 3 })
  const over = moved(told, [3, 'skip'], [4, 'skip'], [5, 'skip'])
  const move = nextMove(over, ON, NOW)
  assert.ok(move.do === 'end' && move.state.status === 'done')
})

test('how it ended tells what failed, what is unclear and what was left out', () => {
  const run = moved(
    runOf(),
    ...done(0),
    ...done(1),
    [2, 'start'],
    [2, 'fail'],
    [3, 'start'],
    [3, 'lose-sight'],
    [4, 'skip'],
    [5, 'skip'],
  )
  const move = nextMove(run, ON, NOW)
  assert.ok(move.do === 'end')
  assert.equal(move.state.status, 'fell-short')
  assert.equal(
    move.state.because,
    'Not all went well. Failed: tell 2; not known how it ended: stop 3; left out: stop 4, stop-hub 5.',
  )
})

/** What may come between two looks: the mains, and where the hub dies in a step (before it acted, after it acted, not at all). */
const turns = fc.array(
  fc.record({
    mains: fc.constantFrom<Mains>(LOW, BATTERY, ON, { is: 'unknown' }),
    dies: fc.constantFrom('no', 'no', 'before', 'after'),
    ends: fc.constantFrom<StepEvent['type']>('finish', 'fail', 'lose-sight'),
  }),
  { minLength: 1, maxLength: 40 },
)

test('wherever the hub dies: no stop is acted out twice, none before the paper is settled, none once the mains are back', () => {
  fc.assert(
    fc.property(turns, fc.boolean(), fc.constantFrom<RunMode>('real', 'drill'), (all, onlyLow, mode) => {
      let run = runOf(mode, onlyLow)
      const acted = new Map<number, number>()
      for (const { mains, dies, ends } of all) {
        const move = nextMove(run, mains, NOW)
        if (move.do === 'end') break
        if (move.do === 'wait') continue
        if (move.do === 'call-off') {
          for (const nth of run.steps.keys())
            run = runAfter(run, nth, { type: 'skip', because: move.because }, NOW) ?? run
          continue
        }
        if (move.do === 'rehearse') {
          run = moved(run, [move.nth, 'skip'])
          continue
        }
        if (move.do === 'lose-sight') {
          run = moved(run, [move.nth, 'lose-sight'])
          continue
        }
        const stop = isStop(run.steps[move.nth]?.kind ?? 'stop')
        run = moved(run, [move.nth, 'start'])
        if (dies === 'before') continue
        if (stop) {
          assert.notEqual(mode, 'drill')
          if (mode === 'real') assert.notEqual(mains.is, 'on')
          assert.ok(run.steps.slice(0, 3).every(({ state }) => !['waiting', 'started'].includes(state.status)))
        }
        acted.set(move.nth, (acted.get(move.nth) ?? 0) + 1)
        if (dies === 'no') run = moved(run, [move.nth, ends])
      }
      for (const [nth, times] of acted) if (nth >= 3) assert.equal(times, 1, `stop ${nth} was acted out ${times} times`)
    }),
    { numRuns: 500 },
  )
})
