import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'

type KeyTables = {
  hub_secret: { name: string; sealed: Buffer; made_at: number }
  recovery_key: { recipient: string; made_at: number; made_by: string; retired_at: number | null }
}

export async function readSecret(db: Database, name: string): Promise<Buffer | undefined> {
  const row = await db
    .withTables<KeyTables>()
    .selectFrom('hub_secret')
    .select('sealed')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.sealed
}

/** Keeps the secret unless another hub was first; gives the one that stands. */
export async function keepFirstSecret(db: Database, name: string, sealed: Buffer, at: Instant): Promise<Buffer> {
  await db
    .withTables<KeyTables>()
    .insertInto('hub_secret')
    .values({ name, sealed, made_at: at })
    .onConflict((on) => on.column('name').doNothing())
    .execute()
  return (await readSecret(db, name)) ?? sealed
}

export type RecoveryKey = { recipient: string; madeAt: Instant; madeBy: string }

export async function recoveryKeys(db: Database): Promise<RecoveryKey[]> {
  const rows = await db
    .withTables<KeyTables>()
    .selectFrom('recovery_key')
    .selectAll()
    .where('retired_at', 'is', null)
    .orderBy('made_at')
    .execute()
  return rows.map((row) => ({ recipient: row.recipient, madeAt: row.made_at, madeBy: row.made_by }))
}

export async function addRecoveryKey(db: Database, key: RecoveryKey): Promise<void> {
  await db
    .withTables<KeyTables>()
    .insertInto('recovery_key')
    .values({ recipient: key.recipient, made_at: key.madeAt, made_by: key.madeBy, retired_at: null })
    .execute()
}

/** A new recovery key takes the place of those before it: what is published from now on is wrapped to the new one only. */
export async function retireRecoveryKeys(db: Database, at: Instant): Promise<void> {
  await db
    .withTables<KeyTables>()
    .updateTable('recovery_key')
    .set({ retired_at: at })
    .where('retired_at', 'is', null)
    .execute()
}
