import { COUNTS_FOR } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'

export const r2: Check = {
  id: 'R2',
  group: 'Standby',
  says: 'Somebody can sign in to the standby from where users are, and read a row that is known.',
  serves: ['safer-1.1', 'update-weekend'],
  every: 'daily',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'standby',
  wants: ({ protections: { standbys } }) =>
    standbys.map(({ name, standby }) => ({
      subject: `system:${standby}`,
      name,
      kinds: ['system-looked-at'],
      countsForMs: COUNTS_FOR.daily,
      fault: ({ measured }) =>
        measured.some(({ what }) => what === 'row read within')
          ? undefined
          : 'it answered, but nobody signed in and read a row',
    })),
  none: 'The plan names no standby.',
}
