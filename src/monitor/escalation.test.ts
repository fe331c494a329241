import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HOUR, MINUTE } from '../base/time.ts'
import { instantAt } from '../base/zone.ts'
import {
  beginEscalation,
  dueAt,
  type EscalationEvent,
  type EscalationPlan,
  type EscalationState,
  escalate,
  mayMove,
} from './escalation.ts'
import { quietHours, type Reachable } from './reach.ts'

const zone = 'America/New_York'
const NIGHT = instantAt('2026-11-23', '01:00', zone)

const person = (id: string, more: Partial<Reachable> = {}): Reachable => ({
  id,
  name: id,
  reach: [{ channel: 'sms', target: `+1555${id}` }],
  away: [],
  zone,
  quietUntil: quietHours({ from: '22:00', to: '06:30' }, zone),
  ...more,
})

const plan: EscalationPlan = {
  people: [
    person('Ada'),
    person('Ben', { away: [{ from: '2026-11-20', to: '2026-11-25' }] }),
    person('Cy'),
    person('Di', { reach: [] }),
  ],
  steps: [
    { people: ['Ada'], answerWithinMs: 10 * MINUTE, authority: 'incident command' },
    { people: ['Ben'], answerWithinMs: 10 * MINUTE, authority: 'incident command' },
    { people: ['Cy', 'Di'], answerWithinMs: 10 * MINUTE, authority: 'incident command' },
  ],
  rounds: 2,
  forgetAfterMs: 30 * MINUTE,
  againAfterMs: HOUR,
}

test('who does not answer in time is passed by, and the next is told from whom authority came and who was skipped', () => {
  const first = beginEscalation(plan, NIGHT, false)
  assert.deepEqual(
    first.tell.map((one) => one.person),
    ['Ada'],
  )
  assert.deepEqual(escalate(plan, first.state, { type: 'time' }, NIGHT + 9 * MINUTE).tell, [], 'the time has not come')
  const second = escalate(plan, first.state, { type: 'time' }, NIGHT + 10 * MINUTE)
  assert.deepEqual(
    second.tell.map((one) => one.person),
    ['Cy'],
  )
  assert.equal(
    second.tell[0]?.says,
    'Ada did not answer. Ben was not told: they are away until 2026-11-25. Authority (incident command) is now with Cy. Please answer within 10 min.',
  )
  assert.ok(second.journal.includes('Di was not told: there is no address or number for them.'))
})

test('whoever took it is left alone, until they have said nothing for too long: then they are asked again, and then the next', () => {
  const { state } = beginEscalation(plan, NIGHT, false)
  const taken = escalate(plan, state, { type: 'acknowledge', by: 'Ada' }, NIGHT + MINUTE)
  assert.equal(taken.state.status, 'acknowledged')
  assert.equal(dueAt(taken.state), NIGHT + 31 * MINUTE)
  const renewed = escalate(plan, taken.state, { type: 'acknowledge', by: 'Ada' }, NIGHT + 20 * MINUTE)
  assert.deepEqual(renewed.journal, ['Ada is still at it.'])
  const forgotten = escalate(plan, renewed.state, { type: 'time' }, NIGHT + 50 * MINUTE)
  assert.deepEqual(
    forgotten.tell.map((one) => one.person),
    ['Ada'],
  )
  assert.match(forgotten.tell[0]?.says ?? '', /^Ada took it and has not said more since\./)
  assert.deepEqual(
    escalate(plan, forgotten.state, { type: 'time' }, NIGHT + 60 * MINUTE).tell.map((one) => one.person),
    ['Cy'],
  )
})

test('who hands it on passes it to the next at once', () => {
  const { state } = beginEscalation(plan, NIGHT, false)
  const taken = escalate(plan, state, { type: 'acknowledge', by: 'Ada' }, NIGHT)
  const next = escalate(plan, taken.state, { type: 'hand-on', by: 'Ada' }, NIGHT + MINUTE)
  assert.match(next.tell[0]?.says ?? '', /^Ada cannot go on with it\..*is now with Cy/)
})

test('what can wait wakes nobody: it is told when the first of them is awake; what cannot wait is told at night', () => {
  const held = beginEscalation(plan, NIGHT, true)
  assert.deepEqual(held.tell, [])
  assert.equal(dueAt(held.state), instantAt('2026-11-23', '06:30', zone))
  const told = escalate(plan, held.state, { type: 'time' }, instantAt('2026-11-23', '06:30', zone))
  assert.deepEqual(
    told.tell.map((one) => one.person),
    ['Ada'],
  )
  assert.equal(beginEscalation(plan, NIGHT, false).tell.length, 1)
  assert.equal(beginEscalation(plan, instantAt('2026-11-23', '12:00', zone), true).tell.length, 1)
})

test('when nobody takes it, everybody who can be reached is told, again and again, until somebody does or it is over', () => {
  let { state } = beginEscalation(plan, NIGHT, false)
  let told: string[] = []
  for (let at = NIGHT; at < NIGHT + 5 * HOUR; at += MINUTE) {
    const next = escalate(plan, state, { type: 'time' }, at)
    if (next.tell.length > 0) told = next.tell.map((one) => one.person)
    state = next.state
  }
  assert.equal(state.status, 'exhausted')
  assert.deepEqual(told, ['Ada', 'Cy'])
  assert.equal(escalate(plan, state, { type: 'acknowledge', by: 'Cy' }, NIGHT + 6 * HOUR).state.status, 'acknowledged')
})

test('quiet hours follow the clock on the wall, also in the night in which it changes', () => {
  const quiet = quietHours({ from: '22:00', to: '06:30' }, zone)
  assert.equal(quiet(instantAt('2026-10-31', '22:00', zone)), instantAt('2026-11-01', '06:30', zone))
  assert.equal(quiet(instantAt('2026-11-01', '06:30', zone)), undefined)
})

const events: fc.Arbitrary<EscalationEvent> = fc.oneof(
  fc.constantFrom('Ada', 'Cy').map((by) => ({ type: 'acknowledge' as const, by })),
  fc.constantFrom('Ada', 'Cy').map((by) => ({ type: 'hand-on' as const, by })),
  fc.constant({ type: 'time' as const }),
)

test('whatever happens in whatever order, an open alarm always has a next moment, and nobody unreachable is told', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(events, fc.integer({ min: 0, max: 90 })), { maxLength: 60 }),
      fc.boolean(),
      (story, canWait) => {
        let now = NIGHT
        let state: EscalationState = beginEscalation(plan, now, canWait).state
        for (const [event, minutes] of story) {
          now += minutes * MINUTE
          const next = escalate(plan, state, event, now)
          for (const { person: id } of next.tell) assert.ok(['Ada', 'Cy'].includes(id))
          if (!mayMove(state, event.type)) assert.equal(next.state, state)
          state = next.state
          assert.ok((dueAt(state) ?? 0) > NIGHT)
          if (next.tell.length > 0) assert.ok((dueAt(state) ?? 0) > now)
        }
        assert.equal(escalate(plan, state, { type: 'end' }, now).state.status, 'over')
        assert.equal(dueAt(escalate(plan, state, { type: 'end' }, now).state), undefined)
      },
    ),
  )
})
