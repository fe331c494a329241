import type { Instant } from '../../base/time.ts'
import { dayOf } from '../../base/zone.ts'
import type { Observation } from '../../chart/chart.ts'
import { unitWords } from '../../chart/unit-words.ts'
import { type Html, html, nothing } from '../../look/html.ts'

const FLAGS: { [Flag in NonNullable<Observation['flag']>]: { mark: string; words: string; grave: boolean } } = {
  low: { mark: 'L', words: 'low', grave: false },
  high: { mark: 'H', words: 'high', grave: false },
  'critical-low': { mark: 'LL', words: 'critically low', grave: true },
  'critical-high': { mark: 'HH', words: 'critically high', grave: true },
  abnormal: { mark: 'A', words: 'abnormal', grave: false },
}

const newestFirst = (a: Observation, b: Observation): number => (b.at ?? 0) - (a.at ?? 0)
const dayOrNot = (at: Instant | undefined, zone: string): string => (at === undefined ? 'no date' : dayOf(at, zone))

/** A value that is a text of its own (a report, several lines) stands below the row, over its whole width. */
const MOST_IN_CELL = 60
const isText = ({ value }: Observation): boolean => value.includes('\n') || value.length > MOST_IN_CELL

/** What was written to these readings, in a row of its own below theirs: lines are kept as they came. */
function writtenRow(readings: readonly Observation[], columns: number, zone: string): Html {
  const written = readings.filter((one) => isText(one) || one.note !== undefined)
  if (written.length === 0) return nothing
  return html`<tr class="written"><td colspan="${columns}">${written.map(
    (one) =>
      html`<p class="small soft">${one.code.text}, ${dayOrNot(one.at, zone)}</p>${isText(one) ? html`<p class="note-text">${one.value}</p>` : nothing}${one.note === undefined ? nothing : html`<p class="note-text"><strong>Note:</strong> ${one.note}</p>`}`,
  )}</td></tr>`
}

function valueOf(one: Observation): Html {
  const flag = one.flag === undefined ? undefined : FLAGS[one.flag]
  const value = html`${isText(one) ? html`<span class="soft">see below</span>` : one.value}${one.unit === undefined ? nothing : html` <span class="soft small">${unitWords(one.unit)}</span>`}`
  const status = one.status === 'final' ? nothing : html` <span class="soft small">${one.status}</span>`
  if (flag === undefined) return html`${value}${status}`
  return html`<span class="${flag.grave ? 'danger-word' : 'flagged'}">${value} <abbr title="${flag.words}">${flag.mark}</abbr></span>${status}`
}

/** A row for each vital sign, its last three readings beside each other, newest first. */
export function vitalTable(observations: readonly Observation[], zone: string): Html {
  const sorted = [...observations].sort(newestFirst)
  const days = [...new Set(sorted.map((one) => dayOrNot(one.at, zone)))].slice(0, 3)
  const groups = [...Map.groupBy(sorted, (one) => one.code.text)]
  const shownOf = (readings: Observation[]): Observation[] =>
    days.flatMap((day) => readings.find((one) => dayOrNot(one.at, zone) === day) ?? [])
  return html`<div class="table-wrap" role="region" tabindex="0" aria-label="Table of vitals"><table class="dense"><caption class="visually-hidden">Vitals, newest first</caption><thead><tr><th scope="col">Vital sign</th>${days.map((day) => html`<th scope="col" class="number">${day}</th>`)}</tr></thead><tbody>${groups.map(
    ([what, readings]) =>
      html`<tr><th scope="row">${what}</th>${days.map((day) => {
        const reading = readings.find((one) => dayOrNot(one.at, zone) === day)
        return html`<td class="number">${reading === undefined ? html`<span class="soft">not taken</span>` : valueOf(reading)}</td>`
      })}</tr>${writtenRow(shownOf(readings), days.length + 1, zone)}`,
  )}</tbody></table></div>`
}

/** A row for each test, with its last three values; those with a critical newest value first. */
export function resultTable(observations: readonly Observation[], zone: string): Html {
  const groups = [...Map.groupBy([...observations].sort(newestFirst), (one) => one.code.text)]
  const rank = (readings: Observation[]): number =>
    readings[0]?.flag === undefined ? 2 : FLAGS[readings[0].flag].grave ? 0 : 1
  const sorted = groups.toSorted(([, a], [, b]) => rank(a) - rank(b))
  return html`<div class="table-wrap" role="region" tabindex="0" aria-label="Table of results"><table class="dense"><caption class="visually-hidden">Results, newest first</caption><thead><tr><th scope="col">Test</th><th scope="col">Last</th><th scope="col">Before</th><th scope="col">Range</th></tr></thead><tbody>${sorted.map(
    ([what, [last, ...before]]) =>
      html`<tr><th scope="row">${what}</th><td>${last === undefined ? nothing : html`${valueOf(last)} <span class="soft small nowrap">${dayOrNot(last.at, zone)}</span>`}</td><td class="small">${before
        .slice(0, 2)
        .map(
          (one, at) =>
            html`${at === 0 ? nothing : html`<br>`}${valueOf(one)} <span class="soft nowrap">${dayOrNot(one.at, zone)}</span>`,
        )}</td><td class="soft small">${last?.referenceRange ?? 'not received'}</td></tr>${writtenRow(last === undefined ? [] : [last, ...before.slice(0, 2)], 4, zone)}`,
  )}</tbody></table></div>`
}
