import { type Finding, LIMITS, type Look } from '../standby.ts'
import { lasts, type View } from '../view.ts'

const READ_ONLY: Finding = {
  fault: 'heartbeat-stopped',
  because: 'The server that is called the primary is read-only and follows nobody: nobody can save anything on it.',
  remedy:
    'Find out who set read_only on it, and why: it may have been set for a switchover that did not end. Switch it off only when no other server takes writes for it.',
}

/** Our own write on the primary is the smallest thing that a user does; when it fails, theirs do too. */
export function heartbeat(view: View): Finding[] {
  if (view.primary?.role === 'unknown') return [READ_ONLY]
  if (view.primary?.role !== 'primary' || view.primary.heartbeat === undefined) return []
  const beat = view.primary.heartbeat.beat
  const same = ({ primary }: Look) => (primary.answered ? primary.said.heartbeat?.beat === beat : undefined)
  if (!lasts(view, LIMITS.patienceMs, same)) return []
  return [
    {
      fault: 'heartbeat-stopped',
      because: 'The primary answers, but does not take our one-row write: it may be read-only, locked or out of disk.',
      remedy: 'Try a write by hand on the primary; look at its disk and at sessions that hold locks.',
    },
  ]
}
