import { z } from 'zod'
import { day, id, listOf, span, text } from './written.ts'

/** What one step of the procedure asks for. A step that asks for two people or for roles is a gate: without them it must not be passed. */
const step = z.strictObject({
  id,
  name: text,
  /** How many of those who can carry the runbook out. */
  people: z.int().min(1, 'at least one').max(5, 'at most five').default(1),
  /** Each spoken for by a different person. */
  roles: listOf(id),
  /** Credentials of `systems.yaml` that somebody there must be able to use. */
  credentials: listOf(id),
  /** Nodes of the map that must work for it. */
  with: listOf(id),
  /** Companies that must answer. */
  vendors: listOf(id),
})
export type RunbookStep = z.output<typeof step>

const runbook = z.strictObject({
  id,
  name: text,
  /** The written procedure, in this folder. */
  file: text.optional(),
  systems: listOf(id),
  lead: id.optional(),
  /** Somebody else who has run it. */
  backup: id.optional(),
  /** Further people who can carry it out. */
  also: listOf(id),
  /** Rehearsals as the plan says them; proof of one is evidence, and stands in Holdfast. */
  rehearsed: listOf(z.strictObject({ person: id, on: day })),
  /** A step in it cannot be taken back: then the fields below are not left out. */
  dangerous: z.boolean().default(false),
  rehearse: span.optional(),
  expected: span.optional(),
  /** When to stop and go back. */
  abort: text.optional(),
  pointOfNoReturn: text.optional(),
  rollback: text.optional(),
  needs: listOf(text),
  /** Undefined: not written here, only in the document. */
  steps: z.array(step).min(1, 'name at least one step').optional(),
})
export type Runbook = z.output<typeof runbook>

/** `runbooks.yaml`: which written procedures there are, and who can carry them out. */
export const runbooksFile = z.strictObject({ runbooks: listOf(runbook) })
