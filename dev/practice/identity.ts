import { type Day, yearsBetween } from '../../src/base/zone.ts'
import { type Chance, chanceOf } from './chance.ts'
import { daysFrom } from './day.ts'
import { ILLNESSES, type Illness } from './illnesses.ts'
import type { MedicineName } from './medicines.ts'
import { familyName, givenName, inventedName } from './names.ts'
import type { Physician } from './staff.ts'

/**
 * Who a patient is, cheaply: enough for a line of a schedule. Patient n is on the panel of physician (n - 1) mod 80, so any patient and any
 * panel can be made alone.
 */
export type Identity = {
  id: number
  mrn: string
  family: string
  given: string[]
  suffix: string | null
  preferred: string | null
  former: { family: string; given: string[] }[]
  sex: 'F' | 'M' | 'X'
  /** A whole date, or what is known of one, or nothing. */
  birthDate: string | null
  /** The true day, for rules: nothing in a chart is older than its patient. */
  bornOn: Day
  /** Age at REFERENCE_DAY; decides the panel, the illnesses and the words. */
  age: number
  language: string | null
  phone: string
  street: string
  deceased: boolean
  guardian: { name: string; relation: string } | null
  physician: Physician
  illnesses: Illness[]
  /** Where an illness has several treatments, the one with this in it. */
  takes?: MedicineName
}

/** Birth dates are laid out around this day and not around today, so that a patient keeps one birth date however long the sample is kept. */
const REFERENCE_DAY: Day = '2026-07-01'

/** A few whom demonstrations and scenarios know by name. */
const CAST: Record<number, Partial<Identity>> = {
  2: {
    family: 'Thornbrook',
    given: ['Maren'],
    former: [{ family: 'Quillmere', given: ['Maren'] }],
    sex: 'F',
    birthDate: '1984-03-19',
    bornOn: '1984-03-19',
    age: 42,
  },
  4: {
    family: 'Ashcombe',
    given: ['Walter', 'Emil'],
    preferred: 'Walt',
    sex: 'M',
    birthDate: '1947-11-02',
    bornOn: '1947-11-02',
    age: 78,
    illnesses: ILLNESSES.filter(({ icd10cm }) => ['I10', 'I48.19', 'N18.31', 'M17.0'].includes(icd10cm)),
    takes: 'warfarin',
  },
}

const TWIN_EVERY = 211
const NAMESAKE_EVERY = 101

export function identityOf(seed: number, id: number, physicians: readonly Physician[]): Identity {
  const plain = plainIdentity(seed, id, physicians)
  const other = id - physicians.length
  if (other < 1) return { ...plain, ...CAST[id] }
  // A twin and a namesake are on the same panel as the other, one round earlier, so that both turn up at one clinic.
  if (id % TWIN_EVERY === 7 && plain.age < 70) {
    const first = identityOf(seed, other, physicians)
    return {
      ...first,
      id,
      mrn: plain.mrn,
      given: [givenName(chanceOf(seed, 'twin', id), plain.sex === 'F')],
      sex: plain.sex,
      preferred: null,
      former: [],
      illnesses: plain.illnesses,
    }
  }
  if (id % NAMESAKE_EVERY === 11) {
    const first = identityOf(seed, other, physicians)
    return {
      ...plain,
      family: first.family,
      given: first.given,
      sex: first.sex,
      preferred: null,
      suffix: null,
      former: [],
      language: first.language,
    }
  }
  return { ...plain, ...CAST[id] }
}

function plainIdentity(seed: number, id: number, physicians: readonly Physician[]): Identity {
  const physician = physicians[(id - 1) % physicians.length]
  if (physician === undefined) throw new RangeError('a practice without physicians has no patients')
  const chance = chanceOf(seed, 'identity', id)
  const female = physician.sees.sex === 'F' || chance.happens(0.53)
  const name = inventedName(chance, female)
  const age = ageFor(chance, physician.sees.from, physician.sees.to)
  const birthDay = daysFrom(REFERENCE_DAY, -Math.floor(age * 365.25 + chance.whole(1, 364)))
  const years = yearsBetween(birthDay, REFERENCE_DAY)
  const married = female && years > 24 && chance.happens(0.22)
  return {
    id,
    mrn: mrnOf(id),
    family: name.family,
    given: name.given,
    suffix: name.suffix ?? null,
    preferred: name.preferred ?? null,
    former: married || chance.happens(0.01) ? [{ family: familyName(chance), given: name.given }] : [],
    sex: chance.happens(0.004) ? 'X' : female ? 'F' : 'M',
    birthDate: knownOf(birthDay, chance),
    bornOn: birthDay,
    age: years,
    language: name.language ?? null,
    phone: fictionPhone(chance),
    street: `${chance.whole(2, 4800)} ${familyName(chance)} ${chance.pick(['Street', 'Avenue', 'Road', 'Court', 'Lane'])}`,
    deceased: years > 60 && chance.happens(0.004),
    guardian:
      years < 18
        ? {
            name: `${givenName(chance, true)} ${name.family}`,
            relation: chance.weighted([
              ['mother (guardian)', 6],
              ['father (guardian)', 3],
              ['grandmother (legal guardian)', 1],
            ]),
          }
        : null,
    physician,
    illnesses: illnessesOf(chanceOf(seed, 'illness', id), years, female ? 'F' : 'M'),
  }
}

/** 'HV' and seven digits of which the last is a check digit (Luhn), so that a mistyped number is nobody's. */
function mrnOf(id: number): string {
  const digits = String(100_000 + id).padStart(7, '0')
  let sum = 0
  for (const [at, digit] of digits.split('').toReversed().entries()) {
    const doubled = at % 2 === 0 ? Number(digit) * 2 : Number(digit)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return `HV${digits}${(10 - (sum % 10)) % 10}`
}

/** People come to a practice as infants and in later life more than between. */
function ageFor(chance: Chance, from: number, to: number): number {
  if (to <= 17) return Math.min(to, Math.floor(chance.next() ** 1.3 * (to - from + 1)) + from)
  const roll = chance.next()
  const low = from < 18 && roll < 0.2 ? from : Math.max(from, 18)
  const high = from < 18 && roll < 0.2 ? 17 : to
  const lean = (chance.next() + chance.next()) / 2
  return Math.round(low + (high - low) * (chance.happens(0.3) ? lean ** 0.7 : lean))
}

function knownOf(day: Day, chance: Chance): string | null {
  const roll = chance.next()
  if (roll < 0.0008) return null
  if (roll < 0.0016) return day.slice(0, 4)
  return roll < 0.0022 ? day.slice(0, 7) : day
}

function fictionPhone(chance: Chance): string {
  return `(${chance.pick(['608', '262', '414', '920'])}) 555-01${String(chance.whole(0, 99)).padStart(2, '0')}`
}

function illnessesOf(chance: Chance, age: number, sex: 'F' | 'M'): Illness[] {
  const found = ILLNESSES.filter((illness) => {
    const share = illness.bands.find((band) => age >= band.from && age <= band.to)?.share ?? 0
    return chance.happens(share) && (illness.sex === undefined || illness.sex === sex)
  })
  // One kind of diabetes is enough.
  const diabetes = found.filter((illness) => /^E1[01]/.test(illness.icd10cm))
  return found.filter((illness) => !diabetes.slice(1).includes(illness))
}
