import { DAY, HOUR, type Instant, MINUTE } from '../../src/base/time.ts'
import { chanceOf } from './chance.ts'
import { rowId } from './clinical.ts'
import type { Identity } from './identity.ts'
import { flagOf, LABS, type Lab, type LabName, rangeInWords } from './labs.ts'
import type { NoteRow, OrderRow, ResultRow, VitalsRow } from './rows.ts'

const ROUTINE: readonly LabName[] = ['hemoglobin', 'creatinine', 'ldl']

function labNamesOf(who: Identity): LabName[] {
  const names = new Set<LabName>(who.illnesses.flatMap((illness) => illness.labs))
  if (who.age >= 40) for (const name of ROUTINE) names.add(name)
  // Creatinine first: the eGFR of a draw is reckoned from it.
  return [...names].sort((a, b) => Number(b === 'creatinine') - Number(a === 'creatinine'))
}

/** Three values of each test, a quarter to half a year apart, drifting the way values drift: newest first. */
export function resultsOf(seed: number, who: Identity, now: Instant): ResultRow[] {
  const chance = chanceOf(seed, 'result', who.id)
  const rows: ResultRow[] = []
  let drawnAt = morningOf(now - chance.whole(6, 120) * DAY)
  const names = labNamesOf(who)
  const level = new Map(names.map((name) => [name, usualFor(name, who) + chance.around(0, LABS[name].spread)]))
  for (let draw = 0; draw < 3; draw++) {
    let creatinine: number = LABS.creatinine.usual
    for (const name of names) {
      const lab: Lab = LABS[name]
      const drawn = Math.max(lab.usual / 12, (level.get(name) ?? lab.usual) + chance.around(0, lab.spread / 2))
      if (name === 'creatinine') creatinine = Number(drawn.toFixed(lab.decimals))
      const value = name === 'egfr' ? egfrOf(creatinine, who) : drawn
      rows.push({
        result_id: rowId(who.id, rows.length),
        patient_id: who.id,
        order_id: null,
        ...resultOf(lab, Number(value.toFixed(lab.decimals))),
        status: draw === 0 && chance.happens(0.02) ? 'corrected' : 'final',
        resulted_at: drawnAt + chance.whole(2, 30) * HOUR,
      })
    }
    drawnAt = morningOf(drawnAt - chance.whole(60, 200) * DAY)
  }
  return rows.slice(0, 60)
}

/** Kidneys that are known to be weak show it. */
function usualFor(name: LabName, who: Identity): number {
  const weak = who.illnesses.some((illness) => illness.icd10cm === 'N18.31')
  return LABS[name].usual + (name === 'creatinine' && weak ? 0.4 : 0)
}

/** CKD-EPI 2021, so that both numbers of one draw agree; creatinine in mg/dL. */
function egfrOf(creatinine: number, who: Identity): number {
  const female = who.sex === 'F'
  const share = creatinine / (female ? 0.7 : 0.9)
  const low = Math.min(share, 1) ** (female ? -0.241 : -0.302)
  return 142 * low * Math.max(share, 1) ** -1.2 * 0.9938 ** who.age * (female ? 1.012 : 1)
}

function resultOf(
  lab: Lab,
  value: number,
): Pick<ResultRow, 'test_name' | 'loinc' | 'value' | 'unit' | 'reference_range' | 'flag'> {
  return {
    test_name: lab.name,
    loinc: lab.loinc,
    value: value.toFixed(lab.decimals),
    unit: lab.unit,
    reference_range: rangeInWords(lab),
    flag: flagOf(lab, value),
  }
}

export function vitalsOf(seed: number, who: Identity, now: Instant): VitalsRow[] {
  const chance = chanceOf(seed, 'vitals', who.id)
  const grown = who.age >= 18
  const tense = who.illnesses.some((illness) => illness.icd10cm === 'I10') ? 14 : 0
  const heightCm = grown ? chance.around(who.sex === 'F' ? 163 : 177, 7) : 52 + 122 * (who.age / 18) ** 0.72
  const weightKg = grown ? chance.around(26, 4) * (heightCm / 100) ** 2 : 3.6 + 57 * (who.age / 18) ** 1.25
  let takenAt = morningOf(now - chance.whole(3, 200) * DAY)
  return Array.from(
    {
      length: chance.weighted([
        [0, 3],
        [1, 15],
        [2, 30],
        [3, 52],
      ]),
    },
    (_, nth) => {
      const systolic = Math.round(
        grown ? chance.around(118 + tense + who.age / 12, 9) : 88 + who.age * 1.6 + chance.around(0, 4),
      )
      const ageThen = Math.max(0.2, 1 - nth * 0.02)
      const row: VitalsRow = {
        vitals_id: rowId(who.id, nth),
        patient_id: who.id,
        taken_at: takenAt + chance.whole(0, 500) * MINUTE,
        systolic: who.age < 3 ? null : systolic,
        diastolic: who.age < 3 ? null : Math.round(systolic * chance.around(0.62, 0.03)),
        pulse: Math.round(grown ? chance.around(74, 8) : 130 - who.age * 3.2 + chance.around(0, 6)),
        respirations: chance.happens(0.7) ? (grown ? chance.whole(12, 18) : Math.round(36 - who.age)) : null,
        temperature_c: chance.happens(0.8) ? Number(chance.around(36.8, 0.25).toFixed(1)) : null,
        oxygen_saturation: chance.happens(0.75) ? chance.whole(94, 99) : null,
        weight_kg: Number((weightKg * (grown ? 1 + chance.around(0, 0.015) : ageThen)).toFixed(1)),
        height_cm: Number(heightCm.toFixed(1)),
      }
      takenAt = morningOf(takenAt - chance.whole(40, 190) * DAY)
      return row
    },
  )
}

export function notesOf(seed: number, who: Identity, now: Instant): NoteRow[] {
  const chance = chanceOf(seed, 'note', who.id)
  const told = who.illnesses.length === 0 ? undefined : who.illnesses
  let writtenAt = morningOf(now - chance.whole(3, 200) * DAY)
  return Array.from(
    {
      length: chance.weighted([
        [0, 4],
        [1, 26],
        [2, 40],
        [3, 30],
      ]),
    },
    (_, nth) => {
      const at = writtenAt + chance.whole(30, 560) * MINUTE
      const lines =
        told === undefined
          ? [chance.pick(who.age < 18 ? WELL_CHILD : WELL_ADULT)]
          : told.slice(0, 4).map((illness, line) => `${line + 1}. ${illness.words}: ${chance.pick(illness.plans)}`)
      const row: NoteRow = {
        note_id: rowId(who.id, nth),
        patient_id: who.id,
        author_id: who.physician.staff_id,
        kind: chance.weighted([
          ['Progress note', 8],
          ['Telephone note', 1],
          ['Annual visit', 1],
        ]),
        written_at: at,
        assessment_plan: `${lines.join('\n')}\nReturn in ${chance.pick(['4 weeks', '3 months', '6 months', 'one year'])}.`,
        signed_at: at + chance.whole(4, 300) * MINUTE,
      }
      writtenAt = morningOf(writtenAt - chance.whole(50, 220) * DAY)
      return row
    },
  )
}

const WELL_ADULT = [
  'Healthy adult. Preventive care up to date; screening reviewed, flu vaccine offered.',
  'Acute sinusitis, likely viral: saline, rest, call if fever after day 10.',
  'Ankle sprain, able to bear weight: brace, ice, range of motion, no X-ray needed.',
]
const WELL_CHILD = [
  'Well child. Growth along its curve, milestones met; vaccines per schedule.',
  'Acute otitis media, right: watchful waiting 48 h, then antibiotic at the pharmacy. Weight-based dose in the chart.',
  'Viral upper respiratory infection: fluids, return if breathing fast or not drinking.',
]

const OPEN: readonly (readonly [
  kind: OrderRow['kind'],
  words: string,
  loinc: string | null,
  from: number,
  weight: number,
])[] = [
  ['lab', 'Basic metabolic panel', '51990-0', 18, 20],
  ['lab', 'Complete blood count', '58410-2', 0, 16],
  ['lab', 'Hemoglobin A1c', '4548-4', 18, 14],
  ['imaging', 'Screening mammogram, both breasts', null, 42, 5],
  ['imaging', 'X-ray of right knee, 3 views', null, 16, 6],
  ['imaging', 'CT of chest, low dose, nodule follow-up', null, 50, 4],
  ['referral', 'Gastroenterology: positive stool test', null, 45, 4],
  ['referral', 'Physical therapy, low back', null, 18, 7],
  ['procedure', 'Excision of mole, left shoulder; pathology', null, 20, 3],
  ['follow-up', 'Call patient with biopsy result', null, 20, 3],
  ['other', 'Sleep study at home', null, 25, 2],
]

export function ordersOf(seed: number, who: Identity, now: Instant): OrderRow[] {
  const chance = chanceOf(seed, 'order', who.id)
  const fitting = OPEN.filter((one) => who.age >= one[3] && (who.sex === 'F' || !one[1].includes('mammogram')))
  const wanted = chance.weighted([
    [0, 62],
    [1, 26],
    [2, 9],
    [3, 3],
  ])
  const kinds = new Map(
    Array.from({ length: wanted }, () => chance.weighted(fitting.map((one) => [one, one[4]] as const))).map((one) => [
      one[1],
      one,
    ]),
  )
  return [...kinds.values()].map(([kind, words, loinc], nth) => {
    const days = chance.whole(0, 70)
    return {
      order_id: rowId(who.id, nth),
      patient_id: who.id,
      kind,
      words,
      loinc,
      ordered_by: who.physician.staff_id,
      ordered_at: morningOf(now - days * DAY) - DAY + chance.whole(0, 500) * MINUTE,
      status:
        days > 35
          ? 'overdue'
          : kind === 'lab'
            ? chance.weighted([
                ['ordered', 5],
                ['collected', 3],
                ['resulted-unread', 3],
              ])
            : chance.weighted([
                ['ordered', 8],
                ['resulted-unread', 1],
              ]),
    }
  })
}

/** About eight in the morning at the practice, give or take the hour that summer time moves: near enough for the past. */
function morningOf(at: Instant): Instant {
  return Math.floor(at / DAY) * DAY + 14 * HOUR
}
