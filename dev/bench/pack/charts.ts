import type { Chart, CodeableConcept, Patient, Section } from '../../../src/chart/chart.ts'

/**
 * Charts for the benches of packs, seeded: chart n is the same in every run. Sizes and shapes are those of a real panel (5 to 8 KB of JSON); names follow
 * a few hundred common ones and a long tail, which is what makes a search index large.
 */
export const BENCH_SOURCE = 'bench-ehr'

const GIVEN =
  'James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah Christopher Karen Charles Lisa Daniel Nancy Matthew Betty Anthony Sandra Mark Ashley Steven Kimberly Andrew Emily Paul Donna Joshua Michelle Kenneth Carol Kevin Amanda Brian Melissa George Deborah Timothy Stephanie Ronald Rebecca Jason Laura Edward Sharon Jeffrey Cynthia Ryan Dorothy Jacob Amy Nicholas Kathleen Gary Angela Eric Shirley Jonathan Emma Stephen Brenda Larry Pamela Justin Nicole Scott Anna José María Luis Ana Juan Carmen Wei Li Hiroshi Yuki Olga Ivan Fatima Omar Priya Arjun Zoë Chloé Siobhán'.split(
    ' ',
  )
const FAMILY =
  'Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Muñoz Núñez Peña O’Brien O’Connor McDonald MacDonald Garcia-Lopez'.split(
    ' ',
  )
const START =
  'Al An Bar Bel Bor Bran Cal Car Chan Cor Dal Dar Del Don Ed El Fal Far Fen Gar Gol Gran Hal Har Hen Hol Kal Kar Kel Kor Lan Lar Len Mal Man Mar Mel Mor Nal Nor Ol Pal Par Pel Ran Ros Sal San Shel Sor Stan Tal Tan Ter Tor Val Van Ver Wal War Wel Wil Yar Zan Zel'.split(
    ' ',
  )
const MIDDLE =
  'a e i o u an en in on ar er ir or al el il ol as es is os at et it ing ang ber der ger ler mer ner ter ver'.split(
    ' ',
  )
const END =
  'son sen man mann berg burg feld stein ski sky ton ham field ford wood worth ley low well man ez es ino ini elli etti ova ov enko ian yan ka dottir'.split(
    ' ',
  )
const CITIES = 'Harborview Millbrook Eastfield Lakemont Cedar Ridge Pine Hollow'.split(' ')
const DRUGS =
  'Lisinopril 20 mg tablet|Metformin 500 mg tablet|Atorvastatin 40 mg tablet|Amlodipine 5 mg tablet|Omeprazole 20 mg capsule|Levothyroxine 75 mcg tablet|Warfarin 5 mg tablet|Insulin glargine 100 units/mL|Sertraline 50 mg tablet|Albuterol inhaler 90 mcg|Hydrochlorothiazide 25 mg tablet|Gabapentin 300 mg capsule'.split(
    '|',
  )
const PROBLEMS =
  'Essential hypertension|Type 2 diabetes mellitus|Mixed hyperlipidemia|Hypothyroidism|Gastro-esophageal reflux disease|Major depressive disorder|Asthma|Atrial fibrillation|Chronic kidney disease stage 3|Osteoarthritis of knee|Obesity|Low back pain'.split(
    '|',
  )
const LABS = 'Hemoglobin A1c|Creatinine|Potassium|Hemoglobin|Platelets|TSH|LDL cholesterol|ALT|Sodium|Glucose'.split(
  '|',
)
const WORDS =
  'stable on current regimen continue medication reviewed with patient follow up in three months blood pressure at goal labs ordered discussed diet exercise and side effects return sooner if symptoms worsen referral placed refill sent to pharmacy of choice no acute distress'.split(
    ' ',
  )

type Chance = () => number

export function chanceOf(seed: number): Chance {
  let state = (seed + 0x9e3779b9) | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function pick<One>(chance: Chance, from: readonly One[]): One {
  const one = from[Math.floor(chance() * from.length)]
  if (one === undefined) throw new Error('nothing to pick from')
  return one
}

function familyName(chance: Chance): string {
  if (chance() < 0.4) return FAMILY[Math.floor(FAMILY.length * chance() ** 2)] ?? 'Smith'
  return pick(chance, START) + pick(chance, MIDDLE) + pick(chance, END)
}

function concept(text: string, code: string): CodeableConcept {
  return { text, codings: [{ system: 'urn:bench:codes', code, display: text }] }
}

function listed<Entry>(count: number, make: (at: number) => Entry): Section<Entry> {
  return count === 0
    ? { status: 'none-known' }
    : { status: 'listed', entries: Array.from({ length: count }, (_, at) => make(at)) }
}

function sentence(chance: Chance, words: number): string {
  return Array.from({ length: words }, () => pick(chance, WORDS)).join(' ')
}

export function benchPatient(number: number): Patient {
  const chance = chanceOf(number)
  const day = (most: number): string => String(1 + Math.floor(chance() * most)).padStart(2, '0')
  const family = familyName(chance)
  return {
    id: `pt-${number}`,
    mrn: `HV${String(1_000_000 + number * 7)}`,
    name: { family, given: [pick(chance, GIVEN), ...(chance() < 0.4 ? [pick(chance, GIVEN)] : [])] },
    formerNames: chance() < 0.15 ? [{ family: familyName(chance), given: [] }] : [],
    birthDate: `${1930 + Math.floor(chance() * 95)}-${day(12)}-${day(28)}`,
    sex: chance() < 0.5 ? 'female' : 'male',
    phones: Array.from({ length: chance() < 0.5 ? 1 : 2 }, () => ({
      use: 'mobile' as const,
      number: `(503) 555-${String(Math.floor(chance() * 10_000)).padStart(4, '0')}`,
    })),
    address: {
      line: `${Math.floor(chance() * 9000)} Sample Street`,
      city: pick(chance, CITIES),
      state: 'OR',
      postalCode: '97000',
    },
    pharmacy: { name: 'Sample Pharmacy 12', phone: '(503) 555-0100' },
  }
}

/** `version` changes what changes between visits: vitals and the last note. */
export function benchChart(number: number, asOf: number, version = 0): Chart {
  const patient = benchPatient(number)
  const chance = chanceOf(number * 31 + version * 7_919 + 1)
  const at = (back: number): number => asOf - Math.floor(chance() * back * 86_400_000)
  const id = (kind: string, n: number): string => `${kind}-${number}-${n}`
  const count = (most: number): number => Math.floor(chance() * (most + 1))
  return {
    patient,
    sourceId: BENCH_SOURCE,
    asOf,
    restriction: 'none',
    alerts: listed(chance() < 0.1 ? 1 : 0, (n) => ({ id: id('flag', n), text: 'Fall risk', kind: 'fall-risk' })),
    allergies: listed(count(3), (n) => ({
      id: id('al', n),
      code: concept(pick(chance, ['Penicillin', 'Latex', 'Peanut', 'Sulfonamides']), `a${n}`),
      reaction: 'Hives',
      criticality: 'low',
      verified: true,
    })),
    medications: listed(count(9), (n) => ({
      id: id('med', n),
      code: concept(pick(chance, DRUGS), String(Math.floor(chance() * 1e6))),
      dosage: 'one tablet by mouth once a day',
      start: '2024-03-02',
      prescriber: 'Dr. Sample',
    })),
    problems: listed(count(8), (n) => ({
      id: id('pr', n),
      code: concept(pick(chance, PROBLEMS), `E${Math.floor(chance() * 100)}.${n}`),
      onset: '2019-05',
      clinicalStatus: 'active',
    })),
    notes: listed(3, (n) => ({
      id: id('note', n),
      kind: 'Progress note',
      author: 'Dr. Sample',
      specialty: 'Family medicine',
      at: at(300),
      text: sentence(chance, 70),
    })),
    pending: listed(count(2), (n) => ({
      id: id('ord', n),
      code: concept(pick(chance, LABS), `L${n}`),
      kind: 'lab',
      status: 'ordered',
      orderedAt: at(10),
    })),
    vitals: listed(6, (n) => ({
      id: id('vit', n),
      code: concept('Blood pressure', '85354-9'),
      value: `${110 + count(40)}/${60 + count(30)}`,
      unit: 'mmHg',
      status: 'final',
      at: at(200),
    })),
    results: listed(8 + count(6), (n) => ({
      id: id('res', n),
      code: concept(pick(chance, LABS), `L${n}`),
      value: (chance() * 10).toFixed(1),
      unit: 'mg/dL',
      referenceRange: '3.5 - 5.1',
      status: 'final',
      at: at(700),
    })),
    immunizations: listed(count(4), (n) => ({
      id: id('imm', n),
      code: concept('Influenza, seasonal', '140'),
      day: '2025-10-02',
    })),
    procedures: { status: 'none-known' },
    coverage: listed(1, (n) => ({
      id: id('cov', n),
      rank: 'primary',
      payer: 'Sample Health Plan',
      memberId: `M${number}`,
      copay: '$25',
    })),
  }
}

export function* benchCharts(patients: number, asOf: number): Iterable<Chart> {
  for (let number = 0; number < patients; number++) yield benchChart(number, asOf)
}
