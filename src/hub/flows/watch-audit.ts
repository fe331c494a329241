import { hostname } from 'node:os'
import { join } from 'node:path'
import { reasonOf } from '../../base/failure.ts'
import { AUDIT_HEADS_FILE, keepAuditHeads } from '../audit/heads.ts'
import { noteTrailFault } from '../audit/store.ts'
import type { Centre } from './centre.ts'

/** Holds the ends of the audit trail against those that this hub remembers; a fault is kept, so that the watch raises an alarm. */
export async function watchAudit(centre: Pick<Centre, 'db' | 'clock' | 'log'>, dataDir: string): Promise<void> {
  const { db, clock, log } = centre
  const hub = `${hostname()}:${dataDir}`
  const because = await keepAuditHeads(db, join(dataDir, AUDIT_HEADS_FILE))
    .then((faults) => faults.map((fault) => fault.because))
    .catch((thrown: unknown) => [reasonOf(thrown)])
  if (because.length > 0) log.error({ because }, 'audit')
  await noteTrailFault(db, hub, because.length === 0 ? undefined : { at: clock.now(), because: because.join('; ') })
}
