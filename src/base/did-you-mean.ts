/** ` Did you mean "x"?` when one of `known` is close to what was written; otherwise nothing. */
export function didYouMean(written: string, known: Iterable<string>): string {
  const [near] = nearOnes(written, known)
  return near === undefined ? '' : ` Did you mean "${near}"?`
}

/** Those of `known` of which no more than a third differs, the nearest first. */
export function nearOnes(written: string, known: Iterable<string>): string[] {
  const wanted = written.toLowerCase().slice(0, 64)
  return [...known]
    .map((word) => ({ word, away: distance(wanted, word.toLowerCase()) }))
    .filter(({ word, away }) => away <= Math.max(1, Math.floor(word.length / 3)))
    .toSorted((a, b) => a.away - b.away)
    .map(({ word }) => word)
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_none, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      )
    row = next
  }
  return row[b.length] ?? 0
}
