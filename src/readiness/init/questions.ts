import { hours } from '../shape/week.ts'
import { timeOfDay, zone } from '../shape/written.ts'

/** One question of the interview. An answer that is left out becomes a blank in the plan, except where `must` says that there is no plan without it. */
export type Question = {
  key: string
  ask: string
  must?: true
  /** What is wrong with an answer; undefined when it will do. */
  wrong?: (answer: string) => string | undefined
}

export type Answers = ReadonlyMap<string, string>

const isZone = (answer: string) =>
  zone.safeParse(answer).success ? undefined : 'That is no IANA time zone. Write it like America/Chicago.'
const isHours = (answer: string) =>
  hours.safeParse(answer).success ? undefined : 'Hours are written like 08:00-17:00, or 08:00-12:00, 13:00-17:00.'
const isTime = (answer: string) =>
  timeOfDay.safeParse(answer).success ? undefined : 'A time of day is written like 08:00.'
const isNamed = (answer: string) =>
  /^[^,]+(, *[(+\d][\d\s().x/-]{5,})?$/.test(answer)
    ? undefined
    : 'Write the name, a comma and the mobile number: Kim Doe, (608) 555-0199.'

/** What a new practice is asked: what its own people know by heart, and nothing that has to be looked up. */
export const QUESTIONS: readonly Question[] = [
  { key: 'practice', ask: 'What is the practice called?', must: true },
  { key: 'zone', ask: 'In which time zone is it (such as America/Chicago)?', must: true, wrong: isZone },
  {
    key: 'sites',
    ask: 'Which sites are there? Names with commas between them, the one with the servers first.',
    must: true,
  },
  { key: 'hours', ask: 'When are they open from Monday to Friday (such as 08:00-17:00)?', wrong: isHours },
  {
    key: 'coordinator',
    ask: 'Who coordinates the plan and decides in a downtime? Name, mobile number.',
    wrong: isNamed,
  },
  { key: 'deputy', ask: 'Who decides when that person is away? Name, mobile number.', wrong: isNamed },
  { key: 'technical', ask: 'Who repairs the systems? Name, mobile number.', wrong: isNamed },
  { key: 'technical2', ask: 'Who repairs them when that person is ill? Name, mobile number.', wrong: isNamed },
  { key: 'clinical', ask: 'Which physician decides what goes on in a downtime? Name, mobile number.', wrong: isNamed },
  { key: 'clinical2', ask: 'Which physician stands in? Name, mobile number.', wrong: isNamed },
  {
    key: 'handover',
    ask: 'At what time on Monday does the on-call week change (such as 08:00)? 08:00, when left empty.',
    wrong: isTime,
  },
  { key: 'ehr', ask: 'What is the EHR called?' },
  { key: 'ehrVendor', ask: 'Which company is called when the EHR breaks?' },
  { key: 'ehrVendorPhone', ask: 'Under which number?' },
  { key: 'provider', ask: 'Which company gives the Internet line?' },
  { key: 'providerPhone', ask: 'Under which number?' },
]

/** Everything wrong with answers that come from a file; empty when they will do. */
export function wrongAnswers(answers: Answers): string[] {
  const known = new Set(QUESTIONS.map(({ key }) => key))
  return [
    ...[...answers.keys()]
      .filter((key) => !known.has(key))
      .map((key) => `${key}: nobody asked this. Questions: ${[...known].join(', ')}.`),
    ...QUESTIONS.flatMap(({ key, ask, must, wrong }) => {
      const answer = answers.get(key)
      if (answer === undefined) return must === true ? [`${key}: there is no plan without it. ${ask}`] : []
      const because = wrong?.(answer)
      return because === undefined ? [] : [`${key}: ${because}`]
    }),
  ]
}
