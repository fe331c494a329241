import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { HOUR, MINUTE } from '../../base/time.ts'
import { blankChart } from '../../chart/blank-chart.ts'
import type { Appointment, Chart, Restriction } from '../../chart/chart.ts'
import { keepCharts } from '../../chart/records/store.ts'
import { keepAppointments } from '../../chart/visits/store.ts'
import { newAgeKey } from '../../pack/keys.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { keptSheets, numbersFor } from '../sheets/store.ts'
import { addSite, noteEnrolled } from '../sites/store.ts'
import { nameSources, noteReadEnded } from '../sources/store.ts'
import { makePaper, paperFor } from './make-paper.ts'
import { paperMissing } from './paper-missing.ts'
import { type ScratchCentre, scratchCentre } from './scratch-centre.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

async function hub(): Promise<ScratchCentre> {
  const centre = await scratchCentre(await server.database())
  const now = centre.clock.now()
  await nameSources(centre.db, [{ id: 'ehr', kind: 'sql', name: 'EHR standby' }])
  await addSite(centre.db, { id: 'east', name: 'East', zone: undefined, locationIds: ['1'], printers: [], madeAt: now })
  await noteEnrolled(centre.db, 'east', { recipient: (await newAgeKey()).recipient, signingKey: 'k' }, now)
  return centre
}

async function read(centre: ScratchCentre): Promise<void> {
  const at = centre.clock.now()
  await noteReadEnded(
    centre.db,
    'ehr',
    { cursor: {}, asOf: at, scheduleAsOf: at, canary: at },
    { endedAt: at, asOf: at, tookMs: 1, charts: 0, appointments: 0, setAside: 0, outcome: 'done', because: '' },
  )
}

async function book(
  centre: ScratchCentre,
  id: string,
  family: string,
  restriction: Restriction = 'none',
  { providerId = 'p', laterMs = 0 } = {},
): Promise<void> {
  const blank = blankChart(id, 'ehr', centre.clock.now())
  const chart = { ...blank, restriction, patient: { ...blank.patient, mrn: id, name: { family, given: ['Ann'] } } }
  const start = centre.clock.now() + HOUR + laterMs
  const visit: Appointment = {
    id,
    sourceId: 'ehr',
    asOf: start,
    locationId: '1',
    patientId: id,
    patientName: `${family}, Ann`,
    providerId,
    providerName: 'Dr. Fenn',
    start,
    end: start + HOUR,
    status: 'booked',
    type: 'Visit',
  }
  await centre.db.transaction().execute(async (together) => {
    await keepCharts(together, [chart])
    await keepAppointments(together, [visit])
  })
}

test('paper is made before anyone asks, and only what changed is made again', async () => {
  const centre = await hub()
  assert.equal(await makePaper(centre), 0, 'nothing was read yet: there is nothing to print')
  await book(centre, 'a', 'Alder')
  await read(centre)
  assert.equal(await makePaper(centre), 3)
  const labels = (await keptSheets(centre.db, 'east')).map((sheet) => sheet.label)
  assert.deepEqual(labels, ['front-desk 2026-11-23 east', 'day-sheet 2026-11-23 p', 'packet 2026-11-23 p'])
  assert.equal(await makePaper(centre), 0)
  const [, , packet] = await paperFor(centre, { id: 'east' })
  assert.match(
    Buffer.from((await packet?.read()) ?? [])
      .subarray(0, 5)
      .toString(),
    /%PDF-/,
  )

  await book(centre, 'b', 'Birch')
  assert.equal(await makePaper(centre), 0, 'a change is not printed with every minute')
  centre.pass(10 * MINUTE)
  assert.equal(await makePaper(centre), 3)
})

test('providers whose sheets are not made yet are named for each site', async () => {
  const centre = await hub()
  assert.deepEqual(await paperMissing(centre), [], 'nobody is booked')
  await book(centre, 'a', 'Alder')
  await read(centre)
  const [here] = await paperMissing(centre)
  assert.deepEqual(
    [here?.siteName, here?.day, here?.missing.map(({ kind }) => kind)],
    ['East', '2026-11-23', ['day-sheet', 'packet']],
  )
  await makePaper(centre)
  assert.deepEqual(await paperMissing(centre), [])
})

test('an add-on gets a number of its own and leaves those that are on paper as they are', async () => {
  const centre = await hub()
  await book(centre, 'b', 'Birch', 'none', { providerId: 'q', laterMs: HOUR })
  await read(centre)
  assert.equal(await makePaper(centre), 3)
  const hashes = async () => new Map((await keptSheets(centre.db, 'east')).map((one) => [one.label, one.contentHash]))
  const before = await hashes()
  await book(centre, 'a', 'Alder')
  centre.pass(10 * MINUTE)
  assert.equal(await makePaper(centre), 3, 'the front desk, and the day sheet and packets of the new visit alone')
  const after = await hashes()
  for (const label of ['day-sheet 2026-11-23 q', 'packet 2026-11-23 q'])
    assert.equal(after.get(label), before.get(label))
  const where = { siteId: 'east', day: '2026-11-23' }
  assert.deepEqual(
    [...(await numbersFor(centre.db, { ...where, kind: 'packet' }, []))].map(([, number]) => number),
    [1, 2],
  )
})

test('the age on paper is restated hourly while the source is read, and not when it is dead', async () => {
  const centre = await hub()
  await book(centre, 'a', 'Alder')
  await read(centre)
  await makePaper(centre)
  const hash = (await paperFor(centre, { id: 'east' }))[0]?.contentHash
  centre.pass(61 * MINUTE)
  assert.equal(await makePaper(centre), 0)
  await read(centre)
  assert.equal(await makePaper(centre), 3)
  assert.notEqual((await paperFor(centre, { id: 'east' }))[0]?.contentHash, hash)
})

test('a sheet is dated by the oldest list on it, not by what else was read', async () => {
  const centre = await hub()
  await book(centre, 'a', 'Alder')
  const bookedAt = centre.clock.now()
  const blank = blankChart('a', 'ehr', bookedAt)
  const chart: Chart = {
    ...blank,
    results: { status: 'listed', entries: [] },
    sectionSources: { results: ['ehr', 'lab'] },
  }
  await centre.db.transaction().execute((together) => keepCharts(together, [chart]))
  centre.pass(5 * MINUTE)
  await read(centre)
  await makePaper(centre)
  const asOf = new Map((await keptSheets(centre.db, 'east')).map((sheet) => [sheet.label.split(' ')[0], sheet.asOf]))
  assert.equal(asOf.get('packet'), bookedAt, 'nobody said when the lab was read')
  assert.equal(asOf.get('day-sheet'), bookedAt + 5 * MINUTE)
})

test('nothing clinical of a restricted chart is on paper, whatever the policy for screens', async () => {
  const packetHash = async (restriction: Restriction, allergy: string): Promise<string | undefined> => {
    const centre = await hub()
    await book(centre, 'a', 'Alder', restriction)
    const blank = blankChart('a', 'ehr', centre.clock.now())
    const code = { text: allergy, codings: [] }
    const entries = [{ id: '1', code, criticality: 'high', verified: true } as const]
    await centre.db
      .transaction()
      .execute((together) =>
        keepCharts(together, [
          { ...blank, restriction, patient: { ...blank.patient, mrn: 'a' }, allergies: { status: 'listed', entries } },
        ]),
      )
    await read(centre)
    await makePaper(centre)
    return (await keptSheets(centre.db, 'east')).find((sheet) => sheet.label.startsWith('packet'))?.contentHash
  }
  assert.equal(await packetHash('part2', 'Penicillin'), await packetHash('part2', 'Latex'))
  assert.notEqual(await packetHash('none', 'Penicillin'), await packetHash('none', 'Latex'))
})

test('sheets of a day that is over are forgotten', async () => {
  const centre = await hub()
  await book(centre, 'a', 'Alder')
  await read(centre)
  await makePaper(centre)
  centre.pass(48 * HOUR)
  await read(centre)
  assert.equal(await makePaper(centre), 0)
  assert.deepEqual(await keptSheets(centre.db, 'east'), [])
})

test('a hub that is told to end makes no further sheet, and the next one makes those that are left', async () => {
  const centre = await hub()
  await book(centre, 'a', 'Alder')
  await read(centre)
  const ending = new AbortController()
  ending.abort()
  assert.equal(await makePaper(centre, ending.signal), 0)
  assert.equal(await makePaper(centre), 3)
})
