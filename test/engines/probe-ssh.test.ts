import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../src/base/time.ts'
import type { Signal } from '../../src/connect/probe.ts'
import { sshHostShape } from '../../src/connect/ssh-host/config.ts'
import { sshHostProbe } from '../../src/connect/ssh-host/connector.ts'
import { LOOK_SCRIPT } from '../../src/connect/ssh-host/look-script.ts'
import { deadPort } from '../contracts/far-side.ts'

/** A real sshd on a free port, with keys of its own; it lets in who runs this test, by two keys: one may run anything, one only the look. */
let folder: string
let port: number
let sshd: ChildProcess

function keyAt(name: string): string {
  const path = join(folder, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path])
  return path
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hf-sshd-'))
  port = await deadPort()
  const [host, other, open, forced, stranger] = ['host', 'other', 'open', 'forced', 'stranger'].map(keyAt)
  const keyOf = async (path = '') => (await readFile(`${path}.pub`, 'utf8')).trim()
  const script = join(folder, 'holdfast-look')
  await writeFile(script, `#!/bin/sh\n${LOOK_SCRIPT}`)
  await chmod(script, 0o755)
  await writeFile(
    join(folder, 'authorized_keys'),
    `restrict ${await keyOf(open)}\nrestrict,command="${script} made-up.service" ${await keyOf(forced)}\n`,
  )
  assert.ok(stranger)
  await writeFile(join(folder, 'known'), `[127.0.0.1]:${port} ${await keyOf(host)}\n`)
  await writeFile(join(folder, 'known-other'), `[127.0.0.1]:${port} ${await keyOf(other)}\n`)
  await writeFile(join(folder, 'known-none'), '')
  await writeFile(
    join(folder, 'sshd_config'),
    `ListenAddress 127.0.0.1
Port ${port}
HostKey ${host}
AuthorizedKeysFile ${join(folder, 'authorized_keys')}
PidFile none
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
`,
  )
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' })
  const giveUp = performance.now() + 30_000
  while ((await look({})).answer === 'not-answered') {
    assert.ok(performance.now() < giveUp && sshd.exitCode === null, 'sshd did not come up')
    await pause(100)
  }
})
after(async () => {
  if (sshd.exitCode === null && sshd.signalCode === null) {
    sshd.kill('SIGCONT')
    const gone = once(sshd, 'exit')
    sshd.kill('SIGKILL')
    await gone
  }
  await rm(folder, { recursive: true, force: true })
})

function look({
  key = 'open',
  known = 'known',
  now = () => systemClock.now(),
  ...more
}: Record<string, unknown> & { now?: () => number }): Promise<Signal> {
  const config = sshHostShape.parse({
    host: '127.0.0.1',
    port,
    user: userInfo().username,
    key: join(folder, String(key)),
    knownHosts: join(folder, String(known)),
    diskWatchPercent: 100,
    diskActPercent: 100,
    memoryWatchPercent: 0,
    loadWatchPerCore: 1000,
    ...more,
  })
  return sshHostProbe({ id: 'h', observes: 'host' }, config, { now }).look()
}

const said = (signal: Signal): string =>
  signal.answer === 'answered' ? signal.findings.map((one) => one.because).join(' ') : `- ${signal.because}`

test('a host tells its disks, its memory, its load and its clock', async () => {
  const signal = await look({})
  assert.ok(signal.answer === 'answered', signal.because)
  assert.match(signal.because, /let us in/)
  for (const what of ['disk / used', 'memory free', 'load, 5 min', 'clock ahead, at least', 'up for'])
    assert.ok(
      signal.measured.some((one) => one.what === what),
      `${what} in ${JSON.stringify(signal.measured)}`,
    )
  assert.doesNotMatch(said(signal), /clock/)
})

test('a clock that is off is told, by no more than it is', async () => {
  assert.match(said(await look({ now: () => systemClock.now() - 60_000 })), /Its clock is (59 s|1 min) ahead/)
  assert.match(said(await look({ now: () => systemClock.now() + 60_000 })), /Its clock is (59 s|1 min) behind/)
})

test('a key that may run nothing but the look gives the same, with the services that the host names', async () => {
  const signal = await look({ key: 'forced', services: ['made-up.service'] })
  assert.ok(signal.answer === 'answered')
  assert.match(said(signal), /made-up\.service/)
  assert.ok(signal.measured.some((one) => one.what === 'disk / used'))
})

test('another host key, an unknown host, a key that is refused: the host is there, and somebody must act', async () => {
  assert.match(said(await look({ known: 'known-other' })), /another host key/)
  assert.match(said(await look({ known: 'known-none' })), /another host key than the one that is known, or none/)
  assert.match(said(await look({ key: 'stranger' })), /refuses our key/)
})

test('no key, no sshd: each is its own answer', async () => {
  const missing = await look({ key: 'nowhere' })
  assert.notEqual(missing.answer, 'not-answered', missing.because)
  assert.equal((await look({ port: await deadPort() })).answer, 'not-answered')
})

test('an sshd that is frozen does not answer, within the deadline', async () => {
  sshd.kill('SIGSTOP')
  const began = performance.now()
  const signal = await look({ deadlineMs: 1500 })
  assert.equal(signal.answer, 'not-answered', said(signal))
  assert.ok(performance.now() - began < 1500 + 2500)
  sshd.kill('SIGCONT')
})
