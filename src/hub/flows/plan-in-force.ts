import type { Database } from '../../base/database.ts'
import { readPlan } from '../../readiness/plan/read-plan.ts'
import type { Plan } from '../../readiness/readiness.ts'
import { newestPlanVersion, type PlanVersion, planFilesOf } from '../../readiness/store.ts'

/** The plan as it was kept last; without one, an empty plan that proves nothing, and no version. */
export async function planInForce(db: Database): Promise<{ plan: Plan; version: PlanVersion | undefined }> {
  const version = await newestPlanVersion(db)
  const files = version === undefined ? new Map<string, string>() : await planFilesOf(db, version.version)
  return { plan: readPlan(files).plan, version }
}
