import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { makePart, type Part } from '../../../dev/sample/part.ts'
import { freePorts } from '../../../dev/sample/ports.ts'
import type { Database } from '../../../src/base/database.ts'
import { scratchServer } from '../../../src/hub/database/scratch.ts'
import { until } from './until.ts'

const PROGRAM = resolve(import.meta.dirname, '../../../src/cli/holdfast.ts')

/** A hub with a database and nothing else: no EHR, no site. For what concerns alarms and notices only. */
export type HubAlone = AsyncDisposable & {
  /** As another hub on the same database would open it. */
  db: Database & { url: string }
  url: string
  folder: string
  part: Part
  /** Starts it (again) and waits until it answers. */
  up(): Promise<void>
}

/** A hub on a machine of its own (a network namespace): what it is started through, and how one sees from outside that it is up. */
export type Elsewhere = { through: readonly string[]; ready: (db: Database) => Promise<boolean> }

/** `config`: further lines of the hub's configuration, given its folder. It is not started yet. */
export async function hubAlone(
  config: (folder: string) => object,
  signal: AbortSignal,
  elsewhere?: Elsewhere,
): Promise<HubAlone> {
  const server = await scratchServer()
  const folder = await mkdtemp(join(tmpdir(), 'hf-hub-alone-'))
  await chmod(folder, 0o711)
  const db = await server.database()
  const { ports } = await freePorts(20_000 + 100 * Math.floor(Math.random() * 110), 0)
  const url = `http://127.0.0.1:${ports.hub}`
  const file = join(folder, 'hub.yaml')
  await mkdir(join(folder, 'data'))
  const practice = { id: 'harbor-valley', name: 'Harbor Valley', zone: 'America/New_York' }
  const whole = {
    practice,
    data: join(folder, 'data'),
    database: db.url,
    listen: `127.0.0.1:${ports.hub}`,
    ...config(folder),
  }
  await writeFile(file, stringify(whole))
  const part = makePart({
    name: 'hub',
    args: [PROGRAM, 'hub', '--config', file],
    logFile: join(folder, 'hub.log'),
    ...(elsewhere === undefined ? {} : { through: elsewhere.through }),
  })
  return {
    db,
    url,
    folder,
    part,
    up: async () => {
      await part.start()
      await until(
        'the hub answers',
        async () => {
          if (!part.running) throw new Error(`the hub ended: look at ${folder}/hub.log`)
          if (elsewhere !== undefined) return elsewhere.ready(db)
          const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) })
          await answer.body?.cancel()
          return answer.ok
        },
        { withinMs: 120_000, everyMs: 50, signal },
      )
    },
    async [Symbol.asyncDispose]() {
      await part.stop()
      await server[Symbol.asyncDispose]()
      if (process.env.HOLDFAST_KEEP_STAGE !== '1') await rm(folder, { recursive: true, force: true })
    },
  }
}
