import type { KeptEvidence } from '../../readiness/evidence/record.ts'
import { newestEvidence } from '../../readiness/evidence/store.ts'
import type { Plan } from '../../readiness/readiness.ts'
import { type Judged, judgeChecks } from '../../readiness/ready/judge-checks.ts'
import { asOscal } from '../../readiness/ready/oscal.ts'
import type { PlanVersion } from '../../readiness/store.ts'
import type { Centre } from './centre.ts'
import { planInForce } from './plan-in-force.ts'

export type ReadinessNow = {
  plan: Plan
  version: PlanVersion | undefined
  evidence: KeptEvidence[]
  judged: Judged[]
}

/** Every check as of now: the plan that was kept last, held against the newest evidence. */
export async function readinessNow({ db, clock }: Pick<Centre, 'db' | 'clock'>): Promise<ReadinessNow> {
  const { plan, version } = await planInForce(db)
  const evidence = await newestEvidence(db)
  return { plan, version, evidence, judged: judgeChecks(plan, evidence, clock.now()) }
}

/** The same as OSCAL assessment results, in JSON. */
export async function readinessAsOscal(on: Pick<Centre, 'db' | 'clock' | 'practice'>): Promise<string> {
  const { version, evidence, judged } = await readinessNow(on)
  const assessed = { practice: on.practice, planVersion: version?.version ?? 0, judged, evidence, now: on.clock.now() }
  return `${JSON.stringify(asOscal(assessed), null, 1)}\n`
}
