import { COUNTS_FOR } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'

export const b3: Check = {
  id: 'B3',
  group: 'Data backup',
  says: 'Two copies besides what is live, one off the site, one that cannot be changed, and somebody holds the key.',
  serves: ['safer-1.4', 'proposed-48-hours'],
  every: 'monthly',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'backups',
  written: ({ protections: { backups } }) =>
    backups.flatMap(({ name, copies }) => [
      ...(copies.length < 2 ? [`${name} has ${copies.length} of 2 copies.`] : []),
      ...(copies.some(({ offSite }) => offSite) ? [] : [`${name} has no copy away from the site.`]),
      ...(copies.some(({ cannotBeChanged }) => cannotBeChanged)
        ? []
        : [`${name} has no copy that malware cannot change.`]),
    ]),
  wants: ({ protections: { backups } }) =>
    backups.map(({ id, name }) => ({
      subject: `backup-key:${id}`,
      name: `Key of ${name}`,
      kinds: ['counted-by-hand', 'restore-test'],
      countsForMs: COUNTS_FOR.monthly,
    })),
  none: 'The plan names no backup.',
}
