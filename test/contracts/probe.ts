import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Probe, Signal } from '../../src/connect/probe.ts'

/** One probe on one far side, freshly made for each test; `deadlineMs` is what the probe's own config promises. */
export type ProbeCase = { probe: Probe; deadlineMs: number; stop?: () => Promise<unknown> }

/**
 * `dead`: refuses connections. `frozen`: accepts and never answers. `slow`: answers, but so slowly that the deadline passes. `garbage`: answers
 * with bytes that mean nothing. `refusing`: understands the question and refuses it. `nameless`: its name leads nowhere.
 */
export const BREAKAGES = ['dead', 'frozen', 'slow', 'garbage', 'refusing', 'nameless'] as const
type Breakage = (typeof BREAKAGES)[number]

/** `finding`: answered, and says that somebody must act. */
type Verdict = 'not-answered' | 'not-observable' | 'finding'

/** What is right for each breakage unless the far side's nature makes another answer right. */
const RIGHT: Record<Breakage, Verdict> = {
  dead: 'not-answered',
  frozen: 'not-answered',
  slow: 'not-answered',
  garbage: 'not-answered',
  refusing: 'finding',
  nameless: 'not-observable',
}

/** A far side that cannot break in this way says why. */
export type BrokenProbe = { make: () => Promise<ProbeCase>; right?: Verdict } | { doesNotApply: string }

/** How long past its deadline a look may take on a busy machine. */
const SLACK_MS = 2500

/**
 * The contract of every connector that asks a system how it is, as tests: call it once in a test file. `secrets` are words that stand in its
 * credentials or in what the far side says; none may appear in a reason or a measured value.
 */
export function probeContract(
  name: string,
  far: {
    make: () => Promise<ProbeCase>
    secrets: string[]
    broken: Record<Breakage, BrokenProbe>
  },
): void {
  describe(`${name} keeps the contract of a probe`, () => {
    test('a well far side is answered, with nothing to complain about', async () => {
      await using held = await hold(far.make)
      const signal = await held.probe.look()
      assert.equal(signal.answer, 'answered', signal.because)
      assert.ok(signal.answer === 'answered')
      assert.deepEqual(signal.findings, [])
      assertTold(signal, far.secrets)
    })

    test('it can be looked at twice at the same time, and again', async () => {
      await using held = await hold(far.make)
      const both = await Promise.all([held.probe.look(), held.probe.look()])
      for (const signal of [...both, await held.probe.look()]) assert.equal(signal.answer, 'answered', signal.because)
    })

    test('a look that is called off says nothing about the system, and does not throw', async () => {
      await using held = await hold(far.make)
      assert.equal((await held.probe.look(AbortSignal.abort())).answer, 'not-observable')
      const off = new AbortController()
      const looking = held.probe.look(off.signal)
      off.abort()
      assert.notEqual((await looking).answer, 'not-answered')
    })

    for (const breakage of BREAKAGES) {
      const broken = far.broken[breakage]
      if ('doesNotApply' in broken) continue
      const right = broken.right ?? RIGHT[breakage]
      test(`a ${breakage} far side is "${right}", within the deadline and without a throw`, async () => {
        await using held = await hold(broken.make)
        const began = performance.now()
        const signal = await held.probe.look()
        const tookMs = performance.now() - began
        assert.ok(tookMs <= held.deadlineMs + SLACK_MS, `it took ${tookMs} ms`)
        assert.equal(verdictOf(signal), right, signal.because)
        assertTold(signal, far.secrets)
      })
    }
  })
}

function verdictOf(signal: Signal): Verdict | 'well' {
  if (signal.answer !== 'answered') return signal.answer
  return signal.findings.some((finding) => finding.weight === 'act') ? 'finding' : 'well'
}

function assertTold(signal: Signal, secrets: string[]): void {
  assert.ok(Number.isFinite(signal.tookMs) && signal.tookMs >= 0)
  const reasons = [signal.because, ...(signal.answer === 'answered' ? signal.findings.map((one) => one.because) : [])]
  for (const reason of reasons) assert.match(reason, /^[A-Z0-9“].*[.?]$/s, 'a reason is a sentence')
  for (const one of signal.measured) {
    assert.notEqual(one.what, '')
    if (one.unit !== 'text') assert.ok(Number.isFinite(one.value), `${one.what} is not a number`)
  }
  const said = JSON.stringify(signal)
  for (const secret of secrets) assert.ok(!said.includes(secret), 'a secret stands in what the probe says')
}

async function hold(make: () => Promise<ProbeCase>): Promise<ProbeCase & AsyncDisposable> {
  const held = await make()
  return { ...held, [Symbol.asyncDispose]: async () => void (await held.stop?.()) }
}
