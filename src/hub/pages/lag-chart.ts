import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import { spanInWords } from '../../base/ago.ts'
import { type Instant, SECOND } from '../../base/time.ts'
import { timeOfDay } from '../../base/zone.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import type { LagStep } from '../../monitor/standby/store.ts'

const WIDTH = 760
const HEIGHT = 220
const LEFT = 64
const RIGHT = 12
const TOP = 12
const FOOT = 30
/** Less than this is no lag: what is asked each few seconds is always a few seconds old. */
const LEAST_MS = 30 * SECOND
const FLOOR = HEIGHT - FOOT

export type LagSpan = { from: Instant; to: Instant; stepMs: number; zone: string }

/**
 * How old the standby's state was: proven on its disk (whole line) and readable (dashed). Where nobody knew, a hatched band says so in a word;
 * nothing is told by colour alone.
 */
export function lagChart(steps: readonly LagStep[], span: LagSpan, label: string): Html {
  const x = scaleLinear([span.from, span.to], [LEFT, WIDTH - RIGHT]).clamp(true)
  const most = Math.max(LEAST_MS, ...steps.flatMap((step) => [step.provenAgeMs ?? 0, step.readAgeMs ?? 0]))
  const y = scaleLinear([0, most * 1.08], [FLOOR, TOP])
  const all = withGaps(steps, span)
  const path = (value: (step: LagStep) => number | undefined): string =>
    line<Drawn>(
      (one) => x(one.at + span.stepMs / 2),
      (one) => y((one.step === undefined ? undefined : value(one.step)) ?? 0),
    ).defined((one) => one.step !== undefined && value(one.step) !== undefined)([...all]) ?? ''
  return html`<figure class="lag"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
<defs><pattern id="lag-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="7"/></pattern></defs>
${bandsOf(all, span).map((band) => bandDrawn(band, x(band.from), x(band.to)))}
${[0, 0.5, 1].map((part) => tickDrawn(y(most * part), part === 0 ? '0 s' : spanInWords(most * part)))}
${hoursOf(span).map((at) => html`<text class="axis" x="${x(at)}" y="${HEIGHT - 8}" text-anchor="middle">${timeOfDay(at, span.zone)}</text>`)}
<path class="read" d="${path((step) => step.readAgeMs)}"/><path class="proven" d="${path((step) => step.provenAgeMs)}"/></svg>
<figcaption class="small"><span class="row"><svg class="key" viewBox="0 0 34 10" aria-hidden="true"><line class="proven" x1="0" x2="34" y1="5" y2="5"/></svg> age of what is proven to be on its disk</span> <span class="row"><svg class="key" viewBox="0 0 34 10" aria-hidden="true"><line class="read" x1="0" x2="34" y1="5" y2="5"/></svg> age of what can be read on it</span> <span>Hatched: not known.</span></figcaption></figure>`
}

type Drawn = { at: Instant; step: LagStep | undefined }
type Band = { word: string; from: Instant; to: Instant }

/** Where nobody looked there is a step without anything in it, so that no line is drawn across. */
function withGaps(steps: readonly LagStep[], { stepMs }: LagSpan): Drawn[] {
  return steps.flatMap((step, nth): Drawn[] => {
    const before = steps[nth - 1]
    const gap = before !== undefined && step.at - before.at > 2.5 * stepMs
    return [...(gap ? [{ at: before.at + stepMs, step: undefined }] : []), { at: step.at, step }]
  })
}

function bandsOf(all: readonly Drawn[], { stepMs, to }: LagSpan): Band[] {
  const bands: Band[] = []
  for (const [nth, { at, step }] of all.entries()) {
    const word = step === undefined ? 'nobody asked' : WORDS[step.verdict]
    if (word === undefined) continue
    const until = step === undefined ? (all[nth + 1]?.at ?? to) : at + stepMs
    const last = bands.at(-1)
    if (last?.word === word && at - last.to <= stepMs) last.to = until
    else bands.push({ word, from: at, to: until })
  }
  return bands
}

const WORDS: { [Verdict in LagStep['verdict']]: string | undefined } = {
  PROVEN: undefined,
  BEHIND: undefined,
  DIVERGED: 'diverged',
  UNKNOWN: 'unknown',
}

function bandDrawn({ word }: Band, from: number, to: number): Html {
  const wide = to - from > word.length * 7 + 8
  return html`<rect class="band" x="${from.toFixed(1)}" y="${TOP}" width="${Math.max(2, to - from).toFixed(1)}" height="${FLOOR - TOP}" fill="url(#lag-hatch)"/>${wide ? html`<text class="band-word" x="${((from + to) / 2).toFixed(1)}" y="${TOP + 16}" text-anchor="middle">${word}</text>` : nothing}`
}

function tickDrawn(y: number, word: string): Html {
  return html`<line class="ground" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/><text class="axis" x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${word}</text>`
}

function hoursOf({ from, to }: LagSpan): Instant[] {
  const quarter = (to - from) / 4
  return [1, 2, 3].map((nth) => from + nth * quarter)
}
