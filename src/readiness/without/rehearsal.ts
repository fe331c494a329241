import { DAY, type Instant } from '../../base/time.ts'
import { type Evidence, newestOf } from '../evidence/evidence.ts'
import type { Runbook } from '../shape/runbooks.ts'

/** When a plan does not say how often: a rehearsal counts for 90 days (Holdfast's own rule, after the story's A1). */
export const REHEARSAL_COUNTS_MS = 90 * DAY

/** `said`: the plan says so and nothing proves it. `failed`: the newest that is recorded did not succeed. */
export type Rehearsed =
  | { status: 'proven'; at: Instant; current: boolean; evidence: Evidence }
  | { status: 'failed'; at: Instant; evidence: Evidence }
  | { status: 'said'; on: string }
  | { status: 'never' }

/** Whether a person has carried a runbook out as practice. */
export function rehearsedBy(runbook: Runbook, person: string, evidence: readonly Evidence[], now: Instant): Rehearsed {
  const own = evidence.filter(({ people }) => people.includes(person))
  const newest = newestOf(own, 'rehearsal', `runbook:${runbook.id}`)
  if (newest !== undefined)
    return newest.outcome === 'held'
      ? {
          status: 'proven',
          at: newest.at,
          current: now - newest.at <= (runbook.rehearse ?? REHEARSAL_COUNTS_MS),
          evidence: newest,
        }
      : { status: 'failed', at: newest.at, evidence: newest }
  const said = runbook.rehearsed.filter((one) => one.person === person).map(({ on }) => on)
  const last = said.toSorted().at(-1)
  return last === undefined ? { status: 'never' } : { status: 'said', on: last }
}

/** Rehearsed at all, proven or only said. */
export function hasRehearsed({ status }: Rehearsed): boolean {
  return status === 'proven' || status === 'said'
}

/** Those who can carry a runbook out, as the plan names them. */
export function namedFor({ lead, backup, also }: Runbook): string[] {
  return [...new Set([lead, backup, ...also].filter((id) => id !== undefined))]
}
