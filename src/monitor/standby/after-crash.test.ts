import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lsn, T } from '../../../test/standby/small-pair.ts'
import { type Commit, lossAfterCrash, lossInWords } from './after-crash.ts'
import type { Sample } from './standby.ts'

const samples: Sample[] = [0, 1, 2, 3, 4].map((n) => ({
  at: T + n * 1000,
  systemId: 'practice',
  position: lsn(1000 + n * 100),
}))
const commit = (n: number): Commit => ({ xid: String(700 + n), at: T + n * 100, position: lsn(1000 + n * 10) })
const timeOf = (at: number) => new Date(at).toISOString().slice(11, 19)

test('a standby that still answers says more than the record: up to the newest sample that it holds', () => {
  const loss = lossAfterCrash({
    standbySays: { has: lsn(1250), lastCommitAt: T + 2400 },
    samples,
    lastHeard: undefined,
    endedAt: T + 5000,
  })
  assert.equal(loss.everythingUntil, T + 2000)
  assert.equal(loss.atMostMs, 3000)
  assert.deepEqual(loss.atLeast, { amount: 150, unit: 'bytes' })
})

test('the disk of the dead primary gives the list itself', () => {
  const loss = lossAfterCrash({
    standbyDisk: { reaches: lsn(1020), lastCommit: commit(2) },
    primaryDisk: { commits: [commit(1), commit(2), commit(3), commit(4)] },
    samples,
    lastHeard: undefined,
    endedAt: T + 5000,
  })
  assert.deepEqual(
    loss.missing?.map(({ xid }) => xid),
    ['703', '704'],
  )
  assert.equal(loss.by, 'the disk of the standby')
  assert.match(
    lossInWords(loss, timeOf).join(' '),
    /It lacks 2 transactions of the primary, committed from 00:41:20 to 00:41:20/,
  )
})

test('with nothing left it is not known, and that is what is said', () => {
  const loss = lossAfterCrash({ samples: [], lastHeard: undefined, endedAt: T })
  assert.deepEqual(lossInWords(loss, timeOf), [
    'It is not known up to when the standby has everything: it was never proven.',
    'How much is lost is not known.',
  ])
})

test('positions of another timeline bound nothing', () => {
  const other = samples.map((sample) => ({ ...sample, position: lsn(1, 2) }))
  const loss = lossAfterCrash({
    standbySays: { has: lsn(5000), lastCommitAt: undefined },
    samples: other,
    lastHeard: undefined,
    endedAt: T,
  })
  assert.equal(loss.everythingUntil, undefined)
  assert.equal(loss.atLeast, undefined)
})
