import type { Day } from '../../src/base/zone.ts'
import { chanceOf } from './chance.ts'
import { rowId } from './clinical.ts'
import { daysFrom } from './day.ts'
import type { Identity } from './identity.ts'
import type { ImmunizationRow, InsuranceRow, PatientRow } from './rows.ts'
import { PHARMACIES, PRACTICE_STATE, SITES } from './sites.ts'
import type { Physician } from './staff.ts'

/** What the front desk knows: demographics, insurance; and the immunization card. */
export function patientRowOf(seed: number, who: Identity, physicians: readonly Physician[]): PatientRow {
  const chance = chanceOf(seed, 'desk', who.id)
  const site = SITES.find((one) => one.siteId === who.physician.site_id) ?? SITES[0]
  const home = site === undefined || chance.happens(0.15) ? chance.pick(SITES) : site
  const primary = who.physician.sees.primaryCare ? who.physician : familyPhysicianFor(who, physicians)
  const atHome = chance.happens(0.35)
  const restricted = who.illnesses.find((illness) => illness.restriction !== undefined)?.restriction
  return {
    patient_id: who.id,
    mrn: who.mrn,
    family_name: who.family,
    given_names: who.given.join(' '),
    prefix: null,
    suffix: who.suffix,
    preferred_name: who.preferred,
    birth_date: who.birthDate,
    sex: who.sex,
    phone_home: atHome ? who.phone : null,
    phone_mobile: !atHome || chance.happens(0.85) ? who.phone : null,
    phone_work: chance.happens(0.1) && who.age > 17 ? '(608) 555-0180' : null,
    address_line: chance.happens(0.01) ? null : who.street,
    city: home.city,
    state: PRACTICE_STATE,
    postal_code: home.postalCode,
    language: who.language ?? 'English',
    interpreter_needed: who.language !== null && chance.happens(0.4),
    emergency_name:
      who.guardian?.name ??
      (chance.happens(0.85) ? `${chance.pick(['Sam', 'Jo', 'Alex', 'Chris'])} ${who.family}` : null),
    emergency_relation:
      who.guardian?.relation ?? chance.pick(['spouse', 'partner', 'daughter', 'son', 'sibling', 'neighbor']),
    emergency_phone: who.guardian === null ? '(608) 555-0190' : who.phone,
    primary_care_id: chance.happens(0.02) ? null : primary.staff_id,
    pharmacy_id: chance.happens(0.06) ? null : chance.whole(1, PHARMACIES.length),
    code_status:
      who.age >= 70 && chance.happens(0.3)
        ? chance.weighted([
            ['Full code', 5],
            ['DNR, POLST on file', 3],
            ['DNR/DNI, comfort measures', 1],
          ])
        : null,
    balance_due_cents: chance.happens(0.25) ? chance.whole(5, 480) * 100 + chance.pick([0, 0, 50, 75]) : 0,
    deceased: who.deceased,
    restriction: restricted ?? (chance.happens(0.0015) ? 'vip' : chance.happens(0.0005) ? 'other' : 'none'),
  }
}

function familyPhysicianFor(who: Identity, physicians: readonly Physician[]): Physician {
  const fitting = physicians.filter((one) => one.sees.primaryCare && who.age >= one.sees.from && who.age <= one.sees.to)
  return fitting[who.id % fitting.length] ?? who.physician
}

const PAYERS: readonly (readonly [payer: string, prefix: string, copay: string | null, weight: number])[] = [
  ['Great Lakes Mutual PPO', 'GLM', '$30', 24],
  ['Badger Commons HMO', 'BCH', '$20', 20],
  ['Prairie Benefit Trust', 'PBT', '$25', 14],
  ['Cooperative Health of the Valley', 'CHV', '$15', 10],
]

export function insuranceOf(seed: number, who: Identity, today: Day): InsuranceRow[] {
  const chance = chanceOf(seed, 'insurance', who.id)
  const row = (
    nth: number,
    rank: InsuranceRow['rank'],
    payer: string,
    prefix: string,
    copay: string | null,
  ): InsuranceRow => ({
    insurance_id: rowId(who.id, nth),
    patient_id: who.id,
    rank,
    payer,
    member_id: `${prefix}${chance.whole(100_000_000, 999_999_999)}`,
    group_number: copay === null || chance.happens(0.2) ? null : `G${chance.whole(1000, 9999)}`,
    copay,
    authorization_number: chance.happens(0.06) ? `A${chance.whole(100_000, 999_999)}` : null,
    referral_needed: prefix === 'BCH' && chance.happens(0.5),
    eligibility_checked_on: chance.happens(0.8) ? daysFrom(today, -chance.whole(1, 60)) : null,
  })
  if (chance.happens(0.05)) return []
  const [payer, prefix, copay] = chance.weighted(PAYERS.map((one) => [one, one[3]] as const))
  if (who.age >= 65) {
    const medicare = row(0, 'primary', 'Medicare Part B', '1EG4', null)
    return chance.happens(0.55) ? [medicare, row(1, 'secondary', payer, prefix, null)] : [medicare]
  }
  if (chance.happens(who.age < 18 ? 0.32 : 0.12)) return [row(0, 'primary', 'State Medical Assistance', 'SMA', '$0')]
  return [row(0, 'primary', payer, prefix, copay)]
}

type Vaccine = readonly [name: string, cvx: string | null, from: number, to: number, share: number, everyDays: number]
const VACCINES: readonly Vaccine[] = [
  ['Influenza, seasonal', '140', 0.5, 110, 0.55, 380],
  ['Tdap', '115', 11, 110, 0.75, 3300],
  ['DTaP', '20', 0.2, 7, 0.95, 700],
  ['MMR', '03', 1, 17, 0.93, 4000],
  ['Varicella', '21', 1, 17, 0.9, 4000],
  ['Hepatitis B, pediatric', '08', 0, 17, 0.95, 4000],
  ['Inactivated polio', '10', 0.2, 17, 0.95, 3000],
  ['HPV, 9-valent', '165', 11, 26, 0.6, 2000],
  ['Zoster, recombinant', '187', 50, 110, 0.45, 1800],
  ['Pneumococcal conjugate, 20-valent', '216', 65, 110, 0.5, 1300],
]

export function immunizationsOf(seed: number, who: Identity, today: Day): ImmunizationRow[] {
  const chance = chanceOf(seed, 'immunization', who.id)
  return VACCINES.filter(([, , from, to]) => who.age >= from && who.age <= to).flatMap(
    ([vaccine, cvx, from, , share, every], nth) => {
      const given = chance.happens(share)
      if (!given && chance.happens(0.5)) return []
      const oldest = Math.max(1, Math.min(every, Math.floor((who.age - from) * 360)))
      return [
        {
          immunization_id: rowId(who.id, nth),
          patient_id: who.id,
          vaccine,
          cvx,
          given_on: given ? daysFrom(today, -chance.whole(Math.min(10, oldest), oldest)) : null,
          lot:
            given && chance.happens(0.8) ? `${chance.pick(['AB', 'KX', 'U7', 'EW'])}${chance.whole(1000, 9999)}` : null,
          due: !given,
        },
      ]
    },
  )
}
