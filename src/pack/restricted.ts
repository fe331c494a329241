import { type Chart, type DocumentReference, SECTION_NAMES, type Section } from '../chart/chart.ts'
import { maskedDoubts } from '../chart/doubt-words.ts'
import type { SiteSettings } from './pack.ts'

/** What a site is given of one chart. `masked`: everything, for break-glass with a reason; `chart` is then a stub that says so. */
export type Published = { chart: Chart; masked: Chart | undefined }

/**
 * The practice's policy, applied. Psychotherapy notes (45 CFR 164.501) never leave the hub, whatever the policy. A restricted chart (42 CFR Part 2, VIP) is
 * left out, so that not even its existence is told, or masked: found by name, read only with break-glass. undefined: left out.
 */
export function publishable(chart: Chart, policy: SiteSettings['restrictedPolicy']): Published | undefined {
  const whole = { ...chart, notes: withoutPsychotherapy(chart) }
  if (chart.restriction === 'none') return { chart: whole, masked: undefined }
  return policy === 'leave-out' ? undefined : { chart: stubOf(chart), masked: whole }
}

function withoutPsychotherapy(chart: Chart): Section<DocumentReference> {
  const { notes } = chart
  if (chart.restriction === 'psychotherapy') return { status: 'not-received' }
  if (notes.status !== 'listed') return notes
  const entries = notes.entries.filter((note) => !/psychotherap/i.test(`${note.kind} ${note.specialty ?? ''}`))
  // An empty list would say "there are none".
  return entries.length === 0 && notes.entries.length > 0 ? { status: 'not-received' } : { ...notes, entries }
}

/** Enough to know the person and nothing to know about the person. */
function stubOf(chart: Chart): Chart {
  const { id, mrn, name, preferredName, formerNames, birthDate, sex, phones } = chart.patient
  const sections = Object.fromEntries(SECTION_NAMES.map((section) => [section, { status: 'not-received' }]))
  const doubts = maskedDoubts(chart)
  // What was last said of which entry, and by which source, tells of the lists themselves.
  const { doubts: _, heard: __, sectionSources: ___, sectionAsOf: ____, ...rest } = chart
  return {
    ...rest,
    ...sections,
    ...(doubts.length === 0 ? {} : { doubts }),
    patient: {
      id,
      mrn,
      name,
      formerNames,
      birthDate,
      sex,
      phones,
      ...(preferredName === undefined ? {} : { preferredName }),
    },
  }
}
