import { chmod, lstat, mkdir, readFile, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { connectionOf } from '../../src/base/database.ts'
import type { Log } from '../../src/base/log.ts'
import { type Postgres, startPostgres } from '../../src/hub/database/postgres.ts'
import { makeStandby } from '../../src/hub/database/standby.ts'

/**
 * The sample practice's EHR: a real PostgreSQL with schema.sql in it and a real streaming standby, from which Holdfast reads. Both are
 * servers of their own; what they hold outlives whoever started them.
 */
export type SampleEhr = AsyncDisposable & {
  readonly primary: Postgres | undefined
  readonly standby: Postgres | undefined
  /** For `openDatabase` and `connectionOf`; the same whenever the servers run. */
  readonly urls: EhrUrls
  startPrimary(): Promise<void>
  stopPrimary(): Promise<void>
  startStandby(): Promise<void>
  stopStandby(): Promise<void>
  /** The standby goes on receiving and stops replaying: it answers, with yesterday's news. */
  pauseReplay(): Promise<void>
  resumeReplay(): Promise<void>
  replayPaused(): Promise<boolean | undefined>
  stop(): Promise<void>
}

/**
 * `owner` writes (the practice's own programs), `reader` may only SELECT on the standby, `canary` may only stamp its one row, `watch` asks either server
 * how replication stands.
 */
export type EhrUrls = {
  owner: string
  reader: string
  readerOnPrimary: string
  canary: string
  watch: string
  watchOnStandby: string
}

export type EhrOptions = {
  /** Data of both servers; made when it is not there. */
  folder: string
  log: Log
  /** False (for tests): gives up safety against a power cut for speed. */
  durable?: boolean
}

const DATABASE = 'ehr'
const SLOT = 'sample_standby'

export async function startEhr(options: EhrOptions): Promise<SampleEhr> {
  const { folder, log, durable = true } = options
  if ((await mkdir(folder, { recursive: true })) !== undefined) await chmod(folder, 0o711)
  const haste = durable ? {} : { fsync: 'off', full_page_writes: 'off' }
  // A standby that is away for long must not fill the disk: past this, it is made anew.
  const settings = { ...haste, max_slot_wal_keep_size: '2GB', max_wal_size: '1GB' }
  const standbyDir = join(folder, 'standby')
  let primary: Postgres | undefined
  let standby: Postgres | undefined
  let known: EhrUrls | undefined

  const startPrimary = async (): Promise<void> => {
    primary ??= await startPostgres({
      dataDir: join(folder, 'primary'),
      log,
      name: 'ehr-primary',
      database: DATABASE,
      settings,
    })
    await haveSchema(primary.url)
  }
  const startStandby = async (): Promise<void> => {
    if (standby !== undefined) return
    if (primary === undefined) await startPrimary()
    if (primary === undefined) return
    if (await slotIsLost(primary.url)) await forgetFolder(standbyDir)
    const own = {
      ...settings,
      // Long reads on a standby are cancelled when the primary clears away rows that they still see, unless it is told of them.
      hot_standby_feedback: 'on',
      max_standby_streaming_delay: '5min',
    }
    standby = await makeStandby({ dataDir: standbyDir, log, name: 'ehr-standby', primary, slot: SLOT, settings: own })
  }
  const stop = async (): Promise<void> => {
    const both = [standby, primary]
    standby = undefined
    primary = undefined
    for (const server of both) await server?.stop()
  }
  try {
    await startPrimary()
    await startStandby()
  } catch (thrown) {
    await stop()
    throw thrown
  }

  const onStandby = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> =>
    standby === undefined ? [] : ask<Row>(standby.urlOf(DATABASE), text)
  const stopPrimary = async (): Promise<void> => {
    const stopping = primary
    primary = undefined
    // Nobody waits for a checkpoint when they pull a plug.
    await stopping?.stop('immediate')
  }
  const stopStandby = async (): Promise<void> => {
    const stopping = standby
    standby = undefined
    await stopping?.stop('immediate')
  }
  return {
    get primary() {
      return primary
    },
    get standby() {
      return standby
    },
    get urls() {
      if (known === undefined) {
        if (primary === undefined || standby === undefined) throw new Error('the EHR was never up')
        known = {
          owner: primary.urlOf(DATABASE),
          reader: asUser(standby.urlOf(DATABASE), 'holdfast_reader'),
          readerOnPrimary: asUser(primary.urlOf(DATABASE), 'holdfast_reader'),
          canary: asUser(primary.urlOf(DATABASE), 'holdfast_canary'),
          watch: asUser(primary.urlOf(DATABASE), 'holdfast_watch'),
          watchOnStandby: asUser(standby.urlOf(DATABASE), 'holdfast_watch'),
        }
      }
      return known
    },
    startPrimary,
    stopPrimary,
    startStandby,
    stopStandby,
    pauseReplay: async () => {
      await onStandby('SELECT pg_wal_replay_pause()')
    },
    resumeReplay: async () => {
      await onStandby('SELECT pg_wal_replay_resume()')
    },
    replayPaused: async () =>
      (await onStandby<{ paused: boolean }>('SELECT pg_is_wal_replay_paused() AS paused'))[0]?.paused,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function haveSchema(url: string): Promise<void> {
  const there = await ask<{ there: boolean }>(url, `SELECT to_regclass('holdfast_canary') IS NOT NULL AS there`)
  for (const file of there[0]?.there === true ? ['watch.sql'] : ['schema.sql', 'watch.sql']) {
    const statements = await readFile(join(import.meta.dirname, file), 'utf8')
    await ask(url, `BEGIN;\n${statements}\nCOMMIT;`)
  }
}

async function slotIsLost(url: string): Promise<boolean> {
  const slots = await ask<{ lost: boolean }>(
    url,
    `SELECT wal_status = 'lost' AS lost FROM pg_replication_slots WHERE slot_name = '${SLOT}'`,
  )
  if (slots[0]?.lost !== true) return false
  await ask(url, `SELECT pg_drop_replication_slot('${SLOT}')`)
  return true
}

/** The data may stand elsewhere, behind a link. */
async function forgetFolder(path: string): Promise<void> {
  if ((await lstat(path).catch(() => undefined))?.isSymbolicLink() === true)
    await rm(await realpath(path), { recursive: true, force: true })
  await rm(path, { recursive: true, force: true })
}

async function ask<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client(connectionOf(url))
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

function asUser(url: string, user: string): string {
  return url.replace(/user=[^&]*/, `user=${user}`)
}
