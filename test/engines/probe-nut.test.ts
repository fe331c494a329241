import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../src/base/time.ts'
import { nutShape } from '../../src/connect/nut/config.ts'
import { nutProbe } from '../../src/connect/nut/connector.ts'
import type { Signal } from '../../src/connect/probe.ts'
import { deadPort } from '../contracts/far-side.ts'

/** NUT's own server with its dummy driver: the mains are taken away by writing a file. */
const running: ChildProcess[] = []
let folder: string
let port: number
let driver: ChildProcess

const ups = (status: string, runtime: number) =>
  writeFile(
    join(folder, 'ups.dev'),
    `ups.status: ${status}\nbattery.runtime: ${runtime}\nbattery.charge: 97\nbattery.date: 2025/03/01\nups.load: 23\ninput.voltage: 229.8\nups.mfr: "Harbor \\"H\\" Power"\n`,
  )

function start(program: string, given: string[]): ChildProcess {
  const root = process.getuid?.() === 0
  const env = {
    ...process.env,
    NUT_CONFPATH: folder,
    NUT_STATEPATH: join(folder, 'run'),
    NUT_ALTPIDPATH: join(folder, 'run'),
  }
  const child = spawn(program, [...given, ...(root ? ['-u', 'nut'] : []), '-F'], { env, stdio: 'ignore' })
  running.push(child)
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hf-nut-'))
  port = await deadPort()
  await mkdir(join(folder, 'run'))
  await ups('OL', 1800)
  await writeFile(
    join(folder, 'ups.conf'),
    `pollinterval = 1\n[ups]\ndriver = dummy-ups\nport = ${join(folder, 'ups.dev')}\nmode = dummy-loop\n`,
  )
  await writeFile(join(folder, 'upsd.conf'), `LISTEN 127.0.0.1 ${port}\nMAXAGE 6\n`)
  await writeFile(join(folder, 'upsd.users'), '')
  for (const name of ['ups.conf', 'upsd.conf', 'upsd.users']) await chmod(join(folder, name), 0o640)
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', 'nut:nut', folder])
  driver = start('/lib/nut/dummy-ups', ['-a', 'ups'])
  start('/lib/nut/upsd', [])
})
after(async () => {
  for (const child of running) await end(child)
  await rm(folder, { recursive: true, force: true })
})

const look = (name = 'ups'): Promise<Signal> =>
  nutProbe({ id: 'u', observes: 'ups' }, nutShape.parse({ host: '127.0.0.1', port, ups: name }), systemClock).look()

async function until(what: string, holds: (signal: Signal) => boolean): Promise<Signal> {
  const giveUp = performance.now() + 45_000
  for (;;) {
    const signal = await look()
    if (holds(signal)) return signal
    assert.ok(performance.now() < giveUp, `${what} did not come about: ${JSON.stringify(signal)}`)
    await pause(200)
  }
}

const said = (signal: Signal): string =>
  signal.answer === 'answered' ? signal.findings.map((one) => one.because).join(' ') : signal.because

test('on the mains, then the power fails, the battery runs low, and it comes back', async () => {
  const well = await until('on the mains', (signal) => signal.answer === 'answered' && signal.findings.length === 0)
  assert.ok(well.measured.some((one) => one.what === 'battery lasts' && one.value === 1800 && one.unit === 's'))
  assert.ok(well.measured.some((one) => one.what === 'battery age'))
  await ups('OB DISCHRG', 720)
  assert.match(said(await until('on its battery', (signal) => /OB/.test(said(signal)))), /12 min left/)
  await ups('OB LB', 90)
  assert.match(said(await until('low battery', (signal) => /LB/.test(said(signal)))), /1 min left/)
  await ups('OL', 1800)
  await until('on the mains again', (signal) => signal.answer === 'answered' && signal.findings.length === 0)
})

test('a name that the server does not know is said so', async () => {
  assert.match(said(await look('other')), /knows no UPS of this name/)
})

test('a driver that dies: the last known state is not taken for the present one', async () => {
  await end(driver)
  const lost = await until('lost sight', (signal) => signal.answer === 'not-answered')
  assert.match(lost.because, /DATA-STALE|DRIVER-NOT-CONNECTED/)
})
