import type { Patient, PersonName } from './chart.ts'
import { foldName } from './name.ts'

/** Who a record says it is about, as records are compared: folded names, with those the person had before, and a whole birth date. */
export type Identity = { family: string[]; given: string[]; birthDate: string | undefined }

/** What agrees between two records of one number. Something that either record does not say agrees with nothing and differs from nothing. */
export type Comparison = { family: Answer; given: Answer; birthDate: Answer }
type Answer = 'same' | 'differs' | 'unknown'

type Who = Pick<Patient, 'name' | 'formerNames' | 'birthDate'> & Partial<Pick<Patient, 'preferredName'>>

export function identityOf(patient: Who): Identity {
  const names = [patient.name, ...patient.formerNames]
  const given = [...names.flatMap(givenWords), ...wordsOf(patient.preferredName ?? '')]
  return {
    family: onceEach(names.flatMap((name) => wordsOf(name.family))),
    given: onceEach(given),
    birthDate: wholeDay(patient.birthDate),
  }
}

export function compareIdentity(a: Identity, b: Identity): Comparison {
  return {
    family: compareWords(a.family, b.family, (one, other) => one === other),
    given: compareWords(a.given, b.given, isSameGiven),
    birthDate:
      a.birthDate === undefined || b.birthDate === undefined
        ? 'unknown'
        : a.birthDate === b.birthDate
          ? 'same'
          : 'differs',
  }
}

/**
 * Records of two sources under one declared number are joined only where the birth date and the name agree. `before`: they were joined already; a
 * family name that changed (marriage) does not part them while the rest agrees.
 */
export function agrees(a: Identity, b: Identity, before = false): boolean {
  const { family, given, birthDate } = compareIdentity(a, b)
  if (birthDate !== 'same') return false
  return before ? family === 'same' || given === 'same' : family === 'same' && given === 'same'
}

/**
 * One number of one source that names another person than before: the family name differs, the given name or the birth date too, and nothing is
 * the same. A changed name or a corrected birth date alone is the same person.
 */
export function isOtherPerson(a: Identity, b: Identity): boolean {
  const { family, given, birthDate } = compareIdentity(a, b)
  if (family !== 'differs' || given === 'same' || birthDate === 'same') return false
  return given === 'differs' || birthDate === 'differs'
}

/** What differs, in words for a person; never the values. */
export function differences(a: Identity, b: Identity): string {
  const { family, given, birthDate } = compareIdentity(a, b)
  const named: [string, Answer][] = [
    ['family name', family],
    ['given name', given],
    ['birth date', birthDate],
  ]
  const words = (answer: Answer, says: string): string[] => {
    const parts = named.flatMap(([part, is]) => (is === answer ? [part] : []))
    return parts.length === 0 ? [] : [`${parts.join(' and ')} ${says}`]
  }
  return [...words('differs', 'different'), ...words('unknown', 'missing')].join(', ')
}

function compareWords(a: string[], b: string[], same: (one: string, other: string) => boolean): Answer {
  if (a.length === 0 || b.length === 0) return 'unknown'
  return a.some((one) => b.some((other) => same(one, other))) ? 'same' : 'differs'
}

/** `J` or `J.` for `James`; nothing shorter is taken for anything longer. */
function isSameGiven(one: string, other: string): boolean {
  if (one === other) return true
  return (one.length === 1 || other.length === 1) && one[0] === other[0]
}

function givenWords(name: PersonName): string[] {
  return name.given.slice(0, 2).flatMap(wordsOf)
}

function wordsOf(text: string): string[] {
  return foldName(text)
    .split(' ')
    .filter((word) => word !== '')
}

function onceEach(words: string[]): string[] {
  return [...new Set(words)].sort()
}

function wholeDay(day: string | undefined): string | undefined {
  return day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : undefined
}
