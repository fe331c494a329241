import { yearsBetween } from '../base/zone.ts'
import type { Patient, Section, SectionName } from '../chart/chart.ts'

/** Missing is printed as missing, never as a blank. */
const ABSENT: Record<
  Exclude<Section<unknown>['status'], 'listed'>,
  Partial<Record<SectionName, string>> & { other: (what: string) => string }
> = {
  'none-known': {
    allergies: 'No known allergies (asked)',
    medications: 'Takes no medication (asked)',
    other: (what) => `None known: ${what}`,
  },
  'not-asked': { allergies: 'Allergies were never asked: ask now', other: (what) => `Never asked: ${what}` },
  'not-received': {
    allergies: 'No allergy data received: ask the patient',
    other: (what) => `No data received: ${what}`,
  },
}

export type PrintedSection<Entry> = { status: Section<unknown>['status']; words: string; entries: Entry[] }

/** A section as it is printed: its entries, or the words for why there are none. `what` names it in a sentence. */
export function printedSection<Entry, Printed>(
  name: SectionName,
  what: string,
  section: Section<Entry>,
  show: (entries: Entry[]) => Printed[],
): PrintedSection<Printed> {
  if (section.status === 'listed') {
    return section.entries.length === 0
      ? { status: 'none-known', words: `None on file: ${what}`, entries: [] }
      : { status: 'listed', words: '', entries: show(section.entries) }
  }
  const absent = ABSENT[section.status]
  return { status: section.status, words: absent[name] ?? absent.other(what), entries: [] }
}

/** `QUILLFEATHER, Marisol`: the family name stands out, as on a wristband. */
export function nameOnPaper(patient: Pick<Patient, 'name'>): string {
  const { family, given, suffix } = patient.name
  return `${family.toUpperCase()}${suffix === undefined ? '' : ` ${suffix}`}, ${given.join(' ')}`
}

/** `"Mari"; formerly Tarn`: other names a person may answer to. */
export function otherNames(patient: Patient): string {
  const goesBy = patient.preferredName === undefined ? [] : [`"${patient.preferredName}"`]
  const former = patient.formerNames.map((name) => `formerly ${name.family}`)
  return [...goesBy, ...former].join('; ')
}

/** `65 y`, `14 mo`, `9 d`: in the unit that matters at that age; empty when the date is not a whole date. */
export function ageOnPaper(birthDate: string | undefined, day: string): string {
  if (birthDate === undefined || birthDate.length !== 10) return 'age unknown'
  const years = yearsBetween(birthDate, day)
  if (years >= 2) return `${years} y`
  const days = Math.floor((Date.parse(day) - Date.parse(birthDate)) / 86_400_000)
  return days < 60 ? `${days} d` : `${Math.floor(days / 30.44)} mo`
}

/** Under 18 on that day; false when the date is not a whole date. */
export function isChild(birthDate: string | undefined, day: string): boolean {
  return birthDate?.length === 10 && yearsBetween(birthDate, day) < 18
}

export function moneyInWords(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`
}
