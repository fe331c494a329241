import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Role } from '../../access/access.ts'
import { addPerson, changePerson } from '../../access/people/store.ts'
import { blankChart } from '../../chart/blank-chart.ts'
import type { Chart } from '../../chart/chart.ts'
import { joinByKey, joinLines, openJoinCount, openJoinCounts } from '../../chart/joins/store.ts'
import { declareSources } from '../../chart/persons/store.ts'
import { chartsOf, keepCharts } from '../../chart/records/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { seenPeople } from '../held/people-now.ts'
import type { Actor } from './centre.ts'
import { decideRecordJoin, type JoinAsked } from './decide-join.ts'
import { SCRATCH_NOW as NOW, scratchCentre } from './scratch-centre.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

function record(sourceId: string, id: string, mrn: string, birthDate: string): Chart {
  const blank = blankChart(id, sourceId, NOW)
  return { ...blank, patient: { ...blank.patient, mrn, name: { family: 'Alder', given: ['Ann'] }, birthDate } }
}

/** Two sources that use the practice's numbers: one record agrees, one does not. */
async function hub(...more: Chart[]) {
  const centre = await scratchCentre(await server.database())
  const { db, clock } = centre
  await declareSources(db, [
    { id: 'ehr', issuer: 'practice' },
    { id: 'labs', issuer: 'practice' },
  ])
  const records = [
    record('ehr', 'e1', '1', '1970-01-01'),
    record('ehr', 'e2', '2', '1970-01-01'),
    record('labs', 'l1', '1', '1970-01-01'),
    record('labs', 'l2', '2', '1971-01-01'),
  ]
  await db.transaction().execute((together) => keepCharts(together, [...records, ...more]))
  return {
    centre,
    db,
    person: async (role: Role, sites: 'all' | string[] = 'all'): Promise<Actor> => {
      const login = `${role}-${String(sites)}`
      const { id } = await addPerson(db, { login, name: login, grants: [{ role, sites }] }, clock)
      await changePerson(db, id, { status: 'active' })
      return { personId: id, login }
    },
    decide: (actor: Actor, key: string, decision: JoinAsked['decision'], reason = 'asked the patient') =>
      decideRecordJoin(centre, actor, { key, decision, reason }),
    persons: async () => [...(await chartsOf(db, ['e2', 'l2'])).keys()],
    doubts: async () => (await chartsOf(db, ['e2', 'l2'])).get('e2')?.doubts?.map(({ kind }) => kind),
    line: async () => {
      const [line] = await joinLines(db)
      assert.ok(line !== undefined, 'nothing is asked')
      return line
    },
  }
}

test('records that were not joined are one question for each number, which a person answers and takes back', async () => {
  const here = await hub()
  const ben = await here.person('clinician')
  const { key, ...line } = await here.line()
  assert.deepEqual([line.state, line.sourceId, line.leadSourceId], ['open', 'labs', 'ehr'])
  assert.match(line.because, /birth date different/)
  assert.equal(await openJoinCount(here.db), 1)
  assert.deepEqual(await openJoinCounts(here.db), [
    { sourceId: 'ehr', count: 1 },
    { sourceId: 'labs', count: 1 },
  ])
  assert.deepEqual([await here.persons(), await here.doubts()], [['e2', 'l2'], ['other-person']])

  assert.equal(await here.decide(ben, key, 'same'), 'done')
  assert.deepEqual([await here.persons(), await here.doubts()], [['e2'], undefined])
  assert.equal((await here.line()).state, 'decided')
  assert.equal(await here.decide(ben, key, 'different'), 'not-possible')
  assert.equal(await here.decide(ben, key, 'undo'), 'done')
  assert.deepEqual([await here.persons(), await here.doubts()], [['e2', 'l2'], ['other-person']])

  assert.equal(await here.decide(ben, key, 'different'), 'done')
  assert.deepEqual([await here.persons(), await here.doubts()], [['e2', 'l2'], undefined])
  assert.equal(await openJoinCount(here.db), 0)
  assert.deepEqual(
    here.centre.audited.map(({ about }) => about.decision),
    ['same', 'undo', 'different'],
  )
})

test('a decision is about the two who were compared: it counts for nobody who has the number or the record later', async () => {
  const stranger = { name: { family: 'Stranger', given: ['Bob'] }, birthDate: '1940-04-04' }
  const named = (one: Chart, who: Partial<Chart['patient']>): Chart => ({ ...one, patient: { ...one.patient, ...who } })
  const lead = record('ehr', 'e2', '2', '1970-01-01')
  const lab = record('labs', 'l2', '2', '1971-01-01')
  const later: Chart[][] = [
    // The number is given to another patient, by a record of their own or by the one that had it.
    [named(lead, { mrn: '77' }), named(record('ehr', 'e9', '2', ''), stranger)],
    [named(lead, { name: stranger.name }), named(lead, stranger)],
    // The record that was joined becomes another person's, in two steps of which each is a correction.
    [named(lab, { name: { family: 'Jones', given: ['Ann'] } }), named(lab, stranger)],
  ]
  for (const steps of later)
    for (const decision of ['same', 'different'] as const) {
      const here = await hub()
      const ben = await here.person('clinician')
      const { key } = await here.line()
      assert.equal(await here.decide(ben, key, decision), 'done')
      for (const step of steps) await here.db.transaction().execute((together) => keepCharts(together, [step]))
      assert.equal((await chartsOf(here.db, ['l2'])).get('l2')?.doubts?.length, 1)
      assert.equal((await here.line()).state, 'open')
    }
  const here = await hub()
  const { key } = await here.line()
  await here.decide(await here.person('clinician'), key, 'same')
  const corrected = named(lead, { name: { family: 'Alder-Young', given: ['Ann'] } })
  await here.db.transaction().execute((together) => keepCharts(together, [corrected]))
  assert.deepEqual(await here.persons(), ['e2'])
})

test('who decides about two people decides about those whom the page showed', async () => {
  const here = await hub()
  const ben = await here.person('clinician')
  const { key } = await here.line()
  const seen = async () => {
    const join = await joinByKey(here.db, key)
    return seenPeople([join?.record, join?.lead])
  }
  const before = await seen()
  await here.db.transaction().execute((together) => keepCharts(together, [record('labs', 'l2', '2', '1972-02-02')]))
  const asked = { key, decision: 'same', reason: 'asked the patient' } as const
  assert.equal(await decideRecordJoin(here.centre, ben, { ...asked, seen: before }), 'changed')
  assert.equal(await decideRecordJoin(here.centre, ben, { ...asked, seen: await seen() }), 'done')
})

test('a number that one source uses for two records asks nobody: only that source can put it right', async () => {
  const here = await hub(record('labs', 'l3', '2', '1970-01-01'))
  const ben = await here.person('clinician')
  const lines = await joinLines(here.db)
  assert.deepEqual(
    lines.map(({ state }) => state),
    ['twice', 'twice'],
  )
  assert.equal(await here.decide(ben, lines[0]?.key ?? '', 'same'), 'not-possible')
})

test('only who sees patients of all sites decides, with a reason, about a question that is there', async () => {
  const here = await hub()
  const { key } = await here.line()
  for (const role of ['owner', 'it', 'front-desk', 'billing', 'auditor'] as const)
    assert.equal(await here.decide(await here.person(role), key, 'same'), 'not-allowed', role)
  assert.equal(await here.decide(await here.person('clinician', ['west']), key, 'same'), 'not-allowed')
  const ben = await here.person('clinician')
  assert.equal(await here.decide(ben, 'elsewhere', 'same'), 'not-found')
  await assert.rejects(here.decide(ben, key, 'same', ' '), /Give a reason/)
  await assert.rejects(here.decide(ben, key, 'same', 'x'.repeat(501)), /Use 500 or fewer/)
  assert.equal((await here.line()).state, 'open')
})
