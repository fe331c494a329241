import type { Section, SectionName } from './chart.ts'

export const SECTION_TITLES: { [Name in SectionName]: string } = {
  alerts: 'Alerts',
  allergies: 'Allergies',
  medications: 'Medications',
  problems: 'Problems',
  notes: 'Last notes',
  pending: 'Pending orders and results',
  vitals: 'Vitals',
  results: 'Results',
  immunizations: 'Immunizations',
  procedures: 'Procedures and implants',
  coverage: 'Coverage',
}

const NOUNS: { [Name in SectionName]: { none: string; topic: string } } = {
  alerts: { none: 'No alerts', topic: 'alert' },
  allergies: { none: 'No known allergies', topic: 'allergy' },
  medications: { none: 'Takes no medications', topic: 'medication' },
  problems: { none: 'No known problems', topic: 'problem' },
  notes: { none: 'No notes', topic: 'note' },
  pending: { none: 'Nothing pending', topic: 'order' },
  vitals: { none: 'No vitals taken', topic: 'vitals' },
  results: { none: 'No results', topic: 'result' },
  immunizations: { none: 'No immunizations', topic: 'immunization' },
  procedures: { none: 'No procedures or implants', topic: 'procedure' },
  coverage: { none: 'Self-pay, no coverage', topic: 'coverage' },
}

/** Ask who can tell, where a list that may be missing can harm at once. */
const ASK = 'Ask the patient.'

/**
 * What stands where a list has no lines; undefined where it has some. Missing is never drawn like empty: only `none-known` says that there is
 * nothing, and a list that came without lines says only that none were listed.
 */
export function sectionWords(name: SectionName, section: Section<unknown>): string | undefined {
  const { none, topic } = NOUNS[name]
  const ask = name === 'allergies' ? ` ${ASK}` : ''
  switch (section.status) {
    case 'none-known':
      return none
    case 'not-asked':
      return `Not asked. ${ASK}`
    case 'not-received':
      return `No ${topic} data received.${ask === '' ? ' Do not assume there is nothing.' : ask}`
    case 'listed':
    default:
      if (section.entries.length > 0) return undefined
      return section.noneStated === undefined
        ? `None listed. The record does not say there are none.${ask}`
        : `None listed now. Earlier entries are gone, although the record said “none known” beside them. ${ASK}`
  }
}

/** A list with lines whose record says "none known" too: both are shown, and only the patient knows. */
export function contradictionWords(section: Section<unknown>): string | undefined {
  if (section.status !== 'listed' || section.entries.length === 0 || section.noneStated === undefined) return undefined
  return `Record also says “none known”. ${ASK}`
}

/**
 * How the words must look: `danger` is the loudest thing on a chart (nobody knows what the patient is allergic to, or the record contradicts
 * itself), `missing` is drawn as a warning, `none` calmly.
 */
export function sectionTone(name: SectionName, section: Section<unknown>): 'lines' | 'none' | 'missing' | 'danger' {
  if (section.status === 'none-known') return 'none'
  const hasLines = section.status === 'listed' && section.entries.length > 0
  if (name === 'allergies' && (!hasLines || contradictionWords(section) !== undefined)) return 'danger'
  return hasLines ? 'lines' : 'missing'
}

/** Of allergies that nobody may rely on: what is said at the top of the chart. */
export function allergyWarning(allergies: Section<unknown>): string | undefined {
  if (sectionTone('allergies', allergies) !== 'danger') return undefined
  return `Allergies: ${lowerFirst(sectionWords('allergies', allergies) ?? contradictionWords(allergies) ?? '')}`
}

function lowerFirst(words: string): string {
  return words.slice(0, 1).toLowerCase() + words.slice(1)
}
