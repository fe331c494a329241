import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  answer,
  factsOf,
  looksOf,
  lsn,
  primarySays,
  silence,
  standbySays,
  T,
} from '../../../test/standby/small-pair.ts'
import { judgeStandby } from './judge.ts'
import type { Look } from './standby.ts'

const look = (at: number, primaryByte: number, standbyByte: number): Look => ({
  primary: answer(at, primarySays(at, primaryByte)),
  standby: answer(at + 30, standbySays(at + 30, standbyByte)),
})

test('a standby that has what the primary had when it was asked is proven, as of that asking', () => {
  const verdict = judgeStandby(factsOf([look(T, 1000, 1000)]), T + 100)
  assert.equal(verdict.verdict, 'PROVEN')
  assert.equal(verdict.provenAt, T)
})

test('a busy primary is always a little ahead, and the look before proves', () => {
  const verdict = judgeStandby(factsOf([look(T - 2000, 1000, 900), look(T, 2000, 1900)]), T + 100)
  assert.equal(verdict.verdict, 'PROVEN')
  assert.equal(verdict.provenAt, T - 2000)
  assert.deepEqual(verdict.provenTo, lsn(1000))
})

test('a standby that stands still while the primary writes is behind, by bytes and seconds', () => {
  const verdict = judgeStandby(factsOf(looksOf(8, (at, back) => look(at, 8000 - back * 1000, 1000))), T + 100)
  assert.equal(verdict.verdict, 'BEHIND')
  assert.ok(verdict.verdict === 'BEHIND')
  assert.equal(verdict.amount, 7000)
  assert.equal(verdict.behindMs, 14_100)
})

test('what was proven is not proven for now once nothing brings the log, and it is still said', () => {
  for (const receiver of [undefined, { status: 'stopping', heardMs: 10, from: undefined }]) {
    const looks = looksOf(3, (at, back): Look => {
      const one = look(at, 1000, 1000)
      return back > 0 ? one : { ...one, standby: answer(at + 30, standbySays(at + 30, 1000, { receiver })) }
    })
    const verdict = judgeStandby(factsOf(looks), T + 100)
    assert.equal(verdict.verdict, 'UNKNOWN')
    assert.equal(verdict.provenAt, T)
  }
})

test('a standby that is ahead of a primary never seen before is not believed in one look', () => {
  assert.equal(judgeStandby(factsOf([look(T, 1000, 5000)]), T + 100).verdict, 'UNKNOWN')
  assert.equal(judgeStandby(factsOf([look(T - 2000, 900, 1000), look(T, 1000, 1100)]), T + 100).verdict, 'PROVEN')
})

test('both sides idle: proven, however long nobody writes', () => {
  assert.equal(judgeStandby(factsOf(looksOf(20, (at) => look(at, 1000, 1000))), T + 100).verdict, 'PROVEN')
})

test('a side that did not answer leaves it unknown, and what was proven before is still said', () => {
  for (const side of ['primary', 'standby'] as const) {
    const last = { ...look(T, 2000, 2000), [side]: silence(T) }
    const verdict = judgeStandby(factsOf([look(T - 2000, 1000, 1000), last]), T + 2600)
    assert.equal(verdict.verdict, 'UNKNOWN')
    if (side === 'primary') assert.equal(verdict.provenAt, T - 2000)
  }
})

test('an answer that is old is no proof, whatever it says', () => {
  assert.equal(judgeStandby(factsOf([look(T, 1000, 1000)]), T + 20_000).verdict, 'UNKNOWN')
})

test('a standby on another timeline has not the same log, although the number is higher', () => {
  const forked = { ...look(T, 1000, 5000), primary: answer(T, primarySays(T, 1000, { current: lsn(1000, 2) })) }
  const other = { receiver: undefined, received: lsn(5000, 1), replayed: lsn(5000, 1) }
  forked.standby = answer(T + 30, standbySays(T + 30, 5000, other))
  assert.equal(judgeStandby(factsOf([forked]), T + 100).verdict, 'DIVERGED')
})

test('two servers that both take writes have diverged', () => {
  const both = {
    ...look(T, 1000, 1000),
    standby: answer(T, primarySays(T, 1000, { serverId: 'b', current: lsn(1000, 2) })),
  }
  assert.equal(judgeStandby(factsOf([both]), T + 100).verdict, 'DIVERGED')
})

test('one server behind both addresses proves nothing', () => {
  const one = { ...look(T, 1000, 1000), standby: answer(T, primarySays(T, 1000)) }
  assert.equal(judgeStandby(factsOf([one]), T + 100).verdict, 'UNKNOWN')
})

test('another cluster behind the address proves nothing, although its position is further', () => {
  const other = answer(T, standbySays(T, 9000, { systemId: 'another practice' }))
  assert.equal(judgeStandby(factsOf([{ ...look(T, 1000, 1000), standby: other }]), T + 100).verdict, 'UNKNOWN')
})

test('where replay is paused it is behind for whoever reads it, although the log arrives; what is proven stays proven', () => {
  const paused = looksOf(8, (at, back) => {
    const end = 8000 - back * 1000
    return {
      primary: answer(at, primarySays(at, end)),
      standby: answer(at + 30, standbySays(at + 30, end, { replayed: lsn(2000), replay: 'paused' })),
    }
  })
  const verdict = judgeStandby(factsOf(paused), T + 100)
  assert.ok(verdict.verdict === 'BEHIND')
  assert.deepEqual([verdict.amount, verdict.behindMs], [6000, 12_100])
  assert.equal(verdict.provenAt, T, 'its disk has it all')
  assert.match(verdict.because, /Replay is paused: whoever reads the standby sees the state of 12 s ago/)
})

test('what replay has from the archive counts, when nothing was received for long', () => {
  const ahead = answer(T, standbySays(T, 100, { received: lsn(100), replayed: lsn(1000) }))
  assert.equal(judgeStandby(factsOf([{ ...look(T, 1000, 0), standby: ahead }]), T + 100).verdict, 'PROVEN')
})

test('proven is never said of what the standby has not', () => {
  const step = fc.record({ written: fc.nat(1000), arrives: fc.nat(1500), primary: fc.boolean(), standby: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.nat(20_000), (steps, later) => {
      let [end, has] = [0, 0]
      const looks = steps.map(({ written, arrives, primary, standby }, index) => {
        const at = T + index * 2000
        end += written
        has = Math.min(end, has + arrives)
        const one = look(at, end, has)
        return { primary: primary ? one.primary : silence(at), standby: standby ? one.standby : silence(at) }
      })
      const now = T + looks.length * 2000 + later
      const verdict = judgeStandby(factsOf(looks), now)
      if (verdict.verdict !== 'PROVEN') return
      assert.ok(verdict.provenTo.kind === 'lsn' && verdict.provenTo.byte <= has)
      assert.ok(now - verdict.provenAt <= 10_000)
    }),
  )
})
