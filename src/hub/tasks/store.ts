import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import { codeOf } from '../../base/failure.ts'
import { newId } from '../../base/id.ts'
import type { Clock, Instant } from '../../base/time.ts'
import { type NewTask, type Payload, statesThatAllow, type Task, type TaskState } from './task.ts'

type TaskTables = {
  task: {
    id: string
    kind: string
    key: string | null
    payload: Payload
    state: TaskState
    run_at: number
    attempt: number
    lease_owner: string | null
    leased_until: number | null
    because: string | null
    made_at: number
    ended_at: number | null
  }
  schedule: { name: string; last_tick: number }
}

const tables = (db: Database) => db.withTables<TaskTables>()
const UNIQUE_VIOLATION = '23505'

/** Leases are told by the database's clock alone, so that hubs whose clocks differ agree on them. */
const DATABASE_NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`

/** Writes a task down in the caller's transaction: it happens if, and only if, the transaction does. */
export async function enqueue(db: Database, task: NewTask, clock: Clock): Promise<void> {
  const payload = sql<Payload>`${JSON.stringify(task.payload ?? {})}::jsonb`
  const now = clock.now()
  await tables(db)
    .insertInto('task')
    .values({
      id: newId('task', clock),
      kind: task.kind,
      key: task.key ?? null,
      payload,
      state: 'waiting',
      run_at: task.runAt ?? now,
      attempt: 0,
      made_at: now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['kind', 'key'])
        .where('state', '=', 'waiting')
        .doUpdateSet((is) => ({
          payload: is.ref('excluded.payload'),
          run_at: sql<number>`least(task.run_at, excluded.run_at)`,
        })),
    )
    .execute()
}

export type Lease = { owner: string; leaseMs: number }

/** The kinds that a hub can do, and those among them that must not be repeated. */
export type Kinds = { kinds: string[]; once: string[] }

/** Takes up to `most` due tasks, and tasks whose hub was not heard of for the length of its lease. No two hubs get the same one. */
export async function leaseTasks(
  db: Database,
  { kinds, once }: Kinds,
  most: number,
  lease: Lease,
  now: Instant,
): Promise<Task[]> {
  if (kinds.length === 0 || most <= 0) return []
  const taken = sql<TaskTables['task']>`
    WITH due AS MATERIALIZED (
      SELECT id FROM task AS one
      WHERE kind = ANY (${kinds})
        AND (state = 'waiting' AND run_at <= ${now} OR state = 'leased' AND leased_until < ${DATABASE_NOW} AND NOT kind = ANY (${once}))
        AND NOT (state = 'waiting' AND key IS NOT NULL AND EXISTS (
          SELECT 1 FROM task AS other WHERE other.state = 'leased' AND other.kind = one.kind AND other.key = one.key))
      ORDER BY run_at
      LIMIT ${most}
      FOR UPDATE SKIP LOCKED
    )
    UPDATE task SET state = 'leased', attempt = attempt + 1, lease_owner = ${lease.owner},
      leased_until = ${DATABASE_NOW} + ${lease.leaseMs}::bigint
    FROM due WHERE task.id = due.id
    RETURNING task.*`
  try {
    return (await taken.execute(db)).rows.map(asTask)
  } catch (thrown) {
    // Two hubs reached for two tasks of one key in the same moment: the index let one through. The other looks again soon.
    if (codeOf(thrown) === UNIQUE_VIOLATION) return []
    throw thrown
  }
}

/** Says that a hub still works on these; answers which of them are still its own. */
export async function renewLeases(db: Database, ids: string[], lease: Lease): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await tables(db)
    .updateTable('task')
    .set({ leased_until: sql<number>`${DATABASE_NOW} + ${lease.leaseMs}::bigint` })
    .where('id', 'in', ids)
    .where('state', '=', 'leased')
    .where('lease_owner', '=', lease.owner)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Tasks that must never be repeated and whose hub was lost in the middle: whether they happened, only a person can find out. */
export async function loseSight(db: Database, kinds: string[], now: Instant): Promise<string[]> {
  if (kinds.length === 0) return []
  const rows = await tables(db)
    .updateTable('task')
    .set({ state: 'unclear', ended_at: now, because: 'the hub that worked on it ended in the middle' })
    .where('kind', 'in', kinds)
    .where('state', '=', 'leased')
    .where('leased_until', '<', DATABASE_NOW)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/**
 * What one attempt came to; true when the attempt was still the owner's to end. In a transaction, a task that is done and what it did
 * are one thing.
 */
export async function endAttempt(
  db: Database,
  task: Pick<Task, 'id' | 'attempt'>,
  owner: string,
  end: { state: 'done' | 'failed' | 'unclear'; at: Instant; because?: string },
): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable('task')
    .set({ state: end.state, ended_at: end.at, because: end.because ?? null, lease_owner: null, leased_until: null })
    .where('id', '=', task.id)
    .where('state', '=', 'leased')
    .where('lease_owner', '=', owner)
    .where('attempt', '=', task.attempt)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/**
 * Puts an attempt back to wait, or ends it as superseded when the same was asked for again meanwhile. `counted`: false when the attempt was
 * given back untried, at the end of a hub.
 */
export async function waitAgain(
  db: Database,
  task: Pick<Task, 'id' | 'attempt'>,
  owner: string,
  again: { runAt: Instant; because: string; counted: boolean; at: Instant },
): Promise<void> {
  const mine = tables(db)
    .updateTable('task')
    .where('id', '=', task.id)
    .where('state', '=', 'leased')
    .where('lease_owner', '=', owner)
    .where('attempt', '=', task.attempt)
  const free = { lease_owner: null, leased_until: null, because: again.because }
  try {
    await mine
      .set({ ...free, state: 'waiting', run_at: again.runAt, attempt: task.attempt - (again.counted ? 0 : 1) })
      .execute()
  } catch (thrown) {
    if (codeOf(thrown) !== UNIQUE_VIOLATION) throw thrown
    await mine.set({ ...free, state: 'superseded', ended_at: again.at }).execute()
  }
}

/** A person's decision about a failed or unclear task; false when it was in neither state any more. */
export async function tryAgain(db: Database, id: string, now: Instant): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable('task')
    .set({ state: 'waiting', run_at: now, attempt: 0, ended_at: null })
    .where('id', '=', id)
    .where('state', 'in', statesThatAllow('try-again'))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** A person found out that an unclear task did happen. */
export async function settleDone(db: Database, id: string, now: Instant): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable('task')
    .set({ state: 'done', ended_at: now })
    .where('id', '=', id)
    .where('state', 'in', statesThatAllow('settle-done'))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export type TaskCount = { kind: string; state: TaskState; tasks: number; oldestRunAt: Instant }

/** For pages: how many tasks of each kind stand where. Ended ones are not counted. */
export async function taskCounts(db: Database): Promise<TaskCount[]> {
  const rows = await tables(db)
    .selectFrom('task')
    .select((is) => ['kind', 'state', is.fn.countAll<number>().as('tasks'), is.fn.min('run_at').as('oldest')])
    .where('state', 'in', ['waiting', 'leased', 'failed', 'unclear'])
    .groupBy(['kind', 'state'])
    .orderBy('kind')
    .orderBy('state')
    .execute()
  return rows.map(({ kind, state, tasks, oldest }) => ({ kind, state, tasks, oldestRunAt: oldest }))
}

export async function listTasks(db: Database, states: TaskState[], most = 100): Promise<Task[]> {
  const rows = await tables(db)
    .selectFrom('task')
    .selectAll()
    .where('state', 'in', states)
    .orderBy('run_at', 'desc')
    .limit(most)
    .execute()
  return rows.map(asTask)
}

/** Takes away tasks that were done before `before`. Failed and unclear ones stay until somebody decides. */
export async function sweepTasks(db: Database, before: Instant): Promise<void> {
  await tables(db)
    .deleteFrom('task')
    .where('state', 'in', ['done', 'superseded'])
    .where('ended_at', '<', before)
    .execute()
}

/**
 * Writes down the task of a schedule's tick unless it was written down before, by whichever hub; true for the one who did it. The first
 * time that a schedule is seen, nothing is due: it begins now.
 */
export function enqueueTick(
  db: Database,
  tick: { name: string; at: Instant; task: NewTask },
  clock: Clock,
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const { name, at } = tick
    const known = await tables(transaction)
      .insertInto('schedule')
      .values({ name, last_tick: at })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('name')
      .executeTakeFirst()
    if (known !== undefined) return false
    const { numUpdatedRows } = await tables(transaction)
      .updateTable('schedule')
      .set({ last_tick: at })
      .where('name', '=', name)
      .where('last_tick', '<', at)
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) return false
    await enqueue(transaction, tick.task, clock)
    return true
  })
}

function asTask(row: TaskTables['task']): Task {
  return {
    id: row.id,
    kind: row.kind,
    key: row.key ?? undefined,
    payload: row.payload,
    attempt: row.attempt,
    state: row.state,
    runAt: row.run_at,
    madeAt: row.made_at,
    endedAt: row.ended_at ?? undefined,
    because: row.because ?? undefined,
  }
}
