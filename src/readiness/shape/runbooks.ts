import { z } from 'zod'
import { id, listOf, span, text } from './written.ts'

const runbook = z.strictObject({
  id,
  name: text,
  /** The written procedure, in this folder. */
  file: text.optional(),
  systems: listOf(id),
  lead: id.optional(),
  /** Somebody else who has run it. */
  backup: id.optional(),
  /** A step in it cannot be taken back: then the fields below are not left out. */
  dangerous: z.boolean().default(false),
  rehearse: span.optional(),
  expected: span.optional(),
  /** When to stop and go back. */
  abort: text.optional(),
  pointOfNoReturn: text.optional(),
  rollback: text.optional(),
  needs: listOf(text),
})

/** `runbooks.yaml`: which written procedures there are, and who can carry them out. */
export const runbooksFile = z.strictObject({ runbooks: listOf(runbook) })
