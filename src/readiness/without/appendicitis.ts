import { DAY, type Instant } from '../../base/time.ts'
import { leaveOf } from '../duty/leave.ts'
import { dutyPeriods } from '../duty/periods.ts'
import type { Interval } from '../duty/week-spans.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Plan } from '../readiness.ts'
import { type Ground, groundOf, lossesOf, lossesOfWork, uncovered } from './losses.ts'
import { type Presence, presenceAt } from './presence.ts'
import { everyRemoval } from './removals.ts'
import { keyOf, LOSS_KINDS, type Loss, lossKey, type Removal } from './without.ts'

/** What is lost with some things and was not lost without them. */
export type Harm = { removed: readonly Removal[]; losses: Loss[] }
/** A stretch of the next 30 days in which a person's absence costs more than tonight. `removed` undefined: that much is lost with nobody missing besides leave. */
export type WorseTime = Interval & { removed: Removal | undefined; away: string[]; losses: Loss[] }

export type AppendicitisTest = {
  at: Instant
  /** Lost before anything is taken out. */
  asItStands: Loss[]
  /** Worst first; those without which nothing is lost are only counted. */
  alone: Harm[]
  taken: number
  /** Only what neither of the two costs alone: both are needed for it. Worst first. */
  pairs: Harm[]
  pairsTaken: number
  /** Pairs beyond the bound, not looked at. */
  pairsLeft: number
  worseTimes: WorseTime[]
  /** Stretches of the next 30 days in which the answer to "who is there?" stays the same. */
  shifts: number
}

const MOST_PAIRS = 20_000
const LOOK_AHEAD_MS = 30 * DAY
/** Pairs between two breaths. */
const BREATH = 20

/**
 * Takes everything out of the plan, alone and in pairs, at a night; and every person at every shift of the 30 days after it. It takes a breath (yields)
 * every few milliseconds of work, so that a process that serves others can serve them meanwhile.
 */
export function* takingEachOut(
  plan: Plan,
  evidence: readonly Evidence[],
  at: Instant,
  mostPairs = MOST_PAIRS,
): Generator<undefined, AppendicitisTest> {
  const ground = groundOf(plan, evidence, at)
  const tonight = presenceAt(plan, at)
  const asItStands = lossesOf(ground, tonight, [])
  const all = everyRemoval(plan)
  const own = new Map(all.map((one) => [keyOf(one), beyond(lossesOf(ground, tonight, [one]), asItStands)]))
  yield
  const lossesWithout = (one: Removal): Loss[] => own.get(keyOf(one)) ?? []
  const every = pairsOf(all)
  const pairs: Harm[] = []
  for (const [nth, [a, b]] of every.slice(0, mostPairs).entries()) {
    const known = [...asItStands, ...lossesWithout(a), ...lossesWithout(b)]
    pairs.push({ removed: [a, b], losses: beyond(lossesOf(ground, tonight, [a, b]), known) })
    if (nth % BREATH === 0) yield
  }
  return {
    at,
    asItStands,
    alone: worstFirst(all.map((one) => ({ removed: [one], losses: lossesWithout(one) }))),
    taken: all.length,
    pairs: worstFirst(pairs),
    pairsTaken: pairs.length,
    pairsLeft: every.length - pairs.length,
    ...(yield* overTime(ground, asItStands, lossesWithout)),
  }
}

/** The whole at once. */
export function appendicitisTest(
  ...of: [plan: Plan, evidence: readonly Evidence[], at: Instant, mostPairs?: number]
): AppendicitisTest {
  const test = takingEachOut(...of)
  for (;;) {
    const next = test.next()
    if (next.done === true) return next.value
  }
}

/** The same for one set of things that somebody names. */
export function harmOf(plan: Plan, evidence: readonly Evidence[], at: Instant, removed: readonly Removal[]): Harm {
  const ground = groundOf(plan, evidence, at)
  const tonight = presenceAt(plan, at)
  return { removed, losses: beyond(lossesOf(ground, tonight, removed), lossesOf(ground, tonight, [])) }
}

/** A site that can read nothing is more than one that lost one of the two, and is told once. */
function beyond(losses: readonly Loss[], known: readonly Loss[]): Loss[] {
  const keys = new Set(known.map(lossKey))
  return losses.filter((loss) => !keys.has(lossKey(loss)))
}

function pairsOf(all: readonly Removal[]): (readonly [Removal, Removal])[] {
  return all.flatMap((a, nth) => all.slice(nth + 1).map((b) => [a, b] as const))
}

/** By how much of the worst kind is lost, then of the next; what costs nothing is left out. */
function worstFirst(harms: readonly Harm[]): Harm[] {
  const count = ({ losses }: Harm, kind: Loss['kind']): number => losses.filter((loss) => loss.kind === kind).length
  return harms
    .filter(({ losses }) => losses.length > 0)
    .toSorted((a, b) => {
      for (const kind of LOSS_KINDS) {
        const more = count(b, kind) - count(a, kind)
        if (more !== 0) return more
      }
      return 0
    })
}

function* overTime(
  ground: Ground,
  asItStands: readonly Loss[],
  lossesWithout: (one: Removal) => Loss[],
): Generator<undefined, Pick<AppendicitisTest, 'worseTimes' | 'shifts'>> {
  const { plan, now } = ground
  const shifts = shiftsOf(plan, { from: now, to: now + LOOK_AHEAD_MS })
  const people = everyRemoval(plan).filter(({ kind }) => kind === 'person')
  const worse: WorseTime[] = []
  const open = new Map<string, WorseTime>()
  // The same people are there in most shifts: what cannot be done without somebody is then the same.
  const ofWork = new Map<string, Loss[]>()
  for (const { from, to } of shifts) {
    yield
    const presence = presenceAt(plan, from)
    const away = awayOf(plan, presence)
    const lossesAt = (removed: readonly Removal[]): Loss[] => {
      const key = [...removed.map(keyOf), '', ...away].join('\n')
      const known = ofWork.get(key) ?? lossesOfWork(ground, presence, removed)
      ofWork.set(key, known)
      return [...known, ...uncovered(plan, presence, removed)]
    }
    const standing = lossesAt([])
    for (const removed of [undefined, ...people]) {
      const key = removed === undefined ? '' : keyOf(removed)
      const losses =
        removed === undefined
          ? beyond(standing, asItStands)
          : beyond(lossesAt([removed]), [...standing, ...asItStands, ...lossesWithout(removed)])
      const before = open.get(key)
      if (losses.length === 0) open.delete(key)
      else if (before !== undefined && isSame(before, losses, away)) before.to = to
      else {
        const next = { from, to, removed, away, losses }
        open.set(key, next)
        worse.push(next)
      }
    }
  }
  return { worseTimes: worse, shifts: shifts.length }
}

function isSame({ losses, away }: WorseTime, now: readonly Loss[], awayNow: readonly string[]): boolean {
  return losses.map(lossKey).join() === now.map(lossKey).join() && away.join() === awayNow.join()
}

function awayOf(plan: Plan, { there }: Presence): string[] {
  return plan.people.people.filter((person) => !there.includes(person)).map(({ name }) => name)
}

/** Cut wherever a leave or somebody's turn begins or ends. */
function shiftsOf(plan: Plan, within: Interval): Interval[] {
  const { zone } = plan.practice.practice
  const cuts = new Set([within.from, within.to])
  for (const roster of plan.roster.rosters)
    for (const { from, to } of dutyPeriods(plan, roster, within)) cuts.add(from).add(to)
  for (const person of plan.people.people) for (const { from, to } of leaveOf(person, zone)) cuts.add(from).add(to)
  const inOrder = [...cuts].filter((at) => within.from <= at && at <= within.to).toSorted((a, b) => a - b)
  return inOrder.flatMap((from, nth) => {
    const to = inOrder[nth + 1]
    return to === undefined ? [] : [{ from, to }]
  })
}
