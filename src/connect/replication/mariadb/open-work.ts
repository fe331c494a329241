import type { RowDataPacket } from 'mysql2/promise'
import type { AskOpenWork, OpenWork } from '../../replication.ts'
import type { SideConfig } from '../config.ts'
import { inTime } from '../in-time.ts'
import { limited, type OpenWorkQuery, openWorkOf } from '../open-work.ts'
import { connectTo, type Opened } from './connector.ts'

/** Asks a MariaDB server what is open on it, in a transaction that can write nothing. */
export function mariadbOpenWork(config: SideConfig, queries: readonly OpenWorkQuery[]): AskOpenWork {
  return async (signal) => {
    const open: Opened = {}
    const hangUp = () => open.connection?.destroy()
    const ask = async (): Promise<OpenWork[]> => {
      const connection = await connectTo(config, open)
      await connection.query('START TRANSACTION READ ONLY')
      const found: OpenWork[] = []
      for (const { what, query } of queries) {
        const [rows] = await connection.query<RowDataPacket[]>(limited(query))
        found.push(openWorkOf(what, rows))
      }
      return found
    }
    try {
      return await inTime(ask(), { ms: config.deadlineMs, signal, hangUp })
    } catch {
      // What a server says of a query that fails may quote a row, so it goes no further.
      return undefined
    } finally {
      hangUp()
    }
  }
}
