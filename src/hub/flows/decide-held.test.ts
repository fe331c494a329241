import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RoleGrant } from '../../access/access.ts'
import { addPerson, changePerson } from '../../access/people/store.ts'
import type { Database } from '../../base/database.ts'
import { DAY, MINUTE } from '../../base/time.ts'
import { blankChart } from '../../chart/blank-chart.ts'
import type { ChartChange } from '../../chart/change.ts'
import type { Appointment, Chart } from '../../chart/chart.ts'
import { chartsOf, recordsOf } from '../../chart/records/store.ts'
import { appointmentsById, appointmentsIn } from '../../chart/visits/store.ts'
import type { EhrSource, SourcePart } from '../../connect/ehr.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { seenText, TAKEN_KEPT_MS } from '../held/held.ts'
import { peopleNow, seenPeople } from '../held/people-now.ts'
import { heldBack, heldById } from '../held/store.ts'
import { nameSources } from '../sources/store.ts'
import type { Actor } from './centre.ts'
import { type Asked, decideHeld } from './decide-held.ts'
import { readSource, windowAt } from './read-source.ts'
import { SCRATCH_NOW as NOW, scratchCentre } from './scratch-centre.ts'
import { settleLosses } from './settle-losses.ts'
import { takeCharts } from './take-charts.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const ZONE = 'America/New_York'
const WINDOW = windowAt(NOW, ZONE)

/** A hub with one source, whose reads are played, and people who may decide. */
async function hub() {
  const centre = await scratchCentre(await server.database())
  const { db, clock, log } = centre
  await nameSources(db, [{ id: 'ehr', kind: 'sql', name: 'EHR standby' }])
  const person = async (login: string, grants: RoleGrant[]): Promise<Actor> => {
    const { id } = await addPerson(db, { login, name: login, grants }, clock)
    await changePerson(db, id, { status: 'active' })
    return { personId: id, login }
  }
  const everywhere = (role: RoleGrant['role']): RoleGrant[] => [{ role, sites: 'all' }]
  return {
    ...centre,
    pass: (ms: number) => centre.pass(ms),
    person,
    ada: await person('ada', everywhere('owner')),
    ben: await person('ben', everywhere('clinician')),
    async read(...parts: SourcePart[]) {
      centre.pass(MINUTE)
      const asOf = clock.now()
      const source: EhrSource = {
        id: 'ehr',
        kind: 'sql',
        probe: async () => ({ answered: true, asOf, tookMs: 1, because: 'it answered' }),
        async *read() {
          yield* parts
          yield { type: 'end', asOf, cursor: { at: asOf } }
        },
        async [Symbol.asyncDispose]() {},
      }
      const read = await readSource({ db, clock, log, zone: ZONE }, source)
      assert.equal(read.outcome, 'done', read.because)
    },
    decide: (actor: Actor, asked: Omit<Asked, 'reason'> & { reason?: string }) =>
      decideHeld(centre, actor, { reason: 'the archive moved', ...asked }),
    open: async () => {
      const [held] = await heldBack(db, 'open')
      assert.ok(held !== undefined, 'nothing is held back')
      return held
    },
  }
}

function chart(at: number, more: Partial<Chart> = {}): Chart {
  const blank = blankChart(`p${at}`, 'ehr', NOW)
  const patient = { ...blank.patient, mrn: `M${at}`, name: { family: `Alder${at}`, given: ['Ann'] } }
  return { ...blank, patient: { ...patient, birthDate: '1970-01-02' }, ...more }
}

const allergies = (...texts: string[]): Chart['allergies'] => ({
  status: 'listed',
  entries: texts.map((text) => ({
    id: text,
    code: { text, codings: [] },
    criticality: 'unknown',
    verified: true,
  })),
})
const problems = (...texts: string[]): Chart['problems'] => ({
  status: 'listed',
  entries: texts.map((text) => ({ id: text, code: { text, codings: [] }, clinicalStatus: 'active' })),
})
const whole = (charts: Chart[]): SourcePart => ({
  type: 'charts',
  changes: charts.map((one) => ({ type: 'chart', chart: one })),
})
const events = (...changes: ChartChange[]): SourcePart => ({ type: 'charts', changes })
const many = (make: (at: number) => Chart, count = 60): Chart[] => Array.from({ length: count }, (_, at) => make(at))
const textsOf = (of: Chart | undefined, list: 'allergies' | 'problems'): string[] =>
  of?.[list].status === 'listed' ? of[list].entries.map(({ code }) => code.text) : []

const full = many((at) => chart(at, { allergies: allergies('peanut'), problems: problems('asthma') }))
const noAllergies = many((at) => chart(at, { problems: problems('asthma') }))

test('allergies go only when two different people say so, and one brings them back', async () => {
  const here = await hub()
  await here.read(whole(full))
  await here.read(whole(noAllergies))
  const { id } = await here.open()
  assert.equal(await here.decide(here.ada, { id, decision: 'approve' }), 'needs-another-person')
  assert.equal(await here.decide(here.ada, { id, decision: 'approve' }), 'needs-another-person')
  assert.equal((await heldById(here.db, id))?.decisions.length, 1)
  assert.deepEqual(textsOf((await chartsOf(here.db, ['p1'])).get('p1'), 'allergies'), ['peanut'])
  assert.equal(await here.decide(here.ben, { id, decision: 'approve' }), 'done')
  assert.deepEqual(textsOf((await chartsOf(here.db, ['p1'])).get('p1'), 'allergies'), [])
  assert.equal(await here.decide(here.ben, { id, decision: 'approve' }), 'not-possible')
  assert.equal(await here.decide(here.ada, { id, decision: 'undo' }), 'done')
  assert.deepEqual(textsOf((await chartsOf(here.db, ['p1'])).get('p1'), 'allergies'), ['peanut'])
  assert.deepEqual(
    here.audited.map(({ what, about }) => [what, about.decision]),
    [
      ['held-back-decided', 'approve'],
      ['held-back-decided', 'approve'],
      ['held-back-decided', 'undo'],
    ],
  )
})

test('every role and scope: nobody decides who may not, and patients are for who sees patients of all sites', async () => {
  const here = await hub()
  await here.read(whole(full))
  await here.read(whole(noAllergies))
  await here.read(events(named('p3', 'Zander', 'Kim', '1990-05-05')))
  const [identity, shrink] = [
    (await heldBack(here.db, 'open')).find(({ kind }) => kind === 'identity')?.id ?? '',
    (await heldBack(here.db, 'open')).find(({ kind }) => kind === 'shrink')?.id ?? '',
  ]
  const can = { shrink: ['owner', 'it', 'clinician'], identity: ['clinician'] }
  for (const role of ['owner', 'it', 'clinician', 'front-desk', 'billing', 'auditor'] as const)
    for (const sites of ['all', ['west']] as const) {
      const actor = await here.person(`${role}-${String(sites)}`, [
        { role, sites: sites === 'all' ? 'all' : [...sites] },
      ])
      const may = (kind: 'shrink' | 'identity') => sites === 'all' && can[kind].includes(role)
      // A decision that cannot be made now tells who may from who may not, and changes nothing.
      for (const [kind, id, decision] of [
        ['shrink', shrink, 'reject'],
        ['identity', identity, 'undo'],
      ] as const)
        assert.equal(
          await here.decide(actor, { id, decision }),
          may(kind) ? 'not-possible' : 'not-allowed',
          `${role} ${String(sites)} ${kind}`,
        )
    }
  assert.equal(
    await here.decide({ personId: 'nobody', login: 'nobody' }, { id: shrink, decision: 'approve' }),
    'not-allowed',
  )
  assert.equal(await here.decide(here.ada, { id: 'held_elsewhere', decision: 'approve' }), 'not-found')
  await changePerson(here.db, here.ada.personId, { status: 'suspended' })
  assert.equal(await here.decide(here.ada, { id: shrink, decision: 'approve' }), 'not-allowed')
})

test('without a reason, or with one that nobody reads, nothing is decided', async () => {
  const here = await hub()
  await here.read(whole(full))
  await here.read(whole(noAllergies))
  const { id } = await here.open()
  await assert.rejects(here.decide(here.ada, { id, decision: 'approve', reason: ' \n' }), /Give a reason/)
  await assert.rejects(here.decide(here.ada, { id, decision: 'approve', reason: 'x'.repeat(501) }), /501 characters/)
  assert.deepEqual((await heldById(here.db, id))?.decisions, [])
})

test('an approval counts for what was seen, not for what came on top of it', async () => {
  const here = await hub()
  await here.read(whole(full))
  await here.read(whole(noAllergies))
  const { id, shrinks } = await here.open()
  assert.equal(
    await here.decide(here.ada, { id, decision: 'approve', seen: seenText(shrinks) }),
    'needs-another-person',
  )
  await here.read(whole(many((at) => chart(at))))
  assert.equal(await here.decide(here.ben, { id, decision: 'approve', seen: seenText(shrinks) }), 'changed')
  const now = seenText((await here.open()).shrinks)
  assert.equal(await here.decide(here.ben, { id, decision: 'approve', seen: now }), 'needs-another-person')
  assert.deepEqual(textsOf((await chartsOf(here.db, ['p1'])).get('p1'), 'problems'), ['asthma'])
  assert.equal(await here.decide(here.ada, { id, decision: 'approve', seen: now }), 'done')
})

test('the yes of somebody whose role was taken away, or who was suspended, counts no more', async () => {
  const here = await hub()
  await here.read(whole(full))
  await here.read(whole(noAllergies))
  const { id } = await here.open()
  const eve = await here.person('eve', [{ role: 'it', sites: 'all' }])
  for (const change of [
    { grants: [{ role: 'it', sites: ['west'] }] as RoleGrant[] },
    { status: 'suspended' as const },
  ]) {
    await changePerson(here.db, eve.personId, { status: 'active', grants: [{ role: 'it', sites: 'all' }] })
    await here.decide(eve, { id, decision: 'approve' })
    await changePerson(here.db, eve.personId, change)
    assert.equal(await here.decide(here.ada, { id, decision: 'approve' }), 'needs-another-person')
    assert.deepEqual(textsOf((await chartsOf(here.db, ['p1'])).get('p1'), 'allergies'), ['peanut'])
  }
  assert.equal(await here.decide(here.ben, { id, decision: 'approve' }), 'done')
})

test('an approval in the middle of a read takes out what was approved, and nothing that the read found besides', async () => {
  const here = await hub()
  await here.read(whole(full))
  await here.read(whole(noAllergies))
  const { id } = await here.open()
  const taking = { sourceId: 'ehr', began: here.clock.now(), now: here.clock.now() }
  const within = <Done>(act: (together: Database) => Promise<Done>) => here.db.transaction().execute(act)
  const nothing = many((at) => chart(at)).map((one) => ({ type: 'chart', chart: one }) as const)
  await within((together) => takeCharts(together, taking, nothing))
  for (const actor of [here.ada, here.ben]) await here.decide(actor, { id, decision: 'approve' })
  const lists = async () => {
    const shown = (await chartsOf(here.db, ['p1'])).get('p1')
    return [textsOf(shown, 'allergies'), textsOf(shown, 'problems')]
  }
  assert.deepEqual(await lists(), [[], ['asthma']])
  const { held } = await within((together) => settleLosses(together, taking, { panel: undefined }))
  assert.deepEqual(
    held.map(({ what }) => what),
    ['problems'],
  )
  assert.deepEqual(await lists(), [[], ['asthma']])
})

test('an approval is undone also while the next loss of the same source is held back', async () => {
  const here = await hub()
  await here.read(whole(full))
  await here.read(whole(noAllergies))
  const { id } = await here.open()
  for (const actor of [here.ada, here.ben]) await here.decide(actor, { id, decision: 'approve' })
  await here.read(whole(many((at) => chart(at))))
  const next = await here.open()
  assert.notEqual(next.id, id)
  assert.equal(await here.decide(here.ada, { id, decision: 'undo' }), 'done')
  const shown = (await chartsOf(here.db, ['p7'])).get('p7')
  assert.deepEqual([textsOf(shown, 'allergies'), textsOf(shown, 'problems')], [['peanut'], ['asthma']])
  assert.deepEqual(shown?.doubts?.map(({ section }) => section).toSorted(), ['allergies', 'problems'])
  const open = await here.open()
  assert.deepEqual([open.id, open.shrinks.map(({ what }) => what).toSorted()], [next.id, ['allergies', 'problems']])
  for (const actor of [here.ada, here.ben]) await here.decide(actor, { id: open.id, decision: 'approve' })
  const after = (await chartsOf(here.db, ['p7'])).get('p7')
  assert.deepEqual([textsOf(after, 'allergies'), textsOf(after, 'problems')], [[], []])
})

test('what was taken out long ago cannot be brought back', async () => {
  const here = await hub()
  await here.read(whole(full))
  await here.read(whole(noAllergies))
  const { id } = await here.open()
  for (const actor of [here.ada, here.ben]) await here.decide(actor, { id, decision: 'approve' })
  here.pass(TAKEN_KEPT_MS)
  assert.equal(await here.decide(here.ada, { id, decision: 'undo' }), 'not-possible')
})

test('a chart says which of its lists are still held back when the source has some again', async () => {
  const here = await hub()
  await here.read(whole(full))
  await here.read(whole(many((at) => chart(at))))
  await here.read(whole(many((at) => chart(at, { problems: problems('asthma') }))))
  const shown = (await chartsOf(here.db, ['p7'])).get('p7')
  assert.deepEqual(
    shown?.doubts?.map(({ section }) => section),
    ['allergies'],
  )
})

test('visits that their source has again are not overwritten when an approval is undone', async () => {
  const here = await hub()
  const visits = Array.from({ length: 60 }, (_, at) => visit(`v${at}`))
  const day = (appointments: Appointment[]): SourcePart => ({ type: 'schedule', window: WINDOW, appointments })
  await here.read(whole(full), day(visits))
  await here.read(day([]))
  const { id } = await here.open()
  for (const actor of [here.ada, here.ben]) await here.decide(actor, { id, decision: 'approve' })
  await here.read(day([visit('v1', { room: '7' })]))
  assert.equal(await here.decide(here.ada, { id, decision: 'undo' }), 'done')
  assert.equal((await appointmentsById(here.db, 'ehr', ['v1'])).get('v1')?.room, '7')
  const shown = await appointmentsIn(here.db, 'all', WINDOW.from, WINDOW.to)
  assert.deepEqual([shown.length, shown.filter(({ heldBack: held }) => held === true).length], [60, 59])
})

test('visits that are held back and over ask nobody any more', async () => {
  const here = await hub()
  const visits = Array.from({ length: 60 }, (_, at) => visit(`v${at}`))
  await here.read(whole(full), { type: 'schedule', window: WINDOW, appointments: visits })
  await here.read({ type: 'schedule', window: WINDOW, appointments: [] })
  const { id } = await here.open()
  here.pass(DAY)
  await here.read()
  assert.equal((await heldById(here.db, id))?.status, 'open')
  here.pass(3 * DAY)
  await here.read()
  assert.equal((await heldById(here.db, id))?.status, 'recovered')
})

test('another person’s record is used when somebody who sees patients says that it is the same person', async () => {
  const here = await hub()
  await here.read(whole(full))
  await here.read(events(named('p3', 'Zander', 'Kim', '1990-05-05')))
  const { id } = await here.open()
  assert.equal(await here.decide(here.ada, { id, decision: 'approve' }), 'not-allowed')
  assert.equal(await here.decide(here.ben, { id, decision: 'reject' }), 'done')
  assert.equal(await here.decide(here.ben, { id, decision: 'undo' }), 'done')
  assert.equal(await here.decide(here.ben, { id, decision: 'approve' }), 'done')
  const shown = (await chartsOf(here.db, ['p3'])).get('p3')
  assert.deepEqual([shown?.patient.name.family, shown?.doubts], ['Zander', undefined])
})

test('a question about two people is not answered for a chart that is about somebody else by now', async () => {
  const here = await hub()
  await here.read(whole(full))
  await here.read(events(named('p3', 'Zander', 'Kim', '1990-05-05')), events(named('p3', 'Yale', 'Lee', '1991-06-06')))
  const [first, second] = await heldBack(here.db, 'open')
  assert.ok(first !== undefined && second !== undefined)
  const seen = seenPeople(await peopleNow(here.db, first))
  assert.equal(await here.decide(here.ben, { id: second.id, decision: 'approve' }), 'done')
  assert.equal(await here.decide(here.ben, { id: first.id, decision: 'approve', seen }), 'changed')
  const [shown] = await peopleNow(here.db, first)
  assert.equal(shown?.name.family, second.people[1]?.name.family)
})

test('a merge that was kept out and is approved moves the record, its visits and what is said of it later', async () => {
  const here = await hub()
  const other = chart(1, { allergies: allergies('latex') })
  const them = {
    ...other,
    patient: { ...other.patient, name: { family: 'Zander', given: ['Kim'] }, birthDate: '1990-05-05' },
  }
  await here.read(whole([chart(0, { allergies: allergies('peanut') }), them]), {
    type: 'schedule',
    window: WINDOW,
    appointments: [visit('v1', { patientId: 'p1' })],
  })
  await here.read(events({ type: 'merge', fromId: 'p1', intoId: 'p0', sourceId: 'ehr', at: NOW }))
  assert.equal((await recordsOf(here.db, 'ehr', ['p1'])).size, 1)
  const { id } = await here.open()
  assert.equal(await here.decide(here.ben, { id, decision: 'approve' }), 'done')
  assert.equal((await recordsOf(here.db, 'ehr', ['p1'])).size, 0)
  assert.deepEqual(textsOf((await chartsOf(here.db, ['p0'])).get('p0'), 'allergies').toSorted(), ['latex', 'peanut'])
  assert.equal((await appointmentsById(here.db, 'ehr', ['v1'])).get('v1')?.patientId, 'p0')
})

test('an approved record takes out at once what it has less of, and what is said next builds on it', async () => {
  const here = await hub()
  await here.read(whole([chart(0, { allergies: allergies('peanut', 'latex') })]))
  const other = chart(0, { allergies: allergies('penicillin') })
  const them = {
    ...other,
    patient: { ...other.patient, name: { family: 'Zander', given: ['Kim'] }, birthDate: '1990-05-05' },
  }
  await here.read(whole([them]))
  const { id } = await here.open()
  assert.equal(await here.decide(here.ben, { id, decision: 'approve' }), 'done')
  await here.read(events({ ...named('p0', 'Zander', 'Kim', '1990-05-05'), at: NOW + 99 * MINUTE }))
  const shown = (await chartsOf(here.db, ['p0'])).get('p0')
  assert.deepEqual([shown?.patient.name.family, textsOf(shown, 'allergies')], ['Zander', ['penicillin']])
})

function named(patientId: string, family: string, given: string, birthDate: string): ChartChange & { type: 'patient' } {
  return {
    type: 'patient',
    patientId,
    sourceId: 'ehr',
    at: NOW,
    patient: { name: { family, given: [given] }, birthDate },
  }
}

function visit(id: string, more: Partial<Appointment> = {}): Appointment {
  return {
    id,
    sourceId: 'ehr',
    asOf: NOW,
    locationId: 'east',
    patientId: 'p5',
    patientName: 'Alder, Ann',
    providerId: 'd1',
    providerName: 'Dr. Bo Hale',
    start: NOW + MINUTE,
    end: NOW + 16 * MINUTE,
    status: 'booked',
    type: 'Visit',
    ...more,
  }
}
