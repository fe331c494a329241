import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import { DEFAULT_POLICY, type Policy } from './policy.ts'

type PolicyTables = {
  policy: { one: boolean; version: number; policy: Partial<Policy>; changed_at: number; changed_by: string }
}

export type KeptPolicy = { policy: Policy; version: number; changedAt: Instant | undefined; changedBy: string }

/** The policy in force; version 0 is the one that Holdfast comes with. Settings that a newer version added have their default. */
export async function policyInForce(db: Database): Promise<KeptPolicy> {
  const row = await db.withTables<PolicyTables>().selectFrom('policy').selectAll().executeTakeFirst()
  if (row === undefined) return { policy: DEFAULT_POLICY, version: 0, changedAt: undefined, changedBy: 'Holdfast' }
  return {
    policy: { ...DEFAULT_POLICY, ...row.policy },
    version: row.version,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
  }
}

/** Puts a policy in force if `version` still is the one that it was made from; false when somebody else was first. */
export async function changePolicy(
  db: Database,
  policy: Policy,
  version: number,
  by: { at: Instant; who: string },
): Promise<boolean> {
  const text = JSON.stringify(policy)
  const done = await sql`INSERT INTO policy (version, policy, changed_at, changed_by)
    SELECT ${version + 1}, ${text}::jsonb, ${by.at}, ${by.who} WHERE ${version} = 0 OR EXISTS (SELECT 1 FROM policy)
    ON CONFLICT (one) DO UPDATE SET version = excluded.version, policy = excluded.policy,
      changed_at = excluded.changed_at, changed_by = excluded.changed_by
    WHERE policy.version = ${version}`.execute(db)
  return done.numAffectedRows === 1n
}
