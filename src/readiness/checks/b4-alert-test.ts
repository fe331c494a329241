import { COUNTS_FOR } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'

export const b4: Check = {
  id: 'B4',
  group: 'Data backup',
  says: 'A made-up failure brought somebody out.',
  serves: ['safer-3.1', 'hipaa-testing', 'practice-guide'],
  every: 'monthly',
  shownBy: 'Holdfast',
  gravity: 2,
  act: 'alert',
  wants: () => [{ subject: 'alerts', name: 'Alerts', kinds: ['alert-test'], countsForMs: COUNTS_FOR.monthly }],
}
