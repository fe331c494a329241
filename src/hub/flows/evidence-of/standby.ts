import type { Instant } from '../../../base/time.ts'
import type { Verdict } from '../../../monitor/standby/standby.ts'
import type { EvidenceOutcome } from '../../../readiness/evidence/evidence.ts'
import type { NewEvidence } from '../../../readiness/evidence/record.ts'

/** What was concluded of one pair when both sides were last asked. `standbyId` as in the plan's protections. */
export type StandbySeen = {
  standbyId: string
  at: Instant
  verdict: Verdict
  write: 'refused' | 'accepted' | 'not-tried'
}

const OUTCOME = { PROVEN: 'held', BEHIND: 'failed', DIVERGED: 'failed', UNKNOWN: 'unclear' } as const satisfies Record<
  Verdict['verdict'],
  EvidenceOutcome
>

/** An unknown verdict is written down as unclear: it shows that somebody asked, and proves nothing. */
export function evidenceOfStandby({ standbyId, at, verdict, write }: StandbySeen): NewEvidence[] {
  const base = { subject: `standby:${standbyId}`, at, people: [] }
  const behind =
    verdict.verdict === 'BEHIND'
      ? [
          { what: `${verdict.unit} behind`, value: verdict.amount, unit: verdict.unit === 'bytes' ? 'bytes' : 'count' },
          ...(verdict.behindMs === undefined ? [] : [{ what: 'behind', value: verdict.behindMs, unit: 'ms' }]),
        ]
      : []
  const proven = verdict.provenAt === undefined ? [] : [{ what: 'proven at', value: verdict.provenAt, unit: 'instant' }]
  return [
    {
      ...base,
      kind: 'standby-verdict',
      outcome: OUTCOME[verdict.verdict],
      because: verdict.because,
      measured: [{ what: 'verdict', value: verdict.verdict, unit: 'text' }, ...behind, ...proven],
    },
    ...(write === 'not-tried'
      ? []
      : [
          {
            ...base,
            kind: 'write-refused' as const,
            outcome: write === 'refused' ? ('held' as const) : ('failed' as const),
            because:
              write === 'refused' ? 'A write into it was refused.' : 'A write into it was accepted: it is no standby.',
            measured: [],
          },
        ]),
  ]
}
