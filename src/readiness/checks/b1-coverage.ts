import type { Check } from '../judge/check.ts'
import { ofEach } from '../judge/wanted.ts'

export const b1: Check = {
  id: 'B1',
  group: 'Data backup',
  says: 'Everything with patient data, and all that is critical, is in a backup that was seen.',
  serves: ['hipaa-backup', 'safer-1.4', 'practice-guide'],
  every: 'monthly',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'backups',
  written: ({ systems: { systems }, protections: { backups } }) =>
    systems
      .filter(({ id, patientData, criticality }) => {
        const matters = patientData || criticality === 'critical'
        return matters && !backups.some(({ of }) => of.includes(id))
      })
      .map(({ name }) => `${name} is in no backup.`),
  wants: ({ protections: { backups } }) => ofEach('backup', backups, 'backup-seen', 'monthly'),
  none: 'The plan names no backup.',
}
