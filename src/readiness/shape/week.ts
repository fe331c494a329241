import { z } from 'zod'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
type Weekday = (typeof WEEKDAYS)[number]

/** `to` at or before `from` is on the next day; `24:00` is the end of the day. Local wall-clock times. */
export type DaySpan = { from: string; to: string }
/** Which hours of each weekday; a day that is left out has none. */
export type Week = { [weekday in Weekday]?: DaySpan[] | undefined }

const SAYS = 'hours are written like 07:00-18:00, or 08:00-12:00, 13:00-17:00; or all day; or closed'
export const hours = z
  .string({ error: SAYS })
  .regex(/^(closed|all day|([01]\d|2[0-3]):[0-5]\d *- *(([01]\d|2[0-3]):[0-5]\d|24:00)( *, *(?=\d)|$))+$/, SAYS)
  .transform((written): DaySpan[] => {
    if (written === 'closed') return []
    if (written === 'all day') return [{ from: '00:00', to: '24:00' }]
    return written.split(',').map((part) => {
      const [from = '', to = ''] = part.split('-').map((time) => time.trim())
      return { from, to }
    })
  })

const ALWAYS = Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, 'all day']))

/** `always`, or hours for each weekday (`mon: 07:00-18:00`). */
export const week = z.preprocess(
  (held) => (held === 'always' ? ALWAYS : held),
  z.strictObject({
    mon: hours.optional(),
    tue: hours.optional(),
    wed: hours.optional(),
    thu: hours.optional(),
    fri: hours.optional(),
    sat: hours.optional(),
    sun: hours.optional(),
  }),
)
