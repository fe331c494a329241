import { isDeepStrictEqual } from 'node:util'
import type { Instant } from '../../base/time.ts'
import type { Place } from '../../base/yaml-text.ts'
import { type LeftOut, type Plan, type PlanFiles, type PlanPart, partNames } from '../readiness.ts'
import { everyRule } from '../rules/every-rule.ts'
import { judgeRule } from './judge-rule.ts'
import type { PlanComplaint } from './plan-complaint.ts'
import { readPlan } from './read-plan.ts'

export type CheckedPlan = {
  plan: Plan
  unread: Set<PlanPart>
  /** By file, then by place. */
  complaints: PlanComplaint[]
  /** Parts that are not in `plan` as they are written: something in them, or all of it, cannot be understood. */
  notWhole: Set<PlanPart>
  /**
   * Rules that could not be held against the plan, or `partly` not, and the parts that are missing for that. `places`: what was left out of them; empty
   * when they cannot be read at all. Not judged is not met.
   */
  notJudged: NotJudged[]
  faults: number
  blanks: number
  warnings: number
}

export type NotJudged = { rule: string; partly: boolean; because: PlanPart[]; places: (Place & { file: string })[] }

/** Everything wrong with a plan at once: how it is written, and the plan held against itself as of `now`. Never throws, whatever the files hold. */
export function checkPlan(files: PlanFiles, now: Instant): CheckedPlan {
  const { plan, unread, leftOut, notWhole, documents, complaints, placeOf, isBlank } = readPlan(files)
  const notJudged: CheckedPlan['notJudged'] = []
  const moment = { now, documents, unread, leftOut }
  for (const rule of everyRule) {
    const reads = rule.reads.length === 0 ? partNames : rule.reads
    const because = reads.filter((part) => unread.has(part))
    const partly = rule.reads.length === 0
    if (because.length > 0) notJudged.push({ rule: rule.name, partly, because, places: [] })
    if (because.length > 0 && !partly) continue
    const { findings, missed } = judgeRule(rule, plan, moment)
    for (const { part, path, weight, says, instead } of findings)
      if (!isBlank(part, path)) complaints.push({ ...placeOf(part, path), weight, rule: rule.name, says, instead })
    if (missed.length > 0) notJudged.push({ rule: rule.name, partly: true, ...placesOf(missed) })
  }
  const count = (weight: PlanComplaint['weight']) => complaints.filter((one) => one.weight === weight).length
  return {
    plan,
    unread,
    notWhole,
    complaints: complaints.toSorted(
      (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
    ),
    notJudged,
    faults: count('error'),
    blanks: count('blank'),
    warnings: count('warning'),
  }
}

function placesOf(missed: readonly LeftOut[]): Pick<NotJudged, 'because' | 'places'> {
  const places = missed.map(({ part, line, column }) => ({ file: `${part}.yaml`, line, column }))
  return {
    because: [...new Set(missed.map(({ part }) => part))],
    places: places.filter((one, nth) => places.findIndex((same) => isDeepStrictEqual(same, one)) === nth),
  }
}
