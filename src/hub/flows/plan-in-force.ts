import type { Database } from '../../base/database.ts'
import { type ReadPlan, readPlan } from '../../readiness/plan/read-plan.ts'
import { newestPlanVersion, type PlanVersion, planFilesOf } from '../../readiness/store.ts'

/** The newest kept version of the contingency plan; undefined before there is one. */
export async function planInForce(db: Database): Promise<(ReadPlan & { kept: PlanVersion }) | undefined> {
  const kept = await newestPlanVersion(db)
  return kept === undefined ? undefined : { ...readPlan(await planFilesOf(db, kept.version)), kept }
}
