/** What the keys of a plan's files are called where people read it. A key that is missing here is read as it is written, with spaces. */
const LABELS: { readonly [key: string]: string } = {
  account: 'Account number',
  address: 'Address',
  answersWithin: 'Answers within',
  approved: 'Approved',
  associate: 'Associate agreement',
  at: 'Changes at',
  cannotBeChanged: 'Cannot be changed',
  contract: 'Contract',
  copies: 'Copies',
  cover: 'Must be covered',
  decideWithin: 'Decide within',
  declare: 'A downtime is declared',
  definitions: 'Definitions at most this old',
  does: 'Does',
  email: 'E-mail',
  exceptions: 'Other days',
  goesBackAs: 'Goes back into the chart as',
  goodUntil: 'Good until',
  hours: 'Hours',
  lag: 'At most behind',
  leads: 'Led in a downtime by',
  mtd: 'Can be borne for',
  needs: 'Needs',
  needsOneOf: 'Needs one of',
  of: 'Holds',
  offSite: 'Off site',
  onLow: 'On low battery',
  overrides: 'Exchanges',
  patientData: 'Holds patient data',
  perSite: 'For each site',
  phone: 'Telephone',
  phones: 'Telephones',
  pointOfNoReturn: 'Point of no return',
  reviewEvery: 'Approval is good for',
  rotations: 'Turns',
  rpo: 'May lose',
  rto: 'Back within',
  securityOfficial: 'Security official',
  siteAlone: 'A site may declare alone after',
  takesOut: 'Takes away',
  tiers: 'Whom to call',
  unplugTest: 'Unplugged every',
  workaround: 'Meanwhile',
}

export function keyInWords(key: string): string {
  const spaced = key.replaceAll(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)
  return LABELS[key] ?? `${spaced.slice(0, 1).toUpperCase()}${spaced.slice(1)}`
}

const UNITS: { readonly [unit: string]: string } = { m: 'minute', h: 'hour', d: 'day', w: 'week' }

/** `4h` as `4 hours`; everything else as it is written. */
export function spanAsSpoken(written: string): string {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([mhdw])$/.exec(written) ?? []
  return count === undefined ? written : `${count} ${UNITS[unit]}${count === '1' ? '' : 's'}`
}

const DAYS: readonly (readonly [key: string, word: string])[] = [
  ['mon', 'Mon'],
  ['tue', 'Tue'],
  ['wed', 'Wed'],
  ['thu', 'Thu'],
  ['fri', 'Fri'],
  ['sat', 'Sat'],
  ['sun', 'Sun'],
]

/** `Mon to Fri 07:00-18:00; Sat 08:00-12:00; Sun closed`: days that follow each other with the same hours are told together. */
export function weekAsSpoken(week: ReadonlyMap<string, string>): string {
  const runs: { first: string; last: string; hours: string }[] = []
  for (const [key, word] of DAYS) {
    const hours = week.get(key) ?? 'closed'
    const run = runs.at(-1)
    if (run?.hours === hours) run.last = word
    else runs.push({ first: word, last: word, hours })
  }
  return runs.map(({ first, last, hours }) => `${first === last ? first : `${first} to ${last}`} ${hours}`).join('; ')
}

export function isWeekday(key: string): boolean {
  return DAYS.some(([day]) => day === key)
}
