import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entriesOf } from '../../chart/apply-section.ts'
import { type Chunk, readChunk } from './chunk.ts'
import { planOf } from './plan.ts'
import { parseMapping } from './read-mapping.ts'
import type { ResultSet, SqlSession } from './session.ts'

const MAPPING = (driver: string, where: string): string => `mapping: 1
name: Own
driver: ${driver}
connection: { url: { env: OWN_URL } }
zone: UTC
schedule: none
patients:
  ids: select id from patients
  query: select id, family from patients where id ${where}
  changed: hash
  fields: { id: id, mrn: id, name.family: family }
allergies:
  empty: none-known
  from:
    - query: select n, patient, name from allergies where patient ${where}
      changed: hash
      fields: { id: n, patientId: patient, text: name }
`

async function chunkOf(
  driver: 'mysql' | 'postgres',
  ids: string[],
  patients: string[],
  owners: string[],
): Promise<Chunk> {
  const where = driver === 'mysql' ? 'in (:patients)' : '= any(:patients)'
  const { mapping, complaints } = parseMapping(MAPPING(driver, where), 'own.yaml')
  assert.ok(mapping, JSON.stringify(complaints))
  const answers: { [table: string]: ResultSet } = {
    patients: { columns: ['id', 'family'], rows: patients.map((id) => [id, `Family ${id}`]) },
    allergies: { columns: ['n', 'patient', 'name'], rows: owners.map((id, n) => [String(n), id, `Allergy of ${id}`]) },
  }
  const session = {
    ask: async ({ texts }: { texts: string[] }) =>
      await Promise.resolve(answers[texts.join('').includes('from allergies') ? 'allergies' : 'patients']),
  }
  const values = { sourceId: 'ehr', asOf: 1, at: 1, values: {} }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `ask` is called
  return await readChunk({ ...values, mapping, plan: planOf(mapping), session: session as unknown as SqlSession }, ids)
}

const allergiesOf = (chunk: Chunk, id: string): string[] => {
  const { chart } = chunk.chart(id)
  assert.ok(chart)
  return entriesOf(chart.allergies).map(({ code }) => code.text)
}

test('MariaDB and MySQL spell one id in several ways: the rows are of one patient, who keeps the id of the patients', async () => {
  const chunk = await chunkOf('mysql', ['ab1', 'CD2'], ['AB1', 'CD2'], ['Ab1', 'cd2', 'ab1 '])
  assert.deepEqual(allergiesOf(chunk, 'ab1'), ['Allergy of Ab1', 'Allergy of ab1'])
  assert.deepEqual(allergiesOf(chunk, 'CD2'), ['Allergy of cd2'])
  assert.equal(chunk.chart('ab1').chart?.patient.id, 'AB1')
  assert.deepEqual(chunk.astray, [])
})

test('ids that are two patients in the database stay two', async () => {
  const chunk = await chunkOf('mysql', ['a1', 'A1'], ['a1', 'A1'], ['a1', 'A1'])
  assert.deepEqual([allergiesOf(chunk, 'a1'), allergiesOf(chunk, 'A1')], [['Allergy of a1'], ['Allergy of A1']])
})

test('PostgreSQL tells such ids apart: a row of another spelling is told, and is nobody’s', async () => {
  const chunk = await chunkOf('postgres', ['AB1'], ['AB1'], ['ab1'])
  assert.deepEqual(allergiesOf(chunk, 'AB1'), [])
  assert.equal(chunk.astray.length, 1)
})
