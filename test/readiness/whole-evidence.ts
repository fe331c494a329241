import type { Instant } from '../../src/base/time.ts'
import { everyCheck } from '../../src/readiness/checks/every-check.ts'
import type { Evidence } from '../../src/readiness/evidence/evidence.ts'
import type { Plan } from '../../src/readiness/readiness.ts'

/** Evidence of everything that the checks want of a plan, all of it good and just measured. */
export function wholeEvidence(plan: Plan, at: Instant): Evidence[] {
  const wanted = [
    { subject: 'plan', kinds: ['plan-kept' as const] },
    ...everyCheck.flatMap((check) => check.wants?.(plan, at) ?? []),
  ]
  const all = new Map<string, Evidence>()
  for (const { subject, kinds } of wanted)
    for (const kind of kinds)
      all.set(`${kind} ${subject}`, {
        id: `evidence_${all.size}`,
        kind,
        subject,
        at,
        outcome: 'held',
        because: 'It was seen.',
        measured: [
          { what: 'copy age', value: 60, unit: 's' },
          { what: 'signature age', value: 0, unit: 'd' },
          { what: 'row read within', value: 5, unit: 'ms' },
          { what: 'without the hub for', value: 1200, unit: 's' },
          { what: 'rows', value: 48, unit: 'rows' },
          { what: 'newest record', value: at, unit: 'instant' },
          { what: 'sign-in', value: 'yes', unit: 'text' },
        ],
        people: plan.people.people.slice(0, 2).map(({ id }) => id),
        artefact: undefined,
      })
  return [...all.values()]
}
