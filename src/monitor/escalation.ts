import { type Instant, MINUTE } from '../base/time.ts'
import type { Alarm } from './monitor.ts'
import { type Reachable, whyNotNow } from './reach.ts'

/**
 * Who is told of an alarm until somebody takes it. A step names people and how long they have to answer; then authority passes to the next, and
 * the notice says to whom and from whom. Who took it and let it lie is asked again. Every alarm ends `over`, or stays with a name.
 */
export type EscalationPlan = {
  people: readonly Reachable[]
  steps: readonly EscalationStep[]
  /** How often the steps are gone through before the plan is exhausted. */
  rounds: number
  /** Whoever took it has this long to end it or to say again that they are at it; then it counts as forgotten. */
  forgetAfterMs: number
  /** Once exhausted, everybody is told again this often. */
  againAfterMs: number
}

export type EscalationStep = {
  /** Ids of people; all of them are told. */
  people: readonly string[]
  answerWithinMs: number
  /** What they may decide, as the notice says it: "incident command". */
  authority: string
}

/** An alarm that looks over for longer than this without ending is not known to be over. */
const LOOKS_OVER_FOR_MS = 5 * MINUTE

/** Nobody further is asked about an alarm whose cause is gone, for the time that it takes to know that it stays gone. */
export function looksOver({ clearSince }: Pick<Alarm, 'clearSince'>, now: Instant): boolean {
  return clearSince !== undefined && now - clearSince < LOOKS_OVER_FOR_MS
}

type Place = { step: number; round: number }

export type EscalationState =
  /** It can wait, and everybody who would be told sleeps. */
  | { status: 'held'; until: Instant }
  | (Place & { status: 'telling'; since: Instant; deadlineAt: Instant })
  | (Place & { status: 'acknowledged'; by: string; at: Instant; forgottenAt: Instant })
  /** `unreached`: nobody could be told, and why of each, as sentences. */
  | { status: 'exhausted'; since: Instant; againAt: Instant; unreached?: readonly string[] }
  | { status: 'over'; at: Instant }

export type EscalationEvent =
  | { type: 'acknowledge'; by: string }
  /** Whoever took it cannot go on: the next is told at once. */
  | { type: 'hand-on'; by: string }
  /** A moment that was waited for has come: a deadline, the end of quiet hours, an acknowledgement that was forgotten. */
  | { type: 'time' }
  /** Nobody could be reached, and now somebody can. */
  | { type: 'reach' }
  | { type: 'end' }

export const ESCALATION_MOVES = {
  held: ['acknowledge', 'time', 'end'],
  telling: ['acknowledge', 'time', 'end'],
  acknowledged: ['acknowledge', 'hand-on', 'time', 'end'],
  exhausted: ['acknowledge', 'time', 'reach', 'end'],
  over: [],
} as const satisfies Record<EscalationState['status'], readonly EscalationEvent['type'][]>

export function mayMove(state: EscalationState, event: EscalationEvent['type']): boolean {
  const moves: readonly string[] = ESCALATION_MOVES[state.status]
  return moves.includes(event)
}

/** Somebody who is to be told now, and the first line of what they are told. */
export type Telling = { person: string; says: string }

export type Escalated = {
  state: EscalationState
  tell: Telling[]
  /** Lines for the alarm's own journal. */
  journal: string[]
}

/** What is told at first. `canWait`: nobody need be woken. */
export function beginEscalation(plan: EscalationPlan, now: Instant, canWait: boolean): Escalated {
  const until = canWait ? wakingAt(plan, now) : undefined
  if (until !== undefined)
    return {
      state: { status: 'held', until },
      tell: [],
      journal: ['It can wait: nobody is told before quiet hours end.'],
    }
  return tellFrom(plan, { step: 0, round: 0 }, now, '')
}

/** The next state; the same one, and nobody told, when the event means nothing in it or its time has not come. */
export function escalate(
  plan: EscalationPlan,
  state: EscalationState,
  event: EscalationEvent,
  now: Instant,
): Escalated {
  const same: Escalated = { state, tell: [], journal: [] }
  if (!mayMove(state, event.type)) return same
  if (event.type === 'end') return { state: { status: 'over', at: now }, tell: [], journal: ['It is over.'] }
  if (event.type === 'acknowledge') return acknowledged(plan, state, event.by, now)
  if (event.type === 'hand-on')
    return state.status === 'acknowledged'
      ? tellFrom(plan, following(plan, state), now, `${nameOf(plan, event.by)} cannot go on with it. `)
      : same
  if (event.type === 'reach')
    return state.status === 'exhausted' && state.unreached !== undefined && somebodyReached(plan, now)
      ? tellFrom(plan, { step: 0, round: 0 }, now, 'Until now nobody could be reached. ')
      : same
  const due = dueAt(state)
  return due === undefined || now < due ? same : timeCame(plan, state, now)
}

/** Whether anybody who is asked can be told now. */
export function somebodyReached(plan: EscalationPlan, now: Instant): boolean {
  return plan.steps.some((step) => reachOf(plan, step, now).reached.length > 0)
}

/** The names of those who are asked and whom no channel ever reaches: they have no address or number that is carried. */
export function outOfReach({ people, steps }: Pick<EscalationPlan, 'people' | 'steps'>): string[] {
  const asked = new Set(steps.flatMap((step) => step.people))
  return people.filter(({ id, reach }) => asked.has(id) && reach.length === 0).map(({ name }) => name)
}

/** When this state has to be looked at again; undefined when nothing is waited for. */
export function dueAt(state: EscalationState): Instant | undefined {
  if (state.status === 'held') return state.until
  if (state.status === 'telling') return state.deadlineAt
  if (state.status === 'acknowledged') return state.forgottenAt
  return state.status === 'exhausted' ? state.againAt : undefined
}

function timeCame(plan: EscalationPlan, state: EscalationState, now: Instant): Escalated {
  if (state.status === 'held') return tellFrom(plan, { step: 0, round: 0 }, now, '')
  if (state.status === 'telling')
    return tellFrom(plan, following(plan, state), now, `${namesOf(plan, state.step)} did not answer. `)
  if (state.status === 'acknowledged')
    return tellFrom(plan, state, now, `${nameOf(plan, state.by)} took it and has not said more since. `)
  return exhausted(plan, now)
}

function acknowledged(plan: EscalationPlan, state: EscalationState, by: string, now: Instant): Escalated {
  const place = state.status === 'telling' || state.status === 'acknowledged' ? state : { step: 0, round: 0 }
  const again = state.status === 'acknowledged' && state.by === by
  return {
    state: {
      status: 'acknowledged',
      step: place.step,
      round: place.round,
      by,
      at: now,
      forgottenAt: now + plan.forgetAfterMs,
    },
    tell: [],
    journal: [again ? `${nameOf(plan, by)} is still at it.` : `${nameOf(plan, by)} took it.`],
  }
}

/** Undefined: the plan is at its end. */
function following(plan: EscalationPlan, { step, round }: Place): Place | undefined {
  if (step + 1 < plan.steps.length) return { step: step + 1, round }
  return round + 1 < plan.rounds ? { step: 0, round: round + 1 } : undefined
}

/** Tells the people of a step; steps of which nobody can be reached are passed over at once, and said. */
function tellFrom(plan: EscalationPlan, from: Place | undefined, now: Instant, before: string): Escalated {
  const journal: string[] = []
  let passed = before
  for (let place = from; place !== undefined; place = following(plan, place)) {
    const step = plan.steps[place.step]
    if (step === undefined) break
    const { reached, skipped } = reachOf(plan, step, now)
    journal.push(...skipped)
    if (reached.length === 0) {
      passed += `${skipped.join(' ')} `
      continue
    }
    const names = reached.map((id) => nameOf(plan, id)).join(' and ')
    const within = Math.round(step.answerWithinMs / MINUTE)
    const says = `${passed}${step.authority === '' ? 'It' : `Authority (${step.authority})`} is now with ${names}. Please answer within ${within} min.`
    return {
      state: {
        status: 'telling',
        step: place.step,
        round: place.round,
        since: now,
        deadlineAt: now + step.answerWithinMs,
      },
      tell: reached.map((person) => ({ person, says })),
      journal: [...(before === '' ? [] : [before.trim()]), ...journal, `Told ${names}.`],
    }
  }
  const end = exhausted(plan, now)
  return { ...end, journal: [...(before === '' ? [] : [before.trim()]), ...journal, ...end.journal] }
}

/** Nobody took it: everybody who can be reached is told, again and again, and the pages say so. */
function exhausted(plan: EscalationPlan, now: Instant): Escalated {
  const says = 'Nobody has taken this, and nobody is left to be asked. Whoever reads this first: take it.'
  const tell = plan.people.filter((person) => whyNotNow(person, now) === undefined)
  const { skipped } = reachOf(plan, { people: plan.people.map(({ id }) => id) }, now)
  const unreached = tell.length === 0 ? { unreached: skipped } : {}
  return {
    state: { status: 'exhausted', since: now, againAt: now + plan.againAfterMs, ...unreached },
    tell: tell.map(({ id }) => ({ person: id, says })),
    journal: [
      `Nobody took it. ${tell.length === 0 ? 'Nobody can be reached.' : `All ${tell.length} who can be reached were told.`}`,
    ],
  }
}

function reachOf(
  plan: EscalationPlan,
  { people }: Pick<EscalationStep, 'people'>,
  now: Instant,
): { reached: string[]; skipped: string[] } {
  const reached: string[] = []
  const skipped: string[] = []
  for (const id of people) {
    const person = plan.people.find((one) => one.id === id)
    const because = person === undefined ? 'is not in the list of people' : whyNotNow(person, now)
    if (because === undefined) reached.push(id)
    else skipped.push(`${nameOf(plan, id)} was not told: ${because}.`)
  }
  return { reached, skipped }
}

/** The first moment at which somebody of the first step is awake; undefined when one is now. */
function wakingAt(plan: EscalationPlan, now: Instant): Instant | undefined {
  const first = plan.people.filter(({ id }) => plan.steps[0]?.people.includes(id) === true)
  const ends = first.map((person) => person.quietUntil(now))
  if (ends.length === 0 || ends.includes(undefined)) return undefined
  return Math.min(...ends.map((end) => end ?? now))
}

function namesOf(plan: EscalationPlan, step: number): string {
  return (plan.steps[step]?.people ?? []).map((id) => nameOf(plan, id)).join(' and ')
}

function nameOf(plan: EscalationPlan, id: string): string {
  return plan.people.find((person) => person.id === id)?.name ?? id
}
