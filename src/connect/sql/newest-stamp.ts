import type { Instant } from '../../base/time.ts'
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
