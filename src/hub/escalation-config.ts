import { z } from 'zod'
import { HOUR, MINUTE } from '../base/time.ts'
import type { EscalationPlan } from '../monitor/escalation.ts'
import { quietHours, type Reach } from '../monitor/reach.ts'
import { duration } from './config-words.ts'

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'a day such as 2026-11-23')
const hours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'hours such as 22:00-06:30')
  .transform((text) => ({ from: text.slice(0, 5), to: text.slice(6) }))
const word = z.string().min(1)

const person = z.strictObject({
  id: word,
  name: word,
  email: z.email().optional(),
  sms: word.optional(),
  voice: word.optional(),
  push: word.optional(),
  /** Within these, what can wait does. */
  quiet: hours.optional(),
  away: z.array(z.strictObject({ from: day, to: day })).default([]),
})

const step = z.strictObject({ tell: z.array(word).min(1), within: duration, authority: z.string().default('') })

/** Who is asked to take an alarm, one step after the other. Everything that names nobody or nothing is a complaint. */
export const escalationShape = z
  .strictObject({
    people: z.array(person).min(1),
    steps: z.array(step).min(1),
    rounds: z.number().int().min(1).max(10).default(2),
    /** How long whoever took it may be silent. */
    forgotten: duration.default(30 * MINUTE),
    /** When nobody took it: how often everybody is told again. */
    again: duration.default(HOUR),
  })
  .superRefine(({ people, steps }, context) => {
    const ids = new Set(people.map(({ id }) => id))
    for (const [at, { tell }] of steps.entries())
      for (const id of tell)
        if (!ids.has(id))
          context.addIssue({ code: 'custom', path: ['steps', at], message: `${id} is not among the people` })
  })

export type EscalationConfig = z.infer<typeof escalationShape>

const CHANNELS = ['sms', 'voice', 'push', 'email'] as const satisfies Reach['channel'][]

/** `carried`: the channels that are configured; what nothing carries reaches nobody. */
export function escalationPlan(
  { people, steps, rounds, forgotten, again }: EscalationConfig,
  zone: string,
  carried: ReadonlySet<string>,
): EscalationPlan {
  return {
    people: people.map(({ id, name, quiet, away, ...addresses }) => ({
      id,
      name,
      away,
      zone,
      reach: CHANNELS.flatMap((channel) => {
        const target = addresses[channel]
        return target === undefined || !carried.has(channel) ? [] : [{ channel, target }]
      }),
      quietUntil: quietHours(quiet, zone),
    })),
    steps: steps.map(({ tell, within, authority }) => ({ people: tell, answerWithinMs: within, authority })),
    rounds,
    forgetAfterMs: forgotten,
    againAfterMs: again,
  }
}
