import { agoInWords } from '../../../base/ago.ts'
import { amountInWords, distance } from '../position.ts'
import { type Finding, LIMITS, type Said } from '../standby.ts'
import { lasts, newestHeld, receives, standsStill, type View } from '../view.ts'

/** What was received and is not replayed is safe, and cannot be read: whoever reads the standby sees an older state as if it were now. */
export function replay(view: View): Finding[] {
  const { standby } = view
  if (standby?.role !== 'standby') return []
  if (standby.replay === 'paused')
    return [
      {
        fault: 'replay-paused',
        because: `Replay is paused: readers see the state of ${standby.replayedAt === undefined ? 'an unknown time ago' : agoInWords(Math.max(1000, standby.clock - standby.replayedAt))}. ${arrives(view) ? 'The log itself still arrives, so promotion loses nothing by it.' : 'Whether the log still arrives is not proven: count on losing what was written since.'}`,
        remedy: `${standby.engine === 'postgres' ? 'SELECT pg_wal_replay_resume()' : 'START REPLICA SQL_THREAD (where connections have names: START ALL SLAVES SQL_THREAD)'} on the standby, once whoever paused it agrees.`,
      },
    ]
  if (standby.replay === 'stopped')
    return [
      {
        fault: 'replay-stopped',
        because: `The standby does not apply what it receives${standby.complaint === 'cannot-apply' ? ': a transaction failed on it' : ''}.`,
        remedy:
          'Look at SHOW ALL REPLICAS STATUS (its error may hold patient data). Do not skip the transaction: the two then differ for ever. Copy the standby anew if it cannot be applied.',
      },
    ]
  if (!lasts(view, LIMITS.patienceMs, ({ standby: answer }) => (answer.answered ? waits(answer.said) : undefined)))
    return []
  if (!standsStill(view, ({ replayed }) => replayed)) return []
  const { received, replayed } = standby
  const missing = received === undefined || replayed === undefined ? 'other-line' : distance(replayed, received)
  return [
    {
      fault: 'replay-stalled',
      because: `The standby has ${missing === 'other-line' ? 'log' : amountInWords(missing)} that it does not replay, and replay stands still. What it received is safe.`,
      remedy:
        'Look for a long query on the standby that replay waits for (max_standby_streaming_delay), then at the startup process and the disk.',
    },
  ]
}

/** Proven at this look: everything that the primary had lately is on the standby's disk, and its receiver runs. */
function arrives({ standby, samples, look }: View): boolean {
  if (standby === undefined || standby.received === undefined || !receives(standby)) return false
  const held = newestHeld(samples, standby)
  return held !== undefined && look.standby.answeredAt - held.at <= LIMITS.provenMs
}

function waits({ received, replayed, role }: Said): boolean {
  if (role !== 'standby' || received === undefined || replayed === undefined) return false
  const missing = distance(replayed, received)
  return missing !== 'other-line' && missing.amount > 0
}
