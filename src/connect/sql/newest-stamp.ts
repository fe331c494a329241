import type { Instant } from '../../base/time.ts'
import { entriesOf } from '../../chart/apply-section.ts'
import type { Chart } from '../../chart/chart.ts'
import type { Mapping } from './mapping.ts'
import type { SqlSession } from './session.ts'
import { parseStatement } from './statement.ts'
import { instantOf } from './value.ts'

/** The canary's newest stamp as this session sees it; undefined when there is none, or the mapping follows none. */
export async function newestStamp(mapping: Mapping, session: SqlSession): Promise<Instant | undefined> {
  if (mapping.canary === undefined) return undefined
  const what = `the canary's query (${mapping.file}:${mapping.at(['canary', 'read']).line})`
  const { rows } = await session.ask(parseStatement(mapping.canary.read, mapping.driver), {}, { rows: 1, what })
  const text = rows[0]?.[0]
  if (text === null || text === undefined) return undefined
  return /^\d{12,14}$/.test(text) ? Number(text) : instantOf(text, mapping.zone)
}

/** The newest stamp in a chart's alerts and notes: an instant in ISO 8601, or in milliseconds. */
export function stampIn({ alerts, notes }: Pick<Chart, 'alerts' | 'notes'>): Instant | undefined {
  const words = [...entriesOf(alerts), ...entriesOf(notes)].map(({ text }) => text).join('\n')
  const iso = words.match(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/g) ?? []
  const stamps = [...iso.map((text) => Date.parse(text)), ...(words.match(/\b\d{13}\b/g) ?? []).map(Number)]
  const known = stamps.filter((stamp) => Number.isFinite(stamp))
  return known.length === 0 ? undefined : Math.max(...known)
}
