/**
 * What a bench file exports as `benches`, and what one measurement is. A bench runs in a process of its own for each size, so that memory
 * and warm code of one do not flatter another. It measures the peer (what somebody would take instead) in the same run, on the same input.
 */
export type Bench = {
  /** As typed after `npm run bench --`. */
  name: string
  /** One line for `--list`. */
  about: string
  /** Sizes of the panel it makes sense for; `--patients` narrows or replaces them. Without sizes it runs once, with 0. */
  patients?: readonly number[]
  run(options: { patients: number; signal: AbortSignal }): AsyncIterable<Measured> | Promise<readonly Measured[]>
}

export type Measured = {
  measure: string
  value: number
  unit: string
  /** What the same costs with what somebody would take instead. */
  peer?: { name: string; value: number }
  /** The bar: of the value itself, or of value / peer. */
  bar?: { of: 'value' | 'ratio'; most: number } | { of: 'value' | 'ratio'; least: number }
}

/** One line of output. `ratio` is value / peer; `holds` is undefined where there is no bar. */
export type BenchRow = {
  bench: string
  patients?: number
  measure: string
  value: number
  unit: string
  peer?: string
  peerValue?: number
  ratio?: number
  bar?: string
  holds?: boolean
}

export function rowOf(bench: string, patients: number, measured: Measured): BenchRow {
  const { measure, value, unit, peer, bar } = measured
  const ratio = peer === undefined || peer.value === 0 ? undefined : value / peer.value
  const judged = bar === undefined ? undefined : bar.of === 'value' ? value : ratio
  return {
    bench,
    ...(patients === 0 ? {} : { patients }),
    measure,
    value,
    unit,
    ...(peer === undefined ? {} : { peer: peer.name, peerValue: peer.value }),
    ...(ratio === undefined ? {} : { ratio }),
    ...(bar === undefined ? {} : { bar: barInWords(bar, unit), holds: judged !== undefined && keeps(bar, judged) }),
  }
}

function keeps(bar: NonNullable<Measured['bar']>, value: number): boolean {
  return 'most' in bar ? value <= bar.most : value >= bar.least
}

function barInWords(bar: NonNullable<Measured['bar']>, unit: string): string {
  const size = 'most' in bar ? `<= ${bar.most}` : `>= ${bar.least}`
  return bar.of === 'value' ? `${size} ${unit}` : `${size} x peer`
}
