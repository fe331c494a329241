import type { Instant } from '../../base/time.ts'
import type { Chart, SectionName } from '../../chart/chart.ts'
import { DOUBT_MARK_WORDS, type DoubtLine, type DoubtMark, doubtLines } from '../../chart/doubt-words.ts'
import { listAsOf, olderThanTheRest, oldestAsOf } from '../../chart/list-age.ts'
import { allergyWarning } from '../../chart/section-words.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { status } from '../../look/status.ts'
import type { Limits } from '../../pack/pack.ts'
import { type AgeRules, ageOf, ageStatus, shortAge } from './age.ts'

/** What the age of a list is judged by. */
export type ListRules = AgeRules & { limits: Limits }

/** What must be known before anything of the chart is relied on, right under the patient's name; empty where nothing is in doubt. */
export function doubtsAtTop(chart: Chart, rules: ListRules, masked = false): Html {
  const allergies = masked ? undefined : allergyWarning(chart.allergies)
  const lines = doubtLines(chart, heldBackAge(chart, rules))
  const missing = allergies === undefined ? [] : [html`<li class="doubt verify">${status('act', allergies)}</li>`]
  const first = lines.filter(({ gravity }) => gravity === 'verify')
  const rest = lines.filter(({ gravity }) => gravity !== 'verify')
  if (lines.length + missing.length === 0) return nothing
  return html`<ul class="doubts" aria-label="Read this first">${first.map(topLine)}${missing}${rest.map(topLine)}</ul>`
}

function topLine({ gravity, summary }: DoubtLine): Html {
  return html`<li class="doubt ${gravity}">${status(gravity === 'watch' ? 'watch' : 'act', summary)}</li>`
}

/** The same again where the list is read, with the reasons. */
export function doubtsOfList(chart: Chart, name: SectionName, rules: ListRules): Html {
  const lines = doubtLines(chart, heldBackAge(chart, rules)).filter(({ section }) => section === name)
  return html`${lines.map(
    ({ gravity, words, because }) =>
      html`<p class="doubt ${gravity}">${status(gravity === 'watch' ? 'watch' : 'act', words)}${because.map(
        (reason) => html` <span class="why small">Reason: ${reason}</span>`,
      )}</p>`,
  )}`
}

/** `as of 6:05 AM (3 h old)` in the heading of a list that was read before the others; past a limit with the status of its age. */
export function listAge(chart: Chart, name: SectionName, rules: ListRules): Html {
  const asOf = olderThanTheRest(chart, name)
  if (asOf === undefined) return nothing
  const age = ageOf('', asOf, rules.limits, rules)
  return html`<span class="as-of ${age.state}">${age.state === 'current' ? nothing : html`${ageStatus(age)} `}${shortAge(asOf, rules)}</span>`
}

function heldBackAge(chart: Chart, rules: ListRules): (section: SectionName | undefined) => string {
  const asOf = (section: SectionName | undefined): Instant =>
    section === undefined ? oldestAsOf(chart) : listAsOf(chart, section)
  return (section) => shortAge(asOf(section), rules)
}

/** On a line of a schedule or of search results. */
export function doubtTags(marks: readonly DoubtMark[]): Html {
  return html`${marks.map((mark) => html` <span class="tag act">${status('act', DOUBT_MARK_WORDS[mark])}</span>`)}`
}
