import { promised } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'
import { faultsBy } from '../judge/wanted.ts'
import { drillsPlanned } from '../rules/drills-planned.ts'

export const t2: Check = {
  id: 'T2',
  group: 'Training and tests',
  says: 'Each drill of the plan was held within its time, and once without a word beforehand.',
  serves: ['hipaa-testing', 'safer-2.1'],
  every: 'yearly',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'drill',
  written: (plan, now) => faultsBy(drillsPlanned, plan, now),
  wants: ({ drills: { drills } }) =>
    drills.map(({ id, name, every }) => ({
      subject: `drill:${id}`,
      name,
      kinds: ['drill'],
      countsForMs: promised(every, 'yearly'),
    })),
  none: 'The plan names no drill.',
}
