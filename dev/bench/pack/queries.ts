import { benchPatient, chanceOf } from './charts.ts'

export type BenchQuery = { kind: string; text: string }

/** What is typed at a front desk in a day, in these shares; seeded, and every query is of somebody who is in the panel. */
export function deskQueries(patients: number, count: number): BenchQuery[] {
  const chance = chanceOf(99)
  return Array.from({ length: count }, (): BenchQuery => {
    const patient = benchPatient(Math.floor(chance() * patients))
    const { family, given } = patient.name
    const first = given[0] ?? ''
    const [year = '', month = '', day = ''] = (patient.birthDate ?? '').split('-')
    const share = chance()
    if (share < 0.25) return { kind: 'name', text: `${family} ${first}` }
    if (share < 0.4) return { kind: 'beginnings', text: `${family.slice(0, 3)} ${first.slice(0, 2)}` }
    if (share < 0.5) return { kind: 'surname', text: family }
    if (share < 0.6) return { kind: 'slip', text: `${slip(family, chance())} ${first}` }
    if (share < 0.65) return { kind: 'former', text: patient.formerNames[0]?.family ?? family }
    if (share < 0.72) return { kind: 'name and birth date', text: `${family} ${month}/${day}/${year}` }
    if (share < 0.77) return { kind: 'birth date', text: `${Number(month)}/${Number(day)}/${year}` }
    if (share < 0.82) return { kind: 'year', text: `${first} ${year}` }
    if (share < 0.87) return { kind: 'phone', text: (patient.phones[0]?.number ?? '').slice(-4) }
    if (share < 0.93) return { kind: 'record number', text: chance() < 0.5 ? patient.mrn : patient.mrn.slice(0, 6) }
    return { kind: 'hardly anything', text: pickHard(chance()) }
  })
}

/** Beginnings that fit tens of thousands, and words that many share: the dearest that anybody can type. */
export const HARD = [
  'a',
  'j',
  's',
  'ma',
  'm',
  'sm',
  'smith',
  'j s',
  'a a',
  'ma ma',
  'mar',
  'an',
  'el',
  'smith j',
  'j smith',
  'garcia m',
  'man',
  'ber',
  'son',
  'ander',
  'hv1',
  'hv',
  '1980',
  '555',
  'a 1980',
  'maria garcia',
  'jonh smiht',
  'x',
  'zzzz',
  'anderssen',
]

function pickHard(chance: number): string {
  return HARD[Math.floor(chance * HARD.length)] ?? 'a'
}

/** Two neighbours swapped, a letter left out, or one doubled. */
function slip(word: string, chance: number): string {
  const at = 1 + Math.floor(chance * Math.max(1, word.length - 2))
  if (chance < 0.33) return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2)
  return chance < 0.66 ? word.slice(0, at) + word.slice(at + 1) : word.slice(0, at) + (word[at] ?? '') + word.slice(at)
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
