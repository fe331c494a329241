import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { heartbeatShape } from '../../connect/heartbeat/config.ts'
import { heartbeatProbe } from '../../connect/heartbeat/connector.ts'
import { beatApi } from '../api/beat-api.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { SCRATCH_NOW } from '../flows/scratch-centre.ts'
import { beatsOf } from './store.ts'

const TOKEN = 'abcdefghijklmnopqrstuvwx'
let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

async function hub() {
  const db = await server.database()
  const clock = { now: () => SCRATCH_NOW }
  const heard: string[] = []
  const app = beatApi({
    db,
    clock,
    tokens: [{ token: TOKEN, observerId: 'backup' }],
    heard: (id) => void heard.push(id),
  })
  const call = (path: string, method = 'POST') =>
    app.request(path, { method, body: method === 'POST' ? 'anything' : null })
  const config = heartbeatShape.parse({ token: TOKEN, periodMinutes: 60 })
  const probe = heartbeatProbe({ id: 'backup', observes: 'backup' }, config, {
    clock,
    heard: async (id) => ({ beats: await beatsOf(db, id), listeningSince: 0 }),
  })
  return { db, heard, call, probe }
}

test('a script calls with curl, and what it said is known at once', async () => {
  const { call, probe, heard } = await hub()
  assert.equal((await probe.look()).answer, 'not-answered')
  assert.equal((await call(`/${TOKEN}/start`)).status, 200)
  assert.equal((await call(`/${TOKEN}/done?exit=0`, 'GET')).status, 200)
  const well = await probe.look()
  assert.ok(well.answer === 'answered' && well.findings.length === 0)
  assert.equal((await call(`/${TOKEN}/failed?exit=7`)).status, 200)
  const failed = await probe.look()
  assert.ok(failed.answer === 'answered')
  assert.match(failed.findings[0]?.because ?? '', /exit 7/)
  assert.deepEqual(heard, ['backup', 'backup', 'backup'])
})

test('another token, another word: nothing is kept, and nothing is learnt', async () => {
  const { call, db } = await hub()
  const answers = [await call(`/${TOKEN}x/done`), await call(`/${TOKEN}/explode`), await call('/short/done')]
  assert.deepEqual(
    answers.map((one) => one.status),
    [404, 404, 404],
  )
  assert.equal(new Set(await Promise.all(answers.map((one) => one.text()))).size, 1)
  assert.deepEqual(await beatsOf(db, 'backup'), [])
})

test('a script gone wild fills nothing: calls are limited, and only the newest of each word are kept', async () => {
  const { call, db } = await hub()
  const statuses = new Set<number>()
  for (let nth = 0; nth < 70; nth++) statuses.add((await call(`/${TOKEN}/progress`)).status)
  assert.deepEqual(
    [...statuses].toSorted((a, b) => a - b),
    [200, 429],
  )
  assert.equal((await beatsOf(db, 'backup')).length, 20)
})
