import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { complaintOf, readFacts } from './read-facts.ts'

const NOTHING_BESIDE = { heartbeat: undefined, write: 'not-tried', complaint: undefined } as const
const STANDBY = {
  standby: true,
  systemId: '7710916471396850580',
  startedAt: 1_795_337_655_816.022,
  clock: 1_795_337_660_329,
  timeline: 31,
  current: null,
  received: '1/33000000',
  replayed: '1/39FFFF50',
  replayedAt: null,
  paused: false,
  receiver: null,
  senders: [],
  slots: [],
  archive: null,
  synchronousOn: false,
  waiting: { count: 0, longestMs: 0 },
  accountUntil: null,
}

test('log positions are bytes, across the boundary of 4 GB', () => {
  const { received, replayed, current } = readFacts(JSON.stringify(STANDBY), NOTHING_BESIDE)
  assert.deepEqual(received, { kind: 'lsn', timeline: 31, byte: 0x1_3300_0000 })
  assert.deepEqual(replayed, { kind: 'lsn', timeline: 31, byte: 0x1_39ff_ff50 })
  assert.equal(current, undefined)
})

test('what the account may not see is hidden, not well', () => {
  const hidden = { ...STANDBY, receiver: { status: null, from: null, heardMs: null } }
  const { receiver } = readFacts(JSON.stringify(hidden), NOTHING_BESIDE)
  assert.deepEqual(receiver, { status: 'hidden', heardMs: undefined, from: undefined })
})

test('a slot is lost when the server calls it so, and one without any word was never used', () => {
  const slot = { name: 'nodeb', active: false, status: null, safeBytes: null, keptBytes: null }
  const { slots } = readFacts(JSON.stringify({ ...STANDBY, slots: [slot] }), NOTHING_BESIDE)
  assert.equal(slots[0]?.status, 'never used')
  const lost = readFacts(JSON.stringify({ ...STANDBY, slots: [{ ...slot, status: 'lost' }] }), NOTHING_BESIDE)
  assert.equal(lost.slots[0]?.status, 'lost')
})

test('a slot of any kind is told with its kind', () => {
  const slot = { active: false, status: 'extended', safeBytes: null, keptBytes: 278e6 }
  const { slots } = readFacts(
    JSON.stringify({
      ...STANDBY,
      slots: [
        { ...slot, name: 'debezium', logical: true },
        { ...slot, name: 'nodeb', logical: false },
      ],
    }),
    NOTHING_BESIDE,
  )
  assert.deepEqual(
    slots.map(({ name, logical, keptBytes }) => [name, logical, keptBytes]),
    [
      ['debezium', true, 278e6],
      ['nodeb', false, 278e6],
    ],
  )
})

test('a server that says something else is not believed', () => {
  assert.throws(() => readFacts(JSON.stringify({ ...STANDBY, received: 'soon' }), NOTHING_BESIDE))
  assert.throws(() => readFacts('', NOTHING_BESIDE))
})

test('what the log says becomes one of a few words', () => {
  assert.equal(complaintOf('No space left on device'), 'disk-full')
  assert.equal(complaintOf('replication slot "of_b" does not exist'), 'slot-gone')
  assert.equal(complaintOf('Rivera, Ana'), undefined)
  assert.equal(complaintOf(null), undefined)
})

test('the README tells the rights word for word', async () => {
  const [readme, setup] = await Promise.all([
    readFile(join(import.meta.dirname, '../README.md'), 'utf8'),
    readFile(join(import.meta.dirname, 'setup.sql'), 'utf8'),
  ])
  const needed = setup.split('\n\n')[0]?.split('\n').slice(1) ?? []
  assert.equal(needed.length, 6)
  for (const line of needed) assert.ok(readme.includes(line), line)
})
