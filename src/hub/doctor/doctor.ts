import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { HUB_CHAIN, readChain } from '../../access/audit/store.ts'
import { verifyTrail } from '../../access/audit/trail.ts'
import type { Database } from '../../base/database.ts'
import { reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import type { Clock } from '../../base/time.ts'
import { AUDIT_HEADS_FILE, readAuditHeads } from '../audit/heads.ts'
import { serverAccount } from '../database/account.ts'
import { type HubDatabase, openHubDatabase, serverVersion } from '../database/hub-database.ts'
import { pendingMigrations } from '../database/migrate.ts'
import type { Centre } from '../flows/centre.ts'
import { escalationNow } from '../flows/plan-escalation.ts'
import { examineCharts } from './examine-charts.ts'
import {
  type Finding,
  judgeAccount,
  judgeAsked,
  judgeClock,
  judgeDisk,
  judgeDurability,
  judgeNode,
  judgeServer,
} from './finding.ts'
import { databaseNow, durability } from './store.ts'

const NOT_BEGUN: Finding = {
  verdict: 'look',
  what: 'Database',
  because: 'There is none yet.',
  so: 'The first start of the hub makes it. To have the one of your distribution, install PostgreSQL before.',
}

/** Looks at what a hub stands on and changes nothing. Never throws: what cannot be looked at is a finding too. */
export async function examine(
  options: {
    dataDir: string
    databaseUrl: string | undefined
    log: Log
    preferSystem?: boolean
    asking?: Pick<Centre, 'escalation' | 'planAsking'>
    /** Names the patients that a finding is about. */
    patients?: boolean
  },
  clock: Clock,
): Promise<Finding[]> {
  const { dataDir } = options
  const findings = [judgeNode(process.version)]
  const look = async (what: string, act: () => Promise<Finding[]>) => {
    const found = await act().catch((thrown: unknown): Finding[] => [
      { verdict: 'bad', what, because: reasonOf(thrown) },
    ])
    findings.push(...found)
  }
  const { asking = {} } = options
  if (asking.escalation !== undefined) findings.push(judgeAsked(asking.escalation))
  const begun = options.databaseUrl !== undefined || existsSync(join(dataDir, 'postgres'))
  if (!begun) return [...findings, NOT_BEGUN]
  await look('Disk', async () => {
    const { bavail, bsize } = await statfs(dataDir)
    return [judgeDisk(bavail * bsize, dataDir)]
  })
  let opened: HubDatabase | undefined
  await look('Database', async () => {
    opened = await openHubDatabase({ ...options, migrated: false })
    return opened.server === undefined ? [] : [judgeAccount(serverAccount(undefined)?.name)]
  })
  if (opened === undefined) return findings
  await using store = opened
  await look('PostgreSQL', async () => [judgeServer(...(await whichServer(store)))])
  await look('Durability', async () => [judgeDurability(await durability(store.db))])
  await look('Clocks', async () => [judgeClock((await databaseNow(store.db)) - clock.now())])
  const pending = await pendingMigrations(store.db).catch(() => undefined)
  await look('Tables', async () => [judgePending(await pendingMigrations(store.db))])
  if (asking.planAsking !== undefined && pending?.length === 0)
    await look('Who is asked to take alarms', async () => [
      judgeAsked(await escalationNow({ db: store.db, clock, ...asking })),
    ])
  if (pending?.length === 0) await look('Charts', () => examineCharts(store.db, clock.now(), options.patients === true))
  await look('Audit trail', async () => [await judgeTrail(store.db, join(dataDir, AUDIT_HEADS_FILE))])
  return findings
}

async function whichServer({ db, server }: HubDatabase): Promise<Parameters<typeof judgeServer>> {
  const version = await serverVersion(db)
  return [{ major: Math.floor(version / 10_000), minor: version % 10_000 }, server?.binaries.origin ?? 'own']
}

function judgePending(pending: string[]): Finding {
  const what = 'Tables'
  return pending.length === 0
    ? { verdict: 'good', what, because: 'They are those of this version.' }
    : { verdict: 'look', what, because: `${pending.length} changes are due; the next start of the hub makes them.` }
}

async function judgeTrail(db: Database, headsFile: string): Promise<Finding> {
  const what = 'Audit trail'
  const { faults, lines } = await verifyTrail(HUB_CHAIN, readChain(db, HUB_CHAIN), await readAuditHeads(headsFile))
  const [first] = faults
  return first === undefined
    ? { verdict: 'good', what, because: `${lines} lines, each follows from the one before.` }
    : {
        verdict: 'bad',
        what,
        because: `${first.because}.`,
        so: 'Run holdfast audit verify, and keep a copy of the database as it is.',
      }
}
