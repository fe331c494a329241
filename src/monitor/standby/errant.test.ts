import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { answer, factsOf, looksOf, primarySays, standbySays, T } from '../../../test/standby/small-pair.ts'
import { findFaults } from './faults/find-faults.ts'
import { judgeStandby } from './judge.ts'
import type { LogPosition } from './position.ts'
import type { PairFacts, Said } from './standby.ts'

const gtid = (sequence: number, server = 1): LogPosition => ({ kind: 'gtid', domains: { 0: { server, sequence } } })
const known = (serverId: number, ...texts: string[]): Said['transactions'] => ({
  serverId,
  newest: texts.map((text) => {
    const [domain = 0, server = 0, sequence = 0] = text.split('-').map(Number)
    return { domain, server, sequence }
  }),
})

const EXPECTED = { systemId: undefined }
type Sides = { primary?: Partial<Said>; standby?: Partial<Said> }

/** A MariaDB pair of server 1 and its standby, server 2, at transaction 42. */
function pairOf({ primary = {}, standby = {} }: Sides, looks = 5): PairFacts {
  const engine = { engine: 'mariadb', systemId: undefined } as const
  const made = looksOf(looks, (at) => ({
    primary: answer(
      at,
      primarySays(at, 0, { ...engine, current: gtid(42), transactions: known(1, '0-1-42'), ...primary }),
    ),
    standby: answer(
      at + 30,
      standbySays(at + 30, 0, {
        ...engine,
        heartbeat: { beat: at, at },
        received: gtid(42),
        replayed: gtid(42),
        receiver: { status: 'streaming', heardMs: undefined, from: 'a:3306' },
        transactions: known(2, '0-1-42'),
        ...standby,
      }),
    ),
  }))
  return factsOf(made, EXPECTED)
}

const verdictOf = (sides: Sides) => judgeStandby(pairOf(sides), T + 100).verdict
const faultsOf = (sides: Sides) => findFaults(pairOf(sides)).map(({ fault }) => fault)

test('a pair that has the same transactions is proven', () => {
  assert.equal(verdictOf({}), 'PROVEN')
  assert.deepEqual(faultsOf({}), [])
})

test('a transaction that only the standby has: never proven, whoever wrote it, however far the primary is', () => {
  for (const own of ['0-2-1', '0-2-37', '0-2-42', '0-2-43', '0-2-9000', '7-2-1', '0-3-12', '0-3-43']) {
    const standby = { transactions: known(2, '0-1-42', own) }
    assert.equal(verdictOf({ standby }), 'DIVERGED', own)
    assert.deepEqual(faultsOf({ standby }), ['errant-transactions'], own)
  }
})

test('what the primary knows too is nobody’s own: the time before a switchover', () => {
  const primary = { transactions: known(1, '0-1-42', '0-2-30', '0-3-9') }
  assert.equal(verdictOf({ primary, standby: { transactions: known(2, '0-1-42', '0-2-30', '0-3-9') } }), 'PROVEN')
  assert.equal(verdictOf({ primary, standby: { transactions: known(2, '0-1-42', '0-2-31') } }), 'DIVERGED')
})

test('the standby is asked last and may have more of the primary; the log of a second source is not the primary’s', () => {
  assert.equal(verdictOf({ standby: { transactions: known(2, '0-1-45') } }), 'PROVEN')
  assert.equal(verdictOf({ standby: { transactions: known(2, '0-1-42', '5-9-100') } }), 'PROVEN')
})

test('a standby that takes writes and has writes of its own is told as both, and has diverged', () => {
  const standby: Partial<Said> = { transactions: known(2, '0-1-42', '0-2-43'), write: 'accepted' }
  assert.equal(verdictOf({ standby }), 'DIVERGED')
  assert.deepEqual(faultsOf({ standby }), ['errant-transactions', 'standby-writable'])
})

test('a stopped standby that takes writes is a writable standby, not a second primary', () => {
  const standby: Partial<Said> = { receiver: { status: 'stopped', heardMs: undefined, from: 'a' }, write: 'accepted' }
  assert.equal(verdictOf({ standby }), 'UNKNOWN')
  assert.ok(faultsOf({ standby }).includes('standby-writable'))
  assert.ok(!faultsOf({ standby }).includes('both-writable'))
})

test('a read-only server that follows nobody is neither: unknown, and told', () => {
  const lost: Partial<Said> = { role: 'unknown', current: undefined, received: undefined, replayed: undefined }
  const nobody = { ...lost, receiver: undefined, replay: undefined }
  assert.equal(verdictOf({ standby: nobody }), 'UNKNOWN')
  assert.deepEqual(faultsOf({ standby: nobody }), ['receiver-gone'])
  assert.equal(verdictOf({ primary: nobody }), 'UNKNOWN')
  assert.ok(faultsOf({ primary: nobody }).includes('heartbeat-stopped'))
})

test('proven is never said of a standby that has what its primary lacks, or that receives nothing now', () => {
  const transaction = fc.record({
    domain: fc.constantFrom(0, 1, 4),
    server: fc.constantFrom(2, 3),
    sequence: fc.integer({ min: 1, max: 60 }),
  })
  const status = fc.constantFrom('streaming', 'connecting', 'stopped', 'hidden')
  fc.assert(
    fc.property(
      fc.array(transaction, { maxLength: 5 }),
      fc.array(transaction, { maxLength: 5 }),
      status,
      (its, own, receiver) => {
        const newest = [{ domain: 0, server: 1, sequence: 42 }]
        const facts = pairOf({
          primary: { transactions: { serverId: 1, newest: [...newest, ...its] } },
          standby: {
            transactions: { serverId: 2, newest: [...newest, ...own] },
            receiver: { status: receiver, heardMs: undefined, from: undefined },
          },
        })
        if (judgeStandby(facts, T + 100).verdict !== 'PROVEN') return
        assert.equal(receiver, 'streaming')
        for (const one of own)
          assert.ok(
            its.some(
              (other) => other.domain === one.domain && other.server === one.server && other.sequence >= one.sequence,
            ) ||
              (one.server !== 2 && one.domain !== 0 && !its.some(({ domain }) => domain === one.domain)),
            JSON.stringify(one),
          )
      },
    ),
    { numRuns: 500 },
  )
})

test('replay that stands still while the log arrives by files and places is no dead line', () => {
  const place = (back: number) => `binlog.000003:${1000 - back}`
  const found = (moves: boolean, replay: Said['replay']) => {
    const looks = looksOf(6, (at, back) => ({
      primary: answer(at, primarySays(at, 0, { engine: 'mariadb', systemId: undefined, current: gtid(42 - back) })),
      standby: answer(
        at + 30,
        standbySays(at + 30, 0, {
          engine: 'mariadb',
          systemId: undefined,
          heartbeat: { beat: 1, at: T - 60_000 },
          received: undefined,
          replayed: gtid(20),
          replay,
          receiver: { status: 'streaming', heardMs: undefined, from: 'a', place: place(moves ? back : 0) },
        }),
      ),
    }))
    return findFaults(factsOf(looks, EXPECTED)).map(({ fault }) => fault)
  }
  assert.deepEqual(found(true, 'paused'), ['replay-paused'])
  assert.deepEqual(found(true, 'running'), [])
  assert.deepEqual(found(false, 'running'), ['receiver-deaf'])
})

test('that promotion loses nothing is said only while the log is seen to arrive', () => {
  const words = (standby: Partial<Said>) =>
    findFaults(pairOf({ standby: { replay: 'paused', replayed: gtid(20), ...standby } })).find(
      ({ fault }) => fault === 'replay-paused',
    )?.because ?? ''
  assert.match(words({}), /promotion loses nothing/)
  for (const lacking of [
    { receiver: undefined },
    { receiver: { status: 'connecting', heardMs: undefined, from: undefined } },
    { received: gtid(30) },
    { received: undefined },
  ])
    assert.match(words(lacking), /is not proven/)
})
