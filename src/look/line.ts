import { scaleLinear, scaleTime } from 'd3-scale'
import { area, line } from 'd3-shape'
import type { Instant } from '../base/time.ts'
import { timeOfDay } from '../base/zone.ts'
import { type Html, html, nothing, raw } from './html.ts'

export type LinePoint = { at: Instant; value: number | undefined }

export type LineChart = {
  /** What a reader who does not see the drawing is told: the same answer in words. */
  label: string
  points: readonly LinePoint[]
  from: Instant
  to: Instant
  /** The limit that is drawn in, in the unit of the values. */
  limit?: { value: number; label: string }
  /** The value in words, for the axis. */
  inWords: (value: number) => string
  zone: string
}

/** A small line over time with its limit drawn in; a gap where nobody knows. Server-drawn SVG that stretches, with its words beside it. */
export function lineChart(values: LineChart): Html {
  const [width, height] = [1000, 100]
  const known = values.points.flatMap((point) => (point.value === undefined ? [] : [point.value]))
  const most = Math.max(...known, (values.limit?.value ?? 0) * 1.25, 1)
  const x = scaleTime([values.from, values.to], [0, width])
  const y = scaleLinear([0, most], [height, 2])
  const points = [...values.points]
  const isKnown = (point: LinePoint): boolean => point.value !== undefined
  const series =
    line<LinePoint>(
      (point) => x(point.at),
      (point) => y(point.value ?? 0),
    ).defined(isKnown)(points) ?? ''
  const ground =
    area<LinePoint>(
      (point) => x(point.at),
      y(0),
      (point) => y(point.value ?? 0),
    ).defined(isKnown)(points) ?? ''
  const marks = [0, 1, 2, 3, 4].map((quarter) => values.from + ((values.to - values.from) * quarter) / 4)
  const limit = values.limit
  return html`<figure class="line-chart"><div class="scale" aria-hidden="true"><span>${values.inWords(most)}</span><span>0</span></div><div class="plot"><svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${values.label}"><path class="area" d="${raw(ground)}"/>${
    limit === undefined
      ? nothing
      : html`<line class="limit" x1="0" x2="${width}" y1="${y(limit.value)}" y2="${y(limit.value)}"/>`
  }<path class="series" d="${raw(series)}"/></svg></div><div class="times" aria-hidden="true">${marks.map(
    (at) => html`<span>${timeOfDay(at, values.zone)}</span>`,
  )}</div>${limit === undefined ? nothing : html`<figcaption><span class="limit-mark" aria-hidden="true"></span>${limit.label}</figcaption>`}</figure>`
}
