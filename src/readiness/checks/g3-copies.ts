import { dayOf } from '../../base/zone.ts'
import { COUNTS_FOR } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'

export const g3: Check = {
  id: 'G3',
  group: 'Governance',
  says: 'The plan lies on paper at each site and at two leaders’ homes, and somebody looked that it is the version in force.',
  serves: ['safer-2.3', 'uk-copies', 'hipaa-records'],
  every: 'quarterly',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'walk',
  written: ({ practice: { copies, practice }, sites: { sites } }, now) => {
    const oldest = dayOf(now - COUNTS_FOR.quarterly, practice.zone)
    const seen = copies.filter(({ form, checked }) => form === 'paper' && checked !== undefined && checked >= oldest)
    const homes = new Set(seen.flatMap(({ person }) => person ?? []))
    return [
      ...(sites.length === 0 ? ['The plan has no site.'] : []),
      ...sites
        .filter(({ id }) => !seen.some(({ site }) => site === id))
        .map(({ name }) => `${name}: no copy on paper was looked at since ${oldest}.`),
      ...(homes.size < 2 ? [`Copies at home: ${homes.size} of 2 leaders.`] : []),
    ]
  },
}
