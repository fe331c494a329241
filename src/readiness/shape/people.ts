import { z } from 'zod'
import { day, id, listOf, phoneNumber, text } from './written.ts'

/** A part that somebody plays in a downtime, or a duty that must be in somebody's hands. */
const role = z.strictObject({ id, name: text, does: text.optional() })

const phone = z.preprocess(
  (held) => (typeof held === 'string' ? { number: held } : held),
  z.strictObject({
    number: phoneNumber,
    /** A desk telephone rings where nobody is at night, and most hang on the Internet line: it does not count as reachable. */
    kind: z.enum(['mobile', 'home', 'pager', 'desk']).default('mobile'),
  }),
)

const person = z.strictObject({
  id,
  name: text,
  title: text.optional(),
  site: id.optional(),
  roles: listOf(id),
  /** In the order in which to try them. */
  phones: listOf(phone),
  email: z.email('an e-mail address, such as name@practice.example').optional(),
  /** Whole days, both ends in, on the wall of the practice. */
  leave: listOf(z.strictObject({ from: day, to: day })),
})
export type Person = z.output<typeof person>

/** `people.yaml`: the roles of a downtime and the people who play them. */
export const peopleFile = z.strictObject({ roles: listOf(role), people: listOf(person) })
