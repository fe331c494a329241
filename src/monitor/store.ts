import { type Generated, sql } from 'kysely'
import type { Database } from '../base/database.ts'
import type { Instant } from '../base/time.ts'
import type { Alarm, Cause } from './monitor.ts'
import type { NoticeText } from './notice.ts'

type MonitorTables = {
  status_change: { id: Generated<number>; subject: string; status: string; because: string; at: number }
  alarm: {
    id: string
    key: string
    raised_at: number
    cause: Cause
    clear_since: number | null
    closed_at: number | null
    told_at: number | null
  }
  notice: {
    id: string
    alarm_id: string
    kind: NoticeText['kind']
    channel: string
    target: string
    notice: NoticeText
    made_at: number
    due_at: number
    tries: number
    delivered_at: number | null
    given_up_at: number | null
    because: string | null
    turn: number
    person: string | null
    answered_at: number | null
  }
}

const on = (db: Database) => db.withTables<MonitorTables>()

/** That a hub looks now; gives when the look before was, if that was more than `gapMs` ago. To be asked in a transaction. */
export async function noteWatched(db: Database, at: Instant, gapMs: number): Promise<Instant | undefined> {
  const before = (await sql<{ at: number }>`SELECT at FROM watch FOR UPDATE`.execute(db)).rows[0]?.at
  await sql`
    INSERT INTO watch (since, at) VALUES (${at}, ${at})
    ON CONFLICT (one) DO UPDATE SET at = excluded.at,
      since = CASE WHEN excluded.at - watch.at > ${gapMs}::bigint THEN excluded.at ELSE watch.since END`.execute(db)
  return before !== undefined && at - before > gapMs ? before : undefined
}

/** Since when hubs have been looking; undefined before the first look. */
export async function watchedSince(db: Database): Promise<Instant | undefined> {
  return (await sql<{ since: number }>`SELECT since FROM watch`.execute(db)).rows[0]?.since
}

/** Writes a row where the status is another one than before; gives the subjects that changed. */
export async function noteStatuses(
  db: Database,
  statuses: { subject: string; status: string; because: string }[],
  at: Instant,
): Promise<string[]> {
  const before = await sql<{ subject: string; status: string }>`
    SELECT DISTINCT ON (subject) subject, status FROM status_change
    WHERE subject = ANY(${statuses.map((one) => one.subject)}::text[]) ORDER BY subject, id DESC`.execute(db)
  const known = new Map(before.rows.map((row) => [row.subject, row.status]))
  const changed = statuses.filter((one) => known.get(one.subject) !== one.status)
  if (changed.length > 0)
    await on(db)
      .insertInto('status_change')
      .values(changed.map(({ subject, status, because }) => ({ subject, status, because, at })))
      .execute()
  return changed.map((one) => one.subject)
}

export type StatusChange = { status: string; because: string; at: Instant }

export async function statusChanges(db: Database, subject: string, most: number): Promise<StatusChange[]> {
  return on(db)
    .selectFrom('status_change')
    .select(['status', 'because', 'at'])
    .where('subject', '=', subject)
    .orderBy('id', 'desc')
    .limit(most)
    .execute()
}

export async function openAlarms(db: Database): Promise<Alarm[]> {
  const rows = await on(db)
    .selectFrom('alarm')
    .selectAll()
    .where('closed_at', 'is', null)
    .orderBy('raised_at')
    .execute()
  return rows.map(alarmOf)
}

export async function recentAlarms(db: Database, most: number): Promise<Alarm[]> {
  const rows = await on(db).selectFrom('alarm').selectAll().orderBy('raised_at', 'desc').limit(most).execute()
  return rows.map(alarmOf)
}

export async function alarmOfId(db: Database, id: string): Promise<Alarm | undefined> {
  const row = await on(db).selectFrom('alarm').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : alarmOf(row)
}

/** False when one is open for this cause already. */
export async function raiseAlarm(db: Database, alarm: Alarm): Promise<boolean> {
  const done = await on(db)
    .insertInto('alarm')
    .values({
      id: alarm.id,
      key: alarm.key,
      raised_at: alarm.raisedAt,
      cause: sql<Cause>`${JSON.stringify(alarm.cause)}::jsonb`,
    })
    .onConflict((of) => of.column('key').where('closed_at', 'is', null).doNothing())
    .executeTakeFirst()
  return done.numInsertedOrUpdatedRows === 1n
}

export async function keepAlarm(db: Database, id: string, cause: Cause): Promise<void> {
  await on(db)
    .updateTable('alarm')
    .set({ key: cause.key, cause: sql<Cause>`${JSON.stringify(cause)}::jsonb`, clear_since: null })
    .where('id', '=', id)
    .execute()
}

/** That people are told of it; true for the one call that says so first. */
export async function noteTold(db: Database, id: string, at: Instant): Promise<boolean> {
  const done = await on(db)
    .updateTable('alarm')
    .set({ told_at: at })
    .where('id', '=', id)
    .where('told_at', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

export async function noteClearing(db: Database, id: string, at: Instant): Promise<void> {
  await on(db)
    .updateTable('alarm')
    .set({ clear_since: at })
    .where('id', '=', id)
    .where('clear_since', 'is', null)
    .execute()
}

/** True for the one call that closed it. */
export async function closeAlarm(db: Database, id: string, at: Instant): Promise<boolean> {
  const done = await on(db)
    .updateTable('alarm')
    .set({ closed_at: at })
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

export type Notice = {
  id: string
  channel: string
  target: string
  text: NoticeText
  madeAt: Instant
  dueAt: Instant
  tries: number
  deliveredAt: Instant | undefined
  givenUpAt: Instant | undefined
  because: string | undefined
  /** Whom it asks; undefined when it goes to an address that is nobody's own. */
  person: string | undefined
  answeredAt: Instant | undefined
}

/**
 * One notice of a kind goes to a target for an alarm, however often this is asked; true when this is the first time. `turn`: where the same is told
 * again on purpose.
 */
export async function addNotice(
  db: Database,
  notice: Pick<Notice, 'id' | 'channel' | 'target' | 'text'> & { at: Instant; turn?: number; person?: string },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await on(db)
    .insertInto('notice')
    .values({
      id: notice.id,
      alarm_id: notice.text.alarmId,
      kind: notice.text.kind,
      channel: notice.channel,
      target: notice.target,
      notice: sql<NoticeText>`${JSON.stringify(notice.text)}::jsonb`,
      made_at: notice.at,
      due_at: notice.at,
      tries: 0,
      turn: notice.turn ?? 0,
      person: notice.person ?? null,
    })
    .onConflict((of) => of.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** Everybody to whom something about an alarm went or is to go, once for each channel and address. */
export async function toldOfAlarm(
  db: Database,
  alarmId: string,
): Promise<Pick<Notice, 'channel' | 'target' | 'person'>[]> {
  const rows = await on(db)
    .selectFrom('notice')
    .select((is) => ['channel', 'target', is.fn.max('person').as('person')])
    .where('alarm_id', '=', alarmId)
    .where('kind', 'in', ['raised', 'changed', 'escalated'])
    .groupBy(['channel', 'target'])
    .orderBy('channel')
    .orderBy('target')
    .execute()
  return rows.map(({ channel, target, person }) => ({ channel, target, person: person ?? undefined }))
}

export async function noticeOfId(db: Database, id: string): Promise<Notice | undefined> {
  const row = await on(db).selectFrom('notice').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : noticeOf(row)
}

export async function noteDelivered(db: Database, id: string, at: Instant): Promise<void> {
  await on(db)
    .updateTable('notice')
    .set((is) => ({ delivered_at: at, tries: is('tries', '+', 1), because: null }))
    .where('id', '=', id)
    .execute()
}

export async function noteNotDelivered(
  db: Database,
  id: string,
  next: { dueAt: Instant } | { givenUpAt: Instant },
  because: string,
): Promise<void> {
  const set = 'dueAt' in next ? { due_at: next.dueAt } : { given_up_at: next.givenUpAt }
  await on(db)
    .updateTable('notice')
    .set((is) => ({ ...set, tries: is('tries', '+', 1), because }))
    .where('id', '=', id)
    .execute()
}

export async function recentNotices(db: Database, most: number): Promise<Notice[]> {
  const rows = await on(db)
    .selectFrom('notice')
    .selectAll()
    .orderBy('made_at', 'desc')
    .orderBy('id')
    .limit(most)
    .execute()
  return rows.map(noticeOf)
}

function alarmOf(row: MonitorTables['alarm']): Alarm {
  return {
    id: row.id,
    key: row.key,
    raisedAt: row.raised_at,
    cause: row.cause,
    clearSince: row.clear_since ?? undefined,
    closedAt: row.closed_at ?? undefined,
    toldAt: row.told_at ?? undefined,
  }
}

function noticeOf(row: MonitorTables['notice']): Notice {
  return {
    id: row.id,
    channel: row.channel,
    target: row.target,
    text: row.notice,
    madeAt: row.made_at,
    dueAt: row.due_at,
    tries: row.tries,
    deliveredAt: row.delivered_at ?? undefined,
    givenUpAt: row.given_up_at ?? undefined,
    because: row.because ?? undefined,
    person: row.person ?? undefined,
    answeredAt: row.answered_at ?? undefined,
  }
}
