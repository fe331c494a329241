import type { EvidenceMeasure } from '../evidence.ts'
import type { KeptEvidence } from '../record.ts'

const COLUMNS = [
  ['seq', ({ seq }) => seq],
  ['id', ({ id }) => id],
  ['kind', ({ kind }) => kind],
  ['about', ({ subject }) => subject],
  ['measured at', ({ at }) => new Date(at).toISOString()],
  ['outcome', ({ outcome }) => outcome],
  ['because', ({ because }) => because],
  ['measured', ({ measured }) => measured.map(inWords).join('; ')],
  ['people', ({ people }) => people.join(' ')],
  ['file', ({ artefact }) => artefact?.name ?? ''],
  ['file sha256', ({ artefact }) => artefact?.sha256 ?? ''],
  ['noted at', ({ notedAt }) => new Date(notedAt).toISOString()],
  ['noted by', ({ notedBy }) => notedBy],
  ['hash', ({ hash }) => hash],
] as const satisfies readonly (readonly [string, (record: KeptEvidence) => string | number])[]

/** RFC 4180, with its header line. */
export function csvHeader(): string {
  return line(COLUMNS.map(([name]) => name))
}

export function asCsvLine(record: KeptEvidence): string {
  return line(COLUMNS.map(([, of]) => String(of(record))))
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

/** A spreadsheet must not run what somebody wrote: text that begins like a formula begins with an apostrophe. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function inWords({ what, value, unit }: EvidenceMeasure): string {
  return `${what} ${value}${unit === 'text' || unit === 'count' ? '' : ` ${unit}`}`
}
