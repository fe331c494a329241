/**
 * Whether a table cell's text surely stands in so many millimetres of one or more lines of 9 pt. A row whose height is known in advance is set
 * once instead of twice, which halves what tables cost; where this says no, the typesetter measures the row. So it may err towards no, never
 * towards yes: widths are a little over those of Atkinson Hyperlegible Next, bold.
 */
export function fits(text: string, widthMm: number, lines = 1): boolean {
  if (!PRINTABLE.test(text)) return false
  if (lines === 1) return widthOf(text) <= widthMm
  // Words are not broken to fill a line, so a line may end early by the longest word.
  const longest = Math.max(0, ...text.split(/[ \n]/).map(widthOf))
  return longest <= widthMm && widthOf(text) + longest * (lines - 1) <= widthMm * lines
}

const PRINTABLE = /^[\u0020-\u024f–·’°²≥≤]*$/
const WIDE = /[A-Z@%mwÀ-Þ]/

function widthOf(text: string): number {
  let width = 0
  for (const one of text) width += one === 'M' || one === 'W' || one === 'm' ? 2.9 : WIDE.test(one) ? 2.3 : 1.8
  return width
}

/** A row of a printed table; `short` when every cell is known to fit the row's usual height. `below`: texts over the whole width under it. */
export type Row = { cells: string[]; short: boolean; below?: string[] }

export function rowOf(cells: string[], widthsMm: readonly number[], lines = 1): Row {
  return { cells, short: cells.every((cell, index) => fits(cell, widthsMm[index] ?? 0, lines)) }
}
