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

/** What is wrong before what is doubtful, each from the top of the file. */
export function inOrder(complaints: Complaint[]): Complaint[] {
  const weigh = ({ weight }: Complaint): number => (weight === 'error' ? 0 : 1)
  return complaints.toSorted((a, b) => weigh(a) - weigh(b) || a.line - b.line || a.column - b.column)
}
