import type { AuditLine } from '../../access/access.ts'
import { Failure } from '../../base/failure.ts'
import { keepMap } from '../../monitor/map-store/store.ts'
import { complaintInWords } from '../../readiness/plan/plan-complaint.ts'
import { readPlan } from '../../readiness/plan/read-plan.ts'
import type { Plan, PlanFiles } from '../../readiness/readiness.ts'
import {
  closePlanReview,
  type KeptReview,
  keepPlanVersion,
  newestPlanVersion,
  openPlanReview,
  type PlanVersion,
  planFilesOf,
} from '../../readiness/store.ts'
import { type PlanReview, reviewsDue } from '../../readiness/versions/reviews-due.ts'
import { auditLine, type Centre } from './centre.ts'
import { mapOfPlan } from './plan-map.ts'

type Keeping = Pick<Centre, 'db' | 'clock' | 'audit' | 'changed'>

export type KeptPlan =
  | { outcome: 'kept'; kept: PlanVersion; reviews: PlanReview[] }
  /** Nothing differs from the version in force. */
  | { outcome: 'same'; version: number }
  /** Another version than `by.after` is in force by now; nothing was kept. */
  | { outcome: 'behind' }

/**
 * The plan was changed: its folder becomes the next version, with who and why, and each system that is new, changed or gone opens a review, in
 * one transaction. `by.after`: only on top of this version. Blanks and faults may be kept, for a plan grows; what cannot be read may not, because nobody could be called by it at night.
 */
export async function keepPlan(
  on: Keeping,
  files: PlanFiles,
  by: { who: AuditLine['who']; because: string; after?: number },
): Promise<KeptPlan> {
  const after = readable(files)
  return on.db.transaction().execute(async (together) => {
    const last = (await newestPlanVersion(together))?.version ?? 0
    if (by.after !== undefined && by.after !== last) return { outcome: 'behind' }
    const name = 'login' in by.who ? by.who.login : by.who.program
    const kept = await keepPlanVersion(together, files, last, { at: on.clock.now(), who: name, because: by.because })
    if (kept === 'same') return { outcome: 'same', version: last }
    if (kept === 'behind' && by.after !== undefined) return { outcome: 'behind' }
    if (kept === 'behind')
      throw new Failure(
        'transient',
        'Somebody else kept a version of the plan in this moment. Nothing of yours was kept; look at theirs, then keep yours again.',
      )
    const { version } = kept.kept
    // The first version is looked at as a whole when it is approved.
    const reviews = last === 0 ? [] : reviewsDue(readPlan(await planFilesOf(together, last)).plan, after)
    for (const review of reviews) await openPlanReview(together, review, version, on.clock)
    await keepMap(together, mapOfPlan(after), on.clock.now())
    await on.audit(together, [
      auditLine(on, by.who, 'plan-kept', { version, reviews: reviews.length }, { reason: by.because }),
    ])
    await on.changed(together, ['plan'])
    return { outcome: 'kept', kept: kept.kept, reviews }
  })
}

function readable(files: PlanFiles): Plan {
  const { plan, notWhole, complaints } = readPlan(files)
  for (const file of notWhole.size === 0 ? files.keys() : [])
    if (files.get(file)?.includes('\0') === true)
      throw new Failure(
        'permanent',
        `${file} holds a NUL, which no text does, and was not kept; the version in force stays. Write it anew.`,
      )
  if (notWhole.size === 0) return plan
  const errors = complaints.filter(({ weight }) => weight === 'error').map(complaintInWords)
  throw new Failure(
    'permanent',
    `This plan cannot be read whole, and was not kept; the version in force stays.\n${errors.join('\n')}`,
  )
}

/** Somebody looked whether the plan still holds for a system, and says what came of it. Permanent Failure when it was not open. */
export function closeReview(
  on: Keeping,
  id: string,
  by: { who: AuditLine['who']; outcome: string },
): Promise<KeptReview> {
  return on.db.transaction().execute(async (together) => {
    const name = 'login' in by.who ? by.who.login : by.who.program
    const closed = await closePlanReview(together, id, { at: on.clock.now(), who: name, outcome: by.outcome })
    if (closed === undefined)
      throw new Failure('permanent', `There is no open review ${id}. See holdfast plan reviews.`)
    await on.audit(together, [
      auditLine(on, by.who, 'plan-review-closed', { review: id, system: closed.system }, { reason: by.outcome }),
    ])
    await on.changed(together, ['plan'])
    return closed
  })
}
