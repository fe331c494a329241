import { chown, copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { connectionOf } from '../../base/database.ts'
import { codeOf, Failure, reasonOf } from '../../base/failure.ts'
import { chooseBinaries } from './binaries.ts'
import { type DataPlace, dataPlace } from './cluster.ts'
import { type Postgres, type PostgresOptions, SUPERUSER, superviseServer } from './postgres.ts'

export type StandbyOptions = Omit<PostgresOptions, 'database'> & {
  /** A running server of ours on this machine; reached through its socket. Needed to make the copy, not to start it again. */
  primary: Pick<Postgres, 'dataDir' | 'socketDir' | 'port' | 'urlOf'>
  /** Its replication slot on the primary, which keeps the log that the standby has not received. */
  slot: string
}

/** Never copied: they belong to the running primary, or the standby makes its own. */
const LEFT_OUT =
  /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\/.|(^|\/)pgsql_tmp|^postmaster\.(pid|opts)$|^\.words-|^log\/.|^pg_internal\.init|\/pg_internal\.init/

/**
 * Starts a streaming standby of a primary of ours, making its data first when there is none: a low-level base backup (PostgreSQL manual,
 * 25.3.3), since the npm packages bring no pg_basebackup. Stop it and call again with the same folder to go on where it was.
 */
export async function makeStandby(options: StandbyOptions): Promise<Postgres> {
  const { dataDir, log, primary, slot, preferSystem = true } = options
  const place = await dataPlace(dataDir, log)
  if (place.major === undefined) await copyPrimary(primary, place, slot)
  const { major } = await dataPlace(dataDir, log)
  const binaries = await chooseBinaries(place.account, { preferSystem, dataMajor: major })
  const conninfo = `host=${primary.socketDir} port=${primary.port} user=${SUPERUSER} application_name=${slot}`
  const settings = { ...options.settings, primary_conninfo: conninfo, primary_slot_name: slot, hot_standby: 'on' }
  const { name = slot, tcpPort } = options
  return superviseServer(
    { dataDir, log, name, settings, ...(tcpPort === undefined ? {} : { tcpPort }) },
    place,
    binaries,
  )
}

async function copyPrimary(primary: StandbyOptions['primary'], place: DataPlace, slot: string): Promise<void> {
  const client = new pg.Client(connectionOf(primary.urlOf('postgres')))
  const making = `${place.path}.making`
  try {
    await client.connect()
    const known = await client.query('select 1 from pg_replication_slots where slot_name = $1', [slot])
    if (known.rowCount === 0) await client.query('select pg_create_physical_replication_slot($1, true)', [slot])
    await rm(making, { recursive: true, force: true })
    await client.query(`select pg_backup_start('standby', true)`)
    await copyFolder(primary.dataDir, making, '', place)
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(true)')
    await writeFile(join(making, 'backup_label'), rows[0]?.labelfile ?? '', { mode: 0o600 })
    await writeFile(join(making, 'standby.signal'), '', { mode: 0o600 })
    await own(join(making, 'backup_label'), place)
    await own(join(making, 'standby.signal'), place)
    await rename(making, place.path)
  } catch (thrown) {
    await rm(making, { recursive: true, force: true })
    throw new Failure(
      'transient',
      `The standby could not be copied from its primary: ${reasonOf(thrown)}. The primary is as it was.`,
      { cause: thrown },
    )
  } finally {
    await client.end().catch(() => {})
  }
}

async function copyFolder(from: string, to: string, below: string, place: DataPlace): Promise<void> {
  await mkdir(join(to, below), { mode: 0o700 })
  await own(join(to, below), place)
  for (const entry of await readdir(join(from, below), { withFileTypes: true })) {
    const path = join(below, entry.name)
    if (LEFT_OUT.test(path)) continue
    if (entry.isDirectory()) await copyFolder(from, to, path, place)
    else if (entry.isFile()) await copyOne(join(from, path), join(to, path), place)
  }
}

/** A file may vanish while a live server is copied: the log tells the standby what became of it. */
async function copyOne(from: string, to: string, place: DataPlace): Promise<void> {
  try {
    await copyFile(from, to)
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return
    throw thrown
  }
  await own(to, place)
}

async function own(path: string, { account }: DataPlace): Promise<void> {
  if (account !== undefined) await chown(path, account.uid, account.gid)
}
