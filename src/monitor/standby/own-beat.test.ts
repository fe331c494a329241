import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, factsOf, looksOf, lsn, primarySays, standbySays, T } from '../../../test/standby/small-pair.ts'
import { judgeStandby } from './judge.ts'
import type { LogPosition } from './position.ts'
import type { Look, Said } from './standby.ts'

const gtid = (sequence: number): LogPosition => ({ kind: 'gtid', domains: { 0: { server: 1, sequence } } })

/** A MariaDB pair, which has no id of a cluster; `shows`: which heartbeat the standby has, `nth` looks after the first. */
function mariadb(count: number, has: (nth: number) => number, shows: (nth: number, at: number) => Said['heartbeat']) {
  const looks = looksOf(count, (at, back): Look => {
    const nth = count - 1 - back
    const engine = { engine: 'mariadb', systemId: undefined } as const
    return {
      primary: answer(at, primarySays(at, 0, { ...engine, current: gtid(100 + nth), heartbeat: { beat: nth, at } })),
      standby: answer(
        at + 30,
        standbySays(at + 30, 0, {
          ...engine,
          received: gtid(has(nth)),
          replayed: gtid(has(nth)),
          heartbeat: shows(nth, at),
        }),
      ),
    }
  })
  return factsOf(looks, { systemId: undefined })
}
const judged = (facts: ReturnType<typeof mariadb>) => judgeStandby(facts, T + 100)

test('a standby that shows our heartbeat and has the positions is proven', () => {
  const facts = mariadb(
    5,
    (nth) => 100 + nth,
    (beat, at) => ({ beat, at }),
  )
  assert.equal(judged(facts).verdict, 'PROVEN')
})

test('the standby of another pair with the same numbers, as far on as ours, proves nothing', () => {
  for (const looks of [1, 2, 5]) {
    const facts = mariadb(
      looks,
      (nth) => 100 + nth,
      (beat, at) => ({ beat, at: at - 700 }),
    )
    const { verdict, because } = judged(facts)
    assert.equal(verdict, 'UNKNOWN')
    assert.match(because, /heartbeat that the standby shows was not written on this primary/)
  }
})

test('so it is when its heartbeat runs ahead of ours, or lies behind what it claims to have repeated', () => {
  const ahead = mariadb(
    3,
    (nth) => 100 + nth,
    (nth, at) => ({ beat: nth + 900, at }),
  )
  assert.equal(judged(ahead).verdict, 'UNKNOWN')
  const behind = mariadb(
    5,
    (nth) => 100 + nth,
    (nth, at) => ({ beat: nth - 900, at }),
  )
  assert.match(judged(behind).because, /repeats another server/)
})

test('before any heartbeat of ours was seen there, positions alone prove nothing where servers have no id', () => {
  const facts = mariadb(
    1,
    () => 100,
    () => ({ beat: 5, at: T - 9000 }),
  )
  assert.equal(judged(facts).verdict, 'UNKNOWN')
  const without = mariadb(
    1,
    () => 100,
    () => undefined,
  )
  assert.equal(judged(without).verdict, 'PROVEN', 'a practice without the heartbeat table has only positions')
})

test('a standby that repeats late is behind, and no stranger', () => {
  const facts = mariadb(
    6,
    (nth) => 97 + nth,
    (nth, at) => ({ beat: nth - 3, at: at - 6000 }),
  )
  assert.equal(judged(facts).verdict, 'PROVEN', 'what it has is six seconds old')
})

test('a heartbeat that somebody wrote anew makes no stranger of the standby', () => {
  const beats = [500, 501, 1, 2, 3]
  const facts = mariadb(
    5,
    (nth) => 100 + nth,
    (nth, at) => ({ beat: nth, at }),
  )
  for (const [nth, { primary, standby }] of facts.looks.entries())
    for (const side of [primary, standby])
      if (side.answered) side.said.heartbeat = { beat: beats[nth] ?? 0, at: T - 2000 * (4 - nth) }
  assert.equal(judged(facts).verdict, 'PROVEN')
})

test('a running copy of the practice’s own PostgreSQL, with its id and its timeline, is found too', () => {
  const looks = looksOf(
    3,
    (at, back): Look => ({
      primary: answer(at, primarySays(at, 9000 - back, { heartbeat: { beat: 70 - back, at } })),
      standby: answer(
        at,
        standbySays(at, 0, {
          received: lsn(9000 - back),
          replayed: lsn(9000 - back),
          heartbeat: { beat: 70 - back, at: at - 400 },
        }),
      ),
    }),
  )
  assert.equal(judgeStandby(factsOf(looks), T + 100).verdict, 'UNKNOWN')
})
