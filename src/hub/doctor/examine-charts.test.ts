import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { DAY, HOUR } from '../../base/time.ts'
import { blankChart } from '../../chart/blank-chart.ts'
import type { Chart } from '../../chart/chart.ts'
import { declareSources } from '../../chart/persons/store.ts'
import { keepCharts } from '../../chart/records/store.ts'
import { noteSeparated } from '../../chart/separated/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { raiseIdentity, raiseShrink } from '../held/store.ts'
import { judgeLists } from './chart-findings.ts'
import { examineCharts } from './examine-charts.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

function record(sourceId: string, id: string, family: string, mrn = id): Chart {
  const blank = blankChart(id, sourceId, NOW)
  const patient = { ...blank.patient, mrn, name: { family, given: ['Ann'] }, birthDate: '1970-01-01' }
  return { ...blank, patient }
}

const many = (sourceId: string, prefix: string) =>
  Array.from({ length: 25 }, (_, at) => record(sourceId, `${prefix}${at}`, `Alder${at}`))

async function database(issuers: { ehr?: string; labs?: string }, charts: Chart[]) {
  const db = await server.database()
  await declareSources(db, [
    { id: 'ehr', issuer: issuers.ehr },
    { id: 'labs', issuer: issuers.labs },
  ])
  await db.transaction().execute((together) => keepCharts(together, charts))
  return {
    db,
    said: async (patients = false) =>
      (await examineCharts(db, NOW, patients)).map(({ verdict, what, because, lines }) => ({
        verdict,
        what,
        because,
        lines,
      })),
  }
}

test('charts of one person each, with nothing held back, are good', async () => {
  const { said } = await database({}, [record('ehr', 'a', 'Alder'), record('labs', 'b', 'Alder')])
  assert.deepEqual(
    (await said()).map(({ verdict, what }) => [verdict, what]),
    [
      ['good', 'Mixed charts'],
      ['good', 'Held back'],
    ],
  )
})

test('charts that may be mixed, or were, are counted; patients are named only when that is asked for', async () => {
  const { db, said } = await database({}, [record('ehr', 'a', 'Alder'), record('ehr', 'b', 'Birch')])
  await sql`UPDATE chart SET mixed = true WHERE patient_id = 'b'`.execute(db)
  const before = {
    ...record('ehr', 'a', 'Quillfeather'),
    patient: {
      ...record('ehr', 'a', 'Quillfeather').patient,
      birthDate: '1999-01-31',
      name: { family: 'Quillfeather', given: ['Zoe'] },
    },
  }
  await noteSeparated(db, before, record('ehr', 'a', 'Alder'), NOW)
  const plain = JSON.stringify(await said())
  assert.match(plain, /1 chart may hold entries of two people/)
  assert.match(plain, /1 chart held a different person/)
  assert.doesNotMatch(plain, /Quillfeather/)
  assert.match(JSON.stringify(await said(true)), /ehr a: was shown as Quillfeather, Zoe, born 1999-01-31/)
})

test('what is held back is said with its numbers', async () => {
  const { db, said } = await database({}, [])
  await raiseShrink(db, 'ehr', [{ what: 'allergies', charts: 60, entries: 70, of: 70, emptied: 60, filled: 60 }], NOW)
  await raiseIdentity(db, { sourceId: 'ehr', subject: 'p1', digest: 'x', people: [], at: NOW })
  const held = (await said()).find(({ what }) => what === 'Held back')
  assert.equal(
    held?.because,
    'ehr would remove 70 of 70 allergies in 60 charts (100%). 1 record names a different person.',
  )
})

test('two sources with the same people and no common issuer are told; with one, they are joined', async () => {
  const charts = [...many('ehr', 'e'), ...many('labs', 'l')]
  const apart = await database({ ehr: 'practice' }, charts)
  assert.match(JSON.stringify(await apart.said()), /25 people of ehr and labs have the same name and birth date/)
  const common = { ehr: 'practice', labs: 'practice' }
  const joined = await database(common, [
    ...many('ehr', 'e'),
    ...many('labs', 'l').map((chart, at) => ({ ...chart, patient: { ...chart.patient, mrn: `e${at}` } })),
  ])
  assert.doesNotMatch(JSON.stringify(await joined.said()), /same name/)
})

test('records without a number are counted where numbers are what joins', async () => {
  const charts = [record('ehr', 'a', 'Alder', ''), record('ehr', 'b', 'Birch'), record('labs', 'c', 'Cedar', '')]
  const { said } = await database({ ehr: 'practice' }, charts)
  const found = (await said()).filter(({ what }) => what === 'Record numbers')
  assert.deepEqual(
    found.map(({ because }) => because),
    ['1 of 2 records of ehr have no record number (MRN).'],
  )
})

test('lists that were compared more than a day ago are told with their age', () => {
  const found = judgeLists(
    [
      { sourceId: 'ehr', sections: { notes: NOW - 2 * DAY, vitals: NOW - HOUR } },
      { sourceId: 'labs', sections: {} },
    ],
    NOW,
  )
  assert.deepEqual(
    found.map(({ because }) => because),
    ['ehr was last compared in all charts: Last notes 2 d ago.'],
  )
})
