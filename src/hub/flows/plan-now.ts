import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import { type CheckedPlan, checkPlan } from '../../readiness/plan/check-plan.ts'
import type { PlanFiles } from '../../readiness/readiness.ts'
import { newestPlanVersion, type PlanVersion, planFilesOf } from '../../readiness/store.ts'

export type PlanNow = { version: PlanVersion; files: PlanFiles; checked: CheckedPlan }

/** The plan in force, held against itself at an instant; undefined when none is kept. */
export async function planNow(db: Database, at: Instant): Promise<PlanNow | undefined> {
  const version = await newestPlanVersion(db)
  if (version === undefined) return undefined
  const files = await planFilesOf(db, version.version)
  return { version, files, checked: checkPlan(files, at) }
}
