import { stringify } from 'yaml'
import type { Instant } from '../../base/time.ts'
import { addDays, type Day, dayOf } from '../../base/zone.ts'
import type { PlanFiles } from '../readiness.ts'
import { DRILL_KINDS } from '../shape/drills.ts'
import { WEEKDAYS } from '../shape/week.ts'
import { causeFiles } from './causes.ts'
import { machineFiles } from './machines.ts'
import { idOf, namedSites } from './named-site.ts'
import type { Answers } from './questions.ts'

const SITE_WORDS = { phone: 'the number that patients call', address: 'street and town' }

/** A first plan from the answers of an interview: everything that nobody knows yet stands in it as `TODO` and what belongs there. */
export function blankPlan(answers: Answers, now: Instant): PlanFiles {
  const said = (key: string, blank: string): string => answers.get(key) ?? `TODO ${blank}`
  const zone = answers.get('zone') ?? 'UTC'
  const sites = namedSites(answers.get('sites') ?? '')
  const practice = answers.get('practice') ?? ''
  const monday = mondayBefore(dayOf(now, zone))
  const parts: Record<string, unknown> = {
    practice: {
      plan: 1,
      practice: { id: idOf(practice, 'practice'), name: practice, zone },
      coordinator: 'coordinator',
      deputy: 'deputy',
      securityOfficial: 'TODO the id of the security official',
      approved: 'TODO by whom and on which day, once the blanks are filled',
      declare: {
        when: 'TODO what counts as a downtime, and for how long it must last',
        roles: ['incident-commander', 'clinical-lead'],
        siteAlone: '30m',
      },
      copies: ['TODO where a paper copy lies: one at each site, two at home with leaders'],
    },
    sites: {
      sites: sites.map(({ id, name }) => ({
        id,
        name,
        address: `TODO ${SITE_WORDS.address}`,
        phone: `TODO ${SITE_WORDS.phone}`,
        hours: answers.has('hours')
          ? Object.fromEntries(WEEKDAYS.map((day, nth) => [day, nth < 5 ? said('hours', '') : 'closed']))
          : 'TODO hours for each weekday',
        leads: ['TODO three ids of people who lead this site in a downtime'],
        lockbox: 'TODO where it is and who has its key',
      })),
    },
    people: people(answers),
    roster: roster(answers, monday),
    drills: {
      drills: DRILL_KINDS.map((kind) => ({
        id: `drill-${kind}`,
        name: DRILLS[kind][0],
        kind,
        every: DRILLS[kind][1],
        unannounced: kind === 'call-tree',
      })),
    },
    forms: {
      forms: FORMS.map((name) => ({
        id: idOf(name, 'form'),
        name,
        version: 'TODO what is printed on it',
        perSite: 'TODO how many for one full clinic day',
      })),
    },
    ...machineFiles(said, sites),
  }
  const causes = causeFiles()
  return new Map([
    ...Object.entries({ ...parts, ...causes.parts }).map(([part, held]): [string, string] => [
      `${part}.yaml`,
      `# docs/operating/plan.md explains this file. TODO marks what is still to be filled in.\n${stringify(held, { lineWidth: 0 })}`,
    ]),
    ...causes.documents,
  ])
}

const DRILLS = {
  micro: ['Ten minutes at a site', '30d'],
  tabletop: ['Around a table', '180d'],
  functional: ['One hour on paper', '180d'],
  'call-tree': ['Call everybody', '90d'],
  restore: ['Restore and read back', '30d'],
  failover: ['Fail over and back', '180d'],
  full: ['A day without the server room', '365d'],
} as const satisfies Record<(typeof DRILL_KINDS)[number], readonly [string, string]>

const FORMS = [
  'Arrival log',
  'Walk-in registration',
  'Visit note',
  'Charge slip',
  'Prescription paper and log',
  'Laboratory order',
  'Results by telephone',
  'Telephone message',
  'Receipt book',
]

function people(answers: Answers): unknown {
  const person = (key: string, title: string, roles: string[]) => {
    const [name, phone] = (answers.get(key) ?? '').split(/, */)
    return {
      id: key,
      name: name === undefined || name === '' ? `TODO who this is: ${title.toLowerCase()}` : name,
      title,
      roles,
      phones: [phone ?? 'TODO the number that rings at night'],
    }
  }
  return {
    roles: [
      { id: 'incident-commander', name: 'incident commander', does: 'Decides; declares and ends the downtime.' },
      { id: 'technical-lead', name: 'technical lead', does: 'Leads recovery; says how long it will take.' },
      { id: 'clinical-lead', name: 'clinical lead', does: 'Decides which visits go on.' },
    ],
    people: [
      person('coordinator', 'Plan coordinator', ['incident-commander']),
      person('deputy', 'Deputy coordinator', ['incident-commander']),
      person('technical', 'Technical lead', ['technical-lead']),
      person('technical2', 'Second technical lead', ['technical-lead']),
      person('clinical', 'Clinical lead', ['clinical-lead']),
      person('clinical2', 'Second clinical lead', ['clinical-lead']),
    ],
  }
}

function roster(answers: Answers, monday: Day): unknown {
  const handover = answers.get('handover') ?? '08:00'
  return {
    rosters: [
      {
        id: 'it-on-call',
        name: 'IT on call',
        rotations: [
          { people: ['technical', 'technical2'], starts: monday, at: handover, every: '1w' },
          { people: ['technical2', 'technical'], starts: monday, at: handover, every: '1w' },
        ],
      },
    ],
    escalations: [
      {
        id: 'technical',
        name: 'Something is broken',
        steps: [
          { roster: 'it-on-call', wait: '10m', authority: 'Starts recovery.' },
          { role: 'technical-lead', wait: '10m', authority: 'Starts recovery.' },
          { role: 'incident-commander', wait: '10m', authority: 'May declare a downtime.' },
          { role: 'clinical-lead', authority: 'May declare a downtime.' },
        ],
      },
    ],
  }
}

function mondayBefore(day: Day): Day {
  return addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))
}
