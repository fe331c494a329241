import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Role } from '../../access/access.ts'
import { addPerson, changePerson } from '../../access/people/store.ts'
import { blankChart } from '../../chart/blank-chart.ts'
import { chartsOf, keepCharts } from '../../chart/records/store.ts'
import type { SetAside } from '../../connect/ehr.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { keepAside, keptAside, nameSources } from '../sources/store.ts'
import type { Actor } from './centre.ts'
import { dismissQuarantined } from './dismiss-quarantined.ts'
import { SCRATCH_NOW as NOW, scratchCentre } from './scratch-centre.ts'
import { showQuarantine } from './show-quarantine.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const record: SetAside = {
  key: 'file 1, line 7',
  where: 'file 1, line 7',
  because: 'a dose that cannot be read',
  raw: 'MED|one',
  at: NOW,
  patientId: 'p1',
  section: 'medications',
}

async function hub() {
  const centre = await scratchCentre(await server.database())
  const { db, clock } = centre
  await nameSources(db, [{ id: 'labs', kind: 'files', name: 'Labs' }])
  await db.transaction().execute((together) => keepCharts(together, [blankChart('p1', 'labs', NOW)]))
  const said = async (...records: SetAside[]) => {
    await keepAside(db, 'labs', records, clock.now())
    await db.transaction().execute((together) => showQuarantine(together, 'labs', ['p1']))
  }
  await said(record)
  return {
    centre,
    said,
    person: async (role: Role, sites: 'all' | string[] = 'all'): Promise<Actor> => {
      const login = `${role}-${String(sites)}`
      const { id } = await addPerson(db, { login, name: login, grants: [{ role, sites }] }, clock)
      await changePerson(db, id, { status: 'active' })
      return { personId: id, login }
    },
    decide: (actor: Actor, decision: 'dismiss' | 'undo', more: { key?: string; reason?: string } = {}) =>
      dismissQuarantined(centre, actor, {
        sourceId: 'labs',
        key: record.key,
        reason: 'read by phone',
        decision,
        ...more,
      }),
    doubts: async () =>
      ((await chartsOf(db, ['p1'])).get('p1')?.doubts ?? []).map(({ section, count }) => [section, count]),
    kept: async () => (await keptAside(db, 'labs')).map(({ dismissed }) => dismissed?.reason),
  }
}

test('a dismissed record leaves the chart and stays in the quarantine, until that is undone', async () => {
  const here = await hub()
  const ben = await here.person('clinician')
  assert.deepEqual(await here.doubts(), [['medications', 1]])
  assert.equal(await here.decide(ben, 'dismiss'), 'done')
  assert.deepEqual([await here.doubts(), await here.kept()], [[], ['read by phone']])
  assert.equal(await here.decide(ben, 'dismiss'), 'not-possible')
  assert.equal(await here.decide(ben, 'undo'), 'done')
  assert.deepEqual([await here.doubts(), await here.kept()], [[['medications', 1]], [undefined]])
  assert.equal(here.centre.audited.length, 2)
  assert.equal(here.centre.published, 2)
})

test('a record that is said again stays dismissed; one that says something else is shown again', async () => {
  const here = await hub()
  const ben = await here.person('clinician')
  await here.decide(ben, 'dismiss')
  await here.said(record)
  assert.deepEqual(await here.doubts(), [])
  await here.said({ ...record, raw: 'MED|two' })
  assert.deepEqual([await here.doubts(), await here.kept()], [[['medications', 1]], [undefined]])
})

test('only who sees patients of all sites dismisses, with a reason, a record that is there', async () => {
  const here = await hub()
  for (const role of ['owner', 'it', 'front-desk', 'billing', 'auditor'] as const)
    assert.equal(await here.decide(await here.person(role), 'dismiss'), 'not-allowed', role)
  assert.equal(await here.decide(await here.person('clinician', ['west']), 'dismiss'), 'not-allowed')
  const ben = await here.person('clinician')
  assert.equal(await here.decide(ben, 'dismiss', { key: 'elsewhere' }), 'not-possible')
  await assert.rejects(here.decide(ben, 'dismiss', { reason: '' }), /Give a reason/)
  assert.deepEqual(await here.doubts(), [['medications', 1]])
})
