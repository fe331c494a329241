import type { AuditLine } from '../../access/access.ts'
import { listAudit } from '../../access/audit/store.ts'
import type { Database } from '../../base/database.ts'
import type { KeptEvidence, NewEvidence } from '../../readiness/evidence/record.ts'
import { addEvidence, evidenceFile, readEvidenceChain } from '../../readiness/evidence/store.ts'
import { type EvidenceVerdict, verifyEvidence } from '../../readiness/evidence/verify.ts'
import { auditLine, type Centre } from './centre.ts'

const ADDED = 'evidence-added'

/**
 * Evidence is written down. The audit trail, whose ends are remembered outside of the database, takes in the end of the evidence's chain each time:
 * who makes the evidence anew has to make the trail anew too.
 */
export function keepEvidence(
  on: Pick<Centre, 'db' | 'clock' | 'audit' | 'changed'>,
  all: readonly NewEvidence[],
  who: AuditLine['who'],
): Promise<KeptEvidence[]> {
  return on.db.transaction().execute((together) => putEvidence({ ...on, db: together }, all, who))
}

/** As `keepEvidence`, in the transaction of what it tells of. */
export async function putEvidence(
  on: Pick<Centre, 'db' | 'clock' | 'audit' | 'changed'>,
  all: readonly NewEvidence[],
  who: AuditLine['who'],
): Promise<KeptEvidence[]> {
  const kept = await addEvidence(on.db, on.clock, 'login' in who ? who.login : who.program, all)
  const last = kept.at(-1)
  if (last === undefined) return []
  const about = { records: kept.length, seq: last.seq, hash: last.hash }
  await on.audit(on.db, [auditLine(on, who, ADDED, about)])
  await on.changed(on.db, ['evidence'])
  return kept
}

const REMEMBERED = 2000

/** Holds the evidence against itself, and against the ends of its chain that the audit trail has taken in. */
export async function checkEvidence(db: Database): Promise<EvidenceVerdict> {
  const remembered = (await listAudit(db, { what: ADDED, most: REMEMBERED })).flatMap(({ line }) => {
    const { seq, hash } = line.about
    return typeof seq === 'number' && typeof hash === 'string' ? [{ seq, hash }] : []
  })
  return verifyEvidence(readEvidenceChain(db), (sha256) => evidenceFile(db, sha256), remembered)
}
