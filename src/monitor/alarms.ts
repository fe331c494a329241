import { spanInWords } from '../base/ago.ts'
import type { Instant } from '../base/time.ts'
import type { Alarm, Cause } from './monitor.ts'

export type AlarmMoves = {
  raise: Cause[]
  /** Open alarms whose cause is still there, with its words of now. */
  keep: { alarm: Alarm; cause: Cause }[]
  /** Open alarms whose cause turned out to be another one: they go on under its key, and people are told once more. */
  rename: { alarm: Alarm; cause: Cause }[]
  /** Open alarms that another one tells of now. */
  join: Alarm[]
  /** Their cause is gone, for the first time or still not for long enough. */
  clearing: Alarm[]
  close: Alarm[]
}

/**
 * What happens to alarms. One is open for each cause; it ends when its cause stayed away for `clearAfterMs`, so a cause that comes and goes is
 * one alarm. Every alarm raised is told once, and once when it is over. `notOver`: keys of those that must not end yet.
 */
export function alarmMoves(
  open: readonly Alarm[],
  causes: readonly Cause[],
  now: Instant,
  clearAfterMs: number,
  notOver: readonly string[] = [],
): AlarmMoves {
  const byKey = new Map(causes.map((cause) => [cause.key, cause]))
  const moves: AlarmMoves = { raise: [], keep: [], rename: [], join: [], clearing: [], close: [] }
  const known = new Set(open.map((alarm) => alarm.key))
  const renamed = new Map(
    causes.flatMap((cause) => (cause.replaces === undefined || known.has(cause.key) ? [] : [[cause.replaces, cause]])),
  )
  const joined = new Set(causes.flatMap(({ takesIn = [] }) => takesIn))
  for (const alarm of open) {
    const cause = byKey.get(alarm.key)
    const other = renamed.get(alarm.key)
    if (other !== undefined && cause === undefined) {
      moves.rename.push({ alarm, cause: begunBy(renamedTo(alarm, other, now), alarm.raisedAt) })
      known.add(other.key)
    } else if (cause !== undefined) moves.keep.push({ alarm, cause: continued(alarm, cause, now) })
    else if (joined.has(alarm.key)) moves.join.push(alarm)
    else if (isOver(alarm, now, clearAfterMs) && !notOver.includes(alarm.key)) moves.close.push(alarm)
    else moves.clearing.push(alarm)
  }
  moves.raise = causes.filter((cause) => !known.has(cause.key)).map((cause) => begunBy(cause, now))
  return moves
}

/** What follows under the same key goes on from what people were told: an alarm never began after it was raised. */
function continued(alarm: Alarm, cause: Cause, now: Instant): Cause {
  const told = toldAs(alarm)
  return {
    ...cause,
    ...namesOf(alarm, cause, now),
    since: Math.min(cause.since, told.since, alarm.raisedAt),
    toldAs: told,
  }
}

/** People are told of the new name; what it was called before and since when it has gone on stays with it. */
function renamedTo(alarm: Alarm, cause: Cause, now: Instant): Cause {
  return { ...cause, ...namesOf(alarm, cause, now), since: Math.min(cause.since, toldAs(alarm).since) }
}

/** Nothing began after it was raised, whatever another clock, or what it turned out to be, says. */
function begunBy(cause: Cause, raisedAt: Instant): Cause {
  return cause.since > raisedAt ? { ...cause, since: raisedAt } : cause
}

const MOST_NAMES = 10

/** A name whose figures alone have changed is the same one. */
function namesOf({ cause: before }: Alarm, { headline }: Cause, now: Instant): Pick<Cause, 'earlier'> {
  const plain = (name: string): string => name.replaceAll(/\d+/g, '')
  const { earlier = [] } = before
  const names =
    plain(before.headline) === plain(headline) ? earlier : [...earlier, { headline: before.headline, until: now }]
  return names.length === 0 ? {} : { earlier: names.slice(-MOST_NAMES) }
}

function isOver({ clearSince }: Alarm, now: Instant, clearAfterMs: number): boolean {
  return clearSince !== undefined && now - clearSince >= clearAfterMs
}

/** A time in which no hub looked, as an alarm that is over when it is known. */
export function absence(id: string, from: Instant, to: Instant): Alarm {
  return {
    id,
    key: 'hub',
    raisedAt: to,
    cause: {
      key: 'hub',
      since: from,
      headline: 'The hub was away',
      because: `For ${spanInWords(to - from)} no hub was watching: none ran, its machine slept, or it was too busy to look.`,
      symptoms: [],
      advice: 'Sites went on with the packs that they had. Nothing is left to do.',
    },
    clearSince: undefined,
    closedAt: to,
    toldAt: undefined,
  }
}

function toldAs({ cause }: Alarm): { headline: string; since: Instant } {
  return cause.toldAs ?? { headline: cause.headline, since: cause.since }
}
