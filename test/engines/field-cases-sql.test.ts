import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { DAY, systemClock } from '../../src/base/time.ts'
import type { Chart } from '../../src/chart/chart.ts'
import { openSqlSource } from '../../src/connect/sql/connector.ts'
import { openSession } from '../../src/connect/sql/open-session.ts'
import { loadMapping } from '../../src/connect/sql/read-mapping.ts'
import { parseStatement } from '../../src/connect/sql/statement.ts'
import { readAll } from '../contracts/ehr-source.ts'
import { type MariaDb, startMariaDb } from './mariadb.ts'

/** Inputs of the SQL source against a real MariaDB. */
const INPUTS = join(import.meta.dirname, '../field-cases/inputs')
const WINDOW = { from: systemClock.now() - DAY, to: systemClock.now() + DAY }
const MAPPING = `mapping: 1
name: Small practice
driver: mysql
connection: { url: { env: SMALL_URL } }
zone: America/New_York
schedule:
  query: select 1 as id, now() as starts, 'A' as who, '1' as doctor, '1' as place, 'booked' as status from patient where now() between :from and :to and 1 = 0
  fields: { id: id, start: starts, patientName: who, providerId: doctor, providerName: doctor, locationId: place, status: status }
patients:
  ids: select id from patient order by id
  query: select id, id as mrn, 'Family' as family, deceased, vip from patient where id in (:patients)
  changed: hash
  fields:
    id: id
    mrn: mrn
    name.family: family
    deceased: deceased
    restriction: { column: vip, map: { "0": none, "1": vip } }
`

let server: MariaDb
let folder: string
before(async () => {
  server = await startMariaDb(['--server-id=2'])
  folder = await mkdtemp(join(tmpdir(), 'hf-sql-cases-'))
  await writeFile(join(folder, 'small.yaml'), MAPPING)
})
after(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function source(user: string, rights: string) {
  const database = user
  await server.run(`create database ${database}; create user ${user}@localhost identified by 'x'; ${rights}`)
  for (const statement of (await readFile(join(INPUTS, 'mysql-bit1.sql'), 'utf8')).split(';\n'))
    if (statement.trim() !== '') await server.run(statement, database)
  await server.run(`grant select on ${database}.* to ${user}@localhost`)
  const environment = { SMALL_URL: `socket:${server.socket}?user=${user}&password=x&database=${database}` }
  const mapping = await loadMapping(join(folder, 'small.yaml'))
  return openSqlSource({ id: 'small', mapping, environment }, { log: silentLog, clock: systemClock })
}

test('mysql-bit1.sql: BIT(1) is yes and no', async () => {
  await using small = await source('bits', '')
  const parts = await readAll({ source: small, window: WINDOW }, null)
  const charts = parts.flatMap((part): Chart[] =>
    part.type === 'charts' ? part.changes.flatMap((change) => (change.type === 'chart' ? [change.chart] : [])) : [],
  )
  assert.deepEqual(
    charts.map(({ patient, restriction }) => [patient.id, patient.deceased, restriction]),
    [
      ['1', true, 'none'],
      ['2', false, 'vip'],
    ],
  )
  assert.deepEqual(
    parts.filter(({ type }) => type === 'set-aside'),
    [],
  )
})

test('mariadb-named-connection.sql (SQL source): a replica that follows by a named connection is never a primary that is current', async () => {
  await using small = await source('named', 'grant replica monitor on *.* to named@localhost')
  const [, change, start, readOnly, stop] =
    /(CHANGE MASTER[^;]*);\s*(START SLAVE[^;]*); (SET GLOBAL[^;]*);[^;]*?(STOP SLAVE[^;]*);/s.exec(
      await readFile(join(INPUTS, 'mariadb-named-connection.sql'), 'utf8'),
    ) ?? []
  const first = await small.probe()
  assert.ok(first.answered && /a primary/.test(first.because), 'without replication and writable it is one')
  await server.run(change ?? '')
  try {
    const told = async () => {
      const signal = await small.probe()
      return signal.answered ? 'answered' : `${signal.kind} ${signal.because}`
    }
    await server.run(`${start}; ${readOnly}`)
    assert.match(await told(), /^transient .*replication is not running/, 'it cannot reach what it follows')
    await server.run(stop ?? '')
    assert.match(await told(), /^transient .*replication is not running/)
    await assert.rejects(readAll({ source: small, window: WINDOW }, null), /replication is not running/)
    await server.run("RESET SLAVE 'main' ALL")
    assert.match(await told(), /^permanent .*read-only and follows no server/)
  } finally {
    await server.run('SET GLOBAL read_only = 0')
  }
})

test('columns of every type come without loss: bytes that are no text, dates of zeros, exact numbers', async () => {
  await using _small = await source('types', '')
  await server.run(
    `alter table patient add (key16 binary(16), words blob, fixed binary(8), amount decimal(18,4), day date, at datetime, hour time, born year, doc json,
       kind enum('a','b'), many set('x','y'), half double, yes tinyint(1), note text);
     update patient set key16 = unhex(concat('ff00', lpad(id, 28, '0'))), words = unhex('4d75f16f7a'), fixed = 'Muñoz', amount = 12345678901234.5678,
       day = '0000-00-00', at = '2019-00-00 00:00:00', hour = '10:00:00', born = 1980, doc = '{"a": 1}', kind = 'b', many = 'x,y', half = 1.23457e25, yes = 1, note = 'Zoë'`,
    'types',
  )
  const mapping = await loadMapping(join(folder, 'small.yaml'))
  const environment = { SMALL_URL: `socket:${server.socket}?user=types&password=x&database=types` }
  const session = await openSession(mapping, mapping.connection, environment, { readOnly: true })
  try {
    const columns = 'hex(key16), key16, words, fixed, amount, day, at, hour, born, doc, kind, many, half, yes, note'
    const { rows } = await session.ask(
      parseStatement(`select ${columns} from patient order by id`, 'mysql'),
      {},
      { rows: 9, what: 'types' },
    )
    const zeros = '0'.repeat(27)
    assert.deepEqual(rows[0], [
      `FF00${zeros}1`,
      `\\xff00${zeros}1`,
      '\\x4d75f16f7a',
      'Muñoz',
      '12345678901234.5678',
      '0000-00-00',
      '2019-00-00 00:00:00',
      '10:00:00',
      '1980',
      '{"a": 1}',
      'b',
      'x,y',
      '1.23457e25',
      '1',
      'Zoë',
    ])
    assert.notEqual(rows[0]?.[1], rows[1]?.[1], 'two ids became one')
  } finally {
    session.close()
  }
})

test('a server that takes writes, has followed another and may not be asked is no primary without proof', async () => {
  await using small = await source('unasked', '')
  const told = async () => {
    const signal = await small.probe()
    return signal.answered ? signal.because : `${signal.kind} ${signal.because}`
  }
  assert.match(await told(), /a server that takes writes/)
  await server.run("SET GLOBAL gtid_slave_pos = '0-7-42'")
  try {
    assert.match(await told(), /^permanent .*follows another server, or has done so.*GRANT REPLICA MONITOR/)
    await server.run('grant replica monitor on *.* to unasked@localhost')
    assert.match(await told(), /a primary/, 'it may be asked now, and follows nobody any more')
  } finally {
    await server.run("SET GLOBAL gtid_slave_pos = ''")
  }
})
