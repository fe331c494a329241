import { spanInWords } from '../../../base/ago.ts'
import { type Finding, LIMITS } from '../standby.ts'
import { hasOf, lasts, standsStill, type View } from '../view.ts'

/** MariaDB does not say for how long a commit has waited; on a busy primary some always wait a little. */
function nobodyConfirms(view: View): boolean {
  const wait = ({ primary }: View['look']) => (primary.answered ? primary.said.synchronous.waiting > 0 : undefined)
  return lasts(view, LIMITS.hangMs, wait) && standsStill(view, hasOf)
}

/** Commits that wait for a standby: they hang with no end when it is away (PostgreSQL), or stop waiting without a word (MariaDB). */
export function synchronous(view: View): Finding[] {
  const said = view.primary?.role === 'primary' ? view.primary.synchronous : undefined
  if (said === undefined) return []
  if (said.waiting > 0 && (said.longestMs >= LIMITS.hangMs || nobodyConfirms(view)))
    return [
      {
        fault: 'commits-hang',
        because: `${said.waiting} ${said.waiting === 1 ? 'commit waits' : 'commits wait'} for a standby that does not confirm, the longest for ${spanInWords(Math.max(said.longestMs, LIMITS.hangMs))} or more. statement_timeout does not end such a wait.`,
        remedy:
          "Bring the standby back. Or have somebody who may decide to go on without it: ALTER SYSTEM SET synchronous_standby_names = '' and reload; from then on loss is possible. Do not cancel the waiting sessions: they would report success for what only one server has.",
      },
    ]
  if (view.expected.synchronous && !said.on)
    return [
      {
        fault: 'synchronous-degraded',
        because:
          'The practice relies on commits that wait for the standby, and the primary does not make them wait now.',
        remedy:
          'Find out since when and who decided it; what was committed since then may be lost with the primary. Switch it on again.',
      },
    ]
  const alone = ({ primary }: View['look']) =>
    primary.answered ? primary.said.synchronous.on && primary.said.synchronous.standbys === 0 : undefined
  if (view.expected.synchronous && lasts(view, LIMITS.patienceMs / 2, alone))
    return [
      {
        fault: 'synchronous-degraded',
        because: 'Commits are to wait for a standby, and there is none that could confirm: the next commit hangs.',
        remedy: 'Bring the standby back before somebody writes.',
      },
    ]
  return []
}
