import type { Instant } from '../base/time.ts'
import type { Day } from '../base/zone.ts'
import type { Appointment, Chart } from '../chart/chart.ts'
import type { SheetNumbers } from './numbers.ts'

/**
 * Paper for a day without the EHR. A `Sheet` is one PDF: everything of one kind for one provider (or one site's front desk) on one day, so
 * that what did not change is not made or sent again. Each sheet is values in, `SheetValues` out (pure); the press turns them into tagged PDF.
 *
 * - `packet`: one two-sided sheet per booked patient of a provider, earliest first.
 * - `day-sheet`: the provider's day as a table with room to write.
 * - `front-desk`: the site's day without clinical data (minimum necessary, 45 CFR 164.502(b)).
 */
export type SheetKind = 'packet' | 'day-sheet' | 'front-desk'

export type Sheet = {
  kind: SheetKind
  day: Day
  siteId: string
  providerId: string | undefined
  /** What it is, without patient data: `packet 2026-11-22 prov-17`. */
  label: string
  values: SheetValues
  /** SHA-256 over what would be read on it, leaving out how old it is: the same hash need not be printed again. */
  contentHash: string
  /** When the sources of what is printed were read. */
  asOf: Instant
}

/**
 * What a template is given, as JSON. `template` names templates/<template>.typ. `pages` is how many it takes when everything fits: the press then
 * need not count them; without it, or where it proves wrong, it does.
 */
export type SheetValues = {
  template: SheetKind
  title: string
  paper: 'us-letter' | 'a4'
  pages?: number
  [name: string]: unknown
}

/** What every sheet needs to know of the day and the place. */
export type PaperDay = {
  practiceName: string
  siteId: string
  siteName: string
  /** Two to four capital letters that start this site's packet numbers. */
  siteMark: string
  zone: string
  day: Day
  sample: boolean
  paperSize: 'letter' | 'a4'
  /** `primary`, `standby`, `files` ...: what the facts were read from, in words. */
  sourceWords: string
  /** Visits of this site on this day, in any order. */
  appointments: readonly Appointment[]
  /** One for each appointment and each provider above. */
  numbers: SheetNumbers
  chartOf: (patientId: string) => Chart | undefined
  /** When the source of a chart or of the schedule was last read whole. */
  asOf: { schedule: Instant; chart: (chart: Chart) => Instant }
  /** Charts that must not be on paper are left out by the caller's policy: `chartOf` gives undefined and this says why. */
  withheld: (patientId: string) => boolean
  now: Instant
}
