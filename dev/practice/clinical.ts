import type { Day } from '../../src/base/zone.ts'
import { type Chance, chanceOf } from './chance.ts'
import { daysFrom } from './day.ts'
import type { Identity } from './identity.ts'
import { MEDICINES, type Medicine, OVER_THE_COUNTER } from './medicines.ts'
import type { AlertRow, AllergyRow, ListReviewRow, MedicationRow, ProblemRow, ProcedureRow } from './rows.ts'

/** Ids of a patient's rows: 64 of each kind for each patient, so that a row is the same whoever asks for it. */
export function rowId(patientId: number, nth: number): number {
  return patientId * 64 + nth
}

export const SUBSTANCES: readonly (readonly [
  substance: string,
  snomed: string | null,
  reaction: string,
  high: number,
  weight: number,
])[] = [
  ['Penicillin', '91936005', 'Hives', 0.3, 30],
  ['Penicillin', '91936005', 'Anaphylaxis', 1, 6],
  ['Sulfonamide antibiotics', '91939003', 'Rash', 0.2, 18],
  ['Latex', '300916003', 'Contact dermatitis', 0.2, 6],
  ['Peanut', '91935009', 'Anaphylaxis', 0.9, 7],
  ['Shellfish', '300913006', 'Swelling of lips', 0.6, 6],
  ['Egg', '91930004', 'Hives', 0.2, 3],
  ['Aspirin', '293586001', 'Wheezing', 0.7, 6],
  ['Ibuprofen', null, 'Stomach bleeding', 0.6, 5],
  ['Codeine', null, 'Vomiting', 0.1, 9],
  ['Lisinopril', null, 'Swelling of tongue', 1, 4],
  ['Iodinated contrast', null, 'Hives', 0.5, 5],
  ['Bee venom', null, 'Anaphylaxis', 1, 3],
  ['Adhesive tape', null, 'Blisters', 0, 4],
  ['Cephalexin', null, 'Rash', 0.2, 5],
]

export function allergiesOf(
  seed: number,
  who: Identity,
): { rows: AllergyRow[]; outcome: ListReviewRow['outcome'] | undefined } {
  const chance = chanceOf(seed, 'allergy', who.id)
  if (who.id === 4) return { rows: [allergyRow(chance, who, 0, SUBSTANCES[1])], outcome: 'listed' }
  const outcome = chance.weighted([
    ['listed', who.age < 12 ? 18 : 38],
    ['none known', 54],
    ['not asked', 5],
    [undefined, 3],
  ] as const)
  if (outcome !== 'listed') return { rows: [], outcome }
  const kinds = new Map(
    Array.from(
      {
        length: chance.weighted([
          [1, 6],
          [2, 3],
          [3, 1],
          [5, 0.3],
        ]),
      },
      () => {
        const kind = chance.weighted(SUBSTANCES.map((one) => [one, one[4]] as const))
        return [kind[0], kind] as const
      },
    ),
  )
  return { rows: [...kinds.values()].map((kind, nth) => allergyRow(chance, who, nth, kind)), outcome }
}

function allergyRow(
  chance: Chance,
  who: Identity,
  nth: number,
  kind: (typeof SUBSTANCES)[number] | undefined,
): AllergyRow {
  if (kind === undefined) throw new RangeError('no such substance')
  const [substance, snomed, reaction, high] = kind
  const serious = chance.happens(high)
  return {
    allergy_id: rowId(who.id, nth),
    patient_id: who.id,
    substance,
    snomed,
    reaction: chance.happens(0.06) && !serious ? null : reaction,
    criticality: serious
      ? 'high'
      : chance.weighted([
          ['low', 8],
          ['unable-to-assess', 1],
          ['unknown', 1],
        ]),
    severity: serious
      ? 'severe'
      : chance.weighted([
          ['mild', 5],
          ['moderate', 3],
          [null, 2],
        ]),
    verified: chance.happens(0.85),
    onset: chance.happens(0.4) ? String(chance.whole(Math.max(1950, 2026 - who.age), 2025)) : null,
  }
}

export function problemsOf(seed: number, who: Identity, today: Day): ProblemRow[] {
  const chance = chanceOf(seed, 'problem', who.id)
  return who.illnesses.map((illness, nth) => {
    const day = daysFrom(today, -chance.whole(40, Math.max(60, Math.min(who.age, 20) * 360)))
    return {
      problem_id: rowId(who.id, nth),
      patient_id: who.id,
      words: illness.words,
      icd10cm: chance.happens(0.02) ? null : illness.icd10cm,
      onset: chance.weighted([
        [day, 3],
        [day.slice(0, 7), 3],
        [day.slice(0, 4), 3],
        [null, 1],
      ]),
      status: illness.words.includes('remission') ? 'remission' : chance.happens(0.05) ? 'resolved' : 'active',
    }
  })
}

type Taken = {
  drug: string
  sig: string
  highRisk: MedicationRow['high_risk']
  schedule: string | null
  prescriber: number | null
}

export function medicationsOf(seed: number, who: Identity, today: Day): MedicationRow[] {
  const chance = chanceOf(seed, 'medicine', who.id)
  const names = new Set(
    who.illnesses.flatMap(({ medicines }) => {
      const picked = chance.pick(medicines)
      return medicines.find((one) => who.takes !== undefined && one.includes(who.takes)) ?? picked
    }),
  )
  // Two anticoagulants at once would be an alarm, not a sample.
  const thinners = [...names].filter((name) => (MEDICINES[name] as Medicine).highRisk === 'anticoagulant')
  for (const extra of thinners.slice(1)) names.delete(extra)
  const taken = [...names].map((name): Taken => {
    const medicine: Medicine = MEDICINES[name]
    const [drug, sig] = chance.pick(medicine.forms)
    return {
      drug,
      sig,
      highRisk: medicine.highRisk ?? null,
      schedule: medicine.deaSchedule ?? null,
      prescriber: who.physician.staff_id,
    }
  })
  if (who.age > 30 && chance.happens(0.35)) {
    const [drug, sig] = chance.pick(OVER_THE_COUNTER)
    taken.push({ drug, sig, highRisk: null, schedule: null, prescriber: null })
  }
  return taken.map((one, nth) => {
    const started = daysFrom(today, -chance.whole(20, Math.max(30, Math.min(who.age, 9) * 365)))
    const refilled = daysFrom(today, -chance.whole(1, 85))
    return {
      medication_id: rowId(who.id, nth),
      patient_id: who.id,
      drug: one.drug,
      sig: chance.happens(0.02) ? null : one.sig,
      started_on: chance.happens(0.75) ? started : started.slice(0, 7),
      prescriber_id: one.prescriber,
      last_refill_on: one.prescriber === null || refilled < started ? null : refilled,
      dea_schedule: one.schedule,
      high_risk: one.highRisk,
    }
  })
}

export function alertsOf(seed: number, who: Identity): AlertRow[] {
  const chance = chanceOf(seed, 'alert', who.id)
  const found: Pick<AlertRow, 'kind' | 'words'>[] = []
  if (who.age >= 75 && chance.happens(0.25))
    found.push({ kind: 'fall-risk', words: 'Fall risk: two falls this year, uses a walker' })
  if (chance.happens(0.008)) found.push({ kind: 'isolation', words: 'Contact precautions: MRSA, own room at once' })
  if (chance.happens(0.004)) found.push({ kind: 'behaviour', words: 'Has threatened staff: two people in the room' })
  if (chance.happens(0.01)) found.push({ kind: 'safety', words: 'Do not leave messages at home number' })
  if (chance.happens(0.02)) found.push({ kind: 'administrative', words: 'HIPAA acknowledgement not on file' })
  if (chance.happens(0.012))
    found.push({ kind: 'other', words: 'Deaf: use American Sign Language interpreter or write' })
  return found.map((one, nth) => ({ alert_id: rowId(who.id, nth), patient_id: who.id, ...one }))
}

const PROCEDURES: readonly (readonly [
  words: string,
  cpt: string | null,
  implant: boolean,
  from: number,
  share: number,
])[] = [
  ['Dual-chamber pacemaker, MRI conditional', '33208', true, 62, 0.03],
  ['Implanted venous port, right chest', '36561', true, 40, 0.006],
  ['Total knee replacement, right', '27447', true, 55, 0.06],
  ['Total hip replacement, left', '27130', true, 58, 0.04],
  ['Coronary stent, left anterior descending artery', '92928', true, 50, 0.03],
  ['Cochlear implant, left: no MRI without its sheet', '69930', true, 3, 0.001],
  ['Appendectomy, laparoscopic', '44970', false, 8, 0.06],
  ['Gallbladder removed, laparoscopic', '47562', false, 25, 0.07],
  ['Colonoscopy with polypectomy', '45385', false, 45, 0.3],
  ['Cataract surgery with lens, both eyes', '66984', true, 66, 0.12],
]

export function proceduresOf(seed: number, who: Identity, today: Day): ProcedureRow[] {
  const chance = chanceOf(seed, 'procedure', who.id)
  return PROCEDURES.filter(
    ([, , , from, share], at) => (who.age >= from && chance.happens(share)) || (who.id === 4 && at === 0),
  ).map(([words, cpt, implant, from], nth) => {
    const day = daysFrom(today, -chance.whole(60, Math.max(90, Math.min(who.age - from, 15) * 360)))
    return {
      procedure_id: rowId(who.id, nth),
      patient_id: who.id,
      words,
      cpt,
      done_on: chance.weighted([
        [day, 4],
        [day.slice(0, 7), 1],
        [day.slice(0, 4), 1],
      ]),
      implant,
    }
  })
}
