import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { DAY, MINUTE } from '../../base/time.ts'
import { blankChart } from '../../chart/blank-chart.ts'
import type { Appointment, Chart } from '../../chart/chart.ts'
import { chartCount, forgetCharts, keepCharts } from '../../chart/records/store.ts'
import { restrictedAmong, restrictedCount } from '../../chart/restrictions/store.ts'
import { keepAppointments } from '../../chart/visits/store.ts'
import { readAll } from '../../pack/files.ts'
import { dataKeysOf, openKeyring } from '../../pack/keyring.ts'
import { newAgeKey } from '../../pack/keys.ts'
import { readManifest } from '../../pack/manifest.ts'
import { openPanel } from '../../pack/panel.ts'
import { openSitePack } from '../../pack/site-pack.ts'
import { openVault } from '../../pack/vault/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { DEFAULT_POLICY } from '../policy/policy.ts'
import { changePolicy } from '../policy/store.ts'
import { currentManifest, lastPublication, publishFault } from '../publications/store.ts'
import { addSite, noteEnrolled, noteHeartbeat } from '../sites/store.ts'
import { nameSources, noteReadEnded } from '../sources/store.ts'
import type { Press } from './press.ts'
import { mirror, publish, rebuild, sweepFiles } from './publish.ts'
import type { PanelMadeOf } from './publish-panel.ts'
import { revokeSite } from './revoke-site.ts'
import { type ScratchCentre, scratchCentre } from './scratch-centre.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

async function hub() {
  const centre = await scratchCentre(await server.database())
  const press: Press = { vault: await openVault(join(centre.folder, 'packs')), paperFor: async () => [], carriers: [] }
  await nameSources(centre.db, [{ id: 'ehr', kind: 'sql', name: 'EHR' }])
  const east = await newAgeKey()
  const now = centre.clock.now()
  await addSite(centre.db, { id: 'east', name: 'East', zone: undefined, locationIds: ['1'], printers: [], madeAt: now })
  await noteEnrolled(centre.db, 'east', { recipient: east.recipient, signingKey: 'k' }, now)
  return { centre, press, east }
}

async function read(centre: ScratchCentre, sourceId = 'ehr'): Promise<void> {
  const at = centre.clock.now()
  await noteReadEnded(
    centre.db,
    sourceId,
    { cursor: {}, asOf: at, scheduleAsOf: at, canary: at },
    { endedAt: at, asOf: at, tookMs: 1, charts: 0, appointments: 0, setAside: 0, outcome: 'done', because: '' },
  )
}

function chart(id: string, family = 'Alder'): Chart {
  const blank = blankChart(id, 'ehr', 1)
  return { ...blank, patient: { ...blank.patient, mrn: id, name: { family, given: ['Ann'] } }, heard: { whole: 1 } }
}
const keep = ({ db }: ScratchCentre, ...charts: Chart[]) =>
  db.transaction().execute((together) => keepCharts(together, charts))

async function opened(centre: ScratchCentre, press: Press, packId: string, identity: string) {
  const found = await currentManifest(centre.db, packId)
  assert.ok(found)
  const manifest = readManifest(found.signed)
  const keyring = await openKeyring(await readAll(await press.vault.open(manifest.keyring)), identity, packId)
  return { manifest, keys: dataKeysOf(keyring), open: (name: string) => press.vault.open(name) }
}

test('what is published opens at the site, with the age of its sources', async () => {
  const { centre, press, east } = await hub()
  assert.deepEqual(await publish(centre, press), [])
  await keep(centre, chart('a'), chart('b', 'Birch'))
  await read(centre)
  assert.deepEqual(await publish(centre, press), ['panel', 'east'])
  const panel = await openPanel(await opened(centre, press, 'panel', east.identity))
  assert.equal(panel.patients, 2)
  assert.equal((await panel.chart('b'))?.patient.name.family, 'Birch')
  assert.equal((await panel.chart('b'))?.heard, undefined)
  assert.equal(panel.manifest.freshness.keyData, centre.clock.now())
  await panel.close()
  const site = await openSitePack(await opened(centre, press, 'east', east.identity))
  assert.deepEqual([site.settings.siteName, site.schedule.appointments], ['East', []])
})

test('nothing new is not published; a source that was read again is, with the same files', async () => {
  const { centre, press } = await hub()
  await keep(centre, chart('a'))
  await read(centre)
  await publish(centre, press)
  const first = await currentManifest(centre.db, 'panel')
  assert.deepEqual(await publish(centre, press), [])
  centre.pass(MINUTE)
  await read(centre)
  assert.deepEqual(await publish(centre, press), ['panel', 'east'])
  const second = await currentManifest(centre.db, 'panel')
  assert.equal(second?.sequence, (first?.sequence ?? 0) + 1)
  assert.ok(first && second)
  assert.deepEqual(readManifest(second.signed).files, readManifest(first.signed).files)
})

test('a panel says that a source was never read to its end, and the hub knows how many charts are in it', async () => {
  const { centre, press } = await hub()
  const panel = async () => {
    const last = await lastPublication<PanelMadeOf>(centre.db, 'panel')
    return last === undefined
      ? undefined
      : [await chartCount(centre.db, last.madeOf.through), readManifest(last.signed).loading]
  }
  await nameSources(centre.db, [{ id: 'labs', kind: 'files', name: 'Labs' }])
  await keep(centre, chart('a'), chart('b'))
  await read(centre)
  await publish(centre, press)
  assert.deepEqual(await panel(), [2, true])
  await keep(centre, chart('c'))
  assert.deepEqual(await panel(), [2, true], 'what is not published yet does not count')
  await read(centre, 'labs')
  await publish(centre, press)
  assert.deepEqual(await panel(), [3, false])
})

test('changes and departures travel as an increment', async () => {
  const { centre, press, east } = await hub()
  await keep(centre, chart('a'), chart('b'), chart('c'))
  await read(centre)
  await publish(centre, press)
  await keep(centre, chart('b', 'Cedar'))
  await centre.db.transaction().execute((together) => forgetCharts(together, 'ehr', ['c'], 2))
  await publish(centre, press)
  const panel = await openPanel(await opened(centre, press, 'panel', east.identity))
  assert.deepEqual(
    panel.manifest.files.map((file) => file.role),
    ['base', 'increment'],
  )
  assert.equal((await panel.chart('b'))?.patient.name.family, 'Cedar')
  assert.equal(await panel.chart('c'), undefined)
  await panel.close()
})

test('a site sees its own places from yesterday to a week ahead', async () => {
  const { centre, press, east } = await hub()
  const now = centre.clock.now()
  const visit = (id: string, locationId: string, start: number): Appointment => ({
    id,
    sourceId: 'ehr',
    asOf: now,
    locationId,
    patientId: 'a',
    patientName: 'Alder, Ann',
    providerId: 'p',
    providerName: 'Hale',
    start,
    end: start + 1,
    status: 'booked',
    type: 'Visit',
  })
  await keepAppointments(centre.db, [
    visit('today', '1', now),
    visit('west', '2', now),
    visit('old', '1', now - 3 * DAY),
    visit('last', '1', now + 7 * DAY),
  ])
  await read(centre)
  await publish(centre, press)
  const site = await openSitePack(await opened(centre, press, 'east', east.identity))
  assert.deepEqual(
    site.schedule.appointments.map((one) => one.id),
    ['today', 'last'],
  )
})

test('a revoked site cannot open what is published after', async () => {
  const { centre, press, east } = await hub()
  await keep(centre, chart('a'))
  await read(centre)
  await publish(centre, press)
  await revokeSite(centre, 'east', { personId: 'p', login: 'ada' }, 'stolen')
  assert.deepEqual(await publish(centre, press), ['panel'])
  await assert.rejects(opened(centre, press, 'panel', east.identity), /does not open with this key/)
  const again = await opened(centre, press, 'panel', centre.keys.identity)
  await keep(centre, chart('a', 'Cedar'))
  await publish(centre, press)
  const { manifest } = await opened(centre, press, 'panel', centre.keys.identity)
  const increment = manifest.files.find((file) => file.role === 'increment')
  assert.ok(increment)
  assert.ok(!again.manifest.files.some((file) => file.keyId === increment.keyId))
})

test('a change of the policy for restricted charts reaches charts that are out already', async () => {
  const { centre, press, east } = await hub()
  await keep(centre, { ...chart('v'), restriction: 'vip' })
  await read(centre)
  await publish(centre, press)
  const patients = async () => {
    const panel = await openPanel(await opened(centre, press, 'panel', east.identity))
    await panel.close()
    return panel.patients
  }
  assert.equal(await patients(), 0)
  await changePolicy(centre.db, { ...DEFAULT_POLICY, restrictedPolicy: 'mask' }, 0, { at: 1, who: 'ada' })
  await publish(centre, press)
  assert.equal(await patients(), 1)
  await changePolicy(centre.db, DEFAULT_POLICY, 1, { at: 1, who: 'ada' })
  await publish(centre, press)
  assert.equal(await patients(), 0)
})

test('where restricted charts are left out, their visits go out without what they are for, also after an upgrade', async () => {
  const { centre, press, east } = await hub()
  const now = centre.clock.now()
  const visit = (patientId: string): Appointment => ({
    id: `visit of ${patientId}`,
    sourceId: 'ehr',
    asOf: now,
    locationId: '1',
    patientId,
    patientName: `Alder, ${patientId}`,
    patientPhone: '312-555-0100',
    providerId: 'p',
    providerName: 'Hale',
    start: now,
    end: now + 1,
    status: 'booked',
    statusSaid: 'methadone',
    type: 'Buprenorphine',
    reason: 'dose',
  })
  const seen = async () => {
    await publish(centre, press)
    const { schedule } = await openSitePack(await opened(centre, press, 'east', east.identity))
    return Object.fromEntries(
      schedule.appointments.map((one) => [
        one.patientId,
        [one.type, one.reason ?? '', one.patientPhone ?? '', one.statusSaid ?? ''].join('|'),
      ]),
    )
  }
  const whole = 'Buprenorphine|dose|312-555-0100|methadone'
  await keep(centre, chart('open'), { ...chart('vip'), restriction: 'vip' }, { ...chart('gone'), restriction: 'part2' })
  await keepAppointments(centre.db, ['open', 'vip', 'gone', 'never-read'].map(visit))
  await centre.db.transaction().execute((together) => forgetCharts(together, 'ehr', ['gone'], 2))
  await read(centre)
  assert.deepEqual(await seen(), { open: whole, vip: 'Visit|||', gone: 'Visit|||', 'never-read': whole })

  await keep(centre, { ...chart('open'), restriction: 'part2' })
  assert.equal((await seen())['open'], 'Visit|||', 'a chart that becomes restricted takes its visits along')
  assert.equal(await restrictedCount(centre.db), 2)

  await sql`UPDATE chart SET restricted = NULL`.execute(centre.db)
  assert.deepEqual(await restrictedAmong(centre.db, ['open', 'vip']), new Set(['open', 'vip']), 'unknown is restricted')
  await keep(centre, chart('open'))
  assert.deepEqual([(await seen())['open'], (await seen())['vip']], [whole, 'Visit|||'])
  assert.equal(await restrictedCount(centre.db), 1)

  await changePolicy(centre.db, { ...DEFAULT_POLICY, restrictedPolicy: 'mask' }, 0, { at: 1, who: 'ada' })
  assert.equal((await seen())['vip'], whole, 'the chart travels, and the site masks the line by it')
})

test('of two hubs that publish at once one waits its turn, and no sequence is given twice', async () => {
  const { centre, press } = await hub()
  await keep(centre, chart('a'))
  await read(centre)
  const first = await Promise.all([publish(centre, press), publish(centre, press)])
  assert.equal(first.filter((packs) => packs === undefined || packs.length === 0).length, 1)
  assert.equal(
    (await currentManifest(centre.db, 'panel'))?.sequence,
    readManifest((await currentManifest(centre.db, 'panel'))?.signed ?? { manifest: '' }).sequence,
  )
})

test('after the hub came back from an older backup, sites take what it publishes', async () => {
  const { centre, press } = await hub()
  await keep(centre, chart('a'))
  await read(centre)
  await publish(centre, press)
  const heartbeat = {
    at: 1,
    version: '1',
    panelSequence: 900,
    siteSequence: 800,
    freshness: undefined,
    locked: false,
    diskFreeBytes: 1,
    journalWaiting: 0,
    startedAt: 1,
  }
  await noteHeartbeat(centre.db, 'east', { heardAt: 1, heartbeat })
  centre.pass(MINUTE)
  await read(centre)
  await publish(centre, press)
  assert.equal((await currentManifest(centre.db, 'panel'))?.sequence, 901)
  assert.equal((await currentManifest(centre.db, 'east'))?.sequence, 801)
})

test('one lockbox that says it has an impossible pack does not end publishing for everybody', async () => {
  const { centre, press } = await hub()
  await keep(centre, chart('a'))
  await read(centre)
  await publish(centre, press)
  const before = (await currentManifest(centre.db, 'panel'))?.sequence ?? 0
  const heartbeat = {
    at: 1,
    version: '1',
    panelSequence: Number.MAX_SAFE_INTEGER,
    siteSequence: Number.MAX_SAFE_INTEGER,
    freshness: undefined,
    locked: false,
    diskFreeBytes: 1,
    journalWaiting: 0,
    startedAt: 1,
  }
  await noteHeartbeat(centre.db, 'east', { heardAt: 1, heartbeat })
  centre.pass(MINUTE)
  await keep(centre, chart('b'))
  await read(centre)
  await publish(centre, press)
  assert.equal((await currentManifest(centre.db, 'panel'))?.sequence, before + 1)
})

test('a new base takes the place of grown increments, and files that nobody needs go', async () => {
  const { centre, press, east } = await hub()
  await keep(centre, ...Array.from({ length: 40 }, (_, at) => chart(`p${at}`)))
  await read(centre)
  await publish(centre, press)
  assert.equal(await rebuild(centre, press), false)
  await keep(centre, ...Array.from({ length: 600 }, (_, at) => chart(`p${at}`, 'Cedar')))
  await publish(centre, press)
  assert.equal(await rebuild(centre, press), true)
  const panel = await openPanel(await opened(centre, press, 'panel', east.identity))
  assert.deepEqual([panel.manifest.files.map((file) => file.role), panel.patients], [['base'], 600])
  await panel.close()
  assert.equal(await sweepFiles(centre, press), 0)
})

test('a failure to publish is kept until publishing works again', async () => {
  const { centre, press } = await hub()
  await keep(centre, chart('a'))
  await read(centre)
  const full = {
    ...press,
    vault: {
      ...press.vault,
      create: async () => {
        throw new Error('ENOSPC: no space left on device')
      },
    },
  }
  await assert.rejects(publish(centre, full))
  assert.match((await publishFault(centre.db))?.because ?? '', /no space left/)
  await publish(centre, press)
  assert.equal(await publishFault(centre.db), undefined)
})

test('the packs folder of a hub holds the manifests too, so that it opens when the database is lost', async () => {
  const { centre, press } = await hub()
  await keep(centre, chart('a'))
  await read(centre)
  await publish(centre, press)
  assert.equal(await press.vault.current('panel'), undefined)
  await mirror(centre, press)
  for (const packId of ['panel', 'east'])
    assert.deepEqual(await press.vault.current(packId), (await lastPublication(centre.db, packId))?.signed)
})
