import type { Instant } from '../base/time.ts'
import type { Alarm, Cause } from './monitor.ts'

export type AlarmMoves = {
  raise: Cause[]
  /** Open alarms whose cause is still there, with its words of now. */
  keep: { alarm: Alarm; cause: Cause }[]
  /** Their cause is gone, for the first time or still not for long enough. */
  clearing: Alarm[]
  close: Alarm[]
}

/**
 * What happens to alarms. One is open for each cause; it ends when its cause stayed away for `clearAfterMs`, so a cause that comes and goes is
 * one alarm. Every alarm raised is told once, and once when it is over.
 */
export function alarmMoves(
  open: readonly Alarm[],
  causes: readonly Cause[],
  now: Instant,
  clearAfterMs: number,
): AlarmMoves {
  const byKey = new Map(causes.map((cause) => [cause.key, cause]))
  const moves: AlarmMoves = { raise: [], keep: [], clearing: [], close: [] }
  for (const alarm of open) {
    const cause = byKey.get(alarm.key)
    if (cause !== undefined) moves.keep.push({ alarm, cause: { ...cause, toldAs: toldAs(alarm) } })
    else if (alarm.clearSince !== undefined && now - alarm.clearSince >= clearAfterMs) moves.close.push(alarm)
    else moves.clearing.push(alarm)
  }
  const known = new Set(open.map((alarm) => alarm.key))
  moves.raise = causes.filter((cause) => !known.has(cause.key))
  return moves
}

function toldAs({ cause }: Alarm): { headline: string; since: Instant } {
  return cause.toldAs ?? { headline: cause.headline, since: cause.since }
}
