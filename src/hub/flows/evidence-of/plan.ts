import { spanInWords } from '../../../base/ago.ts'
import { DAY, type Instant } from '../../../base/time.ts'
import { instantAt } from '../../../base/zone.ts'
import type { NewEvidence } from '../../../readiness/evidence/record.ts'
import type { Plan } from '../../../readiness/readiness.ts'
import type { KeptReview, PlanVersion } from '../../../readiness/store.ts'

/** A review that is open for longer has been forgotten. */
const REVIEW_WITHIN = 14 * DAY

/** That a version was kept, that somebody approved it, and whether somebody looked at what changed. */
export function evidenceOfPlan(
  plan: Plan,
  { version, keptAt, keptBy }: PlanVersion,
  reviews: readonly KeptReview[],
  now: Instant,
): NewEvidence[] {
  const { approved, practice } = plan.practice
  const open = reviews.filter(({ closed }) => closed === undefined)
  const oldest = open.length === 0 ? 0 : now - Math.min(...open.map(({ openedAt }) => openedAt))
  const base = { subject: 'plan', measured: [], people: [] }
  return [
    { ...base, kind: 'plan-kept', at: keptAt, outcome: 'held', because: `Version ${version} was kept by ${keptBy}.` },
    ...(approved === undefined
      ? []
      : [
          {
            ...base,
            kind: 'plan-looked-over' as const,
            at: Math.min(now, instantAt(approved.on, '00:00', practice.zone)),
            outcome: 'held' as const,
            because: `Approved on ${approved.on}, as the plan says.`,
            people: [approved.by],
          },
        ]),
    {
      ...base,
      kind: 'plan-reviews-seen',
      at: now,
      outcome: oldest > REVIEW_WITHIN ? 'failed' : 'held',
      because:
        open.length === 0
          ? 'Every change of a system was followed by a look at the plan.'
          : `${open.length} ${open.length === 1 ? 'review is' : 'reviews are'} open, the oldest for ${spanInWords(oldest)}: ${open[0]?.name ?? ''}.`,
      measured: [{ what: 'open reviews', value: open.length, unit: 'count' }],
    },
  ]
}
