import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { addPerson, changePerson, personByLogin } from '../../src/access/people/store.ts'
import { Failure } from '../../src/base/failure.ts'
import { HOUR } from '../../src/base/time.ts'
import type { ChartChange } from '../../src/chart/change.ts'
import { type Chart, SECTION_NAMES, type SectionName } from '../../src/chart/chart.ts'
import { appointmentsIn } from '../../src/chart/visits/store.ts'
import type { SourcePart } from '../../src/connect/ehr.ts'
import { type ScratchServer, scratchServer } from '../../src/hub/database/scratch.ts'
import type { Actor } from '../../src/hub/flows/centre.ts'
import { decideHeld } from '../../src/hub/flows/decide-held.ts'
import { type ScratchCentre, scratchCentre } from '../../src/hub/flows/scratch-centre.ts'
import type { Move } from '../../src/hub/held/held.ts'
import { heldBack } from '../../src/hub/held/store.ts'
import { sourceState } from '../../src/hub/sources/store.ts'
import {
  changes,
  chartOf,
  charts,
  entriesIn,
  idsIn,
  listOf,
  NOW,
  panelOf,
  type Stage,
  stageOn,
  visitOf,
} from './stage.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const MANY = 60
const ids = Array.from({ length: MANY }, (_, at) => String(at + 1))

/** Everybody has two entries in every list. */
function full(id: string, change: Partial<Chart> = {}): Chart {
  const lists = Object.fromEntries(SECTION_NAMES.map((name) => [name, listOf(name, [`${id}a`, `${id}b`])]))
  return chartOf('ehr', id, {}, { ...lists, ...change })
}

async function filled(): Promise<Stage> {
  const hub = await stageOn(await server.database(), [{ id: 'ehr' }])
  const all = ids.map((id) => full(id))
  const visits = ids.map((id) => visitOf('ehr', id))
  await hub.read('ehr', [
    charts(...all),
    panelOf(...all),
    { type: 'schedule', window: { from: NOW, to: NOW + HOUR * 24 }, appointments: visits },
  ])
  hub.pass(2 * HOUR)
  return hub
}

const listed = async (hub: Stage, name: SectionName) => entriesIn(await hub.panel())[name]
/** Somebody of this name who may decide. */
async function actorNamed({ db, clock }: Stage, login: string): Promise<Actor> {
  const known = await personByLogin(db, login)
  if (known !== undefined) return { personId: known.id, login }
  const { id } = await addPerson(db, { login, name: login, grants: [{ role: 'owner', sites: 'all' }] }, clock)
  await changePerson(db, id, { status: 'active' })
  return { personId: id, login }
}

const centres = new WeakMap<Stage, ScratchCentre>()
const decide = async (hub: Stage, decision: Move, personId: string) => {
  const centre = centres.get(hub) ?? (await scratchCentre(hub.db))
  centres.set(hub, centre)
  const [held] = await heldBack(hub.db)
  return decideHeld(centre, await actorNamed(hub, personId), {
    id: held?.id ?? '',
    decision,
    reason: 'looked in the EHR',
  })
}

test('a list that vanishes from many charts is held back, whichever list and in whatever way it goes', async () => {
  const each = (make: (id: string) => ChartChange): SourcePart => changes(...ids.map(make))
  const ways: { [way: string]: (name: SectionName, at: number) => SourcePart } = {
    'emptied whole': (name) => charts(...ids.map((id) => full(id, { [name]: { status: 'listed', entries: [] } }))),
    'not received': (name) => charts(...ids.map((id) => full(id, { [name]: { status: 'not-received' } }))),
    'none known instead': (name) => charts(...ids.map((id) => full(id, { [name]: { status: 'none-known' } }))),
    'one of two entries gone': (name) => charts(...ids.map((id) => full(id, { [name]: listOf(name, [`${id}a`]) }))),
    'removed one by one': (name, at) =>
      each((id) => ({
        type: 'remove',
        sourceId: 'ehr',
        patientId: id,
        at,
        section: name,
        entryIds: [`${id}a`, `${id}b`],
      })),
    'replaced by nothing': (name, at) =>
      each((id) => ({
        type: 'replace',
        sourceId: 'ehr',
        patientId: id,
        at,
        section: name,
        value: { status: 'not-received' },
      })),
  }
  const hub = await filled()
  for (const [way, part] of Object.entries(ways))
    for (const name of SECTION_NAMES) {
      // Of pending orders more than half must go: they come back with results many at a time.
      if (name === 'pending' && way === 'one of two entries gone') continue
      const read = await hub.read('ehr', [part(name, hub.clock.now())])
      assert.match(read.because, /held back/, `${name} ${way}`)
      assert.equal(await listed(hub, name), 2 * MANY, `${name} ${way}`)
      const chart = (await hub.panel()).get('5')
      assert.ok(
        chart?.doubts?.some((doubt) => doubt.kind === 'held-back' && doubt.section === name),
        `${name} ${way}`,
      )
      const at = hub.clock.now() + 1
      await hub.read('ehr', [charts(...ids.map((id) => ({ ...full(id), asOf: at })))])
      assert.equal((await heldBack(hub.db, 'open')).length, 0, `${name} ${way}: the source has it again`)
      assert.equal((await hub.panel()).get('5')?.doubts, undefined)
    }
})

test('of every list, what is held back stays and what is new flows', async () => {
  const hub = await filled()
  for (const name of SECTION_NAMES) {
    // Of pending orders half may go at once.
    if (name === 'pending') continue
    await hub.read('ehr', [charts(...ids.map((id) => full(id, { [name]: listOf(name, [`${id}new`]) })))])
    const chart = (await hub.panel()).get('7')
    assert.deepEqual(new Set(idsIn(chart, name)), new Set(['7new', '7a', '7b']), name)
    await hub.read('ehr', [charts(...ids.map((id) => full(id)))])
  }
})

test('patients and visits that vanish many at a time stay, are marked, and end by themselves when they are back', async () => {
  const hub = await filled()
  const few = ids.slice(0, 20).map((id) => full(id))
  const window = { from: NOW, to: NOW + HOUR * 24 }
  await hub.read('ehr', [panelOf(...few), { type: 'schedule', window, appointments: [] }])
  assert.equal((await hub.panel()).size, MANY)
  const visits = await appointmentsIn(hub.db, 'all', 0, NOW * 2)
  assert.equal(visits.filter(({ heldBack: held }) => held).length, MANY)
  const [held] = await heldBack(hub.db, 'open')
  assert.deepEqual(held?.shrinks.map(({ what, entries }) => [what, entries]).sort(), [
    ['charts', 40],
    ['visits', 60],
  ])
  await hub.read('ehr', [panelOf(...few), { type: 'schedule', window, appointments: [] }])
  assert.equal((await heldBack(hub.db)).length, 1, 'asked once')
  await hub.read('ehr', [
    panelOf(...ids.map((id) => full(id))),
    { type: 'schedule', window, appointments: ids.map((id) => visitOf('ehr', id)) },
  ])
  assert.deepEqual(
    (await heldBack(hub.db)).map(({ status }) => status),
    ['recovered'],
  )
  assert.equal(
    (await appointmentsIn(hub.db, 'all', 0, NOW * 2)).some(({ heldBack: one }) => one),
    false,
  )
})

test('charts that left and are back are not counted as gone a second time', async () => {
  const hub = await filled()
  const all = ids.map((id) => full(id))
  for (const gone of [3, 0, 30]) await hub.read('ehr', [charts(...all.slice(gone)), panelOf(...all.slice(gone))])
  const [held] = await heldBack(hub.db, 'open')
  assert.deepEqual(
    held?.shrinks.map(({ what, charts: some, entries, of }) => [what, some, entries, of]),
    [['charts', 30, 30, 60]],
  )
})

test('a list that is held back is as old as the last answer that was believed; the rest is as new as the last read', async () => {
  const hub = await filled()
  const good = (await sourceState(hub.db, 'ehr'))?.asOf
  const empty = () => charts(...ids.map((id) => full(id, { allergies: { status: 'listed', entries: [] } })))
  for (const _read of ['first', 'second']) {
    await hub.read('ehr', [empty()])
    const state = await sourceState(hub.db, 'ehr')
    assert.equal(state?.sections.allergies, good)
    assert.equal(state?.asOf, hub.clock.now())
  }
  await hub.read('ehr', [charts(...ids.map((id) => full(id)))])
  assert.equal((await sourceState(hub.db, 'ehr'))?.sections.allergies, undefined)
})

test('small true changes flow at once', async () => {
  const hub = await filled()
  const some = ids.slice(0, 20)
  await hub.read('ehr', [
    charts(...some.map((id) => full(id, { allergies: listOf('allergies', [`${id}a`]) }))),
    { type: 'caught-up' },
  ])
  assert.equal(await listed(hub, 'allergies'), 2 * MANY - 20)
  assert.deepEqual(await heldBack(hub.db), [])
  hub.pass(2 * HOUR)
  await hub.read('ehr', [panelOf(...ids.slice(3).map((id) => full(id)))])
  assert.equal((await hub.panel()).size, MANY - 3)
})

test('a table that is emptied a little at each look is held back once it is too much together', async () => {
  const hub = await filled()
  for (let from = 0; from < MANY; from += 10)
    await hub.read('ehr', [
      charts(...ids.slice(from, from + 10).map((id) => full(id, { allergies: { status: 'listed', entries: [] } }))),
      { type: 'caught-up' },
    ])
  assert.equal(await listed(hub, 'allergies'), 2 * (MANY - 20))
  assert.equal((await heldBack(hub.db, 'open')).length, 1)
})

test('a comparison in many parts is judged when its last part has come', async () => {
  const hub = await filled()
  const part = (from: number) =>
    charts(...ids.slice(from, from + 30).map((id) => full(id, { problems: { status: 'listed', entries: [] } })))
  await hub.read('ehr', [part(0)], { comparing: true })
  assert.equal(await listed(hub, 'problems'), 2 * MANY)
  await hub.read('ehr', [part(30), panelOf(...ids.map((id) => full(id)))])
  assert.equal(await listed(hub, 'problems'), 2 * MANY)
  assert.deepEqual(
    (await heldBack(hub.db, 'open'))[0]?.shrinks.map(({ charts: many }) => many),
    [MANY],
  )
})

test('a read that breaks off takes nothing away', async () => {
  const hub = await filled()
  const cut: SourcePart = charts(
    ...ids.slice(0, 15).map((id) => full(id, { problems: { status: 'listed', entries: [] } })),
  )
  const broken = await hub.read('ehr', [cut, new Failure('transient', 'the connection was cut')])
  assert.equal(broken.outcome, 'failed')
  assert.equal(await listed(hub, 'problems'), 2 * MANY)
  await hub.read('ehr', [])
  assert.equal(await listed(hub, 'problems'), 2 * MANY)
})

test('two people let allergies go, one undoes it, and what came meanwhile stays', async () => {
  const hub = await filled()
  await hub.read('ehr', [charts(...ids.map((id) => full(id, { allergies: { status: 'listed', entries: [] } })))])
  assert.equal(await decide(hub, 'approve', 'ann'), 'needs-another-person')
  assert.equal(await decide(hub, 'approve', 'ann'), 'needs-another-person')
  assert.equal(await listed(hub, 'allergies'), 2 * MANY)
  assert.equal(await decide(hub, 'approve', 'bob'), 'done')
  assert.equal(await listed(hub, 'allergies'), 0)
  assert.equal(await decide(hub, 'approve', 'bob'), 'not-possible')
  await hub.read('ehr', [charts(full('5', { allergies: listOf('allergies', ['new']) }))])
  assert.equal(await decide(hub, 'undo', 'cat'), 'done')
  assert.equal(await listed(hub, 'allergies'), 2 * MANY + 1)
  assert.equal(await decide(hub, 'approve', 'ann'), 'needs-another-person')
  await hub.read('ehr', [charts(...ids.map((id) => full(id)))])
  assert.deepEqual(
    (await heldBack(hub.db)).map(({ status }) => status),
    ['recovered'],
  )
})

test('charts and visits that were let go come back in one press', async () => {
  const hub = await filled()
  const window = { from: NOW, to: NOW + HOUR * 24 }
  await hub.read('ehr', [panelOf(full('1')), { type: 'schedule', window, appointments: [] }])
  await decide(hub, 'approve', 'ann')
  await decide(hub, 'approve', 'bob')
  assert.deepEqual([(await hub.panel()).size, (await appointmentsIn(hub.db, 'all', 0, NOW * 2)).length], [1, 0])
  await decide(hub, 'undo', 'ann')
  assert.deepEqual([(await hub.panel()).size, (await appointmentsIn(hub.db, 'all', 0, NOW * 2)).length], [MANY, MANY])
  assert.equal((await hub.panel()).get('9')?.doubts?.[0]?.kind, 'held-back')
})

test('whatever a source takes away and gives back in whatever reads, no chart loses more than is believed', async () => {
  const step = fc.record({
    name: fc.constantFrom<SectionName>('allergies', 'medications', 'results'),
    from: fc.integer({ min: 0, max: MANY - 1 }),
    many: fc.integer({ min: 1, max: MANY }),
    keeps: fc.integer({ min: 0, max: 2 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const hub = await filled()
      const says = new Map(ids.map((id) => [id, full(id)]))
      for (const { name, from, many, keeps } of steps) {
        const told = ids.slice(from, from + many).map((id) => {
          const chart = says.get(id) ?? full(id)
          const next = { ...chart, [name]: listOf(name, [`${id}a`, `${id}b`].slice(0, keeps)) }
          says.set(id, next)
          return next
        })
        await hub.read('ehr', [charts(...told)])
      }
      const shown = await hub.panel()
      const open = await heldBack(hub.db, 'open')
      for (const name of ['allergies', 'medications', 'results'] as const) {
        const lost = ids.filter((id) => idsIn(shown.get(id), name).length < 2).length
        assert.ok(lost <= 20, `${lost} charts lost some of ${name}`)
        for (const id of ids) {
          const said = idsIn(says.get(id), name)
          const seen = idsIn(shown.get(id), name)
          assert.ok(
            said.every((entry) => seen.includes(entry)),
            'what the source says is shown',
          )
          const doubted = shown.get(id)?.doubts?.some((doubt) => doubt.section === name) === true
          assert.equal(seen.length > said.length, doubted, 'what it no longer says is marked')
          if (doubted) assert.equal(open.length, 1)
        }
      }
    }),
    { numRuns: 8, seed: 21 },
  )
})
