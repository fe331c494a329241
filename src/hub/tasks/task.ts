import { Failure, reasonOf } from '../../base/failure.ts'
import { HOUR, type Instant, SECOND } from '../../base/time.ts'

/**
 * Work that must happen although nobody waits for it: an e-mail, a publication, a sweep. It is written down in the transaction that wants it, and
 * done later by whichever hub takes it first. A hub that dies loses only its lease; another takes the task over.
 */
const TASK_STATES = ['waiting', 'leased', 'done', 'failed', 'unclear', 'superseded'] as const
export type TaskState = (typeof TASK_STATES)[number]

/** What may become of a task. `lapse` is a lease whose hub was not heard of again. */
const MOVES = {
  waiting: { lease: 'leased', supersede: 'superseded' },
  leased: {
    finish: 'done',
    retry: 'waiting',
    fail: 'failed',
    'lose-sight': 'unclear',
    lapse: 'leased',
    supersede: 'superseded',
  },
  failed: { 'try-again': 'waiting' },
  unclear: { 'try-again': 'waiting', 'settle-done': 'done' },
  done: {},
  superseded: {},
} as const satisfies Record<TaskState, Record<string, TaskState>>

/** What a person may decide about a task in this state; the page's buttons and the store's WHERE both ask this. */
export type Decision = 'try-again' | 'settle-done'

export function statesThatAllow(decision: Decision): TaskState[] {
  return TASK_STATES.filter((state) => decision in MOVES[state])
}

/** A payload is plain JSON: ids and words of the program, no patient data (rows are shown to who looks after the machine). */
export type Payload = { [key: string]: string | number | boolean | null }

export type NewTask = {
  kind: string
  /**
   * With a key, at most one task of this kind and key waits and at most one runs, never both at once: asking again while one waits changes
   * its payload and, if sooner, its time; asking while one runs makes it run once more afterwards.
   */
  key?: string
  payload?: Payload
  /** Not before; now, when left out. */
  runAt?: Instant
}

export type Task = {
  id: string
  kind: string
  key: string | undefined
  payload: Payload
  /** 1 at the first try. */
  attempt: number
  state: TaskState
  runAt: Instant
  madeAt: Instant
  endedAt: Instant | undefined
  /** Why it waits again, failed or is unclear. */
  because: string | undefined
}

export type Verdict =
  | { move: 'retry'; runAt: Instant; because: string }
  | { move: 'fail' | 'lose-sight'; because: string }

const FIRST_WAIT_MS = 2 * SECOND
const LONGEST_WAIT_MS = HOUR
/** An error that nobody understood may be a mistake of ours: it is not repeated for ever. */
const MOST_UNKNOWN = 8

/**
 * What follows from a throw: transient is tried again (after what the far side asked for, else after a wait that doubles up to an hour, give or
 * take a quarter so that tasks do not return in step); permanent fails; ambiguous waits for a person. `chance` is in [0, 1).
 */
export function verdictOf(
  thrown: unknown,
  attempt: number,
  mostAttempts: number,
  now: Instant,
  chance: number,
): Verdict {
  const because = reasonOf(thrown)
  const kind = thrown instanceof Failure ? thrown.kind : 'unknown'
  if (kind === 'ambiguous') return { move: 'lose-sight', because }
  if (kind === 'permanent') return { move: 'fail', because }
  if (attempt >= Math.min(mostAttempts, kind === 'unknown' ? MOST_UNKNOWN : Number.POSITIVE_INFINITY))
    return { move: 'fail', because: `${because} (tried ${attempt} times)` }
  const asked = thrown instanceof Failure ? thrown.retryAfterMs : undefined
  const wait = asked ?? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(30, attempt - 1))
  return { move: 'retry', runAt: now + Math.round(wait * (asked === undefined ? 0.75 + chance / 2 : 1)), because }
}
