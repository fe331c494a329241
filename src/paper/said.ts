import { dayOf, timeOfDay, yearsBetween } from '../base/zone.ts'
import type { Chart, Patient, Section, SectionName } from '../chart/chart.ts'
import { listAsOf, olderThanTheRest } from '../chart/list-age.ts'
import { contradictionWords, sectionTone } from '../chart/section-words.ts'
import { doubtsOfList } from './doubts.ts'

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
  'not-asked': {
    allergies: 'Allergies were not asked: ask the patient now',
    other: (what) => `Not asked: ${what}`,
  },
  'not-received': {
    allergies: 'No allergy data received: ask the patient',
    other: (what) => `No data received: ${what}`,
  },
}

/**
 * A section as it is printed: its entries, or the words for why there are none. `danger`: `words` are the loudest thing on the sheet, and entries may
 * follow. `doubts`: what of the list is not to be relied on. `asOf`: when it was read, where that is not the age of the rest; empty otherwise.
 */
export type PrintedSection<Entry> = {
  look: 'lines' | 'none' | 'missing' | 'danger'
  words: string
  doubts: string[]
  asOf: string
  entries: Entry[]
}

/** `what` names the section in a sentence. */
export function printedSection<Entry, Printed>(
  chart: Chart,
  zone: string,
  [name, what]: readonly [SectionName, string],
  section: Section<Entry>,
  show: (entries: Entry[]) => Printed[],
): PrintedSection<Printed> {
  const contradiction = contradictionWords(section)
  const heldBack = (chart.doubts ?? []).some((doubt) => doubt.kind === 'held-back' && doubt.section === name)
  const asOf = heldBack ? listAsOf(chart, name) : olderThanTheRest(chart, name)
  const look = sectionTone(name, section)
  const inDoubts = look === 'danger' || contradiction === undefined ? [] : [contradiction]
  return {
    look,
    words: absentWords(name, what, section) || (look === 'danger' ? (contradiction ?? '') : ''),
    doubts: [...inDoubts, ...doubtsOfList(chart, name)],
    asOf: asOf === undefined ? '' : `as of ${dayOf(asOf, zone)} ${timeOfDay(asOf, zone)}`,
    entries: section.status === 'listed' && section.entries.length > 0 ? show(section.entries) : [],
  }
}

/** Empty where there are entries. A list that came without any is missing: only "none known" says that there are none. */
function absentWords(name: SectionName, what: string, section: Section<unknown>): string {
  if (section.status !== 'listed') {
    const absent = ABSENT[section.status]
    return absent[name] ?? absent.other(what)
  }
  if (section.entries.length > 0) return ''
  const said = section.noneStated === undefined ? 'The record does not say there are none' : 'Earlier entries are gone'
  return `None listed: ${what}. ${said}${name === 'allergies' ? ': ask the patient' : ''}`
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
