/** Something wrong with a file that people write (`error`) or doubtful (`warning`), at a place in it; 1-based. */
export type Complaint = {
  file: string
  line: number
  column: number
  weight: 'error' | 'warning'
  says: string
}

export function inWords({ file, line, column, weight, says }: Complaint): string {
  return `${file}:${line}:${column} ${weight === 'warning' ? 'warning: ' : ''}${says}`
}

export function inOrder(complaints: Complaint[]): Complaint[] {
  return complaints.toSorted((a, b) => a.line - b.line || a.column - b.column)
}

/** ` Did you mean "x"?` when one of `known` is close to what was written; otherwise nothing. */
export function didYouMean(written: string, known: Iterable<string>): string {
  const near = nearest(written, known)
  return near === undefined ? '' : ` Did you mean "${near}"?`
}

/** The nearest of `known`, if no more than a third of it differs. */
function nearest(written: string, known: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase().slice(0, 64)
  let best: { word: string; away: number } | undefined
  for (const word of known) {
    const away = distance(wanted, word.toLowerCase())
    if (away <= Math.max(1, Math.floor(word.length / 3)) && (best === undefined || away < best.away))
      best = { word, away }
  }
  return best?.word
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
