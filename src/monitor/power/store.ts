import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { Mains } from './mains.ts'
import type { PowerRun } from './power.ts'

type PowerTables = {
  notice: { alarm_id: string; delivered_at: number | null; given_up_at: number | null }
  power_mains: { order_id: string; mains: Mains; at: number; observed_at: number | null }
  power_run: { id: string; order_id: string; began_at: number; ended_at: number | null; version: number; run: PowerRun }
}

const on = (db: Database) => db.withTables<PowerTables>()

export type KeptRun = { run: PowerRun; version: number }

/** `at`: of the last look that is in it; `observedAt`: of the last look of its observer that is. Both undefined before the first. */
export type KeptMains = { mains: Mains; at: Instant | undefined; observedAt: Instant | undefined }

export async function mainsOf(db: Database, orderId: string): Promise<KeptMains> {
  const row = await on(db).selectFrom('power_mains').selectAll().where('order_id', '=', orderId).executeTakeFirst()
  return { mains: row?.mains ?? { is: 'unknown' }, at: row?.at, observedAt: row?.observed_at ?? undefined }
}

export async function keepMains(db: Database, orderId: string, { mains, at, observedAt }: KeptMains): Promise<void> {
  await sql`INSERT INTO power_mains (order_id, mains, at, observed_at)
    VALUES (${orderId}, ${JSON.stringify(mains)}::jsonb, ${at}, ${observedAt ?? null})
    ON CONFLICT (order_id) DO UPDATE SET mains = excluded.mains, at = excluded.at, observed_at = excluded.observed_at`.execute(
    db,
  )
}

/** False when this outage has begun a run already, or one of this mode is going on. */
export async function addRun(db: Database, run: PowerRun): Promise<boolean> {
  const done = await sql`INSERT INTO power_run (id, order_id, mode, outage_since, began_at, version, run)
    VALUES (${run.id}, ${run.orderId}, ${run.mode}, ${run.outageSince ?? null}, ${run.beganAt}, 1, ${JSON.stringify(run)}::jsonb)
    ON CONFLICT DO NOTHING`.execute(db)
  return done.numAffectedRows === 1n
}

/** Writes the run that follows the version read before; false when somebody else was first. */
export async function keepRun(db: Database, { run, version }: KeptRun): Promise<boolean> {
  const endedAt = run.state.status === 'going' ? null : run.state.at
  const done =
    await sql`UPDATE power_run SET version = ${version + 1}, run = ${JSON.stringify(run)}::jsonb, ended_at = ${endedAt}
    WHERE id = ${run.id} AND version = ${version}`.execute(db)
  return done.numAffectedRows === 1n
}

export async function runOfId(db: Database, id: string): Promise<KeptRun | undefined> {
  return on(db).selectFrom('power_run').select(['run', 'version']).where('id', '=', id).executeTakeFirst()
}

/** Runs of an order that are not at their end, the real one before a drill. */
export async function runsGoing(db: Database, orderId: string): Promise<KeptRun[]> {
  return on(db)
    .selectFrom('power_run')
    .select(['run', 'version'])
    .where('order_id', '=', orderId)
    .where('ended_at', 'is', null)
    .orderBy(sql`mode = 'drill'`)
    .execute()
}

/** The last runs of all orders, newest first. */
export async function recentRuns(db: Database, most: number): Promise<PowerRun[]> {
  const rows = await on(db).selectFrom('power_run').select('run').orderBy('began_at', 'desc').limit(most).execute()
  return rows.map(({ run }) => run)
}

/** What became of the notices of one turn. `ended`: delivered, or given up. */
export async function noticesOf(db: Database, alarmId: string): Promise<{ delivered: boolean; ended: boolean }[]> {
  const rows = await on(db)
    .selectFrom('notice')
    .select(['delivered_at', 'given_up_at'])
    .where('alarm_id', '=', alarmId)
    .execute()
  return rows.map((row) => ({
    delivered: row.delivered_at !== null,
    ended: row.delivered_at !== null || row.given_up_at !== null,
  }))
}
