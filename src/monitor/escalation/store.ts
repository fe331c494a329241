import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { EscalationState } from '../escalation.ts'
import type { ReachTest } from '../reached.ts'

type EscalationTables = {
  escalation: { alarm_id: string; version: number; state: EscalationState }
  escalation_line: { id: number; alarm_id: string; at: number; says: string }
  notice: {
    id: string
    alarm_id: string
    kind: string
    channel: string
    person: string | null
    made_at: number
    delivered_at: number | null
    answered_at: number | null
  }
}

const tables = (db: Database) => db.withTables<EscalationTables>()

export type KeptEscalation = { alarmId: string; version: number; state: EscalationState }

export async function escalationOf(db: Database, alarmId: string): Promise<KeptEscalation | undefined> {
  const row = await tables(db).selectFrom('escalation').selectAll().where('alarm_id', '=', alarmId).executeTakeFirst()
  return row === undefined ? undefined : { alarmId: row.alarm_id, version: row.version, state: row.state }
}

export async function escalationsOf(db: Database, alarmIds: readonly string[]): Promise<Map<string, KeptEscalation>> {
  if (alarmIds.length === 0) return new Map()
  const rows = await tables(db).selectFrom('escalation').selectAll().where('alarm_id', 'in', alarmIds).execute()
  return new Map(rows.map((row) => [row.alarm_id, { alarmId: row.alarm_id, version: row.version, state: row.state }]))
}

/** Open alarms that people were told of and that nobody was asked to take: nobody could be reached, or there was nobody to ask. */
export async function unaskedAlarms(db: Database): Promise<{ alarmId: string; begun: boolean }[]> {
  const { rows } = await sql<{ id: string; begun: boolean }>`
    SELECT alarm.id, escalation.alarm_id IS NOT NULL AS begun FROM alarm
    LEFT JOIN escalation ON escalation.alarm_id = alarm.id
    WHERE alarm.closed_at IS NULL AND alarm.told_at IS NOT NULL AND alarm.clear_since IS NULL
      AND (escalation.alarm_id IS NULL
        OR (escalation.state->>'status' = 'exhausted' AND escalation.state->'unreached' IS NOT NULL))
    ORDER BY alarm.raised_at`.execute(db)
  return rows.map(({ id, begun }) => ({ alarmId: id, begun }))
}

/** Version 1 is written where there is none; a later one in the place of the one before it. False when somebody else was first. */
export async function keepEscalation(db: Database, { alarmId, version, state }: KeptEscalation): Promise<boolean> {
  const text = JSON.stringify(state)
  const done =
    version === 1
      ? await sql`INSERT INTO escalation (alarm_id, version, state) VALUES (${alarmId}, 1, ${text}::jsonb)
          ON CONFLICT (alarm_id) DO NOTHING`.execute(db)
      : await sql`UPDATE escalation SET version = ${version}, state = ${text}::jsonb
          WHERE alarm_id = ${alarmId} AND version = ${version - 1}`.execute(db)
  return done.numAffectedRows === 1n
}

export async function addLines(db: Database, alarmId: string, at: Instant, says: readonly string[]): Promise<void> {
  for (const one of says)
    await sql`INSERT INTO escalation_line (alarm_id, at, says) VALUES (${alarmId}, ${at}, ${one})`.execute(db)
}

export type EscalationLine = { at: Instant; says: string }

/** What was done about an alarm, oldest first. */
export async function linesOf(db: Database, alarmId: string): Promise<EscalationLine[]> {
  return tables(db)
    .selectFrom('escalation_line')
    .select(['at', 'says'])
    .where('alarm_id', '=', alarmId)
    .orderBy('id')
    .execute()
}

export type AnswerableNotice = {
  id: string
  alarmId: string
  kind: string
  person: string
  answeredAt: Instant | undefined
}

/** A notice that went to one person, who may answer it. */
export async function answerable(db: Database, id: string): Promise<AnswerableNotice | undefined> {
  const row = await tables(db)
    .selectFrom('notice')
    .select(['alarm_id', 'kind', 'person', 'answered_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined || row.person === null) return undefined
  return { id, alarmId: row.alarm_id, kind: row.kind, person: row.person, answeredAt: row.answered_at ?? undefined }
}

/** True for the one call that answered it. */
export async function noteAnswered(db: Database, id: string, at: Instant): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable('notice')
    .set({ answered_at: at })
    .where('id', '=', id)
    .where('answered_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Test notices to people since then: the evidence that they can be reached. */
export async function reachTests(db: Database, since: Instant): Promise<ReachTest[]> {
  const rows = await tables(db)
    .selectFrom('notice')
    .select(['person', 'channel', 'made_at', 'delivered_at', 'answered_at'])
    .where('kind', '=', 'test')
    .where('person', 'is not', null)
    .where('made_at', '>=', since)
    .orderBy('made_at')
    .execute()
  return rows.map((row) => ({
    person: row.person ?? '',
    channel: row.channel,
    sentAt: row.made_at,
    deliveredAt: row.delivered_at ?? undefined,
    answeredAt: row.answered_at ?? undefined,
  }))
}
