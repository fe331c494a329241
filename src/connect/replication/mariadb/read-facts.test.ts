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
const says = (replica: TextRow | undefined, variables: TextRow = {}) =>
  readFacts(
    { variables: { ...VARIABLES, ...variables }, status: {}, replica },
    { heartbeat: undefined, write: 'not-tried' },
  )

test('positions are read for each domain, and an empty one says nothing', () => {
  assert.deepEqual(gtidPosition('0-1-55,2-3-7'), {
    kind: 'gtid',
    domains: { 0: { server: 1, sequence: 55 }, 2: { server: 3, sequence: 7 } },
  })
  assert.equal(gtidPosition(''), undefined)
})

test('who follows is a standby, also when it takes writes; who follows nobody and takes writes is a primary', () => {
  assert.equal(says(REPLICA).role, 'standby')
  assert.equal(says(REPLICA, { read_only: '0' }).role, 'standby')
  assert.equal(says(undefined, { read_only: '0' }).role, 'primary')
  assert.equal(
    says({ ...REPLICA, Slave_IO_Running: 'No', Slave_SQL_Running: 'No' }, { read_only: '0' }).role,
    'primary',
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
})
