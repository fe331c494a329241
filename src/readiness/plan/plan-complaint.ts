import type { Place } from '../../base/yaml-text.ts'

/** Something about the plan at a place in one of its files; 1-based. A blank is a place that is still to be filled in. */
export type PlanComplaint = Place & {
  file: string
  weight: 'error' | 'warning' | 'blank'
  /** The rule that it breaks; `shape` for how it is written. */
  rule: string
  says: string
  /** What to write instead. */
  instead: string
}

/** `people.yaml:14:5 Nadia has no telephone number.` and what to write on a line below it. */
export function complaintInWords({ file, line, column, weight, says, instead }: PlanComplaint): string {
  const mark = weight === 'error' ? '' : `${weight}: `
  const ended = /[.?!]$/.test(says) ? says : `${says}.`
  return `${file}:${line}:${column} ${mark}${ended}${instead === '' ? '' : `\n    Write: ${instead}`}`
}
