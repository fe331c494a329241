import type { Instant } from '../../base/time.ts'
import type { Plan, PlanFiles, PlanPart } from '../readiness.ts'
import { everyRule } from '../rules/every-rule.ts'
import type { PlanComplaint } from './plan-complaint.ts'
import { readPlan } from './read-plan.ts'

export type CheckedPlan = {
  plan: Plan
  unread: Set<PlanPart>
  /** By file, then by place. */
  complaints: PlanComplaint[]
  /** Rules that could not be held against the plan, and the parts that are missing for it. Not judged is not met. */
  notJudged: { rule: string; because: PlanPart[] }[]
  faults: number
  blanks: number
  warnings: number
}

/** Everything wrong with a plan at once: how it is written, and the plan held against itself as of `now`. Never throws, whatever the files hold. */
export function checkPlan(files: PlanFiles, now: Instant): CheckedPlan {
  const { plan, unread, documents, complaints, placeOf, isBlank } = readPlan(files)
  const notJudged: CheckedPlan['notJudged'] = []
  for (const rule of everyRule) {
    const because = rule.reads.filter((part) => unread.has(part))
    if (because.length > 0) notJudged.push({ rule: rule.name, because })
    else
      for (const { part, path, weight, says, instead } of rule.judge(plan, { now, documents, unread }))
        if (!isBlank(part, path)) complaints.push({ ...placeOf(part, path), weight, rule: rule.name, says, instead })
  }
  const count = (weight: PlanComplaint['weight']) => complaints.filter((one) => one.weight === weight).length
  return {
    plan,
    unread,
    complaints: complaints.toSorted(
      (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
    ),
    notJudged,
    faults: count('error'),
    blanks: count('blank'),
    warnings: count('warning'),
  }
}
