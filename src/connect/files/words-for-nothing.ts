/** How databases and spreadsheets write that there is nothing, in any column. A person's name such as Null is written otherwise. */
const EVERYWHERE = new Set(['NULL', '\\N', '#N/A', '#NULL!', '(null)', '<NULL>', '""', "''"])

/** How people and programs write it in columns of numbers, dates and what somebody has. In a name or a sentence these may be meant. */
const SAYS_NOTHING = /^(?:[-–—_.?*/\s]+|n\.?\/?a\.?|null|nan|nat|undefined|\(blank\))$/i
/** "None" and "unknown" name nobody; in a list of allergies they are somebody's words, and stay. */
const NAMES_NOBODY = /^(?:none|nil|no|unknown|unk|not known|not available|not applicable|missing|empty)$/i
const ZERO_DATE = /^0{1,4}[-/.]0{1,2}[-/.]0{1,4}(?:[ T][0:.]+)?$/

export function isNothing(cell: string): boolean {
  return cell === '' || EVERYWHERE.has(cell)
}

export function saysNothing(cell: string): boolean {
  return isNothing(cell) || SAYS_NOTHING.test(cell)
}

/** Of a number that names or reaches somebody. */
export function namesNobody(cell: string): boolean {
  return saysNothing(cell) || NAMES_NOBODY.test(cell)
}

export function isNoDate(cell: string): boolean {
  return namesNobody(cell) || ZERO_DATE.test(cell)
}
