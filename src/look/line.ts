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
  width?: number
  height?: number
}

/** A small line over time with its limit drawn in; a gap where nobody knows. Server-drawn SVG. */
export function lineChart(values: LineChart): Html {
  const width = values.width ?? 640
  const height = values.height ?? 120
  const edge = { left: 56, right: 12, top: 10, bottom: 22 }
  const known = values.points.flatMap((point) => (point.value === undefined ? [] : [point.value]))
  const most = Math.max(...known, (values.limit?.value ?? 0) * 1.25, 1)
  const x = scaleTime([values.from, values.to], [edge.left, width - edge.right])
  const y = scaleLinear([0, most], [height - edge.bottom, edge.top])
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
  const ticks = x.ticks(6)
  return html`<figure><svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${values.label}"><path class="area" d="${raw(ground)}"/><line class="axis" x1="${edge.left}" x2="${width - edge.right}" y1="${y(0)}" y2="${y(0)}" stroke-width="1"/>${ticks.map(
    (tick) =>
      html`<text x="${x(tick)}" y="${height - 6}" text-anchor="middle">${timeOfDay(tick.getTime(), values.zone)}</text>`,
  )}<text x="${edge.left - 8}" y="${y(0) + 4}" text-anchor="end">0</text><text x="${edge.left - 8}" y="${y(most) + 8}" text-anchor="end">${values.inWords(most)}</text>${
    values.limit === undefined
      ? nothing
      : html`<line class="limit" x1="${edge.left}" x2="${width - edge.right}" y1="${y(values.limit.value)}" y2="${y(values.limit.value)}"/><text x="${width - edge.right}" y="${y(values.limit.value) - 4}" text-anchor="end">${values.limit.label}</text>`
  }<path class="series" d="${raw(series)}"/></svg></figure>`
}
