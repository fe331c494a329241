/** Beyond this many pairs of lines a file is not compared line by line any more. */
const MOST_PAIRS = 4_000_000

/**
 * The text of a file after a change, with every line that the change does not touch exactly as its writer left it. `before` and `after` are the file
 * without and with the change, both written by a program that has its own mind about spaces; only their difference is taken over into `text`.
 */
export function keepLines(text: string, before: string, after: string): string {
  const [own, base, next] = [text, before, after].map((one) => one.split('\n'))
  if (own === undefined || base === undefined || next === undefined) return after
  const inOwn = matches(base, own)
  const inNext = matches(base, next)
  if (inOwn === undefined || inNext === undefined) return after
  pairUp(inOwn, base, own)
  const lines: string[] = []
  let [o, b, n] = [0, 0, 0]
  while (o < own.length || b < base.length || n < next.length) {
    if (b < base.length && inOwn[b] === o && inNext[b] === n) {
      lines.push(own[o] ?? '')
      o++
      b++
      n++
      continue
    }
    let upTo = b
    while (upTo < base.length && (inOwn[upTo] === -1 || inNext[upTo] === -1)) upTo++
    const ownEnd = upTo < base.length ? (inOwn[upTo] ?? own.length) : own.length
    const nextEnd = upTo < base.length ? (inNext[upTo] ?? next.length) : next.length
    const [was, is] = [base.slice(b, upTo), next.slice(n, nextEnd)]
    const isTouched = was.length !== is.length || was.some((line, nth) => line !== is[nth])
    lines.push(...(isTouched ? is : own.slice(o, ownEnd)))
    o = ownEnd
    b = upTo
    n = nextEnd
  }
  return lines.join('\n')
}

/** Between lines that are the same, a line that differs in its spaces alone is the same one, only written otherwise. */
function pairUp(found: number[], base: readonly string[], own: readonly string[]): void {
  const bare = (line: string | undefined): string => (line ?? '').replaceAll(/\s/g, '')
  let from = 0
  for (let at = 0; at < found.length; at++) {
    const to = found.slice(at).find((one) => one !== -1) ?? own.length
    for (let nth = from; found[at] === -1 && nth < to; nth++) if (bare(own[nth]) === bare(base[at])) found[at] = nth
    from = Math.max(from, (found[at] ?? -1) + 1)
  }
}

/** For each line of `from` the line of `to` that it is, or -1: a longest common run; undefined when there are too many lines to compare. */
function matches(from: readonly string[], to: readonly string[]): number[] | undefined {
  const found = from.map(() => -1)
  let start = 0
  while (start < from.length && start < to.length && from[start] === to[start]) found[start] = start++
  let [endFrom, endTo] = [from.length, to.length]
  while (endFrom > start && endTo > start && from[endFrom - 1] === to[endTo - 1]) found[--endFrom] = --endTo
  const [rows, columns] = [endFrom - start, endTo - start]
  if (rows * columns > MOST_PAIRS) return undefined
  const width = columns + 1
  const best = new Uint32Array((rows + 1) * width)
  for (let r = rows - 1; r >= 0; r--)
    for (let c = columns - 1; c >= 0; c--)
      best[r * width + c] =
        from[start + r] === to[start + c]
          ? (best[(r + 1) * width + c + 1] ?? 0) + 1
          : Math.max(best[(r + 1) * width + c] ?? 0, best[r * width + c + 1] ?? 0)
  for (let r = 0, c = 0; r < rows && c < columns; )
    if (from[start + r] === to[start + c]) found[start + r++] = start + c++
    else if ((best[(r + 1) * width + c] ?? 0) >= (best[r * width + c + 1] ?? 0)) r++
    else c++
  return found
}
