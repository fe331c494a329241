import type { Instant } from '../../base/time.ts'
import type { EvidenceKind } from '../evidence/evidence.ts'
import type { Plan, PlanRule } from '../readiness.ts'
import type { CheckId } from '../shape/check-ids.ts'
import { type Cadence, COUNTS_FOR } from './cadence.ts'
import type { Wanted } from './check.ts'

/** One of each of these things of the plan: their ids and names, `word:id` being what evidence about them names. */
export function ofEach(
  word: string,
  things: readonly { id: string; name: string }[],
  kind: EvidenceKind,
  countsFor: Cadence,
  called: (name: string) => string = (name) => name,
): Wanted[] {
  return things.map(({ id, name }) => ({
    subject: `${word}:${id}`,
    name: called(name),
    kinds: [kind],
    countsForMs: COUNTS_FOR[countsFor],
  }))
}

/** What is shown as a whole: by what a downtime, a drill or a change left behind, or by a person who wrote it down. */
export function asItem(check: CheckId, name: string, countsFor: Cadence): Wanted[] {
  return [
    {
      subject: `item:${check.toLowerCase()}`,
      name,
      kinds: ['event-record', 'counted-by-hand'],
      countsForMs: COUNTS_FOR[countsFor],
    },
  ]
}

/** What a rule of the plan has against it, without its warnings. The plan is one that was kept, so every part of it could be read. */
export function faultsBy(rule: PlanRule, plan: Plan, now: Instant): string[] {
  return [...rule.judge(plan, { now, documents: new Set(), unread: new Set(), leftOut: [] })]
    .filter(({ weight }) => weight === 'error')
    .map(({ says }) => says)
}
