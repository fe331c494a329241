import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { answer, primarySays, silence, standbySays } from '../../../test/standby/small-pair.ts'
import type { ReplicationSide } from '../../connect/replication.ts'
import { lagSteps, looksKept, pairState } from '../../monitor/standby/store.ts'
import { openAlarms, recentNotices, statusChanges } from '../../monitor/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { type ScratchCentre, scratchCentre } from '../flows/scratch-centre.ts'
import { watchFreshness } from '../flows/watch-freshness.ts'
import { pairNow } from '../flows/watch-standbys.ts'
import { putStandbysToWork, type StandbyAtWork } from './standbys-at-work.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

/** A pair in values that the test turns: each look is one step of the clock. */
function smallPair(centre: ScratchCentre, stepMs = 2000) {
  const pair = { written: 1000, replayed: undefined as number | undefined, primaryUp: true, looks: 0 }
  const now = () => centre.clock.now()
  const side = (says: () => ReturnType<typeof answer>): ReplicationSide => ({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rules' words are those of the contract, cut down
    ask: async () => says() as Awaited<ReturnType<ReplicationSide['ask']>>,
  })
  const opened: StandbyAtWork['pair'] = {
    primary: side(() => {
      pair.looks++
      pair.written += 1000
      centre.pass(stepMs)
      return pair.primaryUp ? answer(now() - 40, primarySays(now(), pair.written)) : silence(now() - 40)
    }),
    standby: side(() => {
      const replayed = { kind: 'lsn' as const, timeline: 1, byte: pair.replayed ?? pair.written }
      const replay = pair.replayed === undefined ? ('running' as const) : ('paused' as const)
      return answer(now() - 20, standbySays(now(), pair.written, { replayed, replay }))
    }),
    openWork: async () => [{ what: 'people signed in', count: 1, who: ['Ada Okafor'] }],
  }
  return { pair, opened }
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + 20_000
  while (!(await holds())) {
    assert.ok(performance.now() < giveUp, `did not come about: ${what}`)
    await pause(20)
  }
}

function atWork(centre: ScratchCentre, opened: StandbyAtWork['pair'], noticed = () => {}) {
  const one = { id: 'ehr', everyMs: 40, synchronous: false, slotKeepBytes: 1e9, pair: opened }
  return putStandbysToWork(centre, [one], { noticed, runMs: () => centre.clock.now() })
}

const watched = { id: 'ehr', name: 'EHR database', readBy: [], behindAfterMs: 30_000, unknownAfterMs: 60_000 }

test('what both sides say is kept with its time, and a change of the verdict becomes a row', async () => {
  const centre = await scratchCentre(await server.database())
  const { pair, opened } = smallPair(centre)
  let noticed = 0
  const work = atWork(centre, opened, () => noticed++)
  const verdict = async () => (await pairState(centre.db, 'ehr'))?.verdict.verdict
  await until('it is proven', async () => (await verdict()) === 'PROVEN')
  pair.replayed = pair.written
  await until('it is behind', async () => (await verdict()) === 'BEHIND')
  pair.primaryUp = false
  await until('it is unknown', async () => (await verdict()) === 'UNKNOWN')
  await work.stop()
  const words = (await statusChanges(centre.db, 'standby:ehr', 10)).map(({ status }) => status.split(' ')[0])
  assert.deepEqual([...new Set(words.toReversed())], ['PROVEN', 'BEHIND', 'UNKNOWN'])
  assert.ok(noticed >= 3)
  const state = await pairState(centre.db, 'ehr')
  assert.equal(state?.sides.primary.answered, false)
  assert.equal(state.sides.standby.answered, true)
  assert.deepEqual(state.atWork[0]?.who, ['Ada Okafor'])
  assert.ok((await lagSteps(centre.db, 'ehr', 0, 60_000)).length > 0)
})

test('paused replay is one alarm and one notice for each channel, over when it goes on', async () => {
  const centre = await scratchCentre(await server.database())
  const { pair, opened } = smallPair(centre)
  const work = atWork(centre, opened)
  const watch = { sources: [], standbys: [watched], hubUrl: 'https://hub.lan', clearAfterMs: 1000 }
  const verdict = async () => (await pairState(centre.db, 'ehr'))?.verdict.verdict
  await until('it is proven', async () => (await verdict()) === 'PROVEN')
  pair.replayed = pair.written
  await until('an alarm is open', async () => {
    await watchFreshness(centre, watch)
    return (await openAlarms(centre.db)).length === 1
  })
  for (let again = 0; again < 3; again++) await watchFreshness(centre, watch)
  const [alarm] = await openAlarms(centre.db)
  assert.match(alarm?.cause.headline ?? '', /EHR database: replay on the standby is paused/)
  const notices = () => recentNotices(centre.db, 20)
  assert.equal((await notices()).filter(({ channel }) => channel === 'webhook').length, 1)
  pair.replayed = undefined
  await until('it is over', async () => {
    await watchFreshness(centre, watch)
    return (await openAlarms(centre.db)).length === 0
  })
  await work.stop()
  assert.deepEqual(
    (await notices()).filter(({ channel }) => channel === 'webhook').map(({ text }) => text.kind),
    ['over', 'raised'],
  )
})

test('of two hubs one asks, and the other goes on when that one has ended', async () => {
  const centre = await scratchCentre(await server.database())
  const [first, second] = [smallPair(centre), smallPair(centre)]
  const one = atWork(centre, first.opened)
  await until('the first asks', async () => first.pair.looks > 1)
  const two = atWork(centre, second.opened)
  await pause(200)
  assert.equal(second.pair.looks, 0)
  await one.stop()
  await until('the second asks', async () => second.pair.looks > 1)
  await two.stop()
})

test('a clock that stands still proves nothing, and says so', async () => {
  const centre = await scratchCentre(await server.database())
  const { opened } = smallPair(centre, 0)
  let run = 0
  const one = { id: 'ehr', everyMs: 20, synchronous: false, slotKeepBytes: 1e9, pair: opened }
  const work = putStandbysToWork(centre, [one], { noticed: () => {}, runMs: () => (run += 3000) })
  await until('it is unknown', async () => /own clock/.test((await pairState(centre.db, 'ehr'))?.verdict.because ?? ''))
  await work.stop()
  assert.ok((await looksKept(centre.db, 'ehr', 100)).slice(0, -1).every((look) => look.verdict === 'UNKNOWN'))
})

test('when nobody asks any more the state turns unknown by itself', async () => {
  const centre = await scratchCentre(await server.database())
  const { opened } = smallPair(centre)
  const work = atWork(centre, opened)
  await until('it is proven', async () => (await pairNow(centre, 'ehr'))?.verdict.verdict === 'PROVEN')
  await work.stop()
  centre.pass(60_000)
  assert.equal((await pairNow(centre, 'ehr'))?.verdict.verdict, 'UNKNOWN')
})
