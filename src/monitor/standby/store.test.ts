import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answer, lsn, primarySays, silence, standbySays, T } from '../../../test/standby/small-pair.ts'
import type { Database } from '../../base/database.ts'
import { type ScratchServer, scratchServer } from '../../hub/database/scratch.ts'
import { lossAfterCrash, lossInWords } from './after-crash.ts'
import { judgeStandby } from './judge.ts'
import { type Memory, remember } from './memory.ts'
import { recordOf } from './record.ts'
import type { Look } from './standby.ts'
import { forgetPair, keepLook, lastHeardOfStandby, looksKept, pinPair, samplesKept, thinLooks } from './store.ts'

let server: ScratchServer
let db: Database
before(async () => {
  server = await scratchServer()
  db = await server.database()
})
after(() => server[Symbol.asyncDispose]())

const timeOf = (at: number) => new Date(at).toISOString().slice(11, 19)

/** Looks each second until `T`, kept as the hub keeps them; the primary writes 1,000 bytes a second. */
async function keep(pair: string, looks: Look[]): Promise<void> {
  let memory: Memory = {
    looks: [],
    samples: [],
    expected: { systemId: undefined, synchronous: false, slotKeepBytes: 1e9 },
  }
  for (const look of looks) {
    const facts = remember(memory, look)
    memory = facts
    await pinPair(db, pair, facts.expected.systemId, look.primary.askedAt)
    const verdict = judgeStandby(facts, look.standby.answeredAt)
    await keepLook(
      db,
      pair,
      recordOf(look, verdict, [
        { what: 'unsigned encounters', count: 2, who: ['Dr. Okafor', 'Dr. Lindqvist'], asOf: look.primary.askedAt },
      ]),
    )
  }
}

test('with both databases gone it can be said up to when the standby had everything, and who had what open', async () => {
  const cableOutAt = T - 20_000
  const looks = Array.from({ length: 61 }, (_, index): Look => {
    const at = T - 60_000 + index * 1000
    const has = Math.min(at, cableOutAt) - T + 1e6
    return {
      primary: index === 60 ? silence(at) : answer(at, primarySays(at, at - T + 1e6)),
      standby: index === 60 ? silence(at) : answer(at, standbySays(at, has)),
    }
  })
  await keep('ehr', looks)
  const loss = lossAfterCrash({
    samples: await samplesKept(db, 'ehr', T - 3_600_000),
    lastHeard: await lastHeardOfStandby(db, 'ehr'),
    endedAt: T,
  })
  assert.equal(loss.everythingUntil, cableOutAt)
  assert.equal(loss.by, 'the record kept off the box')
  assert.deepEqual(loss.standbyHas, lsn(1e6 - 20_000))
  assert.equal(loss.atMostMs, 20_000)
  assert.deepEqual(lossInWords(loss, timeOf), [
    'The standby has everything up to 00:41:00 (0/EF420), by the record kept off the box.',
    'What was written from 00:41:00 until the primary stopped may be lost, at least 19 kB of it; it last answered at 00:41:19.',
    '2 unsigned encounters at 00:41:19: Dr. Okafor, Dr. Lindqvist.',
  ])
})

test('a pair keeps the id it was first seen with until somebody says that it is new', async () => {
  assert.equal(await pinPair(db, 'two', undefined, T), undefined)
  assert.equal(await pinPair(db, 'two', 'first', T), 'first')
  assert.equal(await pinPair(db, 'two', 'second', T), 'first')
  await forgetPair(db, 'two')
  assert.equal(await pinPair(db, 'two', 'second', T), 'second')
})

test('what is old is kept once a minute, what is new whole', async () => {
  const looks = Array.from({ length: 240 }, (_, index): Look => {
    const at = T + index * 1000
    return { primary: answer(at, primarySays(at, index)), standby: answer(at, standbySays(at, index)) }
  })
  await keep('thin', looks)
  await thinLooks(db, T + 120_000)
  const kept = (await looksKept(db, 'thin', 1000)).map(({ at }) => at)
  assert.equal(kept.filter((at) => at >= T + 120_000).length, 120)
  assert.ok(kept.filter((at) => at < T + 120_000).length <= 3)
})
