import { COUNTS_FOR, promised } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'

export const m2: Check = {
  id: 'M2',
  group: 'Guarded maintenance',
  says: 'Each dangerous runbook was rehearsed in time by two people who are both still there.',
  serves: ['update-weekend', 'hipaa-testing'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'rehearse',
  wants: ({ runbooks: { runbooks }, people: { people } }) =>
    runbooks
      .filter(({ dangerous }) => dangerous)
      .map(({ id, name, rehearse }) => ({
        subject: `runbook:${id}`,
        name,
        kinds: ['rehearsal'],
        countsForMs: promised(rehearse, 'quarterly', COUNTS_FOR.quarterly),
        fault: (record) => {
          const here = new Set(record.people.filter((one) => people.some((known) => known.id === one)))
          return here.size < 2 ? `${here.size} of 2 people who are still there rehearsed it` : undefined
        },
      })),
  none: 'The plan marks no runbook as dangerous: a restore and a failover are.',
}
