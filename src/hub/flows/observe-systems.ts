import type { Instant } from '../../base/time.ts'
import { judgeSystem } from '../../monitor/observations/judge-system.ts'
import type { Observation, ObserverFacts, SystemStatus } from '../../monitor/observations/observations.ts'
import { concludeInTurn, noteObservation, noteSystems, observersOf } from '../../monitor/observations/store.ts'
import type { Centre } from './centre.ts'

/** A probe has looked: what it saw is kept, and what that makes of its system is concluded in the same transaction. */
export async function keepObservation(
  centre: Centre,
  probe: { id: string; observes: string },
  observation: Observation,
): Promise<void> {
  await centre.db.transaction().execute(async (db) => {
    const now = centre.clock.now()
    await noteObservation(db, probe.id, now, observation)
    await concludeInTurn(db)
    await noteSystems(db, bySystem(await observersOf(db, probe.observes), now), now)
    await centre.changed(db, ['systems', `system:${probe.observes}`])
  })
}

/** Silence changes nothing by itself: that nobody has asked for too long is concluded here, again and again. */
export async function concludeSilence(centre: Centre): Promise<void> {
  await centre.db.transaction().execute(async (db) => {
    const now = centre.clock.now()
    await concludeInTurn(db)
    const changed = await noteSystems(db, bySystem(await observersOf(db), now), now)
    if (changed.length > 0) await centre.changed(db, ['systems', ...changed.map((one) => `system:${one.systemId}`)])
  })
}

/** How every observed system stands now. */
export async function systemsNow(centre: Pick<Centre, 'db' | 'clock'>): Promise<SystemStatus[]> {
  return bySystem(await observersOf(centre.db), centre.clock.now())
}

function bySystem(observers: readonly ObserverFacts[], now: Instant): SystemStatus[] {
  const systems = Map.groupBy(observers, (one) => one.systemId)
  return [...systems].map(([systemId, its]) => judgeSystem(systemId, its, now))
}
