import type { Check } from '../judge/check.ts'
import { faultsBy } from '../judge/wanted.ts'
import { formsGood } from '../rules/forms-good.ts'

export const d5: Check = {
  id: 'D5',
  group: 'Downtime operation',
  says: 'No form in the lockboxes is past its day: code sets, consents, prescription law.',
  serves: ['our-rule', 'safer-1.3'],
  every: 'monthly',
  shownBy: 'Holdfast',
  gravity: 1,
  act: 'plan',
  written: (plan, now) => [
    ...(plan.forms.forms.length === 0 ? ['The plan names no form.'] : []),
    ...faultsBy(formsGood, plan, now),
  ],
}
