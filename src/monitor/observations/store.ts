import { type Generated, sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { Finding, Measured, Observation, ObserverFacts, SystemStatus, SystemStatusWord } from './observations.ts'

type ObservationTables = {
  observer: {
    id: string
    name: string
    kind: string
    system_id: string
    looks_from: string
    every_ms: number
    deadline_ms: number
    misses: number
    first_answer_ms: number
    answered: boolean
    tried_at: number | null
    since: number
    missed: number
    last_at: number | null
    last: Observation | null
    same_since: number | null
    claimed_at: Date | null
  }
  observation: {
    id: Generated<number>
    observer_id: string
    at: number
    answer: Observation['answer']
    took_ms: number
    because: string
    measured: Measured[]
    findings: Finding[]
  }
  system_change: {
    id: Generated<number>
    system_id: string
    at: number
    status: SystemStatusWord
    because: string
    agree: number
    observers: number
  }
}

const on = (db: Database) => db.withTables<ObservationTables>()

export type NamedObserver = Pick<
  ObserverFacts,
  'observerId' | 'name' | 'kind' | 'systemId' | 'from' | 'everyMs' | 'deadlineMs' | 'misses' | 'firstAnswerMs'
>

/** It has stayed without an answer for as long as that may be. */
const STANDS_DOWN = sql`observer.missed >= observer.misses
  AND (observer.answered OR observer.last_at - observer.tried_at >= observer.first_answer_ms)`

/**
 * Keeps the observers as configured now; one that is no longer configured is forgotten, its observations age out. Called as a hub starts: what starts with
 * it has not answered yet from then on, but for what stood down before, which goes on to.
 */
export async function nameObservers(db: Database, observers: readonly NamedObserver[], at: Instant): Promise<void> {
  await db.transaction().execute(async (within) => {
    for (const one of observers)
      await sql`INSERT INTO observer (id, name, kind, system_id, looks_from, every_ms, deadline_ms, misses, first_answer_ms, answered, since)
        VALUES (${one.observerId}, ${one.name}, ${one.kind}, ${one.systemId}, ${one.from}, ${one.everyMs}, ${one.deadlineMs}, ${one.misses},
          ${one.firstAnswerMs}, false, ${at})
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, system_id = excluded.system_id,
          looks_from = excluded.looks_from, every_ms = excluded.every_ms,
          deadline_ms = excluded.deadline_ms, misses = excluded.misses, first_answer_ms = excluded.first_answer_ms,
          answered = observer.answered AND (${STANDS_DOWN}), tried_at = CASE WHEN ${STANDS_DOWN} THEN observer.tried_at END`.execute(
        within,
      )
    await sql`DELETE FROM observer WHERE NOT id = ANY(${observers.map((one) => one.observerId)}::text[])`.execute(
      within,
    )
  })
}

/**
 * Takes the turn to look, for whichever hub comes first: undefined when it is ours, else how long until the next one. A hub that dies with a turn in hand costs
 * one look. Nothing is held meanwhile: a system that never answers must not keep connections of the store.
 */
export async function claimLook(db: Database, observerId: string, restMs: number): Promise<number | undefined> {
  const won = await sql`UPDATE observer SET claimed_at = clock_timestamp() WHERE id = ${observerId}
      AND (claimed_at IS NULL OR claimed_at > clock_timestamp() + interval '1 second'
        OR claimed_at <= clock_timestamp() - make_interval(secs => ${restMs / 1000}::double precision))`.execute(db)
  if (won.numAffectedRows === 1n) return undefined
  const left = await sql<{ left: number }>`SELECT greatest(0, ${restMs}::double precision
      - extract(epoch FROM clock_timestamp() - claimed_at) * 1000)::bigint AS left FROM observer WHERE id = ${observerId}`.execute(
    db,
  )
  return left.rows[0]?.left ?? restMs
}

export async function noteObservation(
  db: Database,
  observerId: string,
  at: Instant,
  observation: Observation,
): Promise<void> {
  const noted = await sql`UPDATE observer SET last_at = ${at}, last = ${JSON.stringify(observation)}::jsonb,
      answered = answered OR ${observation.answer === 'answered'}, tried_at = coalesce(tried_at, ${at}),
      same_since = CASE WHEN last->>'answer' = ${observation.answer} THEN same_since ELSE ${at} END,
      missed = CASE WHEN ${observation.answer} = 'not-answered' THEN missed + 1 ELSE 0 END
    WHERE id = ${observerId}`.execute(db)
  if (noted.numAffectedRows !== 1n) return
  await sql`INSERT INTO observation (observer_id, at, answer, took_ms, because, measured, findings)
    VALUES (${observerId}, ${at}, ${observation.answer}, ${Math.round(observation.tookMs)}, ${observation.because},
      ${JSON.stringify(observation.measured)}::jsonb,
      ${JSON.stringify(observation.answer === 'answered' ? observation.findings : [])}::jsonb)`.execute(db)
}

/** All observers, or those of one system. */
export async function observersOf(db: Database, systemId?: string): Promise<ObserverFacts[]> {
  let asked = on(db).selectFrom('observer').selectAll().orderBy('system_id').orderBy('id')
  if (systemId !== undefined) asked = asked.where('system_id', '=', systemId)
  return (await asked.execute()).map((row) => ({
    observerId: row.id,
    name: row.name,
    kind: row.kind,
    systemId: row.system_id,
    from: row.looks_from,
    everyMs: row.every_ms,
    deadlineMs: row.deadline_ms,
    misses: row.misses,
    firstAnswerMs: row.first_answer_ms,
    unheardSince: row.answered ? undefined : (row.tried_at ?? undefined),
    since: row.since,
    missed: row.missed,
    last: row.last === null || row.last_at === null ? undefined : { at: row.last_at, observation: row.last },
    sameSince: row.same_since ?? undefined,
  }))
}

/** Since when an observer has been there; undefined when it is not configured. */
export async function observedSince(db: Database, observerId: string): Promise<Instant | undefined> {
  return (await on(db).selectFrom('observer').select('since').where('id', '=', observerId).executeTakeFirst())?.since
}

/** What came of one observer's looks within one step of time. Times undefined: none was answered. */
export type AnswerStep = {
  observerId: string
  at: Instant
  fastestMs: number | undefined
  slowestMs: number | undefined
  unanswered: number
}

/** How each observer was answered from `since` on, in steps of `stepMs`, oldest first. */
export async function answerSteps(db: Database, since: Instant, stepMs: number): Promise<AnswerStep[]> {
  const rows = await sql<{
    observer_id: string
    step: number
    fastest: number | null
    slowest: number | null
    unanswered: number
  }>`SELECT observer_id, (at / ${stepMs}::bigint) * ${stepMs}::bigint AS step,
      min(took_ms) FILTER (WHERE answer = 'answered') AS fastest, max(took_ms) FILTER (WHERE answer = 'answered') AS slowest,
      count(*) FILTER (WHERE answer <> 'answered') AS unanswered
    FROM observation WHERE at >= ${since} GROUP BY 1, 2 ORDER BY 1, 2`.execute(db)
  return rows.rows.map((row) => ({
    observerId: row.observer_id,
    at: row.step,
    fastestMs: row.fastest ?? undefined,
    slowestMs: row.slowest ?? undefined,
    unanswered: row.unanswered,
  }))
}

export async function forgetObservationsBefore(db: Database, before: Instant): Promise<void> {
  await on(db).deleteFrom('observation').where('at', '<', before).execute()
}

/** Two hubs that conclude at the same time must not both write the change: each transaction that does takes its turn here. */
export async function concludeInTurn(db: Database): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('holdfast system changes', 0))`.execute(db)
}

/** Writes a row for each system whose status, or the number who agree on it, is another one than before; gives those. */
export async function noteSystems(
  db: Database,
  systems: readonly SystemStatus[],
  at: Instant,
): Promise<SystemStatus[]> {
  const before = await sql<{ system_id: string; status: string; agree: number; observers: number }>`
    SELECT DISTINCT ON (system_id) system_id, status, agree, observers FROM system_change
    WHERE system_id = ANY(${systems.map((one) => one.systemId)}::text[]) ORDER BY system_id, id DESC`.execute(db)
  const known = new Map(before.rows.map((row) => [row.system_id, `${row.status} ${row.agree} ${row.observers}`]))
  const changed = systems.filter((one) => known.get(one.systemId) !== `${one.status} ${one.agree} ${one.observers}`)
  if (changed.length > 0)
    await on(db)
      .insertInto('system_change')
      .values(
        changed.map(({ systemId, status, because, agree, observers }) => ({
          system_id: systemId,
          at,
          status,
          because,
          agree,
          observers,
        })),
      )
      .execute()
  return changed
}

export type SystemChange = Omit<SystemStatus, 'seen'> & { at: Instant }

/** Changes of one system, newest first. */
export async function systemChanges(db: Database, systemId: string, most: number): Promise<SystemChange[]> {
  const rows = await on(db)
    .selectFrom('system_change')
    .selectAll()
    .where('system_id', '=', systemId)
    .orderBy('id', 'desc')
    .limit(most)
    .execute()
  return rows.map(({ system_id, at, status, because, agree, observers }) => ({
    systemId: system_id,
    at,
    status,
    because,
    agree,
    observers,
  }))
}
