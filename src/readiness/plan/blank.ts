import type { PlanComplaint } from './plan-complaint.ts'

/**
 * A blank is written `TODO` and what is to stand there. It counts as nothing written, so the plan can be read with it, and every check names it
 * until somebody fills it in: an unknown is visible, never a guess.
 */
const BLANK = /^TODO\b[\s:]*/

export function blankIn(text: string): string | undefined {
  return BLANK.test(text) ? text.replace(BLANK, '') || 'what belongs here' : undefined
}

/** The lines of a document in which something is still to be written. */
export function* blanksInDocument(file: string, text: string): Iterable<PlanComplaint> {
  for (const [nth, line] of text.split('\n').entries()) {
    const at = line.search(/\bTODO\b/)
    if (at < 0) continue
    yield {
      file,
      line: nth + 1,
      column: at + 1,
      weight: 'blank',
      rule: 'blank',
      says: 'this is still to be written',
      instead: blankIn(line.slice(at)) ?? '',
    }
  }
}
