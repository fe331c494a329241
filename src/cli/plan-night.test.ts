import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

const SAMPLE = join(import.meta.dirname, '../../dev/practice/plan')
const NIGHT = ['--plan', SAMPLE, '--at', '2026-11-23 02:00']

async function holdfast(words: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'holdfast.ts'), 'plan', ...words])
  const [[code], out, err] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
  return { code, out, err }
}

test('plan tonight works on a folder alone: who acts, what falls, and no number that nothing proves', async () => {
  const { code, out } = await holdfast(['tonight', ...NIGHT])
  assert.equal(code, 0)
  assert.match(out, /^If it happened at Mon 2026-11-23 02:00/)
  assert.match(out, /Systems back: not known: never tested.*; the plan promises it done in 20 min/)
  assert.match(out, /not proven: Emil Driftgale, .*leads “Fail over to the standby”/)
  assert.doesNotMatch(out, /measured \d/)
})

test('plan without says what one thing costs, and a name that is none is answered with what was perhaps meant', async () => {
  const one = await holdfast(['without', 'edriftgale', ...NIGHT])
  assert.equal(one.code, 0)
  assert.match(one.out, /Without Emil Driftgale \(person\): 4 scenarios cannot be finished/)
  const none = await holdfast(['without', 'edriftgate', ...NIGHT])
  assert.equal(none.code, 1)
  assert.match(
    none.err,
    /no person, credential, line, host, switch or vendor "edriftgate"\. Did you mean "edriftgale"\?/,
  )
  assert.match((await holdfast(['without', '--plan', SAMPLE, '--at', 'midnight'])).err, /"midnight" is no moment/)
})

test('plan without takes everything out, alone and in pairs, and says how much it tried', async () => {
  const { code, out } = await holdfast(['without', ...NIGHT])
  assert.equal(code, 0)
  assert.match(out, /Taken out one at a time: 71 people.* 36 of them cost something/)
  assert.match(out, /Taken out two at a time: 2485 pairs\. \d+ pairs cost what neither/)
  assert.match(out, /Each person at each of the \d+ shifts of the next 30 days/)
})
