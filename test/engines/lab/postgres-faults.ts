import { chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fault, Verdict } from '../../../src/monitor/standby/standby.ts'
import { until } from '../../scenarios/stage/until.ts'
import { type PairOptions, type PostgresPair, postgresPair } from './postgres-pair.ts'
import type { LabPostgres } from './postgres-server.ts'
import type { PairWatch, WatchOptions } from './watch.ts'

/** A fault that is done to a real pair, and what must be said of it. */
export type PlantedFault = {
  /** As a person would tell it. */
  what: string
  fault: Fault
  /** What the verdict must come to, at the latest 30 s after the fault was named. */
  verdict: Verdict['verdict']
  pair?: PairOptions
  watch?: WatchOptions
  /** Resolves when the fault has begun; gives another watch where the fault is in what is watched. */
  plant(pair: PostgresPair): Promise<PairWatch | undefined | void>
}

/** Plants it in a pair of its own; how long it took to be named. */
export async function timeToName(
  planted: PlantedFault,
): Promise<{ tookMs: number; because: string; remedy: string; watch: Seen }> {
  await using pair = await postgresPair(planted.pair)
  const watch = pair.watch(planted.watch)
  await watch.judged('PROVEN')
  const other = await planted.plant(pair)
  const watched = other ?? watch
  const { tookMs, finding } = await watched.named(planted.fault)
  const { seen } = await watched.judged(planted.verdict)
  return { tookMs, because: finding.because, remedy: finding.remedy, watch: seen }
}
type Seen = PairWatch['seen'][number]

/** So many megabytes of log that cannot be compressed. */
export async function write(server: LabPostgres, megabytes: number): Promise<void> {
  await server.query('CREATE TABLE IF NOT EXISTS filler (bytes text)')
  await server.query(
    `INSERT INTO filler SELECT string_agg(md5(random()::text), '') FROM generate_series(1, $1::int * 32) AS row, generate_series(1, 1024) GROUP BY row`,
    [megabytes],
  )
}

export async function promote(server: LabPostgres): Promise<void> {
  await server.query('SELECT pg_promote(true, 30)')
}

/** Settings that are read at once; the restart that some need is the caller's. */
async function set(server: LabPostgres, name: string, value: string): Promise<void> {
  await server.query(`ALTER SYSTEM SET ${name} = '${value}'`)
  await server.query('SELECT pg_reload_conf()')
}

/** A write whose commit nobody waits for. */
async function writeAndForget(server: LabPostgres): Promise<void> {
  const client = await server.client()
  client.query('CREATE TABLE forgotten AS SELECT 1').catch(() => {})
  const sent = async () => (await server.query(`SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'`)).length > 0
  await until('a commit waits', sent, { withinMs: 20_000 })
}

export const PLANTED: readonly PlantedFault[] = [
  {
    what: 'the cable of the standby is pulled; both engines go on saying "streaming"',
    fault: 'receiver-deaf',
    verdict: 'BEHIND',
    plant: async ({ hosts }) => hosts.pull('B'),
  },
  {
    what: 'the receiver hangs with its connection open',
    fault: 'receiver-deaf',
    verdict: 'BEHIND',
    plant: async ({ standby }) => standby.freeze('walreceiver'),
  },
  {
    what: 'replay is paused, and the log goes on arriving',
    fault: 'replay-paused',
    verdict: 'BEHIND',
    plant: async ({ standby }) => void (await standby.query('SELECT pg_wal_replay_pause()')),
  },
  {
    what: 'the process that replays stands still',
    fault: 'replay-stalled',
    verdict: 'PROVEN',
    plant: async ({ standby }) => standby.freeze('startup'),
  },
  {
    what: 'the slot of an absent standby is lost',
    fault: 'slot-lost',
    verdict: 'UNKNOWN',
    pair: { settings: { max_slot_wal_keep_size: '4MB', wal_keep_size: '0', min_wal_size: '2MB', max_wal_size: '4MB' } },
    plant: async ({ primary, standby }) => {
      await standby.kill9()
      await write(primary, 24)
      await primary.query('CHECKPOINT')
    },
  },
  {
    what: 'the standby comes back and the log that it needs has been removed',
    fault: 'log-removed',
    verdict: 'BEHIND',
    pair: {
      settings: {
        max_slot_wal_keep_size: '4MB',
        archive_mode: 'off',
        wal_keep_size: '0',
        min_wal_size: '2MB',
        max_wal_size: '4MB',
      },
    },
    plant: async ({ primary, standby }) => {
      await standby.stop('fast')
      await write(primary, 24)
      await primary.query('CHECKPOINT')
      await primary.query(`SELECT pg_drop_replication_slot('of_b')`)
      await primary.query(`SELECT pg_create_physical_replication_slot('of_b')`)
      await standby.start()
    },
  },
  {
    what: 'somebody dropped the slot while the standby was away',
    fault: 'slot-lost',
    verdict: 'BEHIND',
    plant: async ({ primary, standby }) => {
      await standby.stop('fast')
      await primary.query(`SELECT pg_drop_replication_slot('of_b')`)
      await standby.start()
    },
  },
  {
    what: 'an absent standby fills the disk of the primary',
    fault: 'slot-eats-disk',
    verdict: 'UNKNOWN',
    watch: { slotKeepBytes: 16e6 },
    plant: async ({ primary, standby }) => {
      await standby.kill9()
      await write(primary, 24)
    },
  },
  {
    what: 'the disk for the log of the standby is full',
    fault: 'standby-disk-full',
    verdict: 'BEHIND',
    pair: { standbyWalMb: 24 },
    plant: async ({ primary }) => write(primary, 60),
  },
  {
    what: 'the standby asks at an address where nobody is',
    fault: 'receiver-gone',
    verdict: 'BEHIND',
    plant: async ({ standby }) => set(standby, 'primary_conninfo', 'host=10.99.0.77 user=postgres connect_timeout=2'),
  },
  {
    what: 'the archive cannot be written',
    fault: 'archive-failing',
    verdict: 'PROVEN',
    plant: async ({ primary }) => {
      await chmod(primary.archive, 0o000)
      await primary.query(`SELECT pg_switch_wal() FROM pg_create_restore_point('planted')`)
    },
  },
  {
    what: 'the standby is promoted while the primary only cannot be reached',
    fault: 'both-writable',
    verdict: 'DIVERGED',
    plant: async ({ hosts, standby }) => {
      await hosts.pull('B')
      await promote(standby)
    },
  },
  {
    what: 'the primary is gone and the standby takes writes',
    fault: 'standby-writable',
    verdict: 'UNKNOWN',
    plant: async ({ primary, standby }) => {
      await primary.kill9()
      await promote(standby)
    },
  },
  {
    what: 'an old primary comes back as a standby without a rewind',
    fault: 'wrong-timeline',
    verdict: 'DIVERGED',
    plant: async ({ hosts, primary, standby, watchOf }) => {
      await hosts.pull('B')
      await promote(standby)
      await write(primary, 1)
      await write(standby, 1)
      await primary.stop('fast')
      await hosts.plug('B')
      await writeFile(join(primary.dataDir, 'standby.signal'), '')
      await primary.settings({ primary_conninfo: `host=${hosts.address('B')} user=postgres` })
      await primary.start()
      return watchOf(standby, primary)
    },
  },
  {
    what: 'commits wait for a standby that is cut off',
    fault: 'commits-hang',
    verdict: 'BEHIND',
    watch: { synchronous: true },
    plant: async ({ hosts, primary }) => {
      await set(primary, 'synchronous_standby_names', 'B')
      await until('the standby is synchronous', () => isSynchronous(primary), { withinMs: 20_000 })
      await hosts.pull('B')
      await writeAndForget(primary)
    },
  },
  {
    what: 'somebody switched synchronous replication off',
    fault: 'synchronous-degraded',
    verdict: 'PROVEN',
    watch: { synchronous: true },
    plant: async ({ primary }) => {
      await set(primary, 'synchronous_standby_names', 'B')
      await until('the standby is synchronous', () => isSynchronous(primary), { withinMs: 20_000 })
      await set(primary, 'synchronous_standby_names', '')
    },
  },
  {
    what: 'the account of Holdfast is not let in any more',
    fault: 'credentials-expired',
    verdict: 'UNKNOWN',
    plant: async ({ primary }) => void (await primary.query('ALTER ROLE holdfast NOLOGIN')),
  },
  {
    what: 'the account of Holdfast expires in three days',
    fault: 'credentials-expiring',
    verdict: 'PROVEN',
    plant: async ({ primary }) => {
      const until = new Date(performance.timeOrigin + performance.now() + 3 * 86_400_000).toISOString()
      await primary.query(`ALTER ROLE holdfast VALID UNTIL '${until}'`)
    },
  },
  {
    what: 'both addresses lead to the primary',
    fault: 'wrong-host',
    verdict: 'UNKNOWN',
    plant: async ({ primary, watchOf }) => watchOf(primary, primary),
  },
  {
    what: 'the address of the standby leads to another practice',
    fault: 'wrong-host',
    verdict: 'UNKNOWN',
    plant: async ({ primary, stranger, watchOf }) => watchOf(primary, await stranger()),
  },
  {
    what: 'the two are swapped in the configuration',
    fault: 'roles-swapped',
    verdict: 'UNKNOWN',
    plant: async ({ primary, standby, watchOf }) => watchOf(standby, primary),
  },
  {
    what: 'the clock of the standby is 90 s ahead',
    fault: 'clock-skew',
    verdict: 'PROVEN',
    plant: async ({ standby }) => {
      await standby.stop('fast')
      await standby.start({ faketime: '+90s' })
    },
  },
  {
    what: 'the primary takes no writes',
    fault: 'heartbeat-stopped',
    verdict: 'PROVEN',
    plant: async ({ primary }) => set(primary, 'default_transaction_read_only', 'on'),
  },
  {
    what: 'the standby is frozen: it takes connections and says nothing',
    fault: 'standby-unreachable',
    verdict: 'UNKNOWN',
    plant: async ({ standby }) => standby.freeze('all'),
  },
  {
    what: 'the primary is killed',
    fault: 'primary-unreachable',
    verdict: 'UNKNOWN',
    plant: async ({ primary }) => primary.kill9(),
  },
  {
    what: 'the primary comes back from an older copy',
    fault: 'standby-ahead',
    verdict: 'DIVERGED',
    plant: async ({ primary, standby }) => {
      await primary.stop('fast')
      const copy = `${primary.dataDir}.copy`
      await primary.asPostgres('../../../../bin/cp', ['-a', primary.dataDir, copy])
      await primary.start()
      await write(primary, 4)
      await until('the standby has it', async () => (await standby.query('SELECT FROM filler')).length > 0, {
        withinMs: 30_000,
      })
      await standby.freeze('walreceiver')
      await primary.kill9()
      await rm(primary.dataDir, { recursive: true })
      await primary.asPostgres('../../../../bin/mv', [copy, primary.dataDir])
      await primary.start()
    },
  },
]

async function isSynchronous(primary: LabPostgres): Promise<boolean> {
  return (await primary.query(`SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`)).length > 0
}
