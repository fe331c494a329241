import type { Instant } from '../base/time.ts'
import type { Chart, SectionName } from './chart.ts'

/** When each part of a chart was last said; see `Chart.heard`. Later always wins, and at one instant the one that comes last. */
export type Heard = { [part: string]: Instant }

const NEVER = Number.NEGATIVE_INFINITY

/** When the whole chart was last read: never, for one that is made of events alone. */
export function wholeReadAt(chart: Chart): Instant {
  return chart.heard === undefined ? chart.asOf : (chart.heard.whole ?? NEVER)
}

export function sectionSaidAt(chart: Chart, section: SectionName): Instant {
  return Math.max(wholeReadAt(chart), chart.heard?.[section] ?? NEVER)
}

export function saidAt(heard: Heard | undefined, part: string): Instant {
  return heard?.[part] ?? NEVER
}

export const entryPart = (section: SectionName, entryId: string): string => `${section}/${entryId}`

/** Marks that a list was spoken of at all, so that a late "none known" is not believed over a later entry that was removed again. */
export const listPart = (section: SectionName): string => `${section}/`

export const fieldPart = (field: string): string => `patient/${field}`

/** `heard` of a chart before anything is added to it: a chart that was read whole remembers when. */
export function heardOf(chart: Chart): Heard {
  return chart.heard === undefined ? { whole: chart.asOf } : { ...chart.heard }
}

/** Forgets what was said of a section's entries at `at` or before: a newer list covers it. */
export function forgetEntries(heard: Heard, section: SectionName, at: Instant): Heard {
  return Object.fromEntries(
    Object.entries(heard).filter(([part, said]) => !part.startsWith(`${section}/`) || said > at),
  )
}

/** The parts said after `at`, in the order of their names, so that equal charts have equal text. */
export function saidAfter(heard: Heard | undefined, at: Instant): Heard {
  return Object.fromEntries(Object.entries(heard ?? {}).filter(([part, said]) => part !== 'whole' && said > at))
}

export function inOrder(heard: Heard): Heard {
  const parts = Object.keys(heard)
  if (parts.every((part, at) => at === 0 || (parts[at - 1] ?? '') <= part)) return heard
  return Object.fromEntries(Object.entries(heard).sort(([a], [b]) => (a < b ? -1 : 1)))
}
