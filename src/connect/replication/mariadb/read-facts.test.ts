import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gtidPosition } from './gtid.ts'
import { readFacts, type TextRow } from './read-facts.ts'

const VARIABLES: TextRow = {
  server_id: '2',
  hostname: 'b',
  port: '3306',
  datadir: '/var/lib/mysql/',
  read_only: '1',
  binlog: '0-1-55',
  replayed: '0-1-54',
  clock: '1795337660329.000',
}
const REPLICA: TextRow = {
  Slave_IO_Running: 'Yes',
  Slave_SQL_Running: 'Yes',
  Gtid_IO_Pos: '0-1-55',
  Last_IO_Errno: '0',
  Last_SQL_Errno: '0',
  Master_Host: 'a',
  Master_Port: '3306',
}
const says = (
  replica: TextRow | readonly TextRow[] | undefined,
  variables: TextRow = {},
  expected: 'primary' | 'standby' = 'standby',
) =>
  readFacts(
    {
      variables: { ...VARIABLES, ...variables },
      status: {},
      replicas: replica === undefined ? [] : [replica].flat(),
      expected,
    },
    { heartbeat: undefined, write: 'not-tried' },
  )
const STOPPED = { ...REPLICA, Slave_IO_Running: 'No', Slave_SQL_Running: 'No' }

test('positions are read for each domain, and an empty one says nothing', () => {
  assert.deepEqual(gtidPosition('0-1-55,2-3-7'), {
    kind: 'gtid',
    domains: { 0: { server: 1, sequence: 55 }, 2: { server: 3, sequence: 7 } },
  })
  assert.equal(gtidPosition(''), undefined)
})

test('who has a replication connection is a standby, named or not, running or not, whatever it lets be written', () => {
  for (const row of [REPLICA, STOPPED, { ...REPLICA, Slave_IO_Running: 'Connecting' }])
    for (const name of ['', 'main'])
      for (const readOnly of ['0', '1'])
        assert.equal(says({ ...row, Connection_name: name }, { read_only: readOnly }).role, 'standby')
})

test('a primary is one that takes writes and follows nobody; a stopped connection is a leftover only on the server that is called the primary', () => {
  assert.equal(says(undefined, { read_only: '0' }).role, 'primary')
  assert.equal(says(STOPPED, { read_only: '0' }, 'primary').role, 'primary')
  assert.equal(says(STOPPED, { read_only: '1' }, 'primary').role, 'standby')
  assert.equal(says(REPLICA, { read_only: '0' }, 'primary').role, 'standby')
})

test('a server that is read-only and has no connection is neither, and says no position that could prove anything', () => {
  for (const expected of ['primary', 'standby'] as const) {
    const { role, current, received, replayed } = says(undefined, { read_only: '1' }, expected)
    assert.deepEqual([role, current, received, replayed], ['unknown', undefined, undefined, undefined])
  }
})

test('of several connections the worst counts, in whatever order they are listed', () => {
  const other: TextRow = { ...REPLICA, Connection_name: 'reports', Gtid_IO_Pos: '0-1-40,5-9-7' }
  const worse: [TextRow, string, string | undefined][] = [
    [{ ...other, Slave_IO_Running: 'No' }, 'stopped', 'running'],
    [{ ...other, Slave_IO_Running: 'Connecting' }, 'connecting', 'running'],
    [{ ...other, Slave_SQL_Running: 'No' }, 'streaming', 'paused'],
    [{ ...other, Slave_SQL_Running: 'No', Last_SQL_Errno: '1062' }, 'streaming', 'stopped'],
  ]
  for (const [row, receiver, replay] of worse)
    for (const rows of [
      [REPLICA, row],
      [row, REPLICA],
    ]) {
      const said = says(rows)
      assert.deepEqual([said.receiver?.status, said.replay], [receiver, replay])
      assert.deepEqual(said.received, {
        kind: 'gtid',
        domains: { 0: { server: 1, sequence: 55 }, 5: { server: 9, sequence: 7 } },
      })
    }
  assert.equal(says([REPLICA, { ...other, Slave_IO_Running: 'No' }]).receiver?.name, 'reports')
})

test('a connection that goes by files and places says how far it has read there, and no position', () => {
  const said = says({ ...REPLICA, Gtid_IO_Pos: '', Master_Log_File: 'binlog.000003', Read_Master_Log_Pos: '812' })
  assert.equal(said.received, undefined)
  assert.equal(said.receiver?.place, 'binlog.000003:812')
  assert.equal(says({ ...REPLICA, Using_Gtid: 'No' }).received, undefined, 'left over from before')
})

test('the newest of every server that wrote is known, not only the last of a domain', () => {
  const { transactions } = says(REPLICA, { state: '0-2-37,0-1-55', binlog: '0-1-55', replayed: '0-1-54,4-1-2' })
  assert.equal(transactions?.serverId, 2)
  assert.deepEqual(
    transactions.newest.map(({ domain, server, sequence }) => `${domain}-${server}-${sequence}`).toSorted(),
    ['0-1-55', '0-2-37', '4-1-2'],
  )
})

test('an SQL thread that somebody stopped is paused, one that failed is stopped, and its text is not shown', () => {
  assert.equal(says({ ...REPLICA, Slave_SQL_Running: 'No' }).replay, 'paused')
  const failed = says({ ...REPLICA, Slave_SQL_Running: 'No', Last_SQL_Errno: '1062', Last_SQL_Error: 'Rivera' })
  assert.equal(failed.replay, 'stopped')
  assert.equal(failed.complaint, 'cannot-apply')
  assert.doesNotMatch(JSON.stringify(failed), /Rivera/)
})

test('log that was purged and log of another history are told apart', () => {
  const broken = (text: string) =>
    says({ ...REPLICA, Slave_IO_Running: 'No', Last_IO_Errno: '1236', Last_IO_Error: text }).complaint
  assert.equal(broken('Probably the slave state is too old and required binlog files have been purged.'), 'log-removed')
  assert.equal(
    broken("connecting slave requested to start from GTID 0-1-9, which is not in the master's binlog"),
    'other-history',
  )
  assert.equal(broken('Could not find first log file name in binary log index file'), 'log-removed')
  assert.equal(broken('bogus data in log event; the first event ...'), undefined, 'a fatal error is no history')
})
