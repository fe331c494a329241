import { z } from 'zod'
import { day, id, listOf, span, text } from './written.ts'

const system = z
  .strictObject({
    id,
    name: text,
    holds: text.optional(),
    /** Patient care stops without a critical one; an important one is missed within the day; a deferrable one can wait. */
    criticality: z.enum(['critical', 'important', 'deferrable']).optional(),
    /** Recovery time objective: how soon it is to be back. */
    rto: span.optional(),
    /** Recovery point objective: how much of what was written last may be lost. */
    rpo: span.optional(),
    /** Maximum tolerable downtime: after this the practice cannot work. */
    mtd: span.optional(),
    owner: id.optional(),
    vendor: id.optional(),
    /** How people work while it is away. */
    workaround: text.optional(),
    /** It holds electronic patient data. */
    patientData: z.boolean().default(false),
  })
  .transform(({ rto, rpo, mtd, ...said }) => ({ ...said, rtoMs: rto, rpoMs: rpo, mtdMs: mtd }))

/** Something that one must know or have to work on systems: an account, a key, a code. Never itself in the plan. */
const credential = z.strictObject({
  id,
  name: text,
  opens: listOf(id),
  /** Who can use it without asking anybody. */
  heldBy: listOf(id),
  /** Copies under seal, and who can get at each. */
  sealed: listOf(
    z.strictObject({ where: text, openedBy: z.array(id).min(1, 'name who can open it'), checked: day.optional() }),
  ),
})
export type Credential = z.output<typeof credential>

/** `systems.yaml`: the criticality analysis, 45 CFR 164.308(a)(7)(ii)(E), and what opens the systems. */
export const systemsFile = z.strictObject({ systems: listOf(system), credentials: listOf(credential) })
