import type { Instant } from '../../base/time.ts'
import type { Day } from '../../base/zone.ts'
import type { Appointment, Chart } from '../../chart/chart.ts'
import { doubtSummary } from '../../chart/doubt-words.ts'
import { displayName } from '../../chart/name.ts'
import { button, field, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { documentEnd, documentHead, sampleBanner } from '../../look/page.ts'
import { clinicTime } from '../../look/when.ts'
import type { Age } from './age.ts'
import { clinicalSections } from './clinical.ts'
import { code128 } from './code128.ts'
import { doubtsAtTop } from './doubts.ts'
import type { Surroundings } from './frame.ts'
import { listRules, phonesOf, visits, warnings } from './patient-page.ts'

const SEX = { female: 'female', male: 'male', other: 'sex: other', unknown: 'sex not recorded' } as const

/** Paper outlives its day: `Sun, Nov 22, 2026, 3:05 AM`. */
function dated(at: Instant, zone: string): string {
  const day = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    year: 'numeric',
  }).format(at)
  return `${day}, ${clinicTime(at, zone)}`
}

/** What the age was when it was printed, as it will not be that again. */
const WARNING = {
  current: '',
  unknown: '',
  stale: ', OLDER THAN IT SHOULD BE WHEN PRINTED',
  expired: ', TOO OLD WHEN PRINTED: CHECK EVERYTHING WITH THE PATIENT',
} as const

export type SheetPageValues = {
  chart: Chart
  age: Age
  today: Day
  visits: readonly Appointment[]
  /** Numbers this print in the journal. */
  packet: string
  csrf: string
}

/**
 * A walk-in's sheet, printed by the browser. The head of the table is repeated on every page, so each carries both identifiers, the age
 * and what is in doubt; it stays short, because browsers do not repeat a head that is taller than a quarter of the page.
 */
export function sheetPage(around: Surroundings, values: SheetPageValues): Html {
  const { chart, age, packet } = values
  const { patient } = chart
  const { settings, moment } = around
  const rules = listRules(around)
  const summary = doubtSummary(chart)
  const title = `${displayName(patient)}, sheet ${packet}`
  const back = `/patient/${encodeURIComponent(patient.id)}`
  return html`${documentHead(title, undefined, 'sheet')}
<header class="sheet-bar no-print"><p><strong>Print with Ctrl+P</strong> (⌘P on a Mac), or <button class="quiet" data-print>Print</button>. Two-sided, all pages. This was recorded as packet <span class="mono">${packet}</span>.</p>${form(
    `${back}/sheet`,
    values.csrf,
    html`<input type="hidden" name="packet" value="${packet}">${field({ name: 'pages', label: 'How many pages came out?', kind: 'number', inputmode: 'numeric', required: true })}${button('Confirm')}`,
    'row',
  )}<p><a href="${back}">Back to the patient</a></p></header>
<main id="main"><table class="sheet-pages"><thead><tr><td>${sampleBanner(settings.sample)}<div class="sheet-head"><div><h1>${displayName(patient)}</h1><p>Born <strong>${patient.birthDate ?? 'not received'}</strong> · ${SEX[patient.sex]} · MRN <strong class="mono">${patient.mrn}</strong> · Phone ${phonesOf(patient)}</p><p><strong>DATA AS OF ${age.asOf === undefined ? 'NOT KNOWN' : dated(age.asOf, settings.zone)}${WARNING[age.state]}</strong>. Printed ${dated(moment.now, settings.zone)} at ${settings.siteName}, packet <span class="mono">${packet}</span>. DOWNTIME COPY, READ ONLY; not the medical record. Shred or return to records.</p></div>${code128(patient.mrn)}</div>${summary === '' ? nothing : html`<p class="doubt-summary">${summary}</p>`}</td></tr></thead><tbody><tr><td>${doubtsAtTop(chart, rules)}${warnings(chart)}${clinicalSections(chart, rules)}${visits(values.visits, settings.zone)}<section class="plain"><h2>Notes</h2><p class="write-lines" aria-hidden="true"></p></section></td></tr></tbody></table></main>${documentEnd}`
}
