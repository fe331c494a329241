import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import { type ScratchServer, scratchServer } from '../../hub/database/scratch.ts'
import { MOST_FILE_BYTES, type NewEvidence } from './record.ts'
import {
  addEvidence,
  evidenceFile,
  evidenceHead,
  evidenceOfId,
  listEvidence,
  newestEvidence,
  readEvidenceChain,
  removeOldEvidence,
} from './store.ts'
import { verifyEvidence } from './verify.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const clock = { now: () => NOW }
let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const one = (n: number, more: Partial<NewEvidence> = {}): NewEvidence => ({
  kind: 'restore-test',
  subject: 'backup:ehr-backup',
  at: NOW - n,
  outcome: 'held',
  because: 'Restored and read back.',
  measured: [{ what: 'took', value: n, unit: 's' }],
  people: ['otarnbrook'],
  ...more,
})
const file = (text: string) => ({ name: 'restore.log', mediaType: 'text/plain', content: Buffer.from(text) })
const verify = async (db: Database, remembered: { seq: number; hash: string }[] = []) =>
  verifyEvidence(readEvidenceChain(db), (sha256) => evidenceFile(db, sha256), remembered)

/** As somebody with every right on the database would do it. */
async function tamper(db: Database, ...statements: string[]): Promise<void> {
  await db.transaction().execute(async (together) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(together)
    for (const statement of statements) await sql.raw(statement).execute(together)
  })
}

test('what is written down is read back as it was, with its file and its place in the chain', async () => {
  const db = await server.database()
  const [kept] = await addEvidence(db, clock, 'otarnbrook', [one(5, { artefact: file('ok') })])
  assert.ok(kept?.artefact !== undefined)
  assert.deepEqual(await evidenceOfId(db, kept.id), kept)
  assert.equal(Buffer.from((await evidenceFile(db, kept.artefact.sha256)) ?? []).toString(), 'ok')
  assert.deepEqual([kept.seq, kept.notedBy, kept.notedAt, kept.artefact.bytes], [1, 'otarnbrook', NOW, 2])
  assert.deepEqual((await verify(db)).faults, [])
})

test('two hubs and forty writers at once make one chain, and a failed transaction leaves no gap', async () => {
  const db = await server.database()
  await Promise.all(Array.from({ length: 40 }, (_, n) => addEvidence(db, clock, 'hub', [one(n), one(n)])))
  await assert.rejects(
    db.transaction().execute(async (together) => {
      await addEvidence(together, clock, 'hub', [one(99)])
      throw new Error('no')
    }),
  )
  const verdict = await verify(db)
  assert.deepEqual([verdict.faults, verdict.lines, verdict.head?.seq], [[], 80, 80])
})

test('the tables refuse to change or lose a record or a file', async () => {
  const db = await server.database()
  await addEvidence(db, clock, 'hub', [one(1, { artefact: file('a') }), one(2)])
  for (const statement of [
    'update evidence set at = 0',
    'delete from evidence',
    'delete from evidence where seq = 1',
    'truncate evidence cascade',
    `update evidence_file set bytes = 'b'`,
  ])
    await assert.rejects(sql.raw(statement).execute(db), /append-only/, statement)
  await assert.rejects(sql`delete from evidence_file`.execute(db), /foreign key/)
  assert.equal((await verify(db)).lines, 2)
})

test('a changed, a removed, a moved and a cut-off record are found, and so is a file that is another one', async () => {
  const cases: [string[], RegExp][] = [
    [[`update evidence set line = replace(line, 'Restored', 'Rumoured') where seq = 4`], /line 4 was changed/],
    [['delete from evidence where seq = 5'], /line 5 is missing/],
    [['delete from evidence where seq <= 3'], /lines 1 to 3 are missing, and no line says/],
    [
      [
        'update evidence set seq = -1 where seq = 6',
        'update evidence set seq = 6 where seq = 7',
        'update evidence set seq = 7 where seq = -1',
      ],
      /line 6 does not follow/,
    ],
    [[`update evidence_file set bytes = 'other'`], /the file restore.log of line 2 is gone or is not the one/],
    [['delete from evidence_file'], /the file restore.log of line 2 is gone/],
    [['delete from evidence where seq > 8'], /the end is missing: line 10 was seen earlier/],
  ]
  for (const [statements, because] of cases) {
    const db = await server.database()
    const all = Array.from({ length: 10 }, (_, n) => one(n, n === 1 ? { artefact: file('a') } : {}))
    await addEvidence(db, clock, 'hub', all)
    const head = await evidenceHead(db)
    assert.ok(head !== undefined)
    await tamper(db, ...statements)
    const { faults } = await verify(db, [head])
    assert.match(faults[0]?.because ?? 'no fault', because, statements.join())
  }
})

test('what is younger than six years cannot be removed; what is older goes, and the chain still holds', async () => {
  const db = await server.database()
  await addEvidence(db, clock, 'hub', [one(1, { artefact: file('old') }), one(2), one(3, { artefact: file('kept') })])
  assert.equal(await removeOldEvidence(db, clock, 'flora'), 0)
  await tamper(db, `update evidence set written_at = written_at - interval '7 years' where seq <= 2`)
  await assert.rejects(sql`delete from evidence where seq = 1`.execute(db), /no line says that this was removed/)
  assert.equal(await removeOldEvidence(db, clock, 'flora'), 2)
  const verdict = await verify(db)
  assert.deepEqual([verdict.faults, verdict.removed, verdict.lines], [[], 2, 2])
  assert.deepEqual(
    (await listEvidence(db)).map(({ seq }) => seq),
    [3],
  )
  const { rows } = await sql<{ files: number }>`select count(*) as files from evidence_file`.execute(db)
  assert.equal(rows[0]?.files, 1)
  await addEvidence(db, clock, 'hub', [one(4)])
  assert.deepEqual((await verify(db)).faults, [])
  assert.equal(await removeOldEvidence(db, clock, 'flora'), 0)
})

test('a record in the middle that is old is kept as long as an older line is young', async () => {
  const db = await server.database()
  await addEvidence(db, clock, 'hub', [one(1), one(2)])
  await tamper(db, `update evidence set written_at = written_at - interval '7 years' where seq = 2`)
  assert.equal(await removeOldEvidence(db, clock, 'flora'), 0)
  assert.deepEqual((await verify(db)).faults, [])
})

test('a file that is too large is refused with what to do, and nothing is kept', async () => {
  const db = await server.database()
  const content = new Uint8Array(MOST_FILE_BYTES + 1)
  await assert.rejects(
    addEvidence(db, clock, 'hub', [
      one(1),
      one(2, { artefact: { name: 'a.mov', mediaType: 'video/quicktime', content } }),
    ]),
    /Nothing was kept; send less of it/,
  )
  assert.equal(await evidenceHead(db), undefined)
})

test('records are found by kind, subject and outcome, newest measured first, page by page; checks get the newest of each', async () => {
  const db = await server.database()
  await addEvidence(db, clock, 'hub', [
    one(30, { subject: 'site:east', kind: 'pack-fresh' }),
    one(10, { subject: 'site:west', kind: 'pack-fresh' }),
    one(20, { subject: 'site:west', kind: 'pack-fresh' }),
    one(5, { subject: 'site:west', kind: 'pack-fresh', outcome: 'failed' }),
    one(1),
  ])
  const west = await listEvidence(db, { subject: 'site:west', most: 2 })
  assert.deepEqual(
    west.map(({ at }) => NOW - at),
    [5, 10],
  )
  const [, last] = west
  assert.ok(last !== undefined)
  assert.deepEqual(
    (await listEvidence(db, { subject: 'site:west', before: last })).map(({ at }) => NOW - at),
    [20],
  )
  assert.equal((await listEvidence(db, { subject: 'site:' })).length, 4)
  assert.equal((await listEvidence(db, { kind: 'restore-test' })).length, 1)
  assert.deepEqual(
    (await newestEvidence(db)).map(({ subject, outcome, at }) => [subject, outcome, NOW - at]),
    [
      ['site:east', 'held', 30],
      ['site:west', 'failed', 5],
      ['site:west', 'held', 10],
      ['backup:ehr-backup', 'held', 1],
    ],
  )
})
