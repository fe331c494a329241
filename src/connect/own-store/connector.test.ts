import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { type ScratchServer, scratchServer } from '../../hub/database/scratch.ts'
import { ownStoreShape } from './config.ts'
import { ownStoreProbe } from './connector.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

async function look(config: object, dataDir = tmpdir()): Promise<string> {
  const db = await server.database({ migrated: false })
  const signal = await ownStoreProbe({ id: 's', observes: 's' }, ownStoreShape.parse(config), { db, dataDir }).look()
  assert.ok(signal.answer === 'answered', signal.because)
  return `${signal.because} ${signal.findings.map((one) => `${one.weight}: ${one.because}`).join(' ')}`
}

test('what a write takes and how full the disk is are told with what they mean', async () => {
  const easy = { writeWatchMs: 60_000, writeActMs: 90_000, diskWatchPercent: 100, diskActPercent: 100 }
  assert.match(await look(easy), /took a write in \d+ ms; the disk of its folder is \d+ % full\. /)
  assert.match(await look({ ...easy, diskWatchPercent: 1, diskActPercent: 1 }), /act: The disk of the hub's folder is/)
  assert.match(await look({ ...easy, writeWatchMs: 0.001 }), /watch: A write took \d+ ms/)
  assert.match(await look(easy, '/nowhere/at/all'), /act: The folder of the hub cannot be looked at/)
})
