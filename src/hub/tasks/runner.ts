import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../../base/database.ts'
import { reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import { type Clock, SECOND } from '../../base/time.ts'
import { lastTick, type Schedule } from './schedule.ts'
import { endAttempt, enqueueTick, leaseTasks, loseSight, renewLeases, waitAgain } from './store.ts'
import { type Task, verdictOf } from './task.ts'

/** What a task does is done in the transaction that ends it, so it is there once or not at all. */
export type Settle = (transaction: Database) => Promise<void>

export type TaskKind = {
  /**
   * Does the task. Throws `Failure` to say whether to try again. What it changes in the database it gives back as a `Settle`; what it does
   * outside must bear being done twice, since a hub may die just after it. `signal` aborts when the lease is lost or the hub ends.
   */
  run(task: Task, signal: AbortSignal): Promise<Settle | undefined>
  /** False: when the hub dies in the middle the task becomes `unclear`, and a person decides. */
  repeatable?: boolean
  /** How often a transient failure is tried again; for ever, when left out. */
  mostAttempts?: number
}

export type RunnerOptions = {
  db: Database
  clock: Clock
  log: Log
  kinds: Record<string, TaskKind>
  schedules?: readonly Schedule[]
  leaseMs?: number
  pollMs?: number
  /** How many tasks this hub does at a time. */
  atOnce?: number
}

export type Runner = AsyncDisposable & {
  /** Looks for due tasks at once instead of at the next poll. */
  nudge(): void
  /** What this hub did since it started. */
  counters(): Counters
  /** Takes no more, tells running tasks to end and waits for them for `graceMs`; what is not done is given back or taken over. */
  stop(graceMs?: number): Promise<void>
}

export type Counters = { running: number; done: number; retried: number; failed: number; unclear: number; lost: number }

type Running = { task: Task; abort: AbortController; ended: Promise<void> }

/** Starts doing tasks. Any number of hubs may do so on one database. */
export function startRunner(options: RunnerOptions): Runner {
  const { db, clock, log, kinds, schedules = [], leaseMs = 30 * SECOND, pollMs = 500, atOnce = 4 } = options
  const owner = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`
  const lease = { owner, leaseMs }
  const names = Object.keys(kinds)
  const once = names.filter((name) => kinds[name]?.repeatable === false)
  const running = new Set<Running>()
  const counted: Omit<Counters, 'running'> = { done: 0, retried: 0, failed: 0, unclear: 0, lost: 0 }
  const stopping = new AbortController()
  let renewedAt = performance.now()
  let wake = () => {}

  const attempt = async (task: Task, abort: AbortController): Promise<void> => {
    try {
      const settle = await kinds[task.kind]?.run(task, abort.signal)
      const held = await db.transaction().execute(async (transaction) => {
        const mine = await endAttempt(transaction, task, owner, { state: 'done', at: clock.now() })
        if (mine) await settle?.(transaction)
        return mine
      })
      if (held) counted.done++
      else counted.lost++
    } catch (thrown) {
      await afterThrow(task, thrown)
    }
  }

  const afterThrow = async (task: Task, thrown: unknown): Promise<void> => {
    const now = clock.now()
    if (stopping.signal.aborted)
      return waitAgain(db, task, owner, { runAt: now, because: 'the hub was stopped', counted: false, at: now })
    const most = kinds[task.kind]?.mostAttempts ?? Number.POSITIVE_INFINITY
    const verdict = verdictOf(thrown, task.attempt, most, now, Math.random())
    log.warn(
      { task: task.id, kind: task.kind, attempt: task.attempt, move: verdict.move, because: verdict.because },
      'a task did not work',
    )
    if (verdict.move === 'retry') {
      counted.retried++
      return waitAgain(db, task, owner, { runAt: verdict.runAt, because: verdict.because, counted: true, at: now })
    }
    const state = verdict.move === 'fail' ? 'failed' : 'unclear'
    counted[state]++
    await endAttempt(db, task, owner, { state, at: now, because: verdict.because })
  }

  const begin = (task: Task): void => {
    const abort = new AbortController()
    // Our own lease ran out (a sleeping laptop) and we took the task again: the attempt from before must not go on.
    for (const one of running) if (one.task.id === task.id) one.abort.abort()
    const ended = attempt(task, abort)
      // Not even its end could be written down: the lease runs out and somebody takes it over.
      .catch((thrown: unknown) =>
        log.error({ task: task.id, kind: task.kind, because: reasonOf(thrown) }, 'a task is lost sight of'),
      )
      .finally(() => {
        running.delete(mine)
        wake()
      })
    const mine = { task, abort, ended }
    running.add(mine)
  }

  const renew = async (): Promise<void> => {
    try {
      const mine = new Set(
        await renewLeases(
          db,
          Array.from(running, ({ task }) => task.id),
          lease,
        ),
      )
      renewedAt = performance.now()
      for (const { task, abort } of running) if (!mine.has(task.id)) abort.abort()
    } catch (thrown) {
      log.warn({ because: reasonOf(thrown) }, 'leases could not be renewed')
      // By the machine's own clock the leases are over: others may be at these tasks already.
      if (performance.now() - renewedAt > leaseMs) for (const { abort } of running) abort.abort()
    }
  }

  const look = async (): Promise<void> => {
    const now = clock.now()
    for (const schedule of schedules) {
      const at = lastTick(schedule, now)
      if (at !== undefined) await enqueueTick(db, { name: schedule.name, at, task: schedule.task }, clock)
    }
    counted.unclear += (await loseSight(db, once, now)).length
    for (const task of await leaseTasks(db, { kinds: names, once }, atOnce - running.size, lease, now)) begin(task)
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await look()
      } catch (thrown) {
        log.warn({ because: reasonOf(thrown) }, 'no tasks could be read; trying again')
      }
      const nudged = new Promise<void>((resolve) => {
        wake = resolve
      })
      await Promise.race([nudged, pause(pollMs, undefined, { signal: stopping.signal }).catch(() => {})])
    }
  }
  const renewing = setInterval(() => void renew(), leaseMs / 3)
  const looping = loop()

  const stop = async (graceMs = 10 * SECOND): Promise<void> => {
    if (stopping.signal.aborted) return looping
    stopping.abort()
    await looping
    const all = () => Promise.all(Array.from(running, ({ ended }) => ended))
    for (const { abort } of running) abort.abort()
    await Promise.race([all(), pause(graceMs, undefined, { ref: false })])
    clearInterval(renewing)
  }
  return {
    nudge: () => wake(),
    counters: () => ({ running: running.size, ...counted }),
    stop,
    [Symbol.asyncDispose]: () => stop(),
  }
}
