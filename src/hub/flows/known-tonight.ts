import { DAY } from '../../base/time.ts'
import { reachTests } from '../../monitor/escalation/store.ts'
import { REACHED_WITHIN_MS, reachedByHour } from '../../monitor/reached.ts'
import { positionInWords } from '../../monitor/standby/position.ts'
import type { Evidence, EvidenceKind } from '../../readiness/evidence/evidence.ts'
import { listEvidence } from '../../readiness/evidence/store.ts'
import type { ForecastFacts, StandbyHas } from '../../readiness/forecast/forecast.ts'
import type { Plan } from '../../readiness/readiness.ts'
import type { PlanVersion } from '../../readiness/store.ts'
import { heardOfAll } from '../sites/store.ts'
import type { Centre } from './centre.ts'
import { systemsNow } from './observe-systems.ts'
import { planInForce } from './plan-in-force.ts'
import { pairNow } from './watch-standbys.ts'

type Asking = Pick<Centre, 'db' | 'clock'>

/** What a forecast reads; what probes write each minute is not among it. */
const KINDS: readonly EvidenceKind[] = [
  'restore-test',
  'backup-seen',
  'standby-verdict',
  'failover-drill',
  'site-reads',
  'print-receipt',
  'ups-looked-at',
  'ups-drill',
  'person-reached',
  'rehearsal',
  'drill',
]
const MOST_OF_A_KIND = 500
const REACH_TESTS_MS = 365 * DAY

/** The plan in force and everything on record that a forecast may use; undefined while no version of the plan is kept. */
export async function knownTonight({
  db,
  clock,
}: Asking): Promise<{ version: PlanVersion; facts: ForecastFacts } | undefined> {
  const { plan, version } = await planInForce(db)
  if (version === undefined) return undefined
  const now = clock.now()
  return {
    version,
    facts: {
      plan,
      now,
      evidence: await evidenceFor(db),
      sites: new Map(
        [...(await heardOfAll(db))].map(([id, { heardAt, heartbeat }]) => [
          id,
          { scheduleAsOf: heartbeat.freshness?.schedule, keyDataAsOf: heartbeat.freshness?.keyData, heardAt },
        ]),
      ),
      standbys: await standbysOf({ db, clock }, plan),
      down: await downNow({ db, clock }, plan),
      reached: new Map(
        reachedByHour(
          await reachTests(db, now - REACH_TESTS_MS),
          plan.practice.practice.zone,
          REACHED_WITHIN_MS,
          now,
        ).map(({ person, lastInTimeAt }) => [person, lastInTimeAt]),
      ),
    },
  }
}

async function evidenceFor(db: Asking['db']): Promise<Evidence[]> {
  const kinds = KINDS.map((kind) => listEvidence(db, { kind, most: MOST_OF_A_KIND }))
  return (await Promise.all(kinds)).flat()
}

/** The hub's pairs are called as the plan calls its standbys. What was proven once stays true, also after looks that could prove nothing. */
async function standbysOf(on: Asking, plan: Plan): Promise<Map<string, StandbyHas>> {
  const known = new Map<string, StandbyHas>()
  for (const { id } of plan.protections.standbys) {
    const state = await pairNow(on, id)
    if (state === undefined) continue
    const { verdict, proven, lookedAt } = state
    known.set(id, {
      verdict: verdict.verdict,
      because: verdict.because,
      provenAt: proven?.at,
      position: proven === undefined ? undefined : positionInWords(proven.to),
      lookedAt,
    })
  }
  return known
}

async function downNow(on: Asking, { map }: Plan): Promise<Map<string, string>> {
  const nodes = new Set(map.nodes.map(({ id }) => id))
  const all = await systemsNow(on)
  return new Map(
    all.flatMap(({ systemId, status, because }) =>
      status === 'down' && nodes.has(systemId) ? [[systemId, because] as const] : [],
    ),
  )
}
