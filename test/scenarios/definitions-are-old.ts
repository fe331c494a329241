import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY, systemClock } from '../../src/base/time.ts'
import { EICAR } from '../../src/connect/clamav/eicar.ts'
import { judgeSystem } from '../../src/monitor/observations/judge-system.ts'
import type { SystemStatus } from '../../src/monitor/observations/observations.ts'
import { observersOf } from '../../src/monitor/observations/store.ts'
import { openAlarms, recentNotices } from '../../src/monitor/store.ts'
import { type HubAlone, hubAlone } from './stage/hub-alone.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The virus scanner runs and finds its test file, but its definitions are weeks old: named with their age; and a scanner without any is never fine'

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using scanner = await realScanner()
  const common = { kind: 'clamav', every: '2s', firstAnswerWithin: '0s', deadlineMs: 60_000 }
  const config = (folder: string): object => ({
    notices: { webhooks: [{ name: 'pager', url: 'http://127.0.0.1:9/', secret: 'a secret of the scenario' }] },
    sources: [{ id: 'drop', kind: 'files', name: 'The drop folder', every: '2s', folder: join(folder, 'drop') }],
    probes: [
      {
        ...common,
        id: 'file-server',
        name: 'Anti-virus of the file server',
        scanner: { socket: scanner.socket },
        databases: [scanner.header],
      },
      { ...common, id: 'front-desk', name: 'Anti-virus of the front desk', scanner: { socket: scanner.bareSocket } },
      {
        ...common,
        id: 'scan-by-hand',
        name: 'Anti-virus by hand',
        scanner: { clamscan: '/usr/bin/clamscan', database: scanner.empty },
      },
    ],
  })
  await scanner.dated(systemClock.now() - 40 * DAY)
  await using hub = await hubAlone(config, signal)
  await mkdir(join(hub.folder, 'drop'))
  await hub.up()
  tell(
    'Three machines have the anti-virus that the insurer asks for. On the first the scanner runs, and finds its test file.',
  )

  const old = await alarm(hub, 'file-server', signal)
  assert.match(old, /Its signatures are (39|40) d.* old/)
  const seen = (await systemsNow(hub)).find(({ systemId }) => systemId === 'file-server')
  assert.match(seen?.seen[0]?.observer.last?.observation.because ?? '', /finds the test file/)
  tell(`"${old}" The file itself was copied today: its own date proves nothing, its header does.`)

  await scanner.dated(systemClock.now() - 3 * 60 * 60_000)
  await over(hub, 'file-server', signal)
  tell('New definitions come, and the alarm ends by itself.')

  const bare = await alarm(hub, 'front-desk', signal)
  const byHand = await alarm(hub, 'scan-by-hand', signal)
  assert.match(byHand, /Nothing is scanned/)
  tell(
    `A scanner without definitions does not even start: "${bare}" Run by hand it ends with 2, which a script that only looks for 1 takes for clean; Holdfast says: "${byHand}"`,
  )
  for (const { systemId, status } of await systemsNow(hub))
    if (systemId !== 'file-server') assert.notEqual(status, 'well', systemId)
  const raised = (await recentNotices(hub.db, 50))
    .filter(({ text }) => text.kind === 'raised')
    .map(({ text }) => text.key)
  for (const id of ['file-server', 'front-desk', 'scan-by-hand'])
    assert.equal(raised.filter((key) => key === `system:${id}`).length, 1, `${id}: ${raised.join(' ')}`)
  tell('Each of the three is told once.')
}

async function systemsNow({ db }: HubAlone): Promise<SystemStatus[]> {
  const now = systemClock.now()
  return Map.groupBy(await observersOf(db), (one) => one.systemId)
    .entries()
    .map(([id, its]) => judgeSystem(id, its, now))
    .toArray()
}

function alarm(hub: HubAlone, id: string, signal: AbortSignal): Promise<string> {
  return until(
    `an alarm names ${id}`,
    async () => (await openAlarms(hub.db)).find(({ key }) => key === `system:${id}`)?.cause.because,
    { withinMs: 240_000, signal },
  )
}

async function over(hub: HubAlone, id: string, signal: AbortSignal): Promise<void> {
  await until('the alarm is over', async () => (await openAlarms(hub.db)).every(({ key }) => key !== `system:${id}`), {
    withinMs: 240_000,
    signal,
  })
}

type Scanner = AsyncDisposable & {
  socket: string
  /** A clamd that was started with an empty folder of definitions. */
  bareSocket: string
  empty: string
  /** The database file whose header says when its definitions were made. */
  header: string
  dated(at: number): Promise<void>
}

/** Debian's clamd with one signature of our own, and the header of an official database beside it. */
async function realScanner(): Promise<Scanner> {
  const folder = await mkdtemp(join(tmpdir(), 'hf-definitions-'))
  await chmod(folder, 0o755)
  for (const name of ['db', 'empty']) await mkdir(join(folder, name))
  await writeFile(join(folder, 'db', 'own.ndb'), `Own.Eicar:0:0:${Buffer.from(EICAR).toString('hex')}\n`)
  const conf = (name: string, db: string): Promise<void> =>
    writeFile(
      join(folder, `${name}.conf`),
      `LocalSocket ${join(folder, `${name}.sock`)}\nDatabaseDirectory ${join(folder, db)}\nForeground yes\nPidFile ${join(folder, `${name}.pid`)}\n`,
    )
  await conf('whole', 'db')
  await conf('bare', 'empty')
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', 'clamav:clamav', folder])
  const running: ChildProcess[] = ['whole', 'bare'].map((name) =>
    spawn('clamd', ['-c', join(folder, `${name}.conf`)], { stdio: 'ignore' }),
  )
  const header = join(folder, 'daily.cvd')
  return {
    socket: join(folder, 'whole.sock'),
    bareSocket: join(folder, 'bare.sock'),
    empty: join(folder, 'empty'),
    header,
    dated: async (at) => {
      const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\d\d:\d\d)/.exec(new Date(at).toUTCString()) ?? []
      const made = `${day} ${month} ${year} ${time?.replace(':', '-')} +0000`
      await writeFile(header, `ClamAV-VDB:${made}:27500:2076000:90:x:y:maker:${Math.floor(at / 1000)}`.padEnd(512))
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
