import type { Check } from '../judge/check.ts'

export const m5: Check = {
  id: 'M5',
  group: 'Guarded maintenance',
  says: 'Each dangerous runbook says how long it takes, when to stop, from where there is no way back, and how to go back.',
  serves: ['update-weekend', 'hipaa-recovery'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'plan',
  written: ({ runbooks: { runbooks } }) => {
    const dangerous = runbooks.filter((one) => one.dangerous)
    if (dangerous.length === 0) return ['The plan marks no runbook as dangerous: a restore and a failover are.']
    return dangerous.flatMap((one) =>
      (['expected', 'abort', 'pointOfNoReturn', 'rollback'] as const)
        .filter((key) => one[key] === undefined)
        .map((key) => `${one.name} has no ${key}.`),
    )
  },
}
