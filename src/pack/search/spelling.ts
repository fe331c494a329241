/**
 * How many letters must be changed, added, left out or swapped with a neighbour to make `b` of `a` (optimal string alignment), or `most` + 1 when it
 * is more than `most`.
 */
export function editsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most || b.length >= WIDEST) return most + 1
  let [before, last, row] = ROWS
  let leastBefore = 0
  for (let j = 0; j <= b.length; j++) last[j] = j
  for (let i = 1; i <= a.length; i++) {
    const letter = a.charCodeAt(i - 1)
    let least = i
    row[0] = i
    for (let j = 1; j <= b.length; j++) {
      const other = b.charCodeAt(j - 1)
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (letter === other ? 0 : 1))
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other)
        edits = Math.min(edits, (before[j - 2] ?? 0) + 1)
      row[j] = edits
      if (edits < least) least = edits
    }
    // A swap reaches back two rows, so one hopeless row is not the end.
    if (Math.min(least, leastBefore) > most) return most + 1
    leastBefore = least
    ;[before, last, row] = [last, row, before]
  }
  return Math.min(last[b.length] ?? 0, most + 1)
}

const WIDEST = 256
/** Three rows of the table, used again at every call: this runs a thousand times for one search. */
const ROWS: [Uint16Array, Uint16Array, Uint16Array] = [
  new Uint16Array(WIDEST),
  new Uint16Array(WIDEST),
  new Uint16Array(WIDEST),
]

/** How many edits still count as a slip of the finger for a word of this length. */
export function editsAllowed(word: string): number {
  return word.length < 4 ? 0 : word.length < 8 ? 1 : 2
}

/** Which letters a word holds, one bit each: words that are few edits apart have nearly the same. */
export function lettersOf(word: string): number {
  let letters = 0
  for (let at = 0; at < word.length; at++) letters |= 1 << (word.charCodeAt(at) % 32)
  return letters
}

/** Each edit adds or takes away at most two letters. */
export function mayBeWithin(letters: number, others: number, edits: number): boolean {
  let bits = letters ^ others
  for (let left = edits * 2; left >= 0; left--) {
    if (bits === 0) return true
    bits &= bits - 1
  }
  return false
}
