import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { claimFirstOwner } from '../access/people/joining.ts'
import { silentLog } from '../base/log.ts'
import { systemClock } from '../base/time.ts'
import { AUDIT_HEADS_FILE, keepAuditHeads } from '../hub/audit/heads.ts'
import { type HubDatabase, openHubDatabase } from '../hub/database/hub-database.ts'

const folder = await mkdtemp(join(tmpdir(), 'hf-cli-'))
const config = join(folder, 'hub.yaml')
const dataDir = join(folder, 'data')
let hub: HubDatabase
before(async () => {
  await chmod(folder, 0o711)
  await writeFile(config, 'practice: { id: harbor, name: Harbor Valley, zone: America/New_York }\ndata: data\n')
  hub = await openHubDatabase({ dataDir, databaseUrl: undefined, log: silentLog, preferSystem: false })
})
after(async () => {
  await hub[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

type Said = { code: number; out: string }

function holdfast(...words: string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(import.meta.dirname, 'holdfast.ts'), ...words],
      { encoding: 'utf8' },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out: `${out}${err}` }),
    )
  })
}

test('people makes the first owner, once, and lists them; the hub goes on beside it', async () => {
  const printed = await holdfast('people', 'first-owner', '-c', config)
  const token = /start\/(\S+)/.exec(printed.out)?.[1] ?? ''
  await claimFirstOwner(
    hub.db,
    token,
    { login: 'olive', name: 'Olive Owner', password: 'river otter lamp' },
    systemClock,
  )
  const again = await holdfast('people', 'first-owner', '-c', config)
  assert.deepEqual([again.code, /owner already/.test(again.out)], [1, true])
  assert.match((await holdfast('people', 'list', '-c', config)).out, /^olive\tOlive Owner\tactive\towner\n$/)
  assert.match((await holdfast('people', 'new-password', 'Olive', '-c', config)).out, /join\//)
  assert.match((await holdfast('people', 'new-password', 'nobody', '-c', config)).out, /Nobody signs in as nobody/)
  assert.deepEqual((await sql`select 1 as one`.execute(hub.db)).rows, [{ one: 1 }])
})

test('audit verify is content with a whole trail, and finds a changed line and an end that was cut off', async () => {
  const heads = join(dataDir, AUDIT_HEADS_FILE)
  await keepAuditHeads(hub.db, heads)
  const whole = await holdfast('audit', 'verify', '-c', config)
  assert.deepEqual([whole.code, /The audit trail is whole/.test(whole.out)], [0, true])
  const elsewhere = join(folder, 'copy.jsonl')
  await copyFile(heads, elsewhere)
  await hub.db.transaction().execute(async (transaction) => {
    await sql`set local session_replication_role = replica`.execute(transaction)
    await sql`update audit_line set line = replace(line, 'olive', 'nadia') where seq = 1`.execute(transaction)
    await sql`delete from audit_line where seq = (select max(seq) from audit_line)`.execute(transaction)
  })
  const broken = await holdfast('audit', 'verify', '-c', config, '--heads', elsewhere)
  assert.equal(broken.code, 1)
  assert.match(broken.out, /line 1 was changed after it was written/)
  assert.match(broken.out, /the end is missing/)
  assert.match((await holdfast('doctor', '-c', config)).out, /BAD +Audit trail: line 1 was changed/)
})

test('a configuration that is wrong or not there is told in words, without a stack', async () => {
  const missing = await holdfast('doctor', '-c', join(folder, 'nothing.yaml'))
  assert.deepEqual([missing.code, /cannot be read/.test(missing.out), /\n +at /.test(missing.out)], [1, true, false])
  const wrong = join(folder, 'wrong.yaml')
  await writeFile(wrong, 'practice: { id: harbor }\nlisten: everywhere\n')
  const said = await holdfast('audit', 'verify', '-c', wrong)
  assert.match(said.out, /wrong\.yaml:1:.*name/)
  assert.match(said.out, /wrong\.yaml:2:.*listen/)
})

test('the doctor makes no database where there is none', async () => {
  const fresh = join(folder, 'fresh.yaml')
  await writeFile(fresh, 'practice: { id: harbor, name: Harbor, zone: UTC }\ndata: nowhere\n')
  const said = await holdfast('doctor', '-c', fresh)
  assert.match(said.out, /LOOK +Database: There is none yet/)
})
