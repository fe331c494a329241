import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { changedPlan } from '../../test/readiness/sample-plan.ts'
import type { Database } from '../base/database.ts'
import { type ScratchServer, scratchServer } from '../hub/database/scratch.ts'
import { keepPlan } from '../hub/flows/keep-plan.ts'
import { scratchCentre } from '../hub/flows/scratch-centre.ts'

const folder = await mkdtemp(join(tmpdir(), 'hf-evidence-'))
let server: ScratchServer
let db: Database & { url: string }
before(async () => {
  server = await scratchServer()
  db = await server.database()
  await keepPlan(await scratchCentre(db), changedPlan(), { who: { program: 'test' }, because: 'first' })
  const yaml = `practice: { id: hv, name: Harbor Valley, zone: America/Chicago }\ndata: ${folder}\ndatabase: "${db.url}"\n`
  await writeFile(join(folder, 'hub.yaml'), yaml)
  await writeFile(join(folder, 'count.txt'), 'forms: 40')
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function evidence(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const [verb = '', ...rest] = words
  const program = join(import.meta.dirname, 'holdfast.ts')
  const child = spawn(process.execPath, [program, 'evidence', verb, '--config', join(folder, 'hub.yaml'), ...rest])
  const [[code], out, err] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
  return { code: typeof code === 'number' ? code : null, out, err }
}

test('what a person saw is written down with its file, listed, exported and verified; what was changed behind it is found', async () => {
  const added = await evidence(
    'add',
    '--kind',
    'counted-by-hand',
    '--about',
    'lockbox:riverside',
    '--because',
    '=Forms counted, "all" there',
    '--measured',
    'forms=40',
    'took=5m',
    '--people',
    'iquillstrand',
    '--file',
    join(folder, 'count.txt'),
  )
  assert.deepEqual([added.code, added.err], [0, ''])
  assert.match(added.out, /^Written down as evidence_\w+, line 1 of the chain\.$/m)
  assert.match((await evidence('list', '--about', 'lockbox:')).out, /held\tcounted-by-hand\tlockbox:riverside\t=Forms/)
  const record: unknown = JSON.parse((await evidence('export')).out)
  assert.ok(typeof record === 'object' && record !== null && 'measured' in record && 'people' in record)
  assert.deepEqual(record.measured, [
    { what: 'forms', value: 40, unit: 'count' },
    { what: 'took', value: 300, unit: 's' },
  ])
  assert.match((await evidence('export', '--as', 'csv')).out, /,"'=Forms counted, ""all"" there",forms 40; took 300 s,/)
  const whole = await evidence('verify')
  assert.deepEqual([whole.code, whole.out.startsWith('The evidence is whole: 1 lines, ends with 1 ')], [0, true])
  await db.transaction().execute(async (together) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(together)
    await sql`UPDATE evidence SET line = replace(line, '40', '41')`.execute(together)
  })
  const broken = await evidence('verify')
  assert.deepEqual([broken.code, /line 1 was changed after it was written/.test(broken.out)], [1, true])
  await db.transaction().execute(async (together) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(together)
    await sql`DELETE FROM evidence`.execute(together)
  })
  assert.match((await evidence('verify')).out, /the end is missing: line 1 was seen earlier/)
})

test('all that is wrong with what was typed is said at once, and nothing is written down', async () => {
  const wrong = await evidence(
    'add',
    '--kind',
    'restor-test',
    '--about',
    'The EHR',
    '--because',
    'x',
    '--outcome',
    'fine',
    '--at',
    '2999-01-01T00:00:00Z',
  )
  assert.equal(wrong.code, 1)
  for (const says of [
    /Did you mean "restore-test"/,
    /is no subject/,
    /in a sentence or two/,
    /held, failed or unclear/,
    /has not come yet/,
  ])
    assert.match(wrong.err, says)
})

test('what the plan does not know is not written down, with what was perhaps meant; said so, it is', async () => {
  const words = ['--kind', 'restore-test', '--about', 'backup:ehr-bakup', '--because', 'Restored.']
  const slip = await evidence('add', ...words, '--people', 'iquilstrand', 'nosuchperson')
  assert.equal(slip.code, 1)
  for (const says of [
    /Nothing was written down/,
    /nothing called "backup:ehr-bakup"\. Did you mean "backup:ehr-backup"\?/,
    /no person "iquilstrand"\. Did you mean "iquillstrand"\?/,
    /no person "nosuchperson"/,
    /--not-in-plan/,
  ])
    assert.match(slip.err, says)
  assert.equal((await evidence('list', '--about', 'backup:')).out, '')
  const meant = await evidence('add', ...words, '--measured', 'took=90 min', '--not-in-plan')
  assert.deepEqual([meant.code, meant.err], [0, ''])
  assert.match((await evidence('export', '--about', 'backup:ehr-bakup')).out, /"value":5400,"unit":"s"/)
  assert.match((await evidence('add', '--help')).out, /units: ms, s, m, min,\s+h, d, w/)
})
