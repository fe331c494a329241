import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { DAY, systemClock } from '../../src/base/time.ts'
import type { Chart } from '../../src/chart/chart.ts'
import { openSqlSource } from '../../src/connect/sql/connector.ts'
import { loadMapping } from '../../src/connect/sql/read-mapping.ts'
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
