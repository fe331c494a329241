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

/**
 * What stands where a list has no lines; undefined where it has some. Missing is never drawn like empty: only `none-known` says that there is
 * nothing, and a list that came without lines says only that none were listed.
 */
export function sectionWords(name: SectionName, section: Section<unknown>): string | undefined {
  const { none, topic } = NOUNS[name]
  const words = {
    listed: `None listed. The record does not say that there are none.`,
    'none-known': none,
    'not-asked': `Not asked. Ask the patient.`,
    'not-received': `No ${topic} data received. Nothing may be concluded.`,
  }
  return section.status === 'listed' && section.entries.length > 0 ? undefined : words[section.status]
}

/** How the words must look: `missing` is drawn as a warning, `none` calmly. */
export function sectionTone(section: Section<unknown>): 'lines' | 'none' | 'missing' {
  if (section.status === 'none-known') return 'none'
  return section.status === 'listed' && section.entries.length > 0 ? 'lines' : 'missing'
}
