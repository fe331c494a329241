import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from '../scenarios/stage/until.ts'
import { type MariaDbPair, mariadbPair } from './lab/mariadb-pair.ts'
import { postgresPair } from './lab/postgres-pair.ts'
import type { PairWatch } from './lab/watch.ts'

const INPUTS = join(import.meta.dirname, '../field-cases/inputs')
const PATIENCE = { timeout: 240_000 }

/** The statements of an input, each on its own line; what the files say beside them is a comment. */
async function statementsOf(name: string): Promise<string[]> {
  const text = await readFile(join(INPUTS, name), 'utf8')
  return text
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .flatMap((line) => line.replace(/--.*$/, '').split(/;\s*/))
    .filter((statement) => statement.trim() !== '')
}

/** Nothing that was seen from now on, until so many looks have passed, was called proven. */
async function neverProven(watch: PairWatch, looks: number): Promise<void> {
  const before = watch.seen.length
  await until('it was looked at for a while', () => watch.seen.length >= before + looks, { withinMs: 120_000 })
  for (const { verdict } of watch.seen.slice(before)) assert.notEqual(verdict.verdict, 'PROVEN', verdict.because)
}

const withAllergies = async ({ primary, standby }: MariaDbPair) => {
  await primary.run('CREATE DATABASE ehr; CREATE TABLE ehr.allergy (id int PRIMARY KEY, patient int, text varchar(80))')
  const arrived = () => standby.ask('SELECT * FROM ehr.allergy').then(() => true)
  await until('the standby has the table', arrived, { withinMs: 60_000 })
}

for (const [what, options] of [
  ['with the log of what it repeats', []],
  ['without it', ['--skip-log-slave-updates']],
] as const)
  test(
    `mariadb-errant-write.sql: a row that only the standby has is told, never PROVEN again (${what})`,
    PATIENCE,
    async () => {
      await using pair = await mariadbPair([...options])
      await withAllergies(pair)
      const watch = pair.watch()
      await watch.judged('PROVEN')
      for (const statement of await statementsOf('mariadb-errant-write.sql')) await pair.standby.run(statement)
      const { finding } = await watch.named('errant-transactions')
      assert.match(finding.because, /\d-2-\d/)
      await watch.judged('DIVERGED')
      // What the primary writes later hides it in the position, and not from us.
      await pair.primary.run("INSERT INTO ehr.allergy VALUES (901, 4, 'written on the primary')")
      await neverProven(watch, 4)
      assert.equal(watch.seen.at(-1)?.verdict.verdict, 'DIVERGED')
    },
  )

async function namedConnection({ hosts, standby }: MariaDbPair): Promise<string[]> {
  const arrived = async () =>
    (await standby.ask("SELECT 1 FROM mysql.user WHERE user = 'replica'")).length > 0 || undefined
  await until('the standby has the accounts', arrived, { withinMs: 60_000 })
  await standby.run('STOP REPLICA; RESET REPLICA ALL')
  const statements = await statementsOf('mariadb-named-connection.sql')
  // The input is of a lab of its own: its address and account are those of ours here.
  return statements.map((statement) =>
    statement
      .replace("'127.0.0.1', MASTER_PORT=3401", `'${hosts.address('A')}'`)
      .replace(
        "MASTER_USER='repl', MASTER_PASSWORD='lab'",
        "MASTER_USER='replica', MASTER_PASSWORD='of the lab alone'",
      ),
  )
}

test(
  'mariadb-named-connection.sql (replication watch): running it is proven with nothing wrong; stopped it is named and not proven',
  PATIENCE,
  async () => {
    await using pair = await mariadbPair()
    const statements = await namedConnection(pair)
    const stop = statements.pop() ?? ''
    assert.match(stop, /STOP SLAVE 'main'/)
    for (const statement of statements) await pair.standby.run(statement)
    const watch = pair.watch()
    const { seen } = await watch.judged('PROVEN')
    assert.ok(seen.look.standby.answered)
    assert.equal(seen.look.standby.said.role, 'standby')
    assert.equal(seen.look.standby.said.receiver?.name, 'main')
    const settled = watch.seen.length
    await until('it was looked at again', () => watch.seen.length >= settled + 3, { withinMs: 60_000 })
    for (const { findings } of watch.seen.slice(settled)) assert.deepEqual(findings, [])

    await pair.standby.run(stop)
    const { finding } = await watch.named('receiver-gone')
    assert.match(finding.because, /connection main/)
    await neverProven(watch, 3)
    await watch.judged('BEHIND')
  },
)

test(
  'mariadb-named-connection.sql (replication watch): opened to writes it is a writable standby, not a second primary',
  PATIENCE,
  async () => {
    await using pair = await mariadbPair()
    for (const statement of await namedConnection(pair)) await pair.standby.run(statement)
    const watch = pair.watch()
    await pair.standby.run('SET GLOBAL read_only = 0')
    const { seen } = await watch.named('standby-writable')
    assert.ok(seen.findings.every(({ fault }) => fault !== 'both-writable'))
    assert.equal(seen.verdict.verdict, 'UNKNOWN')
    await neverProven(watch, 3)
  },
)

test('postgres-logical-slot.sql: a logical slot that nobody reads is told as a physical one is', PATIENCE, async () => {
  await using pair = await postgresPair({ settings: { wal_level: 'logical' } })
  const [create = '', write = '', ...more] = await statementsOf('postgres-logical-slot.sql')
  await pair.primary.query(create)
  await pair.primary.query("SELECT pg_create_physical_replication_slot('forgotten', true)")
  const watch = pair.watch({ slotKeepBytes: 100e6 })
  await watch.judged('PROVEN')
  for (const statement of [write, ...more]) await pair.primary.query(statement)
  const { finding, seen } = await watch.named('slot-eats-disk', 120_000)
  assert.match(finding.because, /debezium|forgotten/)
  const named = seen.findings.filter(({ fault }) => fault === 'slot-eats-disk').map(({ because }) => because)
  assert.equal(named.length, 2)
  assert.ok(
    named.some((because) => /logical slot debezium is read by nobody and keeps \d+ MB/.test(because)),
    named.join(),
  )
})
