/** What a practice can do so that checks are met; each check names the one that would settle it. */
export const ACTS = {
  restore: 'Restore each backup to an isolated place and read it back.',
  standby: 'Have the standby asked from both sides, signed in to from where users are, and refused a write.',
  failover: 'Fail over to the standby and back again, timed.',
  backups: 'Have every backup looked at where it lies: that it is there, how old, and that somebody holds its key.',
  sites: 'Bring pack and paper of every site up to date, and have somebody sign in there on their own.',
  people: 'Send everybody on the roster a test notice, also by night, and see who answers.',
  roster: 'Complete the roster: each of the next 30 nights has a name, and somebody answers for the plan.',
  rehearse: 'Rehearse each dangerous runbook with two people, timed.',
  drill: 'Hold an hour on paper at one site, and write down what it left behind.',
  machines: 'Let probes ask every protected machine: protection against malware, clock, UPS.',
  power: 'Carry out the written order of a power failure once.',
  lines: 'Unplug each Internet line in turn and time how long the other takes.',
  alert: 'Make something fail on purpose, and see that somebody is told.',
  plan: 'Complete the plan and keep it as a version: holdfast plan check names each place.',
  review: 'Look the plan over, approve it, and close the reviews that are open.',
  change: 'Write down with the next change what was saved before it and tested after it.',
  train: 'Train every person for the role that they have, and write down who was there.',
  walk: 'Walk through each site with the list of what only a person can see.',
  vendors: 'Call each vendor’s number once, and read the agreement.',
  itself: 'Let the hub run for a day: it verifies its own records.',
} as const satisfies { [act: string]: string }
export type Act = keyof typeof ACTS
