import type { Check } from '../judge/check.ts'

export const d1: Check = {
  id: 'D1',
  group: 'Downtime operation',
  says: 'It is written what a downtime is, slow ones too, who declares it, and when a site may declare for itself.',
  serves: ['safer-3.2', 'safer-2.3', 'hipaa-emergency-mode'],
  every: 'yearly',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'plan',
  written: ({ practice: { declare } }) => {
    if (declare === undefined) return ['The plan does not say what a downtime is and who may declare it.']
    return declare.siteAlone === undefined ? ['The plan does not say when a site may declare for itself.'] : []
  },
}
