import type { Instant } from '../../base/time.ts'
import { addDays, instantAt } from '../../base/zone.ts'
import { everyCheck } from '../checks/every-check.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Check, Verdict } from '../judge/check.ts'
import { judgeCheck } from '../judge/judge-check.ts'
import type { Plan } from '../readiness.ts'

/** An excluded check goes on being judged: `otherwise` is what it would be. It is shown with who answers for that, why and until when. */
export type Judged =
  | { check: Check; status: Verdict['status']; verdict: Verdict }
  | {
      check: Check
      status: 'excluded'
      excluded: { owner: string; because: string; until: Instant }
      otherwise: Verdict
    }

/** Every check, held against plan and evidence as of `now`, in the order of the plan's items. */
export function judgeChecks(
  plan: Plan,
  evidence: readonly Evidence[],
  now: Instant,
  checks: readonly Check[] = everyCheck,
): Judged[] {
  return checks.map((written): Judged => {
    const check = { ...written, act: written.actFirst?.(plan, now) ?? written.act }
    const verdict = judgeCheck(check, plan, evidence, now)
    const excluded = exclusionOf(plan, check, now)
    if (excluded === undefined) return { check, status: verdict.status, verdict }
    return { check, status: 'excluded', excluded, otherwise: verdict }
  })
}

/** An exclusion without an owner who is there, or past its last day, excludes nothing. */
function exclusionOf(plan: Plan, { id }: Check, now: Instant) {
  for (const { check, owner, because, until: lastDay } of plan.practice.exclusions) {
    const known = plan.people.people.find((one) => one.id === owner)
    const until = instantAt(addDays(lastDay, 1), '00:00', plan.practice.practice.zone)
    if (check === id && known !== undefined && now < until) return { owner: known.name, because, until }
  }
  return undefined
}

export type Counted = { met: number; failed: number; missing: number; excluded: number }

/** Never one number: what is met hides what is not. */
export function countJudged(judged: readonly Judged[]): Counted {
  const count = (status: Judged['status']) => judged.filter((one) => one.status === status).length
  return { met: count('met'), failed: count('failed'), missing: count('missing'), excluded: count('excluded') }
}
