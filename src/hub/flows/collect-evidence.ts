import { listAudit } from '../../access/audit/store.ts'
import { DAY, HOUR, type Instant } from '../../base/time.ts'
import { reachTests } from '../../monitor/escalation/store.ts'
import { observersOf } from '../../monitor/observations/store.ts'
import { stateAt } from '../../monitor/standby/pair-state.ts'
import { pairState } from '../../monitor/standby/store.ts'
import { recentNotices } from '../../monitor/store.ts'
import { dueOf } from '../../readiness/evidence/due.ts'
import { type Evidence, newestOf } from '../../readiness/evidence/evidence.ts'
import type { KeptEvidence, NewEvidence } from '../../readiness/evidence/record.ts'
import { newestEvidence } from '../../readiness/evidence/store.ts'
import type { Plan } from '../../readiness/readiness.ts'
import { listPlanReviews } from '../../readiness/store.ts'
import { trailFault } from '../audit/store.ts'
import { policyInForce } from '../policy/store.ts'
import { heardOfAll, sites } from '../sites/store.ts'
import type { Centre } from './centre.ts'
import { evidenceOfObservers } from './evidence-of/observers.ts'
import { evidenceOfPlan } from './evidence-of/plan.ts'
import { evidenceOfAlarms, evidenceOfReach } from './evidence-of/reach.ts'
import { evidenceOfHeartbeat, evidenceOfPrint, evidenceOfSignIn } from './evidence-of/sites.ts'
import { evidenceOfStandby } from './evidence-of/standby.ts'
import { checkEvidence, keepEvidence } from './keep-evidence.ts'
import { planInForce } from './plan-in-force.ts'

type Collecting = Pick<Centre, 'db' | 'clock' | 'audit' | 'changed'>

const LOOK_BACK = 35 * DAY

/**
 * Writes down as evidence what the hub knows already: what probes last saw, what the standby has, what sites hold and did, the plan and its reviews, who was reached, and that
 * its own records are whole. Once for each thing and cadence, and when something turned; to be asked by one hub at a time. `journals`: also what sites
 * wrote down, of which there is a lot to look through and which does not turn.
 */
export async function collectEvidence(on: Collecting, journals = true): Promise<KeptEvidence[]> {
  const now = on.clock.now()
  const kept = await newestEvidence(on.db)
  const { plan, version } = await planInForce(on.db)
  const known: NewEvidence[] = [
    ...evidenceOfObservers(plan, await observersOf(on.db), now),
    ...(await ofSites(on, plan, now, journals)),
    ...(await ofStandbys(on, plan, now)),
    ...(version === undefined ? [] : evidenceOfPlan(plan, version, await listPlanReviews(on.db), now)),
    ...evidenceOfReach(await reachTests(on.db, now - LOOK_BACK), now),
    ...evidenceOfAlarms(await recentNotices(on.db, 500)),
    ...(await ofRecords(on, kept, now)),
  ]
  return keepEvidence(on, dueOf(known, kept), { program: 'hub' })
}

async function ofSites({ db }: Collecting, plan: Plan, now: Instant, journals: boolean): Promise<NewEvidence[]> {
  const heard = await heardOfAll(db)
  const { policy } = await policyInForce(db)
  const found: NewEvidence[] = []
  for (const { id, status } of await sites(db)) {
    if (status !== 'enrolled') continue
    const last = heard.get(id)
    if (last !== undefined) found.push(...evidenceOfHeartbeat(id, last, policy.limits))
    if (!journals) continue
    const newest = async (what: string, about?: { key: string; value: string }) =>
      listAudit(db, {
        place: id,
        what,
        outcome: 'done',
        from: now - LOOK_BACK,
        most: 1,
        ...(about === undefined ? {} : { about }),
      })
    for (const entry of await newest('print-ended')) found.push(...evidenceOfPrint(id, entry))
    for (const entry of await newest('site-sign-in', { key: 'hub', value: 'silent' }))
      found.push(...evidenceOfSignIn(id, entry, plan))
  }
  return found
}

/** The hub's pairs are called as the plan calls its standbys. */
async function ofStandbys({ db }: Collecting, plan: Plan, now: Instant): Promise<NewEvidence[]> {
  const found: NewEvidence[] = []
  for (const { id } of plan.protections.standbys) {
    const state = await pairState(db, id)
    if (state === undefined) continue
    const { verdict, lookedAt, sides } = stateAt(state, now)
    found.push(
      ...evidenceOfStandby({ standbyId: id, at: lookedAt, verdict, write: sides.standby.write ?? 'not-tried' }),
    )
  }
  return found
}

/** Reading a chain from its first line takes time: only when it is due. */
async function ofRecords({ db }: Collecting, kept: readonly Evidence[], now: Instant): Promise<NewEvidence[]> {
  const last = newestOf(kept, 'records-verified', 'evidence')
  const fault = await trailFault(db)
  const audit = verified('audit', now, fault === undefined ? [] : [fault.because])
  if (last !== undefined && now - last.at < 24 * HOUR) return [audit]
  const { faults, lines } = await checkEvidence(db)
  return [
    audit,
    {
      ...verified(
        'evidence',
        now,
        faults.map(({ because }) => because),
      ),
      measured: [{ what: 'lines', value: lines, unit: 'count' }],
    },
  ]
}

function verified(subject: 'audit' | 'evidence', at: Instant, faults: readonly string[]): NewEvidence {
  const [first] = faults
  const what = subject === 'audit' ? 'The audit trail ends' : 'The evidence ends'
  return {
    kind: 'records-verified',
    subject,
    at,
    outcome: first === undefined ? 'held' : 'failed',
    because: first === undefined ? `${what} as it was remembered, and nothing in it was changed.` : first,
    measured: [],
    people: [],
  }
}
