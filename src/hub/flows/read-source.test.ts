import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempDisposable, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Database } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import { silentLog } from '../../base/log.ts'
import { DAY, MINUTE } from '../../base/time.ts'
import { blankChart } from '../../chart/blank-chart.ts'
import type { Appointment, Chart } from '../../chart/chart.ts'
import { chartCount, chartsOf } from '../../chart/records/store.ts'
import { appointmentsIn } from '../../chart/visits/store.ts'
import type { EhrSource, ReadRequest, SourcePart } from '../../connect/ehr.ts'
import { filesConfig } from '../../connect/files/config.ts'
import { openFilesSource } from '../../connect/files/connector.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { keptAside, nameSources, readsSince, sourceState } from '../sources/store.ts'
import { readSource, windowAt } from './read-source.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const ZONE = 'America/New_York'
let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

type Play = (request: ReadRequest) => Generator<SourcePart>

/** A source that plays one script after the other, one for each read. */
function source(...plays: Play[]): EhrSource & { asked: ReadRequest[] } {
  const asked: ReadRequest[] = []
  return {
    id: 'ehr',
    kind: 'sql',
    asked,
    probe: async () => ({ answered: true, asOf: NOW, tookMs: 1, because: 'it answered' }),
    async *read(request) {
      asked.push(request)
      yield* plays[asked.length - 1]?.(request) ?? []
    },
    async [Symbol.asyncDispose]() {},
  }
}

async function hub() {
  const db: Database = await server.database()
  await nameSources(db, [{ id: 'ehr', kind: 'sql', name: 'EHR standby' }])
  let now = NOW
  return { db, clock: { now: () => now }, log: silentLog, zone: ZONE, pass: (ms: number) => void (now += ms) }
}

function chart(id: string, family = 'Alder'): Chart {
  const blank = blankChart(id, 'ehr', NOW)
  return { ...blank, patient: { ...blank.patient, mrn: id, name: { family, given: ['Ann'] } } }
}

const charts = (...all: Chart[]): SourcePart => ({
  type: 'charts',
  changes: all.map((one) => ({ type: 'chart', chart: one })),
})
const end = (asOf = NOW, mark = 1): SourcePart => ({ type: 'end', asOf, cursor: { mark } })

const visit: Appointment = {
  id: 'v1',
  sourceId: 'ehr',
  asOf: NOW,
  locationId: 'east',
  patientId: 'a',
  patientName: 'Alder, Ann',
  providerId: 'p1',
  providerName: 'Dr. Bo Hale',
  start: NOW + MINUTE,
  end: NOW + 16 * MINUTE,
  status: 'booked',
  type: 'Visit',
}

test('a read that reaches its end moves the cursor; the next one continues from it', async () => {
  const centre = await hub()
  const ehr = source(
    function* () {
      yield charts(chart('a'), chart('b'))
      yield { type: 'schedule', window: windowAt(NOW, ZONE), appointments: [visit] }
      yield { type: 'canary', stamp: NOW - 5 }
      yield end()
    },
    function* () {
      yield charts(chart('b', 'Birch'))
      yield end(NOW + MINUTE, 2)
    },
  )
  const first = await readSource(centre, ehr)
  assert.deepEqual([first.outcome, first.charts, first.appointments], ['done', 2, 1])
  centre.pass(MINUTE)
  await readSource(centre, ehr)
  assert.deepEqual(
    ehr.asked.map((request) => request.cursor),
    [null, { mark: 1 }],
  )
  const state = await sourceState(centre.db, 'ehr')
  assert.deepEqual([state?.asOf, state?.canary, state?.scheduleAsOf], [NOW + MINUTE, NOW - 5, NOW + MINUTE])
  assert.equal((await chartsOf(centre.db, ['b'])).get('b')?.patient.name.family, 'Birch')
  assert.equal((await readsSince(centre.db, 'ehr', 0)).length, 2)
})

test('what changed may be published while the read goes on to compare everything; when nothing did, nobody is told', async () => {
  const centre = await hub()
  let told: string[] = []
  const compared = charts(chart('b', 'Birch'))
  const ehr = source(
    function* () {
      yield charts(chart('a'), chart('b'))
      yield { type: 'caught-up' }
      assert.deepEqual(told, ['caught up'])
      yield compared
      yield end()
    },
    function* () {
      yield { type: 'caught-up' }
      yield end(NOW + MINUTE, 2)
    },
  )
  const reader = { ...centre, caughtUp: () => void told.push('caught up') }
  await readSource(reader, ehr)
  told = []
  await readSource(reader, ehr)
  assert.deepEqual(told, [])
})

test('a drop folder is as current in its schedule as its newest file that spoke of appointments', async () => {
  const centre = await hub()
  const told = (asOf: number): SourcePart => ({
    type: 'appointments',
    changes: [{ type: 'appointment', appointment: { ...visit, asOf } }],
  })
  const drop = source(
    function* () {
      yield charts(chart('a'))
      yield end(NOW, 1)
    },
    function* () {
      yield told(NOW + MINUTE)
      yield end(NOW + 2 * MINUTE, 2)
    },
    function* () {
      yield charts(chart('b'))
      yield end(NOW + 9 * MINUTE, 3)
    },
  )
  const scheduleAsOf: (number | undefined)[] = []
  for (let reads = 0; reads < 3; reads++) {
    await readSource(centre, { ...drop, kind: 'files' })
    scheduleAsOf.push((await sourceState(centre.db, 'ehr'))?.scheduleAsOf)
  }
  assert.deepEqual(scheduleAsOf, [undefined, NOW + MINUTE, NOW + MINUTE])
  assert.equal((await sourceState(centre.db, 'ehr'))?.asOf, NOW + 9 * MINUTE)
})

test('a read that breaks off keeps what it said, leaves the cursor and says why until one succeeds', async () => {
  const centre = await hub()
  const ehr = source(
    function* () {
      yield charts(chart('a'))
      throw new Failure('transient', 'The standby closed the connection.')
    },
    function* () {
      yield charts(chart('b'))
    },
    function* () {
      yield charts(chart('a'), chart('b'))
      yield end()
    },
  )
  assert.equal((await readSource(centre, ehr)).outcome, 'failed')
  assert.equal(await chartCount(centre.db), 1)
  centre.pass(MINUTE)
  const second = await readSource(centre, ehr)
  assert.match(second.because, /stopped before it had said everything/)
  const failing = (await sourceState(centre.db, 'ehr'))?.failing
  assert.equal(failing?.since, NOW)
  await readSource(centre, ehr)
  const state = await sourceState(centre.db, 'ehr')
  assert.deepEqual([state?.failing, state?.cursor], [undefined, { mark: 1 }])
})

test('a message of an error that nobody foresaw does not reach the state or the log', async () => {
  const centre = await hub()
  const read = await readSource(
    centre,
    source(function* () {
      yield charts(chart('a'))
      throw new TypeError('cannot read Alder, Ann 1970-01-01')
    }),
  )
  assert.doesNotMatch(read.because, /Alder/)
})

test('a complete load forgets charts that the source no longer has', async () => {
  const centre = await hub()
  const ehr = source(
    function* () {
      yield charts(chart('a'), chart('b'))
      yield { type: 'panel', patientIds: ['a', 'b'] }
      yield end()
    },
    function* () {
      yield { type: 'panel', patientIds: ['b'] }
      yield end(NOW, 2)
    },
  )
  await readSource(centre, ehr)
  await readSource(centre, ehr)
  assert.equal(await chartCount(centre.db), 1)
})

test('what could not be understood is kept with its reason until a complete load understands it', async () => {
  const centre = await hub()
  const aside = (at: number): SourcePart => ({
    type: 'set-aside',
    records: [{ key: 'row 7', where: 'patient 7', because: 'the birth date is not a date', raw: 'born \0 31/31', at }],
  })
  const ehr = source(
    function* () {
      yield aside(NOW)
    },
    function* () {
      yield aside(NOW + 1)
    },
    function* () {
      yield end()
    },
  )
  await readSource(centre, ehr)
  await readSource(centre, ehr)
  const [kept] = await keptAside(centre.db, 'ehr')
  assert.deepEqual([kept?.times, kept?.because], [2, 'the birth date is not a date'])
  centre.pass(MINUTE)
  await readSource(centre, ehr)
  assert.deepEqual(await keptAside(centre.db, 'ehr'), [])
})

test('what the first read of a drop folder sets aside stays, however old its files are', async () => {
  const centre = await hub()
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hf-drop-'))
  const mapping = join(folder.path, '.mapping.yaml')
  await writeFile(
    mapping,
    `csv: 1
files:
  - match: patients.csv
    holds: patients
    fields: { id: id, mrn: mrn, name.family: last, name.given: first, birthDate: dob, sex: { column: sex, map: { F: female, M: male } }, phone.home: phone }
`,
  )
  const path = join(folder.path, 'patients.csv')
  await writeFile(path, 'id,mrn,last,first,dob,sex,phone\n3,E102,Brokenrow,Cal,not-a-date,X,\n')
  await utimes(path, new Date(NOW - DAY), new Date(NOW - DAY))
  const config = filesConfig.parse({
    id: 'ehr',
    kind: 'files',
    folder: folder.path,
    zone: ZONE,
    mapping,
    settled: { by: 'rename' },
  })
  await using drop = await openFilesSource(config, centre)
  assert.equal((await readSource(centre, drop)).outcome, 'done')
  const kept = await keptAside(centre.db, 'ehr')
  assert.deepEqual(kept.map(({ where, because }) => `${where} ${because}`).toSorted(), [
    'patients.csv:2 Column "dob" holds no day as YYYY-MM-DD.',
    'patients.csv:2 Column "sex" holds no word that the mapping knows.',
  ])
  assert.deepEqual([kept[0]?.firstAt, kept[0]?.lastAt], [NOW - DAY, NOW])
})

test('a merge moves the appointments too', async () => {
  const centre = await hub()
  const ehr = source(function* () {
    yield charts(chart('a'), chart('b', 'Birch'))
    yield { type: 'appointments', changes: [{ type: 'appointment', appointment: visit }] }
    yield { type: 'charts', changes: [{ type: 'merge', fromId: 'a', intoId: 'b', sourceId: 'ehr', at: NOW + 1 }] }
    yield end()
  })
  await readSource(centre, ehr)
  assert.equal(await chartCount(centre.db), 1)
  assert.deepEqual(
    (await appointmentsIn(centre.db, 'all', 0, NOW * 2)).map((one) => one.patientId),
    ['b'],
  )
})

test('single appointments change, and go', async () => {
  const centre = await hub()
  const ehr = source(
    function* () {
      yield { type: 'appointments', changes: [{ type: 'appointment', appointment: visit }] }
      yield {
        type: 'appointments',
        changes: [{ type: 'appointment-status', appointmentId: 'v1', sourceId: 'ehr', at: NOW + 1, status: 'arrived' }],
      }
      yield end()
    },
    function* () {
      yield {
        type: 'appointments',
        changes: [{ type: 'appointment-gone', appointmentId: 'v1', sourceId: 'ehr', at: NOW + 2 }],
      }
      yield end(NOW, 2)
    },
  )
  await readSource(centre, ehr)
  assert.deepEqual(
    (await appointmentsIn(centre.db, 'all', 0, NOW * 2)).map((one) => one.status),
    ['arrived'],
  )
  await readSource(centre, ehr)
  assert.deepEqual(await appointmentsIn(centre.db, 'all', 0, NOW * 2), [])
})

test('what no database takes holds up nobody: it is cleaned, or quarantined where it would be an id', async () => {
  const here = await hub()
  // Random, since a database packs what repeats itself.
  const long = randomBytes(200_000).toString('hex')
  const named = (id: string, patient: Partial<Chart['patient']>) => {
    const one = chart(id)
    return { ...one, patient: { ...one.patient, ...patient } }
  }
  const bad = ['a\0b', 'a\ud800', long]
  const read = await readSource(
    here,
    source(function* () {
      yield charts(
        ...bad.map((id) => chart(id)),
        ...bad.map((text, at) => named(`n${at}`, { mrn: text, name: { family: text, given: [text] } })),
        chart('good'),
      )
      // Somebody else under a known number, whose name goes into a column.
      yield charts(named('good', { name: { family: 'Z\ud800\0', given: ['Q'] }, birthDate: '1931-01-01' }))
      const visits = bad.map((text, at) => ({
        ...visit,
        id: `v${at}`,
        reason: text,
        patientId: text,
        locationId: text,
        providerId: text,
        patientName: text,
      }))
      yield {
        type: 'schedule',
        window: windowAt(NOW, ZONE),
        appointments: [...visits, ...bad.map((id) => ({ ...visit, id }))],
      }
      yield {
        type: 'appointments',
        changes: bad.flatMap((text) => [
          { type: 'appointment-status', appointmentId: text, sourceId: 'ehr', at: NOW, status: 'arrived' } as const,
          {
            type: 'appointment-part',
            appointmentId: 'later',
            sourceId: 'ehr',
            at: NOW,
            part: { reason: text },
          } as const,
        ]),
      }
      yield {
        type: 'set-aside',
        records: bad.map((text) => ({ key: text, where: text, because: text, raw: text, at: NOW, patientId: text })),
      }
      yield { type: 'panel', patientIds: [...bad, 'n0', 'n1', 'n2', 'good'] }
      yield end()
    }),
  )
  assert.deepEqual([read.outcome, read.because], ['done', 'read to its end'])
  assert.deepEqual([...(await chartsOf(here.db, ['good', 'n0', 'n1', 'n2'])).keys()].toSorted(), [
    'good',
    'n0',
    'n1',
    'n2',
  ])
  const shown = await appointmentsIn(here.db, 'all', NOW - DAY, NOW + DAY)
  assert.deepEqual(
    shown.map(({ id, locationId, patientId }) => `${id} at ${locationId} of ${patientId ?? 'nobody'}`).toSorted(),
    ['v0 at unknown of nobody', 'v1 at unknown of nobody', 'v2 at unknown of nobody'],
  )
  const because = Map.groupBy(await keptAside(here.db, 'ehr'), (one) => one.because.slice(0, 15))
  assert.equal(because.get('It has an id th')?.length, 9)
  assert.equal(because.get('Its record numb')?.length, 3)
})
