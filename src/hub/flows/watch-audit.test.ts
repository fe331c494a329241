import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { appendAudit } from '../../access/audit/store.ts'
import { MINUTE } from '../../base/time.ts'
import { openAlarms } from '../../monitor/store.ts'
import { AUDIT_HEADS_FILE } from '../audit/heads.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { scratchCentre } from './scratch-centre.ts'
import { watchAudit } from './watch-audit.ts'
import { watchFreshness } from './watch-freshness.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

test('a trail that somebody rewrote behind the hub raises one alarm, which ends when the remembered ends are put away', async () => {
  const centre = await scratchCentre(await server.database())
  const { db, folder } = centre
  const watch = async () => {
    await watchAudit(centre, folder)
    return watchFreshness(centre, { sources: [], hubUrl: 'https://hub.lan', clearAfterMs: MINUTE })
  }
  const line = { at: 1, who: { personId: 'p1', login: 'ada' }, place: 'hub', what: 'signed-in', about: {} } as const
  for (let lines = 0; lines < 3; lines++) await appendAudit(db, { ...line, outcome: 'done' })
  assert.deepEqual((await watch()).raised, [])
  await db.transaction().execute(async (together) => {
    await sql`set local session_replication_role = replica`.execute(together)
    await sql`delete from audit_line where seq = (select max(seq) from audit_line)`.execute(together)
  })
  assert.deepEqual((await watch()).raised, ['audit'])
  assert.deepEqual((await watch()).raised, [])
  const [alarm] = await openAlarms(db)
  assert.match(alarm?.cause.because ?? '', /is gone; run holdfast audit verify/)

  await rename(join(folder, AUDIT_HEADS_FILE), join(folder, 'put-away.jsonl'))
  await watch()
  centre.pass(2 * MINUTE)
  assert.deepEqual((await watch()).closed, ['audit'])
})
