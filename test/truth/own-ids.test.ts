import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { silentLog } from '../../src/base/log.ts'
import type { ChartChange } from '../../src/chart/change.ts'
import { declareSources } from '../../src/chart/persons/store.ts'
import { appointmentsIn } from '../../src/chart/visits/store.ts'
import { type ScratchServer, scratchServer } from '../../src/hub/database/scratch.ts'
import { joinSources } from '../../src/hub/flows/join-sources.ts'
import { heldBack } from '../../src/hub/held/store.ts'
import { changes, chartOf, charts, idsIn, listOf, NOW, panelOf, stageOn, visitOf } from './stage.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const said = (sourceId: string, patientId: string, at = NOW) => ({ sourceId, patientId, at })

/** A result for a record number, as a laboratory sends it. */
function result(
  sourceId: string,
  id: string,
  name: { family: string; given: string[] },
  birthDate: string,
  entry = 'k',
): ChartChange[] {
  const list = listOf('results', [entry])
  return [
    { type: 'patient', ...said(sourceId, id), patient: { mrn: id, name, birthDate } },
    {
      type: 'upsert',
      ...said(sourceId, id),
      section: 'results',
      entries: list.status === 'listed' ? list.entries : [],
    },
  ]
}

test('a result for record number 12 never reaches the chart that another source calls 12', async () => {
  const hub = await stageOn(await server.database(), [{ id: 'ehr' }, { id: 'labs', kind: 'hl7v2' }])
  const twelve = chartOf('ehr', '12', { family: 'Nguyen', mrn: 'MRN-12' }, { allergies: listOf('allergies', ['a']) })
  await hub.read('ehr', [charts(twelve), panelOf(twelve)])
  await hub.read('labs', [changes(...result('labs', '12', { family: 'Kalium', given: ['Karl'] }, '1950-07-07'))])
  const panel = await hub.panel()
  assert.equal(panel.size, 2)
  assert.equal(panel.get('12')?.patient.name.family, 'Nguyen')
  assert.deepEqual([idsIn(panel.get('12'), 'results'), idsIn(panel.get('12'), 'allergies')], [[], ['a']])
  assert.equal(panel.get('labs~12')?.patient.name.family, 'Kalium')
  assert.deepEqual(idsIn(panel.get('labs~12'), 'results'), ['k'])
})

test('a source that knows how names are given takes no other source’s chart', async () => {
  const db = await server.database()
  const hub = await stageOn(db, [{ id: 'ehr' }, { id: 'labs', kind: 'hl7v2' }])
  await hub.read('labs', [charts(chartOf('labs', '7'), chartOf('labs', 'ehr~7'), chartOf('labs', 'ehr~~7'))])
  // As an earlier version gave the name away.
  await sql`UPDATE panel_chart SET person_id = 'ehr~7' WHERE owner_patient = 'ehr~7'`.execute(db)
  await sql`UPDATE chart SET person_id = 'ehr~7', own_person = 'ehr~7' WHERE patient_id = 'ehr~7'`.execute(db)
  const theirs = chartOf('ehr', '7', { family: 'Nguyen' }, { allergies: listOf('allergies', ['a']) })
  await hub.read('ehr', [charts(theirs, chartOf('ehr', '~7', { family: 'Birch' }))])
  const panel = [...(await hub.panel())]
  assert.equal(panel.length, 5)
  const [id, chart] = panel.find(([, one]) => one.patient.name.family === 'Nguyen') ?? []
  assert.deepEqual([id, idsIn(chart, 'allergies'), chart?.sourceId], ['ehr~~~7', ['a'], 'ehr'])
})

test('for any records of any sources, each entry stands on the chart of its own record and on no other', async () => {
  const db = await server.database()
  const hub = await stageOn(db, [{ id: 'a' }, { id: 'b' }, { id: 'c', kind: 'files' }])
  // Some ids look as the hub names another source's record.
  const ids = fc.oneof(fc.integer({ min: 1, max: 6 }).map(String), fc.constantFrom('a~1', 'b~1', 'c~1', 'b~c~1', '~1'))
  const record = fc.record({ source: fc.constantFrom('a', 'b', 'c'), id: ids })
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 12 }), async (records) => {
      for (const { source, id } of records) {
        const chart = chartOf(
          source,
          id,
          { family: `${source}${id}` },
          { problems: listOf('problems', [`${source}/${id}`]) },
        )
        await hub.read(source, [
          charts(chart),
          { type: 'appointments', changes: [{ type: 'appointment', appointment: visitOf(source, id) }] },
        ])
      }
      for (const chart of (await hub.panel()).values()) {
        const [own] = idsIn(chart, 'problems')
        assert.deepEqual(idsIn(chart, 'problems'), [own])
        assert.equal(chart.patient.name.family, own?.replace('/', ''))
        assert.equal(chart.sourceId, own?.[0])
      }
      const panel = await hub.panel()
      const visits = await appointmentsIn(db, 'all', 0, NOW * 2)
      assert.equal(new Set(visits.map(({ id }) => id)).size, visits.length)
      for (const visit of visits) assert.equal(panel.get(visit.patientId ?? '')?.sourceId, visit.sourceId)
    }),
    { numRuns: 15, seed: 13 },
  )
})

test('sources of one issuer are one person where name and birth date agree, in either order', async () => {
  for (const order of [
    ['ehr', 'labs'],
    ['labs', 'ehr'],
  ]) {
    const hub = await stageOn(await server.database(), [
      { id: 'ehr', issuer: 'harbor' },
      { id: 'labs', kind: 'hl7v2', issuer: 'harbor' },
    ])
    for (const id of order)
      await (id === 'ehr'
        ? hub.read('ehr', [
            charts(chartOf('ehr', '7', { family: 'Nguyen', mrn: '12' }, { allergies: listOf('allergies', ['a']) })),
          ])
        : hub.read('labs', [changes(...result('labs', '12', { family: 'NGUYEN', given: ['A'] }, '1980-03-01'))]))
    const panel = await hub.panel()
    assert.equal(panel.size, 1)
    const [chart] = panel.values()
    assert.deepEqual([idsIn(chart, 'results'), idsIn(chart, 'allergies')], [['k'], ['a']])
    assert.deepEqual(chart?.sectionSources, { results: ['labs'] })
    assert.equal(chart?.patient.name.family, 'Nguyen')
  }
})

test('sources of one issuer that disagree about a person stay two charts, and both say so', async () => {
  const hub = await stageOn(await server.database(), [
    { id: 'ehr', issuer: 'harbor' },
    { id: 'labs', kind: 'hl7v2', issuer: 'harbor' },
  ])
  await hub.read('ehr', [charts(chartOf('ehr', '7', { family: 'Nguyen', mrn: '12' }))])
  await hub.read('labs', [changes(...result('labs', '12', { family: 'Kalium', given: ['Karl'] }, '1950-07-07'))])
  const panel = await hub.panel()
  assert.equal(panel.size, 2)
  for (const chart of panel.values())
    assert.deepEqual(
      chart.doubts?.map(({ kind }) => kind),
      ['other-person'],
    )
  await hub.read('labs', [changes(...result('labs', '13', { family: 'Kalium', given: ['Karl'] }, '1950-07-07'))])
  await hub.read('ehr', [charts(chartOf('ehr', '7', { family: 'Nguyen', mrn: '99' }))])
  for (const chart of (await hub.panel()).values()) assert.equal(chart.doubts, undefined)
})

test('one record number that suddenly names another person is kept out, with what came with it, and counted', async () => {
  for (const kind of ['hl7v2', 'sql'] as const) {
    const hub = await stageOn(await server.database(), [{ id: 'ehr', kind }])
    await hub.read('ehr', [
      charts(chartOf('ehr', '7', { family: 'Nguyen' }, { allergies: listOf('allergies', ['a']) })),
    ])
    const other =
      kind === 'hl7v2'
        ? changes(...result('ehr', '7', { family: 'Kalium', given: ['Karl'] }, '1950-07-07'))
        : charts(chartOf('ehr', '7', { family: 'Kalium', given: 'Karl', born: '1950-07-07' }))
    await hub.read('ehr', [other])
    await hub.read('ehr', [other])
    const chart = (await hub.panel()).get('7')
    assert.equal(chart?.patient.name.family, 'Nguyen')
    assert.deepEqual([idsIn(chart, 'allergies'), idsIn(chart, 'results')], [['a'], []])
    assert.deepEqual(
      chart?.doubts?.map((doubt) => doubt.kind),
      ['other-person'],
    )
    const [held, ...more] = await heldBack(hub.db)
    assert.deepEqual([held?.status, held?.subject, more.length], ['open', '7', 0])
    assert.deepEqual(
      held?.people.map(({ name }) => name.family),
      ['Nguyen', 'Kalium'],
    )
    await hub.read('ehr', [
      kind === 'hl7v2'
        ? changes(...result('ehr', '7', { family: 'Nguyen', given: ['Ann'] }, '1980-03-01', 'mine'))
        : charts(
            chartOf(
              'ehr',
              '7',
              { family: 'Nguyen' },
              { results: listOf('results', ['mine']), allergies: listOf('allergies', ['a']) },
            ),
          ),
    ])
    assert.deepEqual(idsIn((await hub.panel()).get('7'), 'results'), ['mine'])
    assert.equal((await heldBack(hub.db, 'open')).length, kind === 'sql' ? 0 : 1)
  }
})

test('what follows without a name after another person was named is kept out too, also in a later read', async () => {
  const hub = await stageOn(await server.database(), [{ id: 'drop', kind: 'files' }])
  await hub.read('drop', [charts(chartOf('drop', '7', { family: 'Nguyen' }))])
  const [who, entry] = result('drop', '7', { family: 'Kalium', given: ['Karl'] }, '1950-07-07')
  if (who === undefined || entry === undefined) throw new Error('a result is a person and an entry')
  await hub.read('drop', [changes(who)])
  await hub.read('drop', [changes(entry)])
  const chart = (await hub.panel()).get('7')
  assert.deepEqual(idsIn(chart, 'results'), [])
  assert.equal(chart?.doubts?.[0]?.count, 2)
})

test('messages under a number that was merged go to the survivor, along a chain, and never bring the old chart back', async () => {
  const hub = await stageOn(await server.database(), [{ id: 'adt', kind: 'hl7v2' }])
  const person = (id: string, family: string, allergy: string) =>
    chartOf('adt', id, { family, born: '1980-03-01' }, { allergies: listOf('allergies', [allergy]) })
  await hub.read('adt', [
    charts(person('1', 'Maiden', 'latex'), person('2', 'Wed', 'nuts'), person('3', 'Wed', 'bees')),
  ])
  const merge = (fromId: string, intoId: string) => changes({ type: 'merge', fromId, intoId, sourceId: 'adt', at: NOW })
  await hub.read('adt', [
    merge('1', '2'),
    changes(...result('adt', '1', { family: 'Maiden', given: ['Ann'] }, '1980-03-01', 'late')),
  ])
  await hub.read('adt', [merge('2', '3')])
  await hub.read('adt', [changes(...result('adt', '1', { family: 'Maiden', given: ['Ann'] }, '1980-03-01', 'later'))])
  const panel = await hub.panel()
  assert.deepEqual([...panel.keys()], ['3'])
  const chart = panel.get('3')
  assert.equal(chart?.patient.name.family, 'Wed')
  assert.ok(chart?.patient.formerNames.some(({ family }) => family === 'Maiden'))
  assert.deepEqual(idsIn(chart, 'allergies').sort(), ['bees', 'latex', 'nuts'])
  assert.deepEqual(idsIn(chart, 'results').sort(), ['late', 'later'])
  await hub.read('adt', [
    { type: 'appointments', changes: [{ type: 'appointment', appointment: visitOf('adt', 'v', { patientId: '1' }) }] },
  ])
  assert.equal((await appointmentsIn(hub.db, 'all', 0, NOW * 2))[0]?.patientId, '3')
})

test('another person under a merged number is kept out of the survivor, and a merge of two different people waits', async () => {
  const hub = await stageOn(await server.database(), [{ id: 'adt', kind: 'hl7v2' }])
  await hub.read('adt', [
    charts(
      chartOf('adt', '1', { family: 'Wed' }),
      chartOf('adt', '2', { family: 'Wed' }),
      chartOf('adt', '9', { family: 'Kalium', given: 'Karl', born: '1950-07-07' }),
    ),
  ])
  await hub.read('adt', [changes({ type: 'merge', fromId: '1', intoId: '2', sourceId: 'adt', at: NOW })])
  await hub.read('adt', [changes(...result('adt', '1', { family: 'Stranger', given: ['Sven'] }, '1999-09-09'))])
  assert.deepEqual(idsIn((await hub.panel()).get('2'), 'results'), [])
  await hub.read('adt', [changes({ type: 'merge', fromId: '9', intoId: '2', sourceId: 'adt', at: NOW })])
  assert.deepEqual([...(await hub.panel()).keys()].sort(), ['2', '9'])
  assert.equal((await heldBack(hub.db, 'open')).length, 2)
})

test('a cancellation that overtakes its booking is remembered; a later booking stands', async () => {
  const hub = await stageOn(await server.database(), [{ id: 'siu', kind: 'hl7v2' }])
  const gone = (appointmentId: string, at: number) => ({
    type: 'appointment-gone' as const,
    appointmentId,
    sourceId: 'siu',
    at,
  })
  const book = (id: string, asOf: number) => ({
    type: 'appointment' as const,
    appointment: visitOf('siu', id, { asOf }),
  })
  const status = (appointmentId: string, at: number) => ({
    type: 'appointment-status' as const,
    appointmentId,
    sourceId: 'siu',
    at,
    status: 'cancelled' as const,
  })
  const visits = async () => (await appointmentsIn(hub.db, 'all', 0, NOW * 2)).map((one) => `${one.id} ${one.status}`)
  await hub.read('siu', [
    { type: 'appointments', changes: [status('a', NOW + 5), gone('b', NOW + 5), status('c', NOW + 5)] },
  ])
  assert.deepEqual(await visits(), [])
  await hub.read('siu', [{ type: 'appointments', changes: [book('a', NOW), book('b', NOW), book('c', NOW + 9)] }])
  assert.deepEqual(await visits(), ['a cancelled', 'c booked'])
  await hub.read('siu', [{ type: 'appointments', changes: [gone('c', NOW + 20)] }])
  await hub.read('siu', [{ type: 'appointments', changes: [book('c', NOW + 10)] }])
  assert.deepEqual(await visits(), ['a cancelled'])
})

test('an issuer that is named later joins what is there, and what a stop broke off is joined at the next start', async () => {
  const db = await server.database()
  const sources = [{ id: 'ehr' }, { id: 'labs', kind: 'hl7v2' as const }]
  const hub = await stageOn(db, sources)
  await hub.read('ehr', [charts(chartOf('ehr', '7', { family: 'Nguyen', mrn: '12' }))])
  await hub.read('labs', [changes(...result('labs', '12', { family: 'Nguyen', given: ['Ann'] }, '1980-03-01'))])
  assert.equal((await hub.panel()).size, 2)
  const declared = sources.map(({ id }) => ({ id, mrnIssuer: 'harbor' }))
  // The stop: the new issuer is written down, and no record has its number yet.
  assert.deepEqual(
    await declareSources(
      db,
      declared.map(({ id, mrnIssuer }) => ({ id, issuer: mrnIssuer })),
    ),
    ['ehr', 'labs'],
  )
  assert.equal((await hub.panel()).size, 2)
  await joinSources(db, declared, silentLog)
  assert.equal((await hub.panel()).size, 1)
  assert.deepEqual(
    await declareSources(
      db,
      declared.map(({ id, mrnIssuer }) => ({ id, issuer: mrnIssuer })),
    ),
    [],
  )
  await joinSources(db, sources, silentLog)
  assert.equal((await hub.panel()).size, 2, 'without an issuer nothing is joined')
})
