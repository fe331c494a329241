import { z } from 'zod'
import { DAY } from '../base/time.ts'
import { duration } from './config-words.ts'

const hour = z.number().int().min(0).max(23)

/** How people are tested, whether a notice reaches them. Nights are tested only where the practice says so: from 0 to 23 is every hour. */
export const reachTestsShape = z
  .strictObject({
    /** How often each person is. */
    every: duration.refine((ms) => ms >= DAY, 'at least 1d: who is woken daily stops answering').default(14 * DAY),
    /** First and last hour of the day in which a test may go out, on the practice's clock; over midnight when `to` is the smaller one. */
    from: hour.default(7),
    to: hour.default(20),
  })
  .transform(({ every: everyMs, from, to }) => ({ everyMs, from, to }))
