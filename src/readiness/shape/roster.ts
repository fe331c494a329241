import { z } from 'zod'
import { week } from './week.ts'
import { day, id, listOf, moment, span, text, timeOfDay, zone } from './written.ts'

/** People take turns: each turn begins at `at` on the wall, on every n-th day from `starts`. */
const rotation = z.strictObject({
  people: z.array(id).min(1, 'name at least one person'),
  starts: day,
  at: timeOfDay,
  /** Whole days or weeks: `1d`, `1w`. */
  every: span.refine((ms) => ms % 86_400_000 === 0, 'a turn is whole days or weeks, such as 1d or 1w'),
  /** Only in these hours; always, when left out. */
  during: week.optional(),
})
export type Rotation = z.output<typeof rotation>

/** One person from one moment to another, on the wall of the roster's zone. */
const shift = z.strictObject({ person: id, from: moment, to: moment, because: text.optional() })
export type Shift = z.output<typeof shift>

const roster = z.strictObject({
  id,
  name: text,
  zone: zone.optional(),
  /** When somebody must be on call; always, when left out. */
  cover: week.optional(),
  rotations: listOf(rotation),
  shifts: listOf(shift),
  /** Exchanges: they win over shifts, and those over rotations. */
  overrides: listOf(shift),
})
export type Roster = z.output<typeof roster>

const TARGETS = ['roster', 'role', 'person', 'vendor'] as const
const step = z
  .strictObject({
    roster: id.optional(),
    role: id.optional(),
    person: id.optional(),
    vendor: id.optional(),
    /** How long to wait for an acknowledgement before the next step. */
    wait: span.optional(),
    /** What whoever is reached at this step may decide. */
    authority: text.optional(),
  })
  .refine(
    (one) => TARGETS.filter((target) => one[target] !== undefined).length === 1,
    'a step calls exactly one of roster, role, person or vendor',
  )
export type Step = z.output<typeof step>

const escalation = z.strictObject({
  id,
  name: text,
  when: text.optional(),
  steps: z.array(step).min(1, 'name at least one step'),
})

/** `roster.yaml`: who is on call, and who is called when nobody answers. */
export const rosterFile = z.strictObject({ rosters: listOf(roster), escalations: listOf(escalation) })
