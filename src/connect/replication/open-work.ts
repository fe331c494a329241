import type { OpenWork } from '../replication.ts'

export type OpenWorkQuery = { what: string; query: string }

export const MOST_ROWS = 300
const MOST_NAMES = 50
const LONGEST_NAME = 80

/** The practice's query as it is asked: its first column, no more rows than anybody reads. */
export function limited(query: string): string {
  return `SELECT * FROM (${query.trim().replace(/;$/, '')}) AS open_work LIMIT ${MOST_ROWS}`
}

export function openWorkOf(what: string, rows: readonly object[]): OpenWork {
  const names = rows.flatMap((row) => {
    const [first]: unknown[] = Object.values(row)
    return typeof first === 'string' && first.trim() !== '' ? [first.trim().slice(0, LONGEST_NAME)] : []
  })
  return { what, count: rows.length, who: [...new Set(names)].toSorted().slice(0, MOST_NAMES) }
}
