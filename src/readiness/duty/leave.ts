import type { Instant } from '../../base/time.ts'
import { addDays, instantAt } from '../../base/zone.ts'
import type { Person } from '../shape/people.ts'
import type { Interval } from './week-spans.ts'

/** A person's leave as instants: whole days on the wall of the practice, both ends in. */
export function leaveOf(person: Person, zone: string): Interval[] {
  return person.leave.map(({ from, to }) => ({
    from: instantAt(from, '00:00', zone),
    to: instantAt(addDays(to, 1), '00:00', zone),
  }))
}

/** The leave that somebody is on; undefined when they are not. */
export function leaveAt(person: Person, at: Instant, zone: string): Interval | undefined {
  return leaveOf(person, zone).find(({ from, to }) => from <= at && at < to)
}
