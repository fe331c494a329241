import { statfs } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import { act, watch } from '../finding.ts'
import { answered, looking } from '../looking.ts'
import type { Answer, Finding, Probe, ProbeName } from '../probe.ts'
import type { OwnStoreConfig } from './config.ts'

/** The hub's own store: its database, and the folder in which keys and packs lie. */
export type OwnStore = { db: Database; dataDir: string }

/** Whether the hub can still write: that its database takes a durable write, how long that takes, and how full the disk of its folder is. */
export function ownStoreProbe({ id, observes }: ProbeName, config: OwnStoreConfig, store: OwnStore): Probe {
  const what = 'The database of this hub'
  return {
    id,
    kind: 'own-store',
    observes,
    look: (signal) => looking({ what, deadlineMs: config.deadlineMs, signal }, () => lookOnce(what, config, store)),
  }
}

async function lookOnce(what: string, config: OwnStoreConfig, { db, dataDir }: OwnStore): Promise<Answer> {
  const began = performance.now()
  // A transaction of its own that leaves a record in the log and no row: its end waits for the disk, as every write does.
  await sql`SELECT pg_logical_emit_message(true, 'holdfast probe', '')`.execute(db)
  const writeMs = Math.round(performance.now() - began)
  const usedPercent = await diskUsed(dataDir)
  const findings = [
    ...slow(writeMs, config),
    ...(usedPercent === undefined
      ? [act('The folder of the hub cannot be looked at: is its disk there?')]
      : full(usedPercent, config)),
  ]
  return answered(
    `${what} took a write in ${writeMs} ms${usedPercent === undefined ? '' : `; the disk of its folder is ${usedPercent} % full`}.`,
    [
      { what: 'write', value: writeMs, unit: 'ms' },
      ...(usedPercent === undefined ? [] : [{ what: 'disk of the folder', value: usedPercent, unit: '%' } as const]),
    ],
    findings,
  )
}

function slow(writeMs: number, { writeWatchMs, writeActMs }: OwnStoreConfig): Finding[] {
  const says = `A write took ${writeMs} ms: packs and alarms come late.`
  return writeMs >= writeActMs ? [act(says)] : writeMs >= writeWatchMs ? [watch(says)] : []
}

function full(usedPercent: number, { diskWatchPercent, diskActPercent }: OwnStoreConfig): Finding[] {
  const says = `The disk of the hub's folder is ${usedPercent} % full. When it is full no pack is made; sites go on with what they have.`
  return usedPercent >= diskActPercent ? [act(says)] : usedPercent >= diskWatchPercent ? [watch(says)] : []
}

/** As `df` says it: of what an ordinary user may fill. Undefined when the folder cannot be looked at. */
async function diskUsed(folder: string): Promise<number | undefined> {
  try {
    const { blocks, bfree, bavail } = await statfs(folder)
    const used = blocks - bfree
    return used + bavail === 0 ? undefined : Math.ceil((100 * used) / (used + bavail))
  } catch {
    return undefined
  }
}
