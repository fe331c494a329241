import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECOND } from '../../src/base/time.ts'
import { until } from '../scenarios/stage/until.ts'
import { PLANTED, timeToName } from './lab/postgres-faults.ts'
import { postgresPair } from './lab/postgres-pair.ts'

for (const planted of PLANTED)
  test(`${planted.what}: ${planted.fault}, and the verdict is ${planted.verdict}`, { timeout: 180_000 }, async (t) => {
    const { tookMs, because, remedy } = await timeToName(planted)
    assert.ok(remedy.length > 20)
    t.diagnostic(`named after ${(tookMs / SECOND).toFixed(1)} s: ${because}`)
  })

test('a pair on which nobody works has nothing wrong with it, and is proven all the time', async () => {
  await using pair = await postgresPair()
  const watch = pair.watch({ everyMs: 500 })
  await watch.judged('PROVEN')
  const before = watch.seen.length
  await until('it was looked at for a while', () => watch.seen.length >= before + 30, { withinMs: 120_000 })
  const after = watch.seen.slice(before)
  assert.deepEqual(
    after.flatMap(({ findings }) => findings),
    [],
  )
  assert.deepEqual(new Set(after.map(({ verdict }) => verdict.verdict)), new Set(['PROVEN']))
})

test('the standby is proven to refuse writes, and what it was asked leaves no trace', async () => {
  await using pair = await postgresPair()
  const watch = pair.watch()
  const { seen } = await watch.judged('PROVEN')
  const { standby } = seen.look
  assert.ok(standby.answered)
  assert.equal(standby.said.write, 'refused')
})
