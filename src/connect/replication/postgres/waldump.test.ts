import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commitsIn } from './waldump.ts'

/** Lines of pg_waldump 15.18, TZ=UTC. */
const OUTPUT = `rmgr: Transaction len (rec/tot):     34/    34, tx:        735, lsn: 1/030001A8, prev 1/03000160, desc: COMMIT 2026-11-22 00:41:20.123456 UTC
rmgr: Transaction len (rec/tot):     82/    82, tx:        736, lsn: 1/03000210, prev 1/030001D0, desc: ABORT 2026-11-22 00:41:20.223456 UTC
rmgr: Transaction len (rec/tot):    437/   437, tx:        737, lsn: 1/030003A8, prev 1/03000368, desc: COMMIT 2026-11-22 00:41:21.000001 UTC; inval msgs: catcache 50 catcache 49
`

test('commits are read with their number, time and place; what was rolled back is none', () => {
  assert.deepEqual(commitsIn(OUTPUT, 31), [
    {
      xid: '735',
      at: Date.parse('2026-11-22T00:41:20.123Z'),
      position: { kind: 'lsn', timeline: 31, byte: 0x1_0300_01a9 },
    },
    {
      xid: '737',
      at: Date.parse('2026-11-22T00:41:21.000Z'),
      position: { kind: 'lsn', timeline: 31, byte: 0x1_0300_03a9 },
    },
  ])
})
