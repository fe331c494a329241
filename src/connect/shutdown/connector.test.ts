import assert from 'node:assert/strict'
import { test } from 'node:test'
import { argvShape } from './config.ts'
import { couldStop, stopSystem } from './connector.ts'

const NODE = process.execPath
const never = new AbortController().signal
const stop = (code: string, withinMs = 60_000) => stopSystem([NODE, '-e', code], withinMs, never)

test('a command that ends well is done, and one that says it failed has failed', async () => {
  assert.deepEqual(await stop(''), { outcome: 'done', because: 'The command ended well (exit 0).' })
  const failed = await stop('process.exit(3)')
  assert.equal(failed.outcome, 'failed')
  assert.match(failed.because, /exit 3/)
})

test('a command that does not end in its time is unclear, not failed: nobody knows what it did', async () => {
  const { outcome, because } = await stop('setInterval(() => {}, 1000)', 300)
  assert.equal(outcome, 'unclear')
  assert.match(because, /had not ended after/)
})

test('a command that something kills is unclear', async () => {
  assert.equal((await stop('process.kill(process.pid, "SIGKILL")')).outcome, 'unclear')
})

test('what cannot be run was not done', async () => {
  const { outcome, because } = await stopSystem(['/nowhere/stop'], 1000, never)
  assert.equal(outcome, 'failed')
  assert.match(because, /nothing was done/)
  assert.equal((await stopSystem([NODE, '-e', ''], 1000, AbortSignal.abort())).outcome, 'failed')
})

test('arguments are words, whatever stands in them: there is no shell, and what is printed is not kept', async () => {
  const check =
    'process.exit(process.argv[1] === "$(reboot); `id` && x" && process.env.HOLDFAST_SECRET === undefined ? 0 : 9)'
  process.env.HOLDFAST_SECRET = 'a secret of this test'
  const done = await stopSystem([NODE, '-e', `console.log('words'); ${check}`, '$(reboot); `id` && x'], 60_000, never)
  delete process.env.HOLDFAST_SECRET
  assert.equal(done.outcome, 'done', done.because)
  assert.doesNotMatch(done.because, /words/)
})

test('a drill says whether a command could be run, and runs nothing', async () => {
  assert.equal((await couldStop([NODE])).could, true)
  assert.equal((await couldStop(['/nowhere/stop'])).could, false)
})

test('a program is named by its whole path', () => {
  assert.equal(argvShape.safeParse(['ssh', 'host']).success, false)
  assert.equal(argvShape.safeParse([]).success, false)
  assert.equal(argvShape.safeParse(['/usr/bin/ssh', 'host']).success, true)
})
