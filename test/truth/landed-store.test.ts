import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../src/base/database.ts'
import type { Chart } from '../../src/chart/chart.ts'
import { packed } from '../../src/chart/records/store.ts'
import { mixedCounts, separatedCharts } from '../../src/chart/separated/store.ts'
import { appointmentsIn } from '../../src/chart/visits/store.ts'
import { allMigrations } from '../../src/hub/database/all-migrations.ts'
import { migrate } from '../../src/hub/database/migrate.ts'
import { type ScratchServer, scratchServer } from '../../src/hub/database/scratch.ts'
import { examineCharts } from '../../src/hub/doctor/examine-charts.ts'
import { sourceState } from '../../src/hub/sources/store.ts'
import { changes, chartOf, charts, idsIn, listOf, NOW, panelOf, stageOn, visitOf } from './stage.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

/** As it was released: charts under one id for all sources. */
const LANDED = allMigrations.slice(
  0,
  allMigrations.findIndex(({ name }) => name.startsWith('chart-0002')),
)

async function landedStore(sources: string[], rows: Chart[]): Promise<Database> {
  const db = await server.database({ migrated: false })
  await migrate(db, LANDED)
  for (const id of sources)
    await sql`INSERT INTO source_state (source_id, kind, name, cursor, read_at, as_of)
      VALUES (${id}, ${id === 'ehr' ? 'sql' : 'hl7v2'}, ${id}, '{"at": 1}', ${NOW}, ${NOW})`.execute(db)
  for (const chart of rows)
    await sql`INSERT INTO chart (patient_id, source_id, content_hash, row_hash, body, as_of)
      VALUES (${chart.patient.id}, ${chart.sourceId}, 'c', 'r', ${packed(chart)}, ${chart.asOf})`.execute(db)
  const visit = visitOf('ehr', 'v1', { patientId: '12' })
  await sql`INSERT INTO appointment (id, source_id, location_id, starts_at, content_hash, body)
    VALUES (${visit.id}, 'ehr', 'main', ${visit.start}, 'h', ${JSON.stringify(visit)}::jsonb)`.execute(db)
  await migrate(db)
  return db
}

/** Kalium's potassium and name in the chart of Nguyen, as a laboratory's message left it. */
const mixed: Chart = {
  ...chartOf(
    'ehr',
    '12',
    { family: 'Kalium', given: 'Karl', born: '1950-07-07', mrn: '12' },
    {
      allergies: listOf('allergies', ['nuts']),
      results: listOf('results', ['potassium']),
    },
  ),
  heard: { whole: NOW - 5, 'results/': NOW, 'results/potassium': NOW, 'patient/name': NOW, 'patient/birthDate': NOW },
}

test('a store in which two sources shared one space of ids is opened, told of and separated', async () => {
  const db = await landedStore(['ehr', 'labs'], [mixed, chartOf('ehr', '13'), chartOf('labs', '77')])
  const hub = await stageOn(db, [{ id: 'ehr' }, { id: 'labs', kind: 'hl7v2' }])
  assert.deepEqual(await mixedCounts(db), { waiting: 3, mixed: 0, separated: 0 })
  for (const chart of (await hub.panel()).values())
    assert.deepEqual(
      chart.doubts?.map(({ kind }) => kind),
      ['mixed'],
      'every chart says so until it was read again',
    )
  assert.equal((await appointmentsIn(db, 'all', 0, NOW * 2))[0]?.patientId, '12')
  assert.equal((await sourceState(db, 'ehr'))?.cursor, null, 'all sources are read anew')
  assert.equal((await sourceState(db, 'labs'))?.cursor, null)

  const nguyen = chartOf('ehr', '12', { family: 'Nguyen', mrn: 'MRN-12' }, { allergies: listOf('allergies', ['nuts']) })
  await hub.read('ehr', [charts(nguyen, chartOf('ehr', '13')), panelOf(nguyen, chartOf('ehr', '13'))])
  const kalium = { mrn: '12', name: { family: 'Kalium', given: ['Karl'] }, birthDate: '1950-07-07' }
  const results = listOf('results', ['potassium'])
  await hub.read('labs', [
    changes(
      { type: 'patient', sourceId: 'labs', patientId: '12', at: NOW, patient: kalium },
      {
        type: 'upsert',
        sourceId: 'labs',
        patientId: '12',
        at: NOW,
        section: 'results',
        entries: results.status === 'listed' ? results.entries : [],
      },
      {
        type: 'patient',
        sourceId: 'labs',
        patientId: '77',
        at: NOW,
        patient: { mrn: '77', name: { family: 'Family77', given: ['Ann'] } },
      },
    ),
  ])
  const panel = await hub.panel()
  assert.deepEqual(
    [...panel]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, chart]) => [id, chart.patient.name.family, idsIn(chart, 'results'), chart.doubts]),
    [
      ['12', 'Nguyen', [], undefined],
      ['13', 'Family13', [], undefined],
      ['77', 'Family77', [], undefined],
      ['labs~12', 'Kalium', ['potassium'], undefined],
    ],
  )
  assert.deepEqual(await mixedCounts(db), { waiting: 0, mixed: 1, separated: 3 })
  const [first] = await separatedCharts(db)
  assert.deepEqual([first?.patientId, first?.before.name.family, first?.otherPerson], ['12', 'Kalium', true])
})

test('a store of one source is opened as it was: nothing is doubted and nothing read anew', async () => {
  const db = await landedStore(['ehr'], [chartOf('ehr', '12')])
  const hub = await stageOn(db, [{ id: 'ehr' }])
  assert.equal((await hub.panel()).get('12')?.doubts, undefined)
  assert.deepEqual((await sourceState(db, 'ehr'))?.cursor, { at: 1 })
  assert.deepEqual(await mixedCounts(db), { waiting: 0, mixed: 0, separated: 0 })
})

test('the doctor tells of charts that may be mixed, then of those that were', async () => {
  const db = await landedStore(['ehr', 'labs'], [mixed])
  const verdicts = async () =>
    (await examineCharts(db, NOW, false)).map(({ verdict, because }) => `${verdict} ${because}`)
  assert.match((await verdicts()).join(), /look 1 chart may hold entries of two people/)
  const hub = await stageOn(db, [{ id: 'ehr' }, { id: 'labs', kind: 'hl7v2' }])
  await hub.read('ehr', [charts(chartOf('ehr', '12', { family: 'Nguyen', mrn: 'MRN-12' }))])
  assert.match((await verdicts()).join(), /1 chart held a different person before it was read again/)
})
