import type { AskOpenWork, OpenWork } from '../../replication.ts'
import type { SideConfig } from '../config.ts'
import { inTime } from '../in-time.ts'
import { limited, type OpenWorkQuery, openWorkOf } from '../open-work.ts'
import { clientFor, hangUpOn } from './connector.ts'

/** Asks a PostgreSQL server what is open on it, in a transaction that can write nothing. */
export function postgresOpenWork(config: SideConfig, queries: readonly OpenWorkQuery[]): AskOpenWork {
  return async (signal) => {
    const client = clientFor(config)
    const hangUp = () => hangUpOn(client)
    const ask = async (): Promise<OpenWork[]> => {
      await client.connect()
      await client.query('BEGIN READ ONLY')
      const found: OpenWork[] = []
      for (const { what, query } of queries) {
        const { rows } = await client.query<Record<string, unknown>>(limited(query))
        found.push(openWorkOf(what, rows))
      }
      await client.query('ROLLBACK')
      client.end().catch(() => {})
      return found
    }
    try {
      return await inTime(ask(), { ms: config.deadlineMs, signal, hangUp })
    } catch {
      // What a server says of a query that fails may quote a row, so it goes no further.
      hangUp()
      return undefined
    }
  }
}
