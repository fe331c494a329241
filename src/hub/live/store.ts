import { sql } from 'kysely'
import pg from 'pg'
import { connectionOf, type Database } from '../../base/database.ts'
import { reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import type { Live } from './live.ts'

const CHANNEL = 'holdfast_changed'
const AGAIN_MS = 2000

/** When the transaction commits, every hub on this database hears that these subjects changed. */
export async function tellChanged(db: Database, subjects: string[]): Promise<void> {
  await sql`SELECT pg_notify(${CHANNEL}, ${JSON.stringify(subjects)})`.execute(db)
}

/**
 * Hears what any hub tells and passes it on to `live`, on a connection of its own that is made again when it is lost; then everything may
 * have changed, and that is what is passed on.
 */
export function hearChanges(url: string, live: Live, log: Log): AsyncDisposable {
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let over = false

  const again = (): void => {
    if (over || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      void connect()
    }, AGAIN_MS)
  }
  const connect = async (): Promise<void> => {
    if (over) return
    const next = new pg.Client({ ...connectionOf(url), application_name: 'holdfast-live', keepAlive: true })
    next.on('notification', ({ payload }) => live.tell(subjectsOf(payload)))
    next.on('error', () => {})
    next.on('end', again)
    try {
      await next.connect()
      await next.query(`LISTEN ${CHANNEL}`)
      client = next
      live.tell(['*'])
    } catch (thrown) {
      log.warn({ because: reasonOf(thrown) }, 'live pages do not hear of changes made elsewhere; trying again')
      await next.end().catch(() => {})
      again()
    }
  }
  void connect()
  return {
    async [Symbol.asyncDispose]() {
      over = true
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}

function subjectsOf(payload: string | undefined): string[] {
  const told: unknown = JSON.parse(payload ?? '[]')
  return Array.isArray(told) ? told.filter((one) => typeof one === 'string') : []
}
