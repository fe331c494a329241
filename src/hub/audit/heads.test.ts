import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { appendAudit, HUB_CHAIN, readChain } from '../../access/audit/store.ts'
import { verifyTrail } from '../../access/audit/trail.ts'
import type { Database } from '../../base/database.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { keepAuditHeads, readAuditHeads } from './heads.ts'

let server: ScratchServer
const folder = await mkdtemp(join(tmpdir(), 'hf-heads-'))
before(async () => {
  server = await scratchServer()
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const append = (db: Database, n: number, chain?: string) =>
  appendAudit(
    db,
    { at: n, who: { program: 'hub' }, place: 'hub', what: 'started', about: { n }, outcome: 'done' },
    chain,
  )

test('an end that was remembered and cut off is noticed at the next look, and the proof is kept', async () => {
  const db = await server.database()
  const path = join(folder, 'cut')
  for (let n = 1; n <= 5; n++) await append(db, n)
  assert.deepEqual(await keepAuditHeads(db, path), [])
  const proof = await readFile(path, 'utf8')
  await db.transaction().execute(async (transaction) => {
    await sql`set local session_replication_role = replica`.execute(transaction)
    await sql`delete from audit_line where seq = 5`.execute(transaction)
  })
  assert.match((await keepAuditHeads(db, path))[0]?.because ?? '', /line 5 .* is gone/)
  await append(db, 6)
  assert.match((await keepAuditHeads(db, path))[0]?.because ?? '', /not the one that stood there/)
  assert.equal(await readFile(path, 'utf8'), proof)
  const verdict = await verifyTrail(HUB_CHAIN, readChain(db, HUB_CHAIN), await readAuditHeads(path))
  assert.equal(verdict.faults.length, 1)
})

test('a thousand looks remember a bounded number of ends, the first and the newest among them', async () => {
  const db = await server.database()
  const path = join(folder, 'many')
  for (let n = 1; n <= 450; n++) {
    await append(db, n)
    if (n % 2 === 0) await append(db, n, 'site_east')
    await keepAuditHeads(db, path)
  }
  const own = (await readAuditHeads(path)).filter(({ chain }) => chain === HUB_CHAIN)
  assert.ok(own.length <= 201)
  assert.equal(own[0]?.seq, 1)
  assert.equal(own.at(-1)?.seq, 450)
})

test('a file of ends that was damaged is said to be so, never taken for empty', async () => {
  const path = join(folder, 'damaged')
  await writeFile(path, '{"chain":"hub","seq":')
  await assert.rejects(readAuditHeads(path), /cannot be read/)
})
