import { type Generated, sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Beat } from '../../connect/heartbeat/beat.ts'

type BeatTables = {
  beat: { id: Generated<number>; observer_id: string; at: number; word: Beat['word']; exit: number | null }
}

const on = (db: Database) => db.withTables<BeatTables>()

/** Of each word this many are kept: what the rules look at, and no more however often a script calls. */
const KEPT = 20

export async function keepBeat(db: Database, observerId: string, beat: Beat): Promise<void> {
  await on(db)
    .insertInto('beat')
    .values({ observer_id: observerId, at: beat.at, word: beat.word, exit: beat.exit ?? null })
    .execute()
  await sql`DELETE FROM beat WHERE observer_id = ${observerId} AND word = ${beat.word} AND id <= (
    SELECT id FROM beat WHERE observer_id = ${observerId} AND word = ${beat.word} ORDER BY id DESC OFFSET ${KEPT} LIMIT 1)`.execute(
    db,
  )
}

/** What was heard of one script, newest first. */
export async function beatsOf(db: Database, observerId: string): Promise<Beat[]> {
  const rows = await on(db)
    .selectFrom('beat')
    .select(['at', 'word', 'exit'])
    .where('observer_id', '=', observerId)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(({ at, word, exit }) => ({ at, word, exit: exit ?? undefined }))
}
