import { dayOf, timeOfDay } from '../../base/zone.ts'
import { type Evidence, newestOf } from '../evidence/evidence.ts'
import { lostWithout } from '../map/lost-without.ts'
import type { Plan } from '../readiness.ts'
import type { CAUSES, Scenario } from '../shape/scenarios.ts'
import { COUNTS_FOR_MS, momentIn, proofOf } from './figures.ts'
import type { Figure, ForecastFacts, Proof, SystemLoss } from './forecast.ts'

type Cause = (typeof CAUSES)[number]
/** What may destroy what is written; the others leave it where it is. */
const DESTROYS: readonly Cause[] = ['server', 'operating-system', 'database', 'malware', 'power']
/** A standby repeats these faithfully: it may be as damaged as the primary. */
const REPEATED: readonly Cause[] = ['database', 'malware']
const HOLDS_DATA = ['database', 'application']

/** From a moment on, everything may be gone. */
type Kept = { at: number; proof: Proof; old: boolean; doubt?: string; because: string }

/**
 * What would be lost of each system that a scenario may destroy: from the standby's proven moment where the standby survives it, else from that of the
 * newest backup that was restored in a test. Never less than the worst of these; a newer copy that nobody restored only says how little it might be.
 */
export function dataLost(facts: ForecastFacts, scenario: Scenario): SystemLoss[] {
  const { plan } = facts
  if (!DESTROYS.includes(scenario.cause)) return []
  const lost = lostWithout(plan, scenario.takesOut)
  const systems = new Set(
    plan.map.nodes.flatMap(({ id, kind, system }) =>
      lost.has(id) && HOLDS_DATA.includes(kind) && system !== undefined ? [system] : [],
    ),
  )
  return plan.systems.systems
    .filter(({ id, patientData, rpoMs }) => systems.has(id) && (patientData || rpoMs !== undefined))
    .map(({ id, name, rpoMs }) => ({
      system: id,
      name,
      figure: lossOf(facts, scenario, id, lost),
      promisedMs: rpoMs,
    }))
}

function lossOf(facts: ForecastFacts, { cause }: Scenario, system: string, lost: ReadonlySet<string>): Figure {
  const { now } = facts
  const standby = standbyMoment(facts, system, lost)
  const backup = backupMoments(facts, system, cause)
  const worst = standby !== undefined && !REPEATED.includes(cause) ? standby : backup.restored
  if (worst === undefined)
    return {
      status: 'not-known',
      because: standby === undefined ? backup.because : `a standby repeats this kind of damage, and ${backup.because}`,
    }
  const best = Math.max(worst.at, standby?.at ?? 0, backup.seen?.at ?? 0)
  const proof = [worst, standby, backup.seen].flatMap((one) => (one === undefined ? [] : [one.proof]))
  return {
    status: 'measured',
    fromMs: Math.max(0, now - best),
    toMs: Math.max(0, now - worst.at),
    because: worst.because,
    proof: [...new Map(proof.map((one) => [one.id, one])).values()],
    newestAt: worst.proof.at,
    old: worst.old,
    ...(worst.doubt === undefined ? {} : { doubt: worst.doubt }),
  }
}

/** What a surviving standby has by its own word: of the pair whose primary is the system's own, or what its nodes need directly. */
function standbyMoment(
  { plan, standbys, evidence, now }: ForecastFacts,
  system: string,
  lost: ReadonlySet<string>,
): Kept | undefined {
  const pair = plan.protections.standbys.find(
    ({ primary, standby }) => !lost.has(standby) && nodesUnder(plan, system).has(primary),
  )
  if (pair === undefined) return undefined
  const { zone } = plan.practice.practice
  const has = standbys.get(pair.id)
  if (has?.provenAt !== undefined)
    return {
      at: has.provenAt,
      proof: { id: `standby:${pair.id}`, kind: 'standby', at: has.lookedAt, says: has.because },
      old: has.verdict !== 'PROVEN',
      ...(has.verdict === 'PROVEN' ? {} : { doubt: `not to be relied on while the standby is ${has.verdict}` }),
      because: `the standby has everything up to ${dayOf(has.provenAt, zone)} ${timeOfDay(has.provenAt, zone)}${has.position === undefined ? '' : ` (${has.position})`}; it is ${has.verdict} now`,
    }
  const record = newestOf(evidence, 'standby-verdict', `standby:${pair.id}`)
  const at = record?.outcome === 'held' ? momentIn(record) : undefined
  return record === undefined || at === undefined
    ? undefined
    : {
        at,
        proof: proofOf(record),
        old: now - record.at > COUNTS_FOR_MS,
        because: `the standby had everything up to ${dayOf(at, zone)} ${timeOfDay(at, zone)}`,
      }
}

function nodesUnder(plan: Plan, system: string): Set<string> {
  const own = plan.map.nodes.filter((node) => node.system === system)
  return new Set(own.flatMap(({ id, needs }) => [id, ...needs]))
}

type Backups = { restored: Kept | undefined; seen: Kept | undefined; because: string }

function backupMoments({ plan, evidence, now }: ForecastFacts, system: string, cause: Cause): Backups {
  const none = (because: string): Backups => ({ restored: undefined, seen: undefined, because })
  const backups = plan.protections.backups.filter(({ of }) => of.includes(system))
  if (backups.length === 0) return none('it is in no backup')
  const safe = backups.filter(({ copies }) => cause !== 'malware' || copies.some((copy) => copy.cannotBeChanged))
  if (safe.length === 0) return none('malware can change every copy of its backup')
  const { zone } = plan.practice.practice
  let because = 'never tested: no restore of its backup is on record'
  const found = safe.flatMap(({ id, name, restoreTest = COUNTS_FOR_MS }): Omit<Backups, 'because'>[] => {
    const last = newestOf(evidence, 'restore-test', `backup:${id}`)
    if (last === undefined) return []
    if (last.outcome !== 'held') because = `the last restore of its backup failed: ${last.because}`
    const at = last.outcome === 'held' ? momentIn(last) : undefined
    if (last.outcome === 'held' && at === undefined)
      because = 'its backup was restored, and nobody wrote down how new its newest record was'
    if (at === undefined) return []
    const old = now - last.at > restoreTest
    const kept = (from: Evidence, moment: number): Kept => ({
      at: moment,
      proof: proofOf(from),
      old,
      because: `the newest backup of “${name}” that was restored holds everything up to ${dayOf(at, zone)} ${timeOfDay(at, zone)}`,
    })
    const seen = newestOf(evidence, 'backup-seen', `backup:${id}`)
    const seenAt = seen?.outcome === 'held' && !old ? momentIn(seen) : undefined
    return [
      {
        restored: kept(last, at),
        seen: seen === undefined || seenAt === undefined || seenAt > now ? undefined : kept(seen, seenAt),
      },
    ]
  })
  // Where it is in several, the worst counts: nobody knows which of them holds what.
  const [worst] = found.toSorted((a, b) => (a.restored?.at ?? 0) - (b.restored?.at ?? 0))
  return worst === undefined || found.length < safe.length ? none(because) : { ...worst, because }
}
