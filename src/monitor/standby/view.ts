import type { Instant } from '../../base/time.ts'
import { distance, holds, type LogPosition } from './position.ts'
import { type Expected, LIMITS, type Look, type PairFacts, type Said, type Sample, type WentBack } from './standby.ts'

/** The newest look as rules see it: undefined is a side that did not answer. */
export type View = {
  primary: Said | undefined
  standby: Said | undefined
  look: Look
  earlier: readonly Look[]
  samples: readonly Sample[]
  expected: Expected
  wentBack: WentBack | undefined
}

export function viewOf({ looks, samples, expected, wentBack }: PairFacts): View {
  const look = looks.at(-1)
  if (look === undefined) throw new RangeError('There is no look to judge.')
  return {
    primary: saidBy(look.primary),
    standby: saidBy(look.standby),
    look,
    earlier: looks.slice(0, -1),
    samples,
    expected,
    wentBack,
  }
}

function saidBy(answer: Look['primary']): Said | undefined {
  return answer.answered ? answer.said : undefined
}

/** What a standby has: what it received, or what it replayed from the archive, whichever reaches further. */
export function hasOf(standby: Said): LogPosition | undefined {
  const { received, replayed } = standby
  if (received === undefined || replayed === undefined) return received ?? replayed
  return holds(received, replayed) ? received : replayed
}

/** Whether everything that brings log to the standby does so now; what was proven before says nothing of what is written next. */
export function receives(standby: Said): boolean {
  return standby.role === 'standby' && standby.receiver?.status === 'streaming'
}

/** The newest sample that the standby has whole. */
export function newestHeld(samples: readonly Sample[], standby: Said): Sample | undefined {
  const has = hasOf(standby)
  return has === undefined ? undefined : newestWithin(samples, standby, has)
}

/** The newest sample that lies at or before `position` in the log of the standby's own cluster. */
export function newestWithin(
  samples: readonly Sample[],
  standby: Pick<Said, 'systemId'>,
  position: LogPosition,
): Sample | undefined {
  let newest: Sample | undefined
  for (const sample of samples)
    if (
      sample.systemId === standby.systemId &&
      holds(position, sample.position) &&
      (newest === undefined || sample.at > newest.at)
    )
      newest = sample
  return newest
}

/**
 * Since when `is` has been so without a look that says otherwise, in this look too; undefined when it is not so now. Looks in which it could
 * not be seen do not interrupt.
 */
export function sinceWhen(view: View, is: (look: Look) => boolean | undefined): Instant | undefined {
  let since: Instant | undefined
  for (const look of [view.look, ...view.earlier.toReversed()]) {
    const so = is(look)
    if (so === false) break
    if (so === true) since = look.standby.askedAt
    if (so === undefined && since === undefined) return undefined
  }
  return since
}

export function lasts(view: View, ms: number, is: (look: Look) => boolean | undefined): boolean {
  const since = sinceWhen(view, is)
  return since !== undefined && view.look.standby.answeredAt - since >= ms
}

/** Whether this side has been without an answer for long enough, and in enough looks, to be called so. */
export function isSilent(view: View, side: 'primary' | 'standby'): boolean {
  const looks = [...view.earlier, view.look]
  const answered = looks.findLastIndex((look) => look[side].answered)
  const silent = looks.slice(answered + 1)
  const since = looks[answered]?.[side].answeredAt ?? silent[0]?.[side].askedAt ?? view.look[side].answeredAt
  return silent.length >= LIMITS.silentLooks && view.look[side].answeredAt - since >= LIMITS.silentMs
}

/** The newest look from before all of our patience in which the standby answered. */
export function lookBefore(view: View): Look | undefined {
  return view.earlier.findLast(
    ({ standby }) => standby.answered && view.look.standby.answeredAt - standby.answeredAt >= LIMITS.patienceMs,
  )
}

/** Whether this position of the standby is the same as it was before all of our patience; undefined positions do not stand still. */
export function standsStill(view: View, positionOf: (standby: Said) => LogPosition | undefined): boolean {
  const reference = lookBefore(view)
  const then = reference?.standby.answered === true ? positionOf(reference.standby.said) : undefined
  const now = view.standby === undefined ? undefined : positionOf(view.standby)
  if (then === undefined || now === undefined) return false
  const moved = distance(then, now)
  return moved !== 'other-line' && moved.amount === 0
}
