import type { Check } from '../judge/check.ts'
import { ofEach } from '../judge/wanted.ts'

export const r4: Check = {
  id: 'R4',
  group: 'Standby',
  says: 'The work was moved to the standby and back, timed, by a written procedure.',
  serves: ['hipaa-recovery', 'hipaa-testing', 'nist-recovery', 'proposed-72-hours'],
  every: 'yearly',
  shownBy: 'Holdfast and people',
  gravity: 3,
  act: 'failover',
  written: ({ protections: { standbys } }) =>
    standbys
      .filter(({ failover }) => failover === undefined)
      .map(({ name }) => `${name} has no runbook for the failover.`),
  wants: ({ protections: { standbys } }) => [
    ...ofEach('standby', standbys, 'failover-drill', 'yearly', (name) => `Over to ${name}`),
    ...ofEach('standby', standbys, 'failback-drill', 'yearly', (name) => `Back from ${name}`),
  ],
  none: 'The plan names no standby.',
}
