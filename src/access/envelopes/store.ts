import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Clock, Instant } from '../../base/time.ts'
import type { BreakGlassVerifier } from '../access.ts'

type EnvelopeTable = {
  break_glass_code: {
    site_id: string
    code_id: string
    verifier: BreakGlassVerifier
    made_at: number
    made_by: string
    used_at: number | null
    withdrawn_at: number | null
  }
}

const tables = (db: Database) => db.withTables<EnvelopeTable>()

/** A sealed envelope as the hub knows it: everything but the code. */
export type KnownEnvelope = {
  siteId: string
  codeId: string
  madeAt: Instant
  madeBy: string
  state: { is: 'sealed' } | { is: 'used'; at: Instant } | { is: 'withdrawn'; at: Instant }
}

export async function keepEnvelopes(
  db: Database,
  siteId: string,
  verifiers: readonly BreakGlassVerifier[],
  madeBy: string,
): Promise<void> {
  if (verifiers.length === 0) return
  await tables(db)
    .insertInto('break_glass_code')
    .values(
      verifiers.map((verifier) => ({
        site_id: siteId,
        code_id: verifier.codeId,
        verifier: sql<BreakGlassVerifier>`${JSON.stringify(verifier)}::jsonb`,
        made_at: verifier.madeAt,
        made_by: madeBy,
      })),
    )
    .execute()
}

/** For the site's pack: what is still sealed. */
export async function breakGlassVerifiersFor(db: Database, siteId: string): Promise<BreakGlassVerifier[]> {
  const rows = await tables(db)
    .selectFrom('break_glass_code')
    .select('verifier')
    .where('site_id', '=', siteId)
    .where('used_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .orderBy('code_id')
    .execute()
  return rows.map((row) => row.verifier)
}

export async function listEnvelopes(db: Database, siteId: string): Promise<KnownEnvelope[]> {
  const rows = await tables(db)
    .selectFrom('break_glass_code')
    .selectAll()
    .where('site_id', '=', siteId)
    .orderBy('made_at', 'desc')
    .orderBy('code_id')
    .execute()
  return rows.map((row) => ({
    siteId,
    codeId: row.code_id,
    madeAt: row.made_at,
    madeBy: row.made_by,
    state:
      row.used_at !== null
        ? { is: 'used', at: row.used_at }
        : row.withdrawn_at !== null
          ? { is: 'withdrawn', at: row.withdrawn_at }
          : { is: 'sealed' },
  }))
}

/** The site's journal says that an envelope was opened: its code leaves the next pack. True the first time. */
export async function markUsed(db: Database, siteId: string, codeId: string, at: Instant): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable('break_glass_code')
    .set({ used_at: at })
    .where('site_id', '=', siteId)
    .where('code_id', '=', codeId)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Lost or replaced envelopes; all sealed ones of the site when no ids are named. */
export async function withdrawEnvelopes(
  db: Database,
  siteId: string,
  clock: Clock,
  codeIds?: string[],
): Promise<number> {
  let withdrawing = tables(db)
    .updateTable('break_glass_code')
    .set({ withdrawn_at: clock.now() })
    .where('site_id', '=', siteId)
    .where('used_at', 'is', null)
    .where('withdrawn_at', 'is', null)
  if (codeIds !== undefined) withdrawing = withdrawing.where('code_id', 'in', codeIds)
  const { numUpdatedRows } = await withdrawing.executeTakeFirst()
  return Number(numUpdatedRows)
}
