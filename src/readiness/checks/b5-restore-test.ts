import { promised } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'
import { notReadBack } from '../judge/restored.ts'

export const b5: Check = {
  id: 'B5',
  group: 'Data backup',
  says: 'Each backup was restored to an isolated place and read back: rows, newest entry, a sign-in.',
  serves: ['hipaa-backup', 'hipaa-recovery', 'proposed-monthly-restore', 'proposed-72-hours', 'safer-1.4'],
  every: 'monthly',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'restore',
  wants: ({ protections: { backups } }) =>
    backups.map(({ id, name, restoreTest }) => ({
      subject: `backup:${id}`,
      name,
      kinds: ['restore-test'],
      countsForMs: promised(restoreTest, 'monthly'),
      lacks: notReadBack,
    })),
  none: 'The plan names no backup.',
}
