import type { AuditLine } from '../../../src/access/access.ts'
import { listAudit } from '../../../src/access/audit/store.ts'
import type { Stage } from './stage.ts'

/** What the hub's audit trail has of a site since `from`, oldest first. */
export async function handedBack(stage: Stage, siteId: string, from: number): Promise<AuditLine[]> {
  const entries = await listAudit(stage.sample.settled.centre.db, { place: siteId, from, most: 5000 })
  return entries.map(({ line }) => line).toReversed()
}

/** How often each kind of line is there. */
export function tally(lines: readonly AuditLine[]): { [what: string]: number } {
  const counted = new Map<string, number>()
  for (const { what, outcome } of lines) {
    const kind = outcome === 'done' ? what : `${what} (${outcome})`
    counted.set(kind, (counted.get(kind) ?? 0) + 1)
  }
  return Object.fromEntries([...counted].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
