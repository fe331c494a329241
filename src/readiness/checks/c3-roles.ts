import type { Check } from '../judge/check.ts'
import { asItem, faultsBy } from '../judge/wanted.ts'
import { roleFilled } from '../rules/role-filled.ts'

export const c3: Check = {
  id: 'C3',
  group: 'Communication',
  says: 'Each role of a downtime has somebody who can be reached, and was taken in an event or a drill.',
  serves: ['hipaa-emergency-mode', 'nist-activation'],
  every: 'each time',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'drill',
  written: (plan, now) => [
    ...(plan.people.roles.length === 0 ? ['The plan names no role.'] : []),
    ...faultsBy(roleFilled, plan, now),
  ],
  wants: () => asItem('C3', 'Roles in the last event', 'each time'),
}
