import type { Check } from '../judge/check.ts'
import { ofEach } from '../judge/wanted.ts'

export const b6: Check = {
  id: 'B6',
  group: 'Data backup',
  says: 'A whole machine was brought back from its image.',
  serves: ['hipaa-recovery', 'practice-guide'],
  every: 'yearly',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'image',
  wants: ({ protections: { backups } }) =>
    ofEach(
      'backup',
      backups.filter(({ what }) => what !== 'data'),
      'image-restore',
      'yearly',
    ),
  none: 'The plan names no backup with an image.',
}
