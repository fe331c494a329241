import type { CheckedPlan } from './check-plan.ts'

/** `7 faults, 90 blanks, no warnings` */
export function countsInWords({
  faults,
  blanks,
  warnings,
}: Pick<CheckedPlan, 'faults' | 'blanks' | 'warnings'>): string {
  return [counted(faults, 'fault'), counted(blanks, 'blank'), counted(warnings, 'warning')].join(', ')
}

function counted(count: number, word: string): string {
  return `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`
}
