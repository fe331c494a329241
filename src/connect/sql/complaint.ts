/** Something wrong with a mapping (`error`) or doubtful (`warning`), at a place in its file; 1-based. */
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
