import type { PlanPart } from '../readiness.ts'

/** Each part as a chapter: its heading, what it answers, and the headings of its lists. */
export const SECTION_WORDS: Readonly<
  Record<PlanPart, { title: string; answers: string; lists: Readonly<Record<string, string>> }>
> = {
  practice: { title: 'The practice', answers: 'Who answers for this plan, and who may declare a downtime.', lists: {} },
  sites: { title: 'Sites', answers: 'When each clinic is open, who leads it, where its lockbox is.', lists: {} },
  people: {
    title: 'People',
    answers: 'Who plays which part, and the numbers at which they are reached.',
    lists: { roles: 'Roles', people: 'People' },
  },
  roster: {
    title: 'On call',
    answers: 'Who is on call, and who is called when nobody answers.',
    lists: { rosters: 'Rosters', escalations: 'Whom to call next' },
  },
  vendors: { title: 'Vendors', answers: 'Whom to call, with which account number, in which words.', lists: {} },
  systems: {
    title: 'Systems',
    answers: 'How much each matters, how soon it must be back, how people work without it.',
    lists: {},
  },
  map: { title: 'What needs what', answers: 'From the socket in the wall to the person who knows.', lists: {} },
  protections: {
    title: 'Protections',
    answers: 'What stands between a broken part and a closed clinic.',
    lists: {
      standbys: 'Standbys',
      backups: 'Backups',
      ups: 'Battery power',
      lines: 'Internet lines',
      antivirus: 'Anti-virus',
    },
  },
  scenarios: { title: 'What may happen', answers: 'Each cause, and the written answer to it.', lists: {} },
  runbooks: { title: 'Procedures', answers: 'Who can carry each out, when to stop, how to go back.', lists: {} },
  drills: { title: 'Drills', answers: 'What is practised, and how often.', lists: {} },
  forms: { title: 'Forms', answers: 'What lies in each lockbox.', lists: {} },
}
