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

function valueOf(one: Observation): Html {
  const flag = one.flag === undefined ? undefined : FLAGS[one.flag]
  const value = html`${one.value}${one.unit === undefined ? nothing : html` <span class="soft small">${unitWords(one.unit)}</span>`}`
  const status = one.status === 'final' ? nothing : html` <span class="soft small">${one.status}</span>`
  if (flag === undefined) return html`${value}${status}`
  return html`<span class="${flag.grave ? 'danger-word' : 'flagged'}">${value} <abbr title="${flag.words}">${flag.mark}</abbr></span>${status}`
}

/** A row for each vital sign, its last three readings beside each other, newest first. */
export function vitalTable(observations: readonly Observation[], zone: string): Html {
  const sorted = [...observations].sort(newestFirst)
  const days = [...new Set(sorted.map((one) => dayOrNot(one.at, zone)))].slice(0, 3)
  const groups = [...Map.groupBy(sorted, (one) => one.code.text)]
  return html`<div class="table-wrap" role="region" tabindex="0" aria-label="Table of vitals"><table class="dense"><caption class="visually-hidden">Vitals, newest first</caption><thead><tr><th scope="col">Vital sign</th>${days.map((day) => html`<th scope="col" class="number">${day}</th>`)}</tr></thead><tbody>${groups.map(
    ([what, readings]) =>
      html`<tr><th scope="row">${what}</th>${days.map((day) => {
        const reading = readings.find((one) => dayOrNot(one.at, zone) === day)
        return html`<td class="number">${reading === undefined ? html`<span class="soft">not taken</span>` : valueOf(reading)}</td>`
      })}</tr>`,
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
        )}</td><td class="soft small">${last?.referenceRange ?? 'not received'}</td></tr>`,
  )}</tbody></table></div>`
}
