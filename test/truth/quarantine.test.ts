import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Database } from '../../src/base/database.ts'
import type { SectionName } from '../../src/chart/chart.ts'
import type { SetAside, SourcePart } from '../../src/connect/ehr.ts'
import { type ScratchServer, scratchServer } from '../../src/hub/database/scratch.ts'
import { showQuarantine } from '../../src/hub/flows/show-quarantine.ts'
import { dismissAside, keptAside } from '../../src/hub/sources/store.ts'
import { chartOf, charts, NOW, panelOf, stageOn } from './stage.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const aside = (key: string, patientId: string, section?: SectionName, because = 'it has no words'): SetAside => ({
  key,
  where: key,
  because,
  raw: 'secret words of the record',
  at: NOW,
  patientId,
  ...(section === undefined ? {} : { section }),
})
const part = (...records: SetAside[]): SourcePart => ({ type: 'set-aside', records })

async function stage() {
  const hub = await stageOn(await server.database(), [{ id: 'ehr' }])
  const doubts = async (id = '1') =>
    (await hub.panel()).get(id)?.doubts?.map(({ kind, section, count }) => `${kind} ${section ?? '-'} ${count}`)
  return { ...hub, doubts }
}

const decide = (db: Database, dismissed: boolean) =>
  db.transaction().execute(async (together) => {
    const decision = dismissed ? { by: 'ann', at: NOW, reason: 'looked it up' } : undefined
    const found = await dismissAside(together, 'ehr', 'a', decision)
    await showQuarantine(together, 'ehr', found?.patientId === undefined ? [] : [found.patientId])
  })

test('what is quarantined of a patient is said on the chart, by list and with its count, whatever came first', async () => {
  for (const order of ['record first', 'chart first']) {
    const hub = await stage()
    const parts = [
      part(aside('a', '1', 'allergies'), aside('b', '1', 'allergies'), aside('c', '1')),
      charts(chartOf('ehr', '1')),
    ]
    await hub.read('ehr', order === 'chart first' ? parts.toReversed() : parts)
    assert.deepEqual((await hub.doubts())?.sort(), ['quarantined - 1', 'quarantined allergies 2'])
    const [doubt] = (await hub.panel()).get('1')?.doubts ?? []
    assert.doesNotMatch(JSON.stringify(doubt), /secret/)
  }
})

test('it goes when the chart is read whole without it, and stays while the chart is not read', async () => {
  const hub = await stage()
  await hub.read('ehr', [
    charts(chartOf('ehr', '1'), chartOf('ehr', '2')),
    part(aside('a', '1', 'allergies'), aside('b', '2', 'problems')),
  ])
  await hub.read('ehr', [])
  assert.deepEqual(
    [await hub.doubts('1'), await hub.doubts('2')],
    [['quarantined allergies 1'], ['quarantined problems 1']],
  )
  await hub.read('ehr', [charts(chartOf('ehr', '1'))])
  assert.deepEqual([await hub.doubts('1'), await hub.doubts('2')], [undefined, ['quarantined problems 1']])
  await hub.read('ehr', [panelOf(chartOf('ehr', '1'))])
  assert.equal((await hub.panel()).has('2'), false)
})

test('of many reasons the first stand on the chart and all are counted', async () => {
  const hub = await stage()
  const many = Array.from({ length: 30 }, (_, at) => aside(`k${at}`, '1', 'results', `reason ${at}`))
  await hub.read('ehr', [charts(chartOf('ehr', '1')), part(...many)])
  const doubts = (await hub.panel()).get('1')?.doubts ?? []
  assert.ok(doubts.length <= 3)
  assert.equal(
    doubts.reduce((sum, { count }) => sum + count, 0),
    30,
  )
})

test('however much of one list is quarantined, what is missing from another one is marked there', async () => {
  const hub = await stage()
  const flood = (['alerts', 'allergies', 'coverage'] as const).flatMap((section) =>
    Array.from({ length: 40 }, (_, at) => aside(`${section}${at}`, '1', section, `reason ${at}`)),
  )
  await hub.read('ehr', [
    charts(chartOf('ehr', '1')),
    part(...flood, aside('m', '1', 'medications', 'z'), aside('n', '1')),
  ])
  const doubts = (await hub.panel()).get('1')?.doubts ?? []
  const counts = Map.groupBy(doubts, ({ section }) => section ?? '-')
  assert.deepEqual(
    [...counts].map(([section, same]) => `${section} ${same.reduce((sum, { count }) => sum + count, 0)}`).toSorted(),
    ['- 1', 'alerts 40', 'allergies 40', 'coverage 40', 'medications 1'],
  )
})

test('a person may decide that the chart need not show it, and take that back', async () => {
  const hub = await stage()
  await hub.read('ehr', [charts(chartOf('ehr', '1')), part(aside('a', '1', 'allergies'))])
  await decide(hub.db, true)
  assert.equal(await hub.doubts(), undefined)
  assert.equal((await keptAside(hub.db, 'ehr'))[0]?.dismissed?.reason, 'looked it up')
  await hub.read('ehr', [charts(chartOf('ehr', '1')), part(aside('a', '1', 'allergies'))])
  assert.equal(await hub.doubts(), undefined, 'the same record again is no new question')
  await decide(hub.db, false)
  assert.deepEqual(await hub.doubts(), ['quarantined allergies 1'])
})
