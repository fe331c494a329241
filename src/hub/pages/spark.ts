import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import type { Instant } from '../../base/time.ts'
import { type Html, html, nothing } from '../../look/html.ts'

export type SparkPoint = { at: Instant; value: number | undefined }

const WIDTH = 140
const HEIGHT = 28

/**
 * A line without axes, to be compared down a column: all share the time span, and the limit stands at the same height in each. Without a limit each is drawn
 * to its own height, and the label says how high that is.
 */
export function spark(
  points: readonly SparkPoint[],
  values: { from: Instant; to: Instant; limit: number | undefined; label: string },
): Html {
  const x = scaleLinear([values.from, values.to], [0, WIDTH])
  const most = values.limit ?? Math.max(1, ...points.map((point) => point.value ?? 0))
  const y = scaleLinear([0, values.limit === undefined ? most * 1.1 : most * 1.6], [HEIGHT - 1, 1]).clamp(true)
  const series =
    line<SparkPoint>(
      (point) => x(point.at),
      (point) => y(point.value ?? 0),
    ).defined((point) => point.value !== undefined)([...points]) ?? ''
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${values.label}"><line class="ground" x1="0" x2="${WIDTH}" y1="${HEIGHT - 1}" y2="${HEIGHT - 1}"/>${values.limit === undefined ? nothing : html`<line class="limit" x1="0" x2="${WIDTH}" y1="${y(values.limit)}" y2="${y(values.limit)}"/>`}<path class="series" d="${series}"/></svg>`
}

/** Ages as they were when something was heard, with a gap wherever nothing was heard for longer than `gapMs`. */
export function agePoints(
  heard: readonly { heardAt: Instant; asOf: Instant | undefined }[],
  gapMs: number,
): SparkPoint[] {
  const points: SparkPoint[] = []
  let before: Instant | undefined
  for (const { heardAt, asOf } of heard) {
    if (before !== undefined && heardAt - before > gapMs) points.push({ at: before + 1, value: undefined })
    points.push({ at: heardAt, value: asOf === undefined ? undefined : Math.max(0, heardAt - asOf) })
    before = heardAt
  }
  return points
}
