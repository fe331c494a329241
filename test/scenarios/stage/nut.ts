import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/base/time.ts'
import { nutShape } from '../../../src/connect/nut/config.ts'
import { nutProbe } from '../../../src/connect/nut/connector.ts'
import { deadPort } from '../../contracts/far-side.ts'
import { until } from './until.ts'

/** NUT's own server and its dummy driver: the mains are taken away by writing a file. */
export type Nut = AsyncDisposable & {
  port: number
  /** Resolves when NUT's server says so. `status` as in `ups.status`, `runtimeS` in seconds. */
  says(status: string, runtimeS: number, signal: AbortSignal): Promise<void>
}

export async function startNut(): Promise<Nut> {
  const folder = await mkdtemp(join(tmpdir(), 'hf-nut-'))
  const port = await deadPort()
  const running: ChildProcess[] = []
  const write = (status: string, runtimeS: number) =>
    writeFile(
      join(folder, 'ups.dev'),
      `ups.status: ${status}\nbattery.runtime: ${runtimeS}\nbattery.charge: 97\nbattery.date: 2025/03/01\nups.load: 23\n`,
    )
  await mkdir(join(folder, 'run'))
  await write('OL', 1800)
  await writeFile(
    join(folder, 'ups.conf'),
    `pollinterval = 1\n[ups]\ndriver = dummy-ups\nport = ${join(folder, 'ups.dev')}\nmode = dummy-loop\n`,
  )
  await writeFile(join(folder, 'upsd.conf'), `LISTEN 127.0.0.1 ${port}\nMAXAGE 10\n`)
  await writeFile(join(folder, 'upsd.users'), '')
  for (const name of ['ups.conf', 'upsd.conf', 'upsd.users']) await chmod(join(folder, name), 0o640)
  const root = process.getuid?.() === 0
  if (root) execFileSync('chown', ['-R', 'nut:nut', folder])
  const at = join(folder, 'run')
  const env = { ...process.env, NUT_CONFPATH: folder, NUT_STATEPATH: at, NUT_ALTPIDPATH: at }
  for (const given of [['/lib/nut/dummy-ups', '-a', 'ups'], ['/lib/nut/upsd']]) {
    const [program = '', ...words] = given
    running.push(spawn(program, [...words, ...(root ? ['-u', 'nut'] : []), '-F'], { env, stdio: 'ignore' }))
  }
  const config = nutShape.parse({ host: '127.0.0.1', port, ups: 'ups' })
  const look = () => nutProbe({ id: 'u', observes: 'ups' }, config, systemClock).look()
  return {
    port,
    says: async (status, runtimeS, signal) => {
      await write(status, runtimeS)
      const told = async () => (await look()).measured.some(({ what, value }) => what === 'status' && value === status)
      await until(`NUT says ${status}`, told, { withinMs: 60_000, everyMs: 100, signal })
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        const gone = once(child, 'exit')
        child.kill('SIGKILL')
        await gone
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}
