import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, EXPECTED, lsn, primarySays, silence, standbySays, T } from '../../../test/standby/small-pair.ts'
import { findFaults } from './faults/find-faults.ts'
import { judgeStandby } from './judge.ts'
import { type Memory, remember } from './memory.ts'
import type { Look, Verdict } from './standby.ts'

const EVERY = 2000
const look = (
  at: number,
  primaryByte: number,
  standbyByte: number,
  heartbeat?: { beat: number; at: number },
): Look => ({
  primary: answer(at, primarySays(at, primaryByte)),
  standby: answer(at + 30, standbySays(at + 30, standbyByte, heartbeat === undefined ? {} : { heartbeat })),
})

/** Looks one after the other, as the hub makes them. */
function watched(looks: readonly Look[], from: Memory = { looks: [], samples: [], expected: EXPECTED }) {
  let memory = from
  const verdicts: Verdict[] = []
  const faults: string[][] = []
  for (const one of looks) {
    const facts = remember(memory, one)
    memory = facts
    verdicts.push(judgeStandby(facts, one.standby.answeredAt))
    faults.push(findFaults(facts).map(({ fault }) => fault))
  }
  return { memory, verdicts, faults }
}

const before = [look(T, 4000, 4000), look(T + EVERY, 5000, 5000)]
/** The primary was restored from a copy at 2000 and writes on, past everything that the standby ever had. */
const restored = [2000, 3500, 5500, 8000, 11_000].map((byte, nth) => look(T + (nth + 2) * EVERY, byte, 5000))

test('a primary that was restored from an older copy stays another history when it has written past the standby', () => {
  const { verdicts, faults } = watched([...before, ...restored])
  assert.equal(verdicts[1]?.verdict, 'PROVEN')
  for (const nth of [2, 3, 4, 5, 6]) {
    assert.equal(verdicts[nth]?.verdict, 'DIVERGED', `look ${nth}`)
    assert.ok(faults[nth]?.includes('standby-ahead'))
    assert.deepEqual(
      [verdicts[nth]?.provenAt, verdicts[nth]?.provenTo],
      [T + EVERY, lsn(5000)],
      'nothing since is proven',
    )
  }
})

test('it is seen although nobody looked while it happened, and by the next hub as well', () => {
  const { memory } = watched(before)
  const later = restored.map((one) => ({ ...one, standby: { ...one.standby } }))
  const next = watched(later, { ...memory, looks: [] })
  assert.ok(next.verdicts.every(({ verdict }) => verdict === 'DIVERGED'))
  const other = watched([look(T + 8 * EVERY, 12_000, 5000)], { ...next.memory, looks: [], samples: [] })
  assert.equal(other.verdicts[0]?.verdict, 'DIVERGED')
})

test('it is seen by the heartbeat where the primary had written past the standby before anybody asked it again', () => {
  const beating = (
    nth: number,
    byte: number,
    standbyByte: number,
    written: number,
    shown: { beat: number; at: number },
  ) => {
    const at = T + nth * EVERY
    return {
      primary: answer(at, primarySays(at, byte, { heartbeat: { beat: written, at } })),
      standby: answer(at + 30, standbySays(at + 30, standbyByte, { heartbeat: shown })),
    }
  }
  const last = { beat: 57, at: T }
  const { verdicts } = watched([
    beating(0, 5000, 5000, 57, last),
    // Restored to where it had counted to 40, and beyond 5000 again by the time of the next look.
    beating(8, 9000, 5000, 41, last),
    beating(9, 9500, 5000, 42, last),
    beating(60, 30_000, 5000, 97, last),
    beating(61, 31_000, 31_000, 98, { beat: 98, at: T + 61 * EVERY }),
  ])
  assert.deepEqual(
    verdicts.map(({ verdict }) => verdict),
    ['PROVEN', 'BEHIND', 'DIVERGED', 'DIVERGED', 'PROVEN'],
  )
})

test('a standby that was copied anew shows what the primary wrote since, and is proven again', () => {
  const { memory } = watched([...before, ...restored])
  const [one, two] = [T + 8 * EVERY, T + 9 * EVERY]
  const { verdicts } = watched(
    [look(one, 12_000, 12_000, { beat: one, at: one }), look(two, 13_000, 13_000, { beat: two, at: two })],
    memory,
  )
  assert.equal(verdicts[1]?.verdict, 'PROVEN')
  assert.equal(verdicts[1]?.provenAt, two)
})

test('a primary that comes back where it was, or a little before and beyond what the standby has, went nowhere', () => {
  const away = {
    primary: silence(T + 2 * EVERY),
    standby: answer(T + 2 * EVERY + 30, standbySays(T + 2 * EVERY + 30, 5000)),
  }
  const same = watched([...before, away, look(T + 3 * EVERY, 5000, 5000)])
  assert.equal(same.verdicts.at(-1)?.verdict, 'PROVEN')
  const lagging = [look(T, 4000, 3000), look(T + EVERY, 6000, 4500), look(T + 2 * EVERY, 5000, 4500)]
  assert.ok(watched(lagging).verdicts.every(({ verdict }) => verdict !== 'DIVERGED'))
})
