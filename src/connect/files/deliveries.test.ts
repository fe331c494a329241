import assert from 'node:assert/strict'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../base/log.ts'
import { DAY, HOUR, systemClock } from '../../base/time.ts'
import { outcomes } from '../../chart/apply.ts'
import type { Appointment, Chart } from '../../chart/chart.ts'
import type { Cursor, SetAside, SourcePart } from '../ehr.ts'
import { filesConfig } from './config.ts'
import { openFilesSource } from './connector.ts'

/** What one delivery may say against another: ids of two people, lists that are missing, and the keys and ages that last. */
const MAPPING = `csv: 1
files:
  - match: "patients*.csv"
    holds: patients
    fields: { id: id, name.family: last, name.given: first, birthDate: dob }
  - match: "allergies*.csv"
    holds: allergies
    fields: { patientId: pid, text: what }
  - match: "meds*.csv"
    holds: medications
    fields: { patientId: pid, text: what }
  - match: "visits*.csv"
    holds: appointments
    fields: { id: n, locationId: loc, patientId: pid, patientName: who, patientMrn: mrn, providerId: doc, start: when, status: state }
`
const HEAD = 'id,last,first,dob\n'
const QUILLEN = '7,Quillen,Tamsin,1980-03-01\n'
const ARKWRIGHT = '7,Arkwright,Bo,1979-04-02\n'
const ODE = '8,Ode,Pat,1970-05-03\n'
const window = { from: Date.parse('2026-11-20T00:00:00Z'), to: Date.parse('2026-11-30T00:00:00Z') }

type Read = { parts: SourcePart[]; cursor: Cursor; aside: SetAside[]; panel: string[] | undefined; sections: object }

async function folder(deliveries: 'changes' | 'snapshot', options: object = {}) {
  const path = await mkdtemp(join(tmpdir(), 'hf-deliveries-'))
  await writeFile(join(path, '.map.yaml'), MAPPING)
  const config = filesConfig.parse({
    id: 'drop',
    kind: 'files',
    folder: path,
    zone: 'America/New_York',
    settled: { by: 'rename' },
    deliveries,
    mapping: join(path, '.map.yaml'),
    ...options,
  })
  const source = await openFilesSource(config, { log: silentLog, clock: systemClock })
  const charts = new Map<string, Chart>()
  const visits = new Map<string, Appointment>()
  return {
    charts,
    visits,
    listOf: (id: string, name: 'allergies' | 'medications'): string[] | string | undefined => {
      const section = charts.get(id)?.[name]
      return section?.status === 'listed' ? section.entries.map(({ code }) => code.text).toSorted() : section?.status
    },
    async drop(files: { [name: string]: string | Buffer }, ageMs = 0) {
      const at = new Date(systemClock.now() - ageMs)
      for (const [name, text] of Object.entries(files)) {
        await writeFile(join(path, name), text)
        await utimes(join(path, name), at, at)
      }
    },
    async read(cursor: Cursor | null = null): Promise<Read> {
      const parts: SourcePart[] = []
      for await (const part of source.read({ cursor, window })) parts.push(part)
      for (const part of parts) {
        if (part.type === 'charts')
          for (const change of part.changes)
            for (const { patientId, chart } of outcomes(change, (id) => charts.get(id)))
              if (chart === undefined) charts.delete(patientId)
              else charts.set(patientId, chart)
        if (part.type === 'schedule') for (const visit of part.appointments) visits.set(visit.id, visit)
        if (part.type === 'appointments')
          for (const change of part.changes)
            if (change.type === 'appointment') visits.set(change.appointment.id, change.appointment)
      }
      const end = parts.at(-1)
      assert.ok(end?.type === 'end')
      const [panel] = parts.flatMap((part) => (part.type === 'panel' ? [part.patientIds] : []))
      const aside = parts.flatMap((part) => (part.type === 'set-aside' ? part.records : []))
      return { parts, cursor: JSON.parse(JSON.stringify(end.cursor)), aside, panel, sections: end.sections ?? {} }
    },
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]()
      await rm(path, { recursive: true })
    },
  }
}

test('one id that clearly names two people names nobody, in one file or in two of one delivery; one person twice is one', async () => {
  for (const [second, isOther] of [
    [ARKWRIGHT, true],
    ['7,Quillen,Tamsin,1982-03-01\n', true],
    ['7,Quillen,Berta,1980-03-01\n', true],
    ['7,Arkwright,Bo,\n', true],
    [QUILLEN, false],
    ['7,QUILLEN,T,1980-03-01\n', false],
    ['7,Ode-Married,Tamsin,1980-03-01\n', false],
    ['7,Quillen,Tamsin,\n', false],
  ] as const) {
    await using one = await folder('changes')
    await one.drop({ 'patients.csv': `${HEAD}${QUILLEN}${ODE}${second}` })
    await one.read()
    assert.deepEqual([...one.charts.keys()].toSorted(), isOther ? ['8'] : ['7', '8'], second)
    await using two = await folder('snapshot')
    await two.drop({ 'patients-a.csv': `${HEAD}${QUILLEN}${ODE}`, 'patients-b.csv': `${HEAD}${second}` })
    await two.read()
    assert.deepEqual([...two.charts.keys()].toSorted(), isOther ? ['8'] : ['7', '8'], `${second} of two files`)
  }
})

test('what stands under a doubled id is quarantined with its list; its visits are shown without a chart', async () => {
  for (const deliveries of ['changes', 'snapshot'] as const) {
    await using held = await folder(deliveries)
    await held.drop({
      'allergies.csv': 'pid,what\n7,Penicillin\n8,Latex\n',
      'patients.csv': `${HEAD}${QUILLEN}${ODE}${ARKWRIGHT}`,
      'visits.csv': 'n,loc,pid,who,mrn,doc,when,state\nv1,east,7,"Quillen, Tamsin",7,d,2026-11-23 10:00,booked\n',
    })
    const { aside, panel } = await held.read()
    assert.deepEqual([...held.charts.keys()], ['8'], deliveries)
    assert.deepEqual(held.listOf('8', 'allergies'), ['Latex'])
    assert.deepEqual(
      aside.map(({ where, patientId, section }) => [where, patientId, section]),
      [
        ['allergies.csv:2', '7', 'allergies'],
        ['patients.csv:2', '7', undefined],
        ['patients.csv:4', '7', undefined],
        ['visits.csv:2', '7', undefined],
      ],
    )
    assert.ok(
      aside.every(({ because }) => /names two different people/.test(because) && !/Quillen|Arkwright/.test(because)),
    )
    const visit = held.visits.get('v1')
    assert.deepEqual(
      [visit?.patientName, visit?.patientId, visit?.patientMrn],
      ['Quillen, Tamsin', undefined, undefined],
    )
    if (deliveries === 'snapshot') assert.deepEqual(panel?.toSorted(), ['7', '8'], 'the doubled one was called gone')
  }
})

test('a doubled id stays nobody’s in later files, over restarts too, until a file names one person by it', async () => {
  await using held = await folder('changes')
  await held.drop({ 'patients-1.csv': `${HEAD}${QUILLEN}${ARKWRIGHT}` }, 3 * DAY)
  let { cursor, aside } = await held.read()
  await held.drop({ 'allergies-2.csv': 'pid,what\n7,Penicillin\n' }, 2 * DAY)
  ;({ cursor, aside } = await held.read(cursor))
  assert.deepEqual([held.charts.size, aside.map(({ section }) => section)], [0, ['allergies']])
  await held.drop({ 'patients-3.csv': `${HEAD}${QUILLEN}` }, DAY)
  ;({ cursor } = await held.read(cursor))
  await held.drop({ 'allergies-4.csv': 'pid,what\n7,Latex\n' })
  await held.read(cursor)
  assert.deepEqual(held.listOf('7', 'allergies'), ['Latex'])
  held.charts.clear()
  await held.read(null)
  assert.deepEqual(held.listOf('7', 'allergies'), ['Latex'], 'read from the start it is the same')
})

test('two resources of one id that name two people are doubled too; a corrected version of one is not', async () => {
  const patient = (family: string, given: string, birthDate: string): string =>
    `${JSON.stringify({ resourceType: 'Patient', id: '7', birthDate, name: [{ family, given: [given] }] })}\n`
  for (const deliveries of ['changes', 'snapshot'] as const)
    for (const [second, isOther] of [
      [patient('Arkwright', 'Bo', '1979-04-02'), true],
      [patient('Quillen', 'Tamsin', '1980-03-10'), false],
    ] as const) {
      await using held = await folder(deliveries)
      const other = `${JSON.stringify({ resourceType: 'Patient', id: '8', name: [{ family: 'Ode' }] })}\n`
      await held.drop({ 'p.ndjson': `${patient('Quillen', 'Tamsin', '1980-03-01')}${other}${second}` })
      await held.read()
      assert.equal(held.charts.has('7'), !isOther, deliveries)
    }
})

test('a record that is quarantined has one key, read after a cursor or from the start, and whichever file it comes in', async () => {
  await using held = await folder('changes')
  const bad = '9,,Nobody,\n'
  await held.drop({ 'patients-1.csv': `${HEAD}${ODE}10,Bad,Day,soon\n${bad}${bad}` }, 2 * DAY)
  const first = await held.read()
  await held.drop({ 'patients-2.csv': `${HEAD}${bad}` }, DAY)
  const second = await held.read(first.cursor)
  const keys = ({ aside }: Read): string[] => aside.map(({ key }) => key)
  assert.equal(new Set(keys(first)).size, 3)
  assert.deepEqual(keys(second), [keys(first)[1]])
  assert.deepEqual(keys(await held.read(null)), [...keys(first), ...keys(second)])
})

test('a snapshot without a file that the one before had takes nothing from that list, and says so', async () => {
  const visits = 'n,loc,pid,who,mrn,doc,when,state\nv1,east,8,"Ode, Pat",8,d,2026-11-23 10:00,booked\n'
  const whole = {
    'patients-1.csv': `${HEAD}${QUILLEN}${ODE}`,
    'allergies-1.csv': 'pid,what\n7,Penicillin\n8,Latex\n',
    'meds-1.csv': 'pid,what\n7,Warfarin\n',
    'visits-1.csv': visits,
  }
  for (const missing of ['allergies', 'meds', 'patients', 'visits'] as const) {
    await using held = await folder('snapshot', { carries: ['allergies', 'medications'] })
    await held.drop(whole, DAY)
    const first = await held.read()
    assert.deepEqual(first.aside, [])
    const next = Object.entries(whole).filter(([name]) => !name.startsWith(missing))
    await held.drop(
      Object.fromEntries(next.map(([name, text]) => [name.replace('1', '2'), text.replace('Warfarin', 'Digoxin')])),
    )
    const second = await held.read(first.cursor)
    assert.deepEqual(held.listOf('7', 'allergies'), ['Penicillin'], missing)
    assert.deepEqual(held.listOf('8', 'allergies'), ['Latex'], missing)
    if (missing !== 'patients')
      assert.deepEqual(held.listOf('7', 'medications'), missing === 'meds' ? ['Warfarin'] : ['Digoxin'])
    const holds = { allergies: 'allergies', meds: 'medications', patients: 'patients', visits: 'appointments' }[missing]
    assert.match(second.aside.map(({ because }) => because).join(), new RegExp(`no ${holds}, or not all files`))
    assert.equal(second.panel === undefined, missing === 'patients')
    const ages = Object.keys(second.sections)
    assert.deepEqual(
      ages,
      missing === 'allergies' || missing === 'meds' ? [holds] : [],
      'the kept list is as old as it was',
    )
    await held.drop(
      Object.fromEntries(
        Object.entries(whole).map(([name, text]) => [name.replace('1', '3'), text.replace('8,Latex\n', '')]),
      ),
    )
    const third = await held.read(second.cursor)
    assert.deepEqual([held.listOf('8', 'allergies'), third.aside, Object.keys(third.sections)], [[], [], []])
  }
})

test('one of two files of a list missing, or in quarantine, takes nothing from the list and adds what came', async () => {
  for (const how of ['missing', 'bad'] as const) {
    await using held = await folder('snapshot', { carries: ['allergies'], patienceMs: 0 })
    const patients = `${HEAD}${QUILLEN}${ODE}`
    await held.drop(
      {
        'patients.csv': patients,
        'allergies-east.csv': 'pid,what\n7,Penicillin\n',
        'allergies-west.csv': 'pid,what\n8,Latex\n',
      },
      DAY,
    )
    const { cursor } = await held.read()
    await held.drop({
      'patients.csv': patients,
      'allergies-east.csv': 'pid,what\n7,Peanut\n',
      ...(how === 'bad' ? { 'allergies-west.csv': 'who;what\n8;Latex\n' } : {}),
    })
    const { aside } = await held.read(cursor)
    assert.deepEqual(held.listOf('7', 'allergies'), ['Peanut', 'Penicillin'], how)
    assert.deepEqual(held.listOf('8', 'allergies'), ['Latex'], how)
    assert.ok(aside.some(({ because }) => /no allergies, or not all files/.test(because)))
  }
  await using fresh = await folder('snapshot', { carries: ['allergies'] })
  await fresh.drop({ 'patients.csv': `${HEAD}${ODE}` })
  await fresh.read()
  assert.equal(fresh.listOf('8', 'allergies'), 'not-received', 'no file, no empty list')
  await fresh.drop({ 'patients.csv': `${HEAD}${ODE}`, 'allergies.csv': 'pid,what\n' })
  await fresh.read()
  assert.deepEqual(fresh.listOf('8', 'allergies'), [])
})

test('each list is as old as the newest file that spoke of it, and a cursor that does not say makes none newer', async () => {
  await using held = await folder('changes')
  await held.drop({ 'patients.csv': `${HEAD}${ODE}`, 'allergies.csv': 'pid,what\n8,Latex\n' }, 3 * DAY)
  const first = await held.read()
  assert.deepEqual(first.sections, {})
  await held.drop({ 'meds.csv': 'pid,what\n8,Warfarin\n' }, HOUR)
  const second = await held.read(first.cursor)
  assert.deepEqual(Object.keys(second.sections), ['allergies'])
  assert.deepEqual((await held.read(second.cursor)).sections, second.sections, 'lost over a restart')
  const { delivery } = first.cursor
  const old = await held.read({ delivery: delivery ?? null })
  assert.ok(Object.keys(old.sections).includes('allergies') && !Object.keys(old.sections).includes('medications'))
})

test('a visit is shown whatever its status, place, doctor or name is, and told; without a number or a start it is quarantined', async () => {
  await using held = await folder('changes')
  const rows = [
    'v1,east,8,"Ode, Pat",8,d,2026-11-23 10:00,confirmed?',
    'v2,,8,,,,2026-11-23 11:00,',
    'v3,-,8,x,,#REF!,2026-11-23 12:00,NULL',
    'v4,east,8,x,,d,tomorrow,booked',
    ',east,8,x,,d,2026-11-23 13:00,booked',
  ]
  await held.drop({ 'visits.csv': `n,loc,pid,who,mrn,doc,when,state\n${rows.join('\n')}\n` })
  const { aside } = await held.read()
  assert.deepEqual(
    [...held.visits.values()].map(({ id, status, statusSaid, patientName, providerName }) => [
      id,
      status,
      statusSaid,
      patientName,
      providerName,
    ]),
    [
      ['v1', 'unknown', 'confirmed?', 'Ode, Pat', 'd'],
      ['v2', 'booked', undefined, 'Name not received', 'No provider named'],
      ['v3', 'booked', undefined, 'x', 'No provider named'],
    ],
  )
  assert.deepEqual(
    [...new Set(aside.map(({ where }) => where))],
    ['visits.csv:2', 'visits.csv:4', 'visits.csv:5', 'visits.csv:6'],
  )
  assert.ok(aside.every(({ patientId }) => patientId === '8'))
})

test('a FHIR line or file that is not UTF-8 is told, and loses no letter unseen', async () => {
  await using held = await folder('changes', { patienceMs: 0 })
  const patient = (id: string): string => JSON.stringify({ resourceType: 'Patient', id, name: [{ family: 'Muñoz' }] })
  await held.drop({
    'a.ndjson': Buffer.concat([Buffer.from(`${patient('1')}\n`, 'latin1'), Buffer.from(`${patient('2')}\n`)]),
    'b.json': Buffer.from(patient('3'), 'latin1'),
    'c.json': patient('4'),
  })
  const { aside } = await held.read()
  assert.deepEqual(
    [...held.charts].map(([id, chart]) => [id, chart.patient.name.family]),
    [
      ['2', 'Muñoz'],
      ['4', 'Muñoz'],
    ],
  )
  assert.deepEqual(aside.map(({ where }) => where).toSorted(), ['a.ndjson:1', 'b.json'])
  assert.ok(aside.every(({ because }) => /not UTF-8/.test(because)))
})
