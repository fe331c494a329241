import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  answer,
  factsOf,
  looksOf,
  lsn,
  primarySays,
  silence,
  standbySays,
  T,
} from '../../../../test/standby/small-pair.ts'
import type { Expected, Look, Said } from '../standby.ts'
import { findFaults } from './find-faults.ts'

type Changes = { primary?: Partial<Said>; standby?: Partial<Said>; expected?: Partial<Expected>; looks?: number }

/** Names of what is found when all looks of eight seconds show the same change. */
function found({ primary = {}, standby = {}, expected = {}, looks = 5 }: Changes): string[] {
  const made = looksOf(looks, (at, back) => ({
    primary: answer(at, primarySays(at, 10_000 - back, primary)),
    standby: answer(at + 30, standbySays(at + 30, 10_000 - back, standby)),
  }))
  return findFaults(factsOf(made, expected)).map(({ fault }) => fault)
}

const slot = { name: 'b', active: false, status: 'reserved', keptBytes: 0, safeBytes: undefined }
const waits = { on: true, standbys: 1, waiting: 3, longestMs: 9000 }

const CASES: readonly [string, Changes, string[]][] = [
  ['a pair on which all is well', {}, []],
  ['a standby whose replay is paused', { standby: { replay: 'paused' } }, ['replay-paused']],
  ['an SQL thread that stopped', { standby: { replay: 'stopped' } }, ['replay-stopped']],
  ['no receiver at all', { standby: { receiver: undefined } }, ['receiver-gone']],
  ['no receiver, seen only once', { standby: { receiver: undefined }, looks: 1 }, []],
  [
    'no receiver, and the log tells of a full disk',
    { standby: { receiver: undefined, complaint: 'disk-full' } },
    ['standby-disk-full'],
  ],
  [
    'an idle pair whose receiver heard nothing for long',
    { standby: { receiver: { status: 'streaming', heardMs: 29_000, from: undefined } } },
    [],
  ],
  [
    'a receiver that hears, from somebody to whom the primary does not send',
    { primary: { senders: [] } },
    ['follows-another'],
  ],
  ['a lost slot', { primary: { slots: [{ ...slot, status: 'lost' }] } }, ['slot-lost']],
  ['a slot with little left', { primary: { slots: [{ ...slot, status: 'extended', safeBytes: 1e6 }] } }, ['slot-lost']],
  [
    'a slot that keeps much for nobody',
    { primary: { slots: [{ ...slot, status: 'extended', keptBytes: 2e9 }] } },
    ['slot-eats-disk'],
  ],
  [
    'a logical slot that keeps much for nobody',
    { primary: { slots: [{ ...slot, logical: true, keptBytes: 2e9 }] } },
    ['slot-eats-disk'],
  ],
  [
    'a slot that is in use and does not move on',
    { primary: { slots: [{ ...slot, active: true, keptBytes: 2e9 }] } },
    ['slot-eats-disk'],
  ],
  [
    'a slot on the standby that keeps much for nobody',
    { standby: { slots: [{ ...slot, logical: true, keptBytes: 2e9 }] } },
    ['slot-eats-disk'],
  ],
  ['a lost logical slot', { primary: { slots: [{ ...slot, logical: true, status: 'lost' }] } }, ['slot-lost']],
  [
    'a small slot beside one that keeps much',
    { primary: { slots: [slot, { ...slot, logical: true, keptBytes: 2e9 }] } },
    ['slot-eats-disk'],
  ],
  [
    'an archive that failed last',
    { primary: { archive: { archivedAt: T - 9000, failedAt: T - 1000, failures: 3 } } },
    ['archive-failing'],
  ],
  [
    'an archive that failed once and works again',
    { primary: { archive: { archivedAt: T, failedAt: T - 1000, failures: 3 } } },
    [],
  ],
  ['commits that wait', { primary: { synchronous: waits } }, ['commits-hang']],
  ['commits that wait no more, where they should', { expected: { synchronous: true } }, ['synchronous-degraded']],
  [
    'nobody to wait for',
    { expected: { synchronous: true }, primary: { synchronous: { ...waits, waiting: 0, standbys: 0 } } },
    ['synchronous-degraded'],
  ],
  ['an account that ends in a day', { primary: { accountUntil: T + 86_400_000 } }, ['credentials-expiring']],
  ['a clock that is off', { standby: { clock: T + 90_000 } }, ['clock-skew']],
  [
    'a heartbeat that stands still',
    { primary: { heartbeat: { beat: 7, at: T } }, standby: { heartbeat: { beat: 7, at: T } } },
    ['heartbeat-stopped'],
  ],
  ['a write that the standby accepts', { standby: { write: 'accepted' } }, ['standby-writable']],
  ['another cluster', { standby: { systemId: 'another' } }, ['wrong-host']],
  ['both writable', { standby: { role: 'primary', current: lsn(10_000, 2) } }, ['both-writable']],
]

for (const [what, changes, faults] of CASES)
  test(`${what}: ${faults.join(', ') || 'nothing is found'}`, () => assert.deepEqual(found(changes), faults))

test('a receiver that hears nothing while the primary writes is deaf, although it says streaming', () => {
  const looks = looksOf(
    5,
    (at, back): Look => ({
      primary: answer(at, primarySays(at, 10_000 - back)),
      standby: answer(
        at,
        standbySays(at, 5000, { receiver: { status: 'streaming', heardMs: 8000 - back * 2000, from: 'a' } }),
      ),
    }),
  )
  assert.deepEqual(
    findFaults(factsOf(looks)).map(({ fault }) => fault),
    ['receiver-deaf'],
  )
})

test('what is received and not replayed for long is named; a replay that is only slow is not', () => {
  const stalled = (moves: boolean) =>
    looksOf(8, (at, back): Look => {
      const has = { received: lsn(10_000 - back), replayed: lsn(moves ? 9000 - back : 5000) }
      return { primary: answer(at, primarySays(at, 10_000 - back)), standby: answer(at, standbySays(at, 0, has)) }
    })
  assert.deepEqual(
    findFaults(factsOf(stalled(false))).map(({ fault }) => fault),
    ['replay-stalled'],
  )
  assert.deepEqual(
    findFaults(factsOf(stalled(true))).map(({ fault }) => fault),
    [],
  )
})

test('a refused sign-in is named at once, silence when it lasts', () => {
  const last = (why: string, count: number) =>
    findFaults(
      factsOf(looksOf(count, (at) => ({ primary: answer(at, primarySays(at, 1)), standby: silence(at, why) }))),
    ).map(({ fault }) => fault)
  assert.deepEqual(last('sign-in', 1), ['credentials-expired'])
  assert.deepEqual(last('silent', 1), [])
  assert.deepEqual(last('silent', 4), [])
  assert.deepEqual(last('silent', 6), ['standby-unreachable'])
})

test('a side that leaves two looks of a busy machine without an answer is not called so, nor one that answers in between', () => {
  const found = (silentBack: readonly number[], everyMs: number) => {
    const looks = Array.from({ length: 8 }, (_, index): Look => {
      const at = T - everyMs * (7 - index)
      const isSilent = silentBack.includes(7 - index)
      return {
        primary: answer(at, primarySays(at, 1)),
        standby: isSilent ? silence(at) : answer(at, standbySays(at, 1)),
      }
    })
    return findFaults(factsOf(looks)).map(({ fault }) => fault)
  }
  assert.deepEqual(found([1, 0], 5000), [])
  assert.deepEqual(found([5, 4, 2, 1, 0], 2000), [])
  assert.deepEqual(found([2, 1, 0], 5000), ['standby-unreachable'])
})

test('a primary that dies is named as that, once, and not by the receiver that has lost it first', () => {
  const found = (silent: number) => {
    const looks = looksOf(10, (at, back): Look => {
      const isDead = back < silent
      const receiver = isDead ? undefined : { status: 'streaming', heardMs: 100, from: undefined }
      const primary = isDead ? silence(at, 'refused') : answer(at, primarySays(at, 1))
      return {
        primary,
        standby: answer(at, standbySays(at, 1, { receiver, complaint: isDead ? 'cannot-connect' : undefined })),
      }
    })
    return findFaults(factsOf(looks)).map(({ fault }) => fault)
  }
  for (const silent of [1, 2, 3]) assert.deepEqual(found(silent), [], `${silent} looks`)
  assert.deepEqual(found(4), ['primary-unreachable'])
})

test('a primary that has less than its standby had before has lost something', () => {
  const looks = looksOf(
    2,
    (at, back): Look => ({
      primary: answer(at, primarySays(at, back === 0 ? 4000 : 9000)),
      standby: answer(at, standbySays(at, 9000)),
    }),
  )
  assert.deepEqual(
    findFaults(factsOf(looks)).map(({ fault }) => fault),
    ['standby-ahead'],
  )
})
