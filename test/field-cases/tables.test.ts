import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { HOUR, systemClock } from '../../src/base/time.ts'
import type { Chart } from '../../src/chart/chart.ts'
import { filesConfig } from '../../src/connect/files/config.ts'
import { openFilesSource } from '../../src/connect/files/connector.ts'
import { loadMapping } from '../../src/connect/sql/read-mapping.ts'
import { appointmentsFrom } from '../../src/connect/sql/schedule.ts'
import { type ScratchServer, scratchServer } from '../../src/hub/database/scratch.ts'
import { readSource } from '../../src/hub/flows/read-source.ts'
import { heldBack } from '../../src/hub/held/store.ts'
import { keptAside } from '../../src/hub/sources/store.ts'
import { type Stage, stageOn } from '../truth/stage.ts'

/** Inputs of the drop folder, dropped as files and read into a hub's store, and one of OpenEMR's schedule. */
const INPUTS = join(import.meta.dirname, 'inputs')
let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

type Drop = AsyncDisposable & {
  stage: Stage
  put(files: { [name: string]: string | Buffer }): Promise<void>
  patients(): Promise<Chart[]>
  faults(): Promise<string[]>
}

async function dropFolder(deliveries: 'changes' | 'snapshot' = 'changes', mapping?: string): Promise<Drop> {
  const folder = await mkdtemp(join(tmpdir(), 'hf-tables-'))
  const map = join(folder, '.map.yaml')
  await writeFile(map, mapping ?? (await readFile(join(INPUTS, 'csv-map.yaml'))))
  const config = filesConfig.parse({
    id: 'drop',
    kind: 'files',
    folder,
    zone: 'America/New_York',
    settled: { by: 'rename' },
    deliveries,
    mapping: map,
  })
  const source = await openFilesSource(config, { log: silentLog, clock: systemClock })
  const stage = await stageOn(await server.database(), [{ id: 'drop', kind: 'files' }])
  return {
    stage,
    async put(files) {
      for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
      await readSource({ db: stage.db, clock: systemClock, log: silentLog, zone: 'America/New_York' }, source)
    },
    patients: async () =>
      [...(await stage.panel()).values()].toSorted((a, b) => (a.patient.id < b.patient.id ? -1 : 1)),
    faults: async () => (await keptAside(stage.db, 'drop')).map(({ because }) => because),
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

const input = (name: string) => readFile(join(INPUTS, name))

test('patients-ansi-as-utf8.csv: a file in another encoding is a fault that names the encoding; with it the name is right', async () => {
  const bytes = await input('patients-ansi-as-utf8.csv')
  await using drop = await dropFolder()
  await drop.put({ 'patients.csv': bytes })
  assert.deepEqual(await drop.patients(), [])
  assert.match((await drop.faults()).join(), /not utf-8 from line 2 on.*windows-1252/)
  const mapping = (await input('csv-map.yaml'))
    .toString()
    .replace('    holds: patients\n    dates: MM', '    holds: patients\n    encoding: windows-1252\n    dates: MM')
  await using again = await dropFolder('changes', mapping)
  await again.put({ 'patients.csv': bytes })
  assert.equal((await again.patients())[0]?.patient.name.family, 'Muñoz')
})

test('patients-de-decimal-comma.csv: balances are read by the comma that the file has', async () => {
  await using drop = await dropFolder()
  await drop.put({ 'patients-de.csv': await input('patients-de-decimal-comma.csv') })
  assert.deepEqual(
    (await drop.patients()).map(({ patient }) => patient.balanceDueCents),
    [123_450, 4500, -1230],
  )
})

test('patients-excel-ids.csv: ids that a spreadsheet rounded are faults, and never one chart for two people', async () => {
  for (const deliveries of ['changes', 'snapshot'] as const) {
    await using drop = await dropFolder(deliveries)
    await drop.put({
      'patients.csv': await input('patients-excel-ids.csv'),
      'allergies.csv': 'pid,allergen,rx\n1.23457E+11,Penicillin,hives\n',
    })
    assert.deepEqual(await drop.patients(), [])
    assert.ok((await drop.faults()).filter((because) => /a spreadsheet rounded it/.test(because)).length >= 3)
  }
})

test('one id with two names and birth dates in one file is a fault of both rows and of what stands under it', async () => {
  for (const deliveries of ['changes', 'snapshot'] as const) {
    await using drop = await dropFolder(deliveries)
    const head = 'PatientID,Chart,Last,First,DOB,Balance,Cell,VIP\n'
    await drop.put({
      'patients.csv': `${head}7,7,Quillen,Tamsin,3/1/1980,,,0\n8,8,Ode,Pat,5/3/1970,,,0\n7,7,Arkwright,Bo,4/2/1979,,,0\n`,
      'allergies.csv': 'pid,allergen,rx\n7,Penicillin,hives\n8,Latex,\n',
    })
    const all = await drop.patients()
    assert.deepEqual(
      all.map(({ patient }) => patient.name.family),
      ['Ode'],
      deliveries,
    )
    assert.equal((await drop.faults()).filter((because) => /names two different people/.test(because)).length, 3)
  }
})

test('patients-null-words.csv: words for nothing are nothing', async () => {
  await using drop = await dropFolder()
  await drop.put({ 'patients.csv': await input('patients-null-words.csv') })
  const said = (await drop.patients()).map(({ patient }) => [patient.mrn, patient.name.given, patient.phones])
  assert.deepEqual(said, [
    ['1', ['Tamsin'], []],
    ['2', [], []],
  ])
})

test('patients-panel-shrinks.csv: a snapshot of 20 after one of 600 is held back', async () => {
  await using drop = await dropFolder('snapshot')
  const rows = Array.from({ length: 600 }, (_, at) => `${at + 1},A${at + 1},Fam${at + 1},Giv${at + 1},3/1/1980,,,0`)
  await drop.put({ 'patients-1.csv': `PatientID,Chart,Last,First,DOB,Balance,Cell,VIP\n${rows.join('\n')}\n` })
  assert.equal((await drop.patients()).length, 600)
  await drop.put({ 'patients-2.csv': await input('patients-panel-shrinks.csv') })
  assert.equal((await drop.patients()).length, 600)
  const [held] = await heldBack(drop.stage.db, 'open')
  assert.deepEqual(
    held?.shrinks.map(({ what, entries }) => [what, entries]),
    [['charts', 580]],
  )
})

test('patients-two-columns-of-one-name.csv: the empty one of two columns takes nothing away; two filled ones are a fault', async () => {
  const text = (await input('patients-two-columns-of-one-name.csv')).toString()
  await using drop = await dropFolder()
  await drop.put({ 'patients.csv': text })
  assert.deepEqual((await drop.patients())[0]?.patient.phones, [{ use: 'mobile', number: '5035550100' }])
  await using again = await dropFolder()
  await again.put({ 'patients.csv': text.replace('5035550100,,', '5035550100,5035550199,') })
  assert.deepEqual(await again.patients(), [])
  assert.match((await again.faults()).join(), /names the column "Cell" twice, and both are filled/)
})

test('openemr-own-status.txt: a visit with a status of the practice’s own is on the schedule, with its word', async () => {
  const [, own] = /apptstatus = "(.+?)"/.exec((await input('openemr-own-status.txt')).toString()) ?? []
  const mapping = await loadMapping('openemr')
  const start = Date.parse('2026-11-23T15:00:00Z')
  const fixed = {
    id: '9',
    event_date: '2026-11-23',
    end_date: '0000-00-00',
    start_time: '10:00:00',
    end_time: '10:15:00',
  }
  const more = { duration: '900', recurrtype: '0', recurrspec: '', facility: '3', pid: '11', patient: 'Orchley, Ada' }
  const rowOf = (status: string | null, provider: string | null) => ({
    ...fixed,
    ...more,
    provider_id: provider,
    provider,
    status,
    visit: 'Visit',
  })
  for (const [status, provider] of [
    [own ?? '', '7'],
    ['Q7', null],
    [null, '7'],
  ] as const) {
    const { appointments } = appointmentsFrom(
      {
        sourceId: 'openemr',
        mapping,
        asOf: start,
        at: start,
        window: { from: start - 24 * HOUR, to: start + 24 * HOUR },
      },
      { columns: Object.keys(rowOf(status, provider)), rows: [Object.values(rowOf(status, provider))] },
    )
    const [visit] = appointments
    assert.deepEqual([appointments.length, visit?.status], [1, 'unknown'], String(status))
    assert.equal(visit?.statusSaid, status ?? undefined)
    if (provider === null) assert.equal(visit?.providerName, 'No provider named')
  }
})
