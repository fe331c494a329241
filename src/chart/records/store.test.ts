import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ScratchServer, scratchServer } from '../../hub/database/scratch.ts'
import { blankChart } from '../blank-chart.ts'
import type { Chart } from '../chart.ts'
import {
  chartCount,
  chartHorizon,
  chartsChangedBetween,
  chartsOf,
  forgetCharts,
  keepCharts,
  recordsExcept,
  recordsOf,
} from './store.ts'

const NOW = Date.parse('2026-11-23T11:00:00Z')
let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

function chartOf(id: string, family = 'Alder', asOf = NOW): Chart {
  const blank = blankChart(id, 'ehr', asOf)
  return { ...blank, patient: { ...blank.patient, mrn: `M${id}`, name: { family, given: ['Ann'] } } }
}

const keep = (db: Awaited<ReturnType<ScratchServer['database']>>, charts: Chart[]) =>
  db.transaction().execute((together) => keepCharts(together, charts))

async function changedIds(db: Parameters<typeof chartsChangedBetween>[0], from: number, through: number) {
  const ids: string[] = []
  for await (const batch of chartsChangedBetween(db, from, through)) ids.push(...batch.map((one) => one.patientId))
  return ids
}

test('a chart that says the same as before is no change, whenever it was read', async () => {
  const db = await server.database()
  assert.equal(await keep(db, [chartOf('1'), chartOf('2')]), 2)
  const horizon = await chartHorizon(db)
  assert.equal(await keep(db, [chartOf('1', 'Alder', NOW + 60_000), chartOf('2', 'Birch')]), 1)
  assert.deepEqual(await changedIds(db, horizon, await chartHorizon(db)), ['2'])
  assert.equal((await chartsOf(db, ['2'])).get('2')?.patient.name.family, 'Birch')
})

test('what was heard when is kept, and is no change of the chart', async () => {
  const db = await server.database()
  await keep(db, [chartOf('1')])
  const horizon = await chartHorizon(db)
  await keep(db, [{ ...chartOf('1'), heard: { whole: NOW } }])
  assert.deepEqual((await recordsOf(db, 'ehr', ['1'])).get('1')?.chart.heard, { whole: NOW })
  assert.equal((await chartsOf(db, ['1'])).get('1')?.heard, undefined)
  assert.deepEqual(await changedIds(db, horizon, await chartHorizon(db)), [])
})

test('a chart that is gone is a change without a chart', async () => {
  const db = await server.database()
  await keep(db, [chartOf('1'), chartOf('2'), chartOf('3')])
  const horizon = await chartHorizon(db)
  await db.transaction().execute((together) => forgetCharts(together, 'ehr', ['1', 'nobody'], NOW))
  const others = await recordsExcept(db, 'ehr', ['2'])
  assert.deepEqual(others, ['3'])
  await db.transaction().execute((together) => forgetCharts(together, 'ehr', others, NOW))
  assert.deepEqual(await changedIds(db, horizon, await chartHorizon(db)), ['1', '3'])
  assert.equal(await chartCount(db), 1)
  assert.equal(await keep(db, [chartOf('1')]), 1)
  assert.equal(await chartCount(db), 2)
})

test('the horizon waits for a transaction that writes, so nothing below it appears later', async () => {
  const db = await server.database()
  const order: string[] = []
  let writing: () => void = () => {}
  const begun = new Promise<void>((resolve) => {
    writing = resolve
  })
  let letGo: () => void = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const writer = db.transaction().execute(async (together) => {
    await keepCharts(together, [chartOf('slow')])
    writing()
    await held
    order.push('committed')
  })
  await begun
  const horizon = chartHorizon(db).then((value) => {
    order.push('horizon')
    return value
  })
  letGo()
  await writer
  assert.deepEqual(await changedIds(db, 0, await horizon), ['slow'])
  assert.deepEqual(order, ['committed', 'horizon'])
})

test('charts outside a transaction are refused: the horizon would lie', async () => {
  const db = await server.database()
  await assert.rejects(keepCharts(db, [chartOf('1')]), /inside a transaction/)
})
