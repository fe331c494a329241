import type { Database } from '../../base/database.ts'
import { readPlan } from '../../readiness/plan/read-plan.ts'
import type { Plan } from '../../readiness/readiness.ts'
import { newestPlanVersion, type PlanVersion, planFilesOf } from '../../readiness/store.ts'

/** Reading takes a good part of a second, and a kept version never changes: the last one that was read is held. */
let held: { tree: string; plan: Plan } | undefined

/** The plan as it was kept last; without one, an empty plan that proves nothing, and no version. */
export async function planInForce(db: Database): Promise<{ plan: Plan; version: PlanVersion | undefined }> {
  const version = await newestPlanVersion(db)
  if (version === undefined) return { plan: readPlan(new Map()).plan, version }
  if (held?.tree !== version.tree)
    held = { tree: version.tree, plan: readPlan(await planFilesOf(db, version.version)).plan }
  return { plan: held.plan, version }
}
