import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'

const FOLDER = join(import.meta.dirname, '..')
const FRAME = new Set(['scenario', 'story'])
const LONGEST_MS = 540_000

export const SCENARIOS: readonly string[] = globSync('*.ts', { cwd: FOLDER })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => basename(file, '.ts'))
  .filter((name) => !FRAME.has(name))
  .toSorted()

/** Those of the lockbox; the others are of the safety net. Two files of tests play them side by side. */
export const LOCKBOX: readonly string[] = [
  'cold-start-without-network',
  'everything-dead-but-the-lockbox',
  'hub-killed-while-publishing',
  'no-patient-data-in-logs',
  'power-cut-at-any-byte',
  'stale-pack-says-so',
  'standby-replays-nothing-and-the-canary-notices',
  'stolen-lockbox-gives-nothing',
  'two-hubs-one-database',
  'usb-stick-when-the-network-is-dead',
  'walk-in-under-a-former-name',
  'wan-lost-at-one-clinic',
]

/** One test that plays a scenario in a process of its own, as `npm run scenario` does, and shows its story when it did not end as told. */
export function testOf(name: string): void {
  test(`scenario: ${name.replaceAll('-', ' ')}`, { timeout: LONGEST_MS }, async (t) => {
    const child = spawn(process.execPath, [join(FOLDER, 'scenario.ts'), name], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // The runner speaks to its own children by this; ours is no test file.
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    })
    // A scenario that is stopped still puts its stage away.
    t.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()))
    const code = await new Promise((ended, failed) => {
      child.once('error', failed)
      child.once('close', ended)
    })
    assert.equal(code, 0, said)
  })
}
