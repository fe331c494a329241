import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fault, Verdict } from '../../src/monitor/standby/standby.ts'
import { until } from '../scenarios/stage/until.ts'
import { type MariaDbPair, mariadbPair } from './lab/mariadb-pair.ts'
import type { WatchOptions } from './lab/watch.ts'

type Planted = {
  what: string
  fault: Fault
  verdict: Verdict['verdict']
  options?: string[]
  watch?: WatchOptions
  plant: (pair: MariaDbPair) => Promise<unknown>
}

const SEMI_SYNC = ['--rpl-semi-sync-master-enabled=1', '--rpl-semi-sync-slave-enabled=1']

const PLANTED: readonly Planted[] = [
  {
    what: 'the cable of the replica is pulled; it says that it runs and is 0 seconds behind',
    fault: 'receiver-deaf',
    verdict: 'BEHIND',
    plant: ({ hosts }) => hosts.pull('B'),
  },
  {
    what: 'somebody stopped the SQL thread',
    fault: 'replay-paused',
    verdict: 'BEHIND',
    plant: ({ standby }) => standby.run('STOP REPLICA SQL_THREAD'),
  },
  {
    what: 'somebody stopped the IO thread',
    fault: 'receiver-gone',
    verdict: 'BEHIND',
    plant: ({ standby }) => standby.run('STOP REPLICA IO_THREAD'),
  },
  {
    what: 'the replica takes writes',
    fault: 'standby-writable',
    verdict: 'UNKNOWN',
    plant: ({ standby }) => standby.run('SET GLOBAL read_only = 0'),
  },
  {
    what: 'the replica is stopped and opened to writes, and nobody has written yet',
    fault: 'standby-writable',
    verdict: 'UNKNOWN',
    plant: ({ standby }) => standby.run('STOP REPLICA; SET GLOBAL read_only = 0'),
  },
  {
    what: 'the replica is stopped, opened to writes and written to',
    fault: 'errant-transactions',
    verdict: 'DIVERGED',
    plant: ({ standby }) => standby.run('STOP REPLICA; SET GLOBAL read_only = 0; CREATE DATABASE own'),
  },
  {
    what: 'the replica is made a primary while the primary goes on',
    fault: 'both-writable',
    verdict: 'DIVERGED',
    plant: ({ standby }) => standby.run('STOP REPLICA; RESET REPLICA ALL; SET GLOBAL read_only = 0'),
  },
  {
    what: 'the replica forgets whom it follows and stays read-only',
    fault: 'receiver-gone',
    verdict: 'UNKNOWN',
    plant: ({ standby }) => standby.run('STOP REPLICA; RESET REPLICA ALL'),
  },
  {
    what: 'the primary is made read-only',
    fault: 'heartbeat-stopped',
    verdict: 'UNKNOWN',
    plant: ({ primary }) => primary.run('SET GLOBAL read_only = 1'),
  },
  {
    what: 'one of two replication connections is stopped',
    fault: 'receiver-gone',
    verdict: 'UNKNOWN',
    plant: async ({ hosts, standby }) => {
      await standby.run(`CHANGE MASTER 'reports' TO MASTER_HOST = '${hosts.address('A')}', MASTER_USER = 'replica',
        MASTER_PASSWORD = 'of the lab alone', MASTER_USE_GTID = slave_pos`)
    },
  },
  {
    what: 'replication goes by files and places, and somebody stopped the SQL thread',
    fault: 'replay-paused',
    verdict: 'BEHIND',
    plant: ({ standby }) => standby.run('STOP REPLICA; CHANGE MASTER TO MASTER_USE_GTID = no; START REPLICA IO_THREAD'),
  },
  {
    what: 'a row is on the replica that the primary does not know of',
    fault: 'replay-stopped',
    verdict: 'DIVERGED',
    plant: async ({ primary, standby }) => {
      await primary.run('CREATE TABLE holdfast.one (id int PRIMARY KEY)')
      await until(
        'the replica has the table',
        () => standby.run('INSERT INTO holdfast.one VALUES (1)').then(() => true),
        {
          withinMs: 20_000,
        },
      )
      await primary.run('INSERT INTO holdfast.one VALUES (1)')
    },
  },
  {
    what: 'semi-synchronous commits wait for a replica that is cut off',
    fault: 'commits-hang',
    verdict: 'BEHIND',
    options: ['--rpl-semi-sync-slave-enabled=1'],
    watch: { synchronous: true },
    plant: async ({ hosts, primary, standby }) => {
      await primary.run('SET GLOBAL rpl_semi_sync_master_timeout = 60000; SET GLOBAL rpl_semi_sync_master_enabled = 1')
      // A replica says that it will confirm when it signs in.
      await standby.run('STOP REPLICA; START REPLICA')
      const confirms = async () =>
        (await primary.ask("SHOW STATUS LIKE 'Rpl_semi_sync_master_clients'")).some(({ Value }) => Value === '1')
      await until('the replica is one that confirms', confirms, { withinMs: 30_000 })
      await hosts.pull('B')
    },
  },
  {
    what: 'the primary stops waiting for its replica without a word',
    fault: 'synchronous-degraded',
    verdict: 'BEHIND',
    options: [...SEMI_SYNC, '--rpl-semi-sync-master-timeout=1000'],
    watch: { synchronous: true },
    plant: ({ hosts }) => hosts.pull('B'),
  },
  {
    what: 'the account of Holdfast is locked',
    fault: 'credentials-expired',
    verdict: 'UNKNOWN',
    plant: ({ primary }) => primary.run(`ALTER USER 'holdfast'@'localhost' ACCOUNT LOCK`),
  },
]

for (const { what, fault, verdict, options, watch: how, plant } of PLANTED)
  test(`MariaDB: ${what}: ${fault}, and the verdict is ${verdict}`, { timeout: 180_000 }, async (t) => {
    await using pair = await mariadbPair(options)
    const watch = pair.watch(how)
    await watch.judged('PROVEN')
    await plant(pair)
    const { tookMs, finding } = await watch.named(fault)
    t.diagnostic(`named after ${(tookMs / 1000).toFixed(1)} s: ${finding.because}`)
    await watch.judged(verdict)
  })

test('MariaDB: an idle pair is proven, has nothing wrong with it, and refuses writes on the replica', async () => {
  await using pair = await mariadbPair()
  const watch = pair.watch({ everyMs: 500 })
  await watch.judged('PROVEN')
  const before = watch.seen.length
  await until('it was looked at for a while', () => watch.seen.length >= before + 20, { withinMs: 120_000 })
  for (const { findings, verdict, look } of watch.seen.slice(before)) {
    assert.deepEqual(findings, [])
    assert.equal(verdict.verdict, 'PROVEN')
    assert.ok(look.standby.answered)
    assert.equal(look.standby.said.write, 'refused')
  }
})
