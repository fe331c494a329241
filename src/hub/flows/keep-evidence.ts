import type { Database } from '../../base/database.ts'
import type { Evidence } from '../../readiness/evidence/evidence.ts'
import { auditLine, type Centre } from './centre.ts'

/**
 * Every piece of evidence that the hub itself comes by goes through here, in the transaction of what it tells of: it stands in the audit trail, which
 * is append-only, chained and kept. No patient data can be in it.
 */
export async function keepEvidence(
  centre: Pick<Centre, 'clock' | 'audit'>,
  db: Database,
  evidence: Evidence,
): Promise<void> {
  const { id, kind, subject, at, outcome, because, people } = evidence
  const measured = evidence.measured.map(({ what, value, unit }) => `${what}: ${value} ${unit}`).join('; ')
  const about = {
    evidence: id,
    kind,
    subject,
    measuredAt: new Date(at).toISOString(),
    held: outcome,
    because,
    measured,
  }
  await centre.audit(db, [
    auditLine(centre, { program: 'hub' }, 'evidence-kept', { ...about, people: people.join(' ') }),
  ])
}
