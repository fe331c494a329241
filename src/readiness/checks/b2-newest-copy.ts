import { spanInWords } from '../../base/ago.ts'
import { SECOND } from '../../base/time.ts'
import { COUNTS_FOR, promised } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'

export const b2: Check = {
  id: 'B2',
  group: 'Data backup',
  says: 'The newest good copy of each backup is no older than the plan promises.',
  serves: ['hipaa-backup', 'proposed-48-hours'],
  every: 'daily',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'backups',
  wants: ({ protections: { backups } }) =>
    backups.map(({ id, name, every }) => ({
      subject: `backup:${id}`,
      name,
      kinds: ['backup-seen'],
      countsForMs: COUNTS_FOR.daily,
      fault: ({ measured }) => {
        const age = measured.find(({ what, unit }) => what === 'copy age' && unit === 's')?.value
        if (typeof age !== 'number') return 'nobody measured how old the newest copy is'
        const most = promised(every, 'daily')
        return age * SECOND > most
          ? `its newest copy was ${spanInWords(age * SECOND)} old, and the plan promises one every ${spanInWords(every ?? most)}`
          : undefined
      },
    })),
  none: 'The plan names no backup.',
}
