import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

/**
 * The suite of the database's supervisor, run by an account that has nothing: no home, no right to write into the checkout (which npm made
 * as root). Needs root, to become that account.
 */
const root = resolve(import.meta.dirname, '../..')
const NOBODY = 65_534

test('an account without a home, in a checkout that belongs to root, starts and adopts its database', () => {
  assert.equal(process.getuid?.(), 0, 'this test becomes another user: run it as root')
  const folder = mkdtempSync(join(tmpdir(), 'hf-user-'))
  try {
    // A node that this account can reach, wherever the checkout is.
    mkdirSync(join(folder, 'bin'), { mode: 0o755 })
    cpSync(process.execPath, join(folder, 'bin', 'node'))
    spawnSync('chmod', ['-R', 'a+rX', folder])
    const run = spawnSync(
      join(folder, 'bin', 'node'),
      ['--test', 'src/hub/database/postgres.test.ts', 'src/hub/database/traps.test.ts'],
      {
        cwd: root,
        uid: NOBODY,
        gid: NOBODY,
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' },
      },
    )
    assert.equal(run.status, 0, `${run.stdout}${run.stderr}`)
    assert.match(run.stdout, /fail 0/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
