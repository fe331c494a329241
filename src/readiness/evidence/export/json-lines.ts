import type { KeptEvidence } from '../record.ts'

/** One record a line, with its place in the chain; times in ISO 8601. */
export function asJsonLine({ at, notedAt, ...record }: KeptEvidence): string {
  return `${JSON.stringify({ ...record, at: new Date(at).toISOString(), notedAt: new Date(notedAt).toISOString() })}\n`
}
