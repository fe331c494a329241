import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../src/base/time.ts'
import { clamavShape } from '../../src/connect/clamav/config.ts'
import { clamavProbe } from '../../src/connect/clamav/connector.ts'
import { EICAR } from '../../src/connect/clamav/eicar.ts'
import type { Signal } from '../../src/connect/probe.ts'

/** Debian's ClamAV with a database of one signature of our own: the official one is not needed to know whether it scans. */
let folder: string
let clamd: ChildProcess | undefined

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hf-clam-'))
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'db'))
  await mkdir(join(folder, 'other'))
  await mkdir(join(folder, 'empty'))
  await writeFile(join(folder, 'db', 'own.ndb'), `Own.Eicar:0:0:${Buffer.from(EICAR).toString('hex')}\n`)
  await writeFile(
    join(folder, 'other', 'own.ndb'),
    `Own.Other:0:0:${Buffer.from('something else altogether').toString('hex')}\n`,
  )
  await writeFile(join(folder, 'daily.cvd'), `ClamAV-VDB:23 Nov 2020 08-25 +0000:27500:1:90:x:y:z:1`.padEnd(512))
  await writeFile(
    join(folder, 'clamd.conf'),
    `LocalSocket ${join(folder, 'clamd.sock')}\nDatabaseDirectory ${join(folder, 'db')}\nForeground yes\nPidFile ${join(folder, 'clamd.pid')}\n`,
  )
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', 'clamav:clamav', folder])
  clamd = spawn('clamd', ['-c', join(folder, 'clamd.conf')], { stdio: 'ignore' })
})
after(async () => {
  if (clamd?.exitCode === null && clamd.signalCode === null) {
    const gone = once(clamd, 'exit')
    clamd.kill('SIGKILL')
    await gone
  }
  await rm(folder, { recursive: true, force: true })
})

function look(scanner: object, more: object = {}): Promise<Signal> {
  const config = clamavShape.parse({ scanner, deadlineMs: 60_000, ...more })
  return clamavProbe({ id: 'av', observes: 'anti-virus' }, config, systemClock).look()
}

const said = (signal: Signal): string =>
  signal.answer === 'answered' ? signal.findings.map((one) => one.because).join(' ') : `- ${signal.because}`

test('clamd finds the test file, and without an official database nobody knows how old its signatures are', async () => {
  const giveUp = performance.now() + 60_000
  let signal = await look({ socket: join(folder, 'clamd.sock') })
  while (signal.answer !== 'answered' && performance.now() < giveUp) {
    await pause(200)
    signal = await look({ socket: join(folder, 'clamd.sock') })
  }
  assert.match(signal.because, /finds the test file/)
  assert.match(said(signal), /^It does not say when its signatures were made/)
})

test('a database file that says it is old is told', async () => {
  const signal = await look({ socket: join(folder, 'clamd.sock') }, { databases: [join(folder, 'daily.cvd')] })
  assert.match(said(signal), /^Its signatures are \d+ d/)
})

test('clamscan: 1 is found, 0 on the test file is a scanner that misses, and 2 without a database is never clean', async () => {
  const scan = (database: string, program = 'clamscan') => look({ clamscan: program, database: join(folder, database) })
  assert.match((await scan('db')).because, /finds the test file/)
  assert.match(said(await scan('other')), /calls the test file clean/)
  for (const database of ['empty', 'nowhere']) assert.match(said(await scan(database)), /Nothing is scanned/)
  assert.equal((await scan('db', '/nowhere/clamscan')).answer, 'not-observable')
})
