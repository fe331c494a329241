import { Cron } from 'croner'
import { Failure } from '../../base/failure.ts'
import type { Instant } from '../../base/time.ts'
import type { NewTask } from './task.ts'

/**
 * A task that comes again and again. `pattern` is cron's (minute hour day month weekday, or with seconds first), read on the wall clock of `zone`.
 * Ticks that were missed while no hub ran are made good by one task, not by all of them.
 */
export type Schedule = {
  /** Known to the database by this name; renaming makes a new schedule. */
  name: string
  pattern: string
  zone: string
  task: Pick<NewTask, 'kind' | 'key' | 'payload'>
}

const parsed = new Map<string, Cron>()

/**
 * The latest tick at or before `now`; undefined when there was none. A time that the change to summer time skips ticks at the change, and a time
 * that comes twice ticks once. Permanent Failure when the pattern cannot be read.
 */
export function lastTick(schedule: Pick<Schedule, 'pattern' | 'zone'>, now: Instant): Instant | undefined {
  const cron = cronOf(schedule)
  // croner looks strictly before its reference, in whole seconds.
  const reference = new Date(Math.floor(now / 1000) * 1000 + 1000)
  return cron.previousRuns(1, reference)[0]?.getTime()
}

function cronOf({ pattern, zone }: Pick<Schedule, 'pattern' | 'zone'>): Cron {
  const key = `${zone} ${pattern}`
  let cron = parsed.get(key)
  if (cron === undefined) {
    try {
      cron = new Cron(pattern, { timezone: zone, paused: true })
    } catch (thrown) {
      throw new Failure('permanent', `The schedule "${pattern}" in ${zone} cannot be read.`, { cause: thrown })
    }
    parsed.set(key, cron)
  }
  return cron
}
