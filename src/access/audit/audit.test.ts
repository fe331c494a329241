import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import { type ScratchServer, scratchServer } from '../../hub/database/scratch.ts'
import type { AuditLine } from '../access.ts'
import { appendAudit, appendAuditLines, auditHeads, HUB_CHAIN, listAudit, readChain } from './store.ts'
import { verifyTrail } from './trail.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const line = (n: number, more: Partial<AuditLine> = {}): AuditLine => ({
  at: 1_795_000_000_000 + n,
  who: { personId: 'person_1', login: 'akelly' },
  place: 'hub',
  what: 'chart-viewed',
  about: { patientId: `patient-${n}` },
  outcome: 'done',
  ...more,
})

async function trailOf(lines: number): Promise<Database> {
  const db = await server.database()
  await appendAuditLines(
    db,
    Array.from({ length: lines }, (_, n) => line(n)),
  )
  return db
}

/** As somebody with every right on the database would do it. */
async function tamper(db: Database, statement: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`set local session_replication_role = replica`.execute(transaction)
    await sql.raw(statement).execute(transaction)
  })
}

const verify = async (db: Database, remembered = [] as Awaited<ReturnType<typeof auditHeads>>) =>
  verifyTrail(HUB_CHAIN, readChain(db, HUB_CHAIN), remembered)

test('a trail that nobody touched is whole, whatever number of writers wrote it at once', async () => {
  const db = await server.database()
  await Promise.all(Array.from({ length: 40 }, (_, n) => appendAudit(db, line(n))))
  const verdict = await verify(db, await auditHeads(db))
  assert.deepEqual(verdict.faults, [])
  assert.equal(verdict.lines, 40)
  assert.equal(verdict.head?.seq, 40)
})

test('the table refuses to change or lose a line', async () => {
  const db = await trailOf(3)
  for (const statement of ['update audit_line set at = 0', 'delete from audit_line', 'truncate audit_line'])
    await assert.rejects(sql.raw(statement).execute(db), /append-only/)
  assert.equal((await verify(db)).lines, 3)
})

test('a line that belongs to a transaction that failed is not there, and leaves no gap', async () => {
  const db = await trailOf(2)
  await assert.rejects(
    db.transaction().execute(async (transaction) => {
      await appendAudit(transaction, line(9))
      throw new Error('no')
    }),
  )
  await appendAudit(db, line(3))
  assert.deepEqual((await verify(db)).faults, [])
})

test('a changed, a removed and a moved line are found, and where', async () => {
  const cases: [string, number, RegExp][] = [
    [`update audit_line set line = replace(line, 'akelly', 'nobody') where seq = 4`, 4, /line 4 was changed/],
    ['delete from audit_line where seq = 5', 5, /line 5 is missing/],
    ['update audit_line set seq = case seq when 6 then 7 else 6 end where seq in (6, 7)', 6, /line 6 does not follow/],
    [`update audit_line set hash = repeat('a', 64) where seq = 3`, 3, /line 3 was changed/],
  ]
  for (const [statement, at, because] of cases) {
    const db = await trailOf(10)
    // Moving two rows needs the key out of the way.
    await sql`alter table audit_line drop constraint audit_line_pkey`.execute(db)
    await tamper(db, statement)
    const { faults } = await verify(db)
    assert.equal(faults[0]?.seq, at, statement)
    assert.match(faults[0]?.because ?? '', because)
  }
})

test('an end that was cut off, or made anew with hashes that fit, is found by who remembers the end', async () => {
  const db = await trailOf(10)
  const remembered = await auditHeads(db)
  await tamper(db, 'delete from audit_line where seq > 8')
  assert.deepEqual((await verify(db)).faults, [])
  const cut = await verify(db, remembered)
  assert.deepEqual(cut.faults, [
    { seq: 9, because: 'the end is missing: line 10 was seen earlier, the trail now ends with line 8' },
  ])
  await appendAuditLines(db, [line(90), line(91), line(92)])
  const anew = await verify(db, remembered)
  assert.match(anew.faults[0]?.because ?? '', /line 10 is not the one that was seen earlier/)
})

test('lines are found by who, what and whom they are about, newest first, page by page', async () => {
  const db = await trailOf(5)
  await appendAudit(
    db,
    line(7, { what: 'sign-in', who: { program: 'hub' }, outcome: 'refused', about: { login: 'x' } }),
  )
  const seen = await listAudit(db, { what: 'chart-viewed', personId: 'person_1', most: 2 })
  assert.deepEqual(
    seen.map(({ seq }) => seq),
    [5, 4],
  )
  const last = seen[1]
  assert.ok(last !== undefined)
  const next = await listAudit(db, {
    what: 'chart-viewed',
    before: { at: last.line.at, chain: last.chain, seq: last.seq },
  })
  assert.deepEqual(
    next.map(({ seq }) => seq),
    [3, 2, 1],
  )
  assert.equal((await listAudit(db, { about: { key: 'patientId', value: 'patient-2' } })).length, 1)
  assert.deepEqual((await listAudit(db, { outcome: 'refused' }))[0]?.line.about, { login: 'x' })
})

test('a line that holds what jsonb does not take is kept without it, and the trail can still be searched', async () => {
  const db = await trailOf(2)
  await appendAudit(db, line(8, { about: { as: 'a\0b', half: 'x\ud800y' }, reason: 'odd\0' }))
  const [found] = await listAudit(db, { about: { key: 'as', value: 'ab' } })
  assert.equal(found?.line.reason, 'odd')
  assert.equal(found.line.about.half, 'x\ufffdy')
  assert.deepEqual((await verify(db)).faults, [])
})
