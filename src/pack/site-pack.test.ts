import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_FRESHNESS, smallPractice } from '../../test/pack/small-practice.ts'
import { sha256Hex } from '../base/hash.ts'
import { DAY } from '../base/time.ts'
import type { Appointment } from '../chart/chart.ts'
import { newAgeKey } from './keys.ts'
import type { SiteSettings } from './pack.ts'
import { type PaperPart, prepareSite, type SiteContents } from './publish-site.ts'
import { openSitePack } from './site-pack.ts'

const LIMITS = { staleAfterMs: 60_000, expiredAfterMs: DAY }
const settings: SiteSettings = {
  practiceId: 'harbor',
  practiceName: 'Harbor Valley',
  siteId: 'site-east',
  siteName: 'East',
  zone: 'America/Los_Angeles',
  locationIds: ['loc-1'],
  sample: true,
  limits: { schedule: LIMITS, keyData: LIMITS, roster: LIMITS },
  lockAfterMs: 7 * DAY,
  idleLockMs: 600_000,
  restrictedPolicy: 'mask',
  paperSize: 'letter',
  printers: [],
  pullEveryMs: 60_000,
}

function sheet(label: string, text: string, read: string[] = []): PaperPart {
  return {
    label,
    contentHash: sha256Hex(text),
    read: async () => {
      read.push(label)
      return Buffer.from(text)
    },
  }
}

const contents = (paper: PaperPart[]): SiteContents => ({
  schedule: { from: 0, to: DAY, appointments: [] },
  settings,
  people: { people: [] },
  paper,
})

test('a site opens its schedule, settings, people and sheets', async () => {
  await using practice = await smallPractice()
  const { manifest } = await prepareSite(practice.publisher, {
    siteId: 'site-east',
    previous: undefined,
    madeBefore: undefined,
    contents: contents([sheet('day-sheet 2026-11-23', 'pdf one'), sheet('front-desk 2026-11-23', 'pdf two')]),
    recipients: [practice.site.recipient],
    freshness: NO_FRESHNESS,
  })
  const pack = await openSitePack({
    manifest,
    keys: await practice.keys(manifest),
    open: (name) => practice.vault.open(name),
  })
  assert.deepEqual(pack.settings, settings)
  assert.deepEqual(pack.schedule, { from: 0, to: DAY, appointments: [] })
  assert.deepEqual(pack.people, { people: [] })
  assert.deepEqual(
    pack.paper.map((paper) => paper.label),
    ['day-sheet 2026-11-23', 'front-desk 2026-11-23'],
  )
  assert.equal(Buffer.from(await pack.readPaper('front-desk 2026-11-23')).toString(), 'pdf two')
  await assert.rejects(pack.readPaper('another'), /does not hold that sheet/)
})

test('a visit whose status this version does not know stays on the schedule and says so', async () => {
  await using practice = await smallPractice()
  const visit = {
    id: 'v1',
    sourceId: 'ehr',
    asOf: 1,
    locationId: 'loc-1',
    patientId: 'p1',
    patientName: 'Sample, Pat',
    providerId: 'd1',
    providerName: 'Dr. Fenn',
    start: 1,
    end: 2,
    type: 'Visit',
  }
  const appointments: Appointment[] = JSON.parse(
    JSON.stringify([
      { ...visit, status: 'booked' },
      { ...visit, id: 'v2', status: 'teleported' },
    ]),
  )
  const { manifest } = await prepareSite(practice.publisher, {
    siteId: 'site-east',
    previous: undefined,
    madeBefore: undefined,
    contents: { ...contents([]), schedule: { from: 0, to: DAY, appointments } },
    recipients: [practice.site.recipient],
    freshness: NO_FRESHNESS,
  })
  const keys = await practice.keys(manifest)
  const pack = await openSitePack({ manifest, keys, open: (name) => practice.vault.open(name) })
  assert.deepEqual(
    pack.schedule.appointments.map(({ status, statusSaid }) => [status, statusSaid]),
    [
      ['booked', undefined],
      ['unknown', 'teleported'],
    ],
  )
})

test('what did not change is neither read, sealed nor sent again', async () => {
  await using practice = await smallPractice()
  const request = { siteId: 'site-east', recipients: [practice.site.recipient], freshness: NO_FRESHNESS }
  const first = await prepareSite(practice.publisher, {
    ...request,
    previous: undefined,
    madeBefore: undefined,
    contents: contents([sheet('a', 'one'), sheet('b', 'two')]),
  })
  const read: string[] = []
  const second = await prepareSite(practice.publisher, {
    ...request,
    previous: first.signed,
    madeBefore: first.madeOf,
    contents: contents([sheet('a', 'one', read), sheet('b', 'changed', read), sheet('c', 'new', read)]),
  })
  assert.deepEqual(read, ['b', 'c'])
  assert.equal(second.wrote.files, 2)
  const before = new Set(first.manifest.files.map((file) => file.name))
  assert.deepEqual(
    second.manifest.files.map((file) => before.has(file.name)),
    [true, true, true, true, false, false],
  )
})

test('after a rotation everything is sealed anew, and the old key opens none of it', async () => {
  await using practice = await smallPractice()
  const request = { siteId: 'site-east', recipients: [practice.site.recipient], freshness: NO_FRESHNESS }
  const all = contents([sheet('a', 'one')])
  const first = await prepareSite(practice.publisher, {
    ...request,
    previous: undefined,
    madeBefore: undefined,
    contents: all,
  })
  const second = await prepareSite(practice.publisher, {
    ...request,
    previous: first.signed,
    madeBefore: first.madeOf,
    contents: all,
    rotateKey: true,
  })
  assert.equal(second.wrote.files, 4)
  const old = await practice.keys(first.manifest)
  await assert.rejects(
    openSitePack({ manifest: second.manifest, keys: old, open: (name) => practice.vault.open(name) }),
    /may not read it/,
  )
  assert.equal((await practice.keys(second.manifest)).size, 1)
})

test('the pack of one site does not open for another', async () => {
  await using practice = await smallPractice()
  const west = await newAgeKey()
  const { manifest } = await prepareSite(practice.publisher, {
    siteId: 'site-east',
    previous: undefined,
    madeBefore: undefined,
    contents: contents([]),
    recipients: [practice.site.recipient],
    freshness: NO_FRESHNESS,
  })
  await assert.rejects(practice.keys(manifest, west), /made for others/)
})

test('what is known of standbys rides beside the settings, is sealed with them, and is no setting', async () => {
  await using practice = await smallPractice()
  const known = {
    id: 'ehr',
    name: 'EHR database',
    verdict: 'PROVEN' as const,
    since: 1,
    provenAt: 2,
    position: '0/3000060',
    troubles: [],
    atWork: [{ what: 'unsigned notes', count: 1, who: ['Ada Okafor'], asOf: 2 }],
  }
  const open = async (standbys: unknown) => {
    const part = standbys === undefined ? {} : { standbys }
    const { manifest } = await prepareSite(practice.publisher, {
      siteId: 'site-east',
      previous: undefined,
      madeBefore: undefined,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- also what a newer hub may write
      contents: { ...contents([]), ...part } as SiteContents,
      recipients: [practice.site.recipient],
      freshness: NO_FRESHNESS,
    })
    assert.doesNotMatch(JSON.stringify(manifest), /Okafor/)
    return openSitePack({
      manifest,
      keys: await practice.keys(manifest),
      open: (name) => practice.vault.open(name),
    })
  }
  const pack = await open({ version: 1, pairs: [known] })
  assert.deepEqual(pack.standbys, [known])
  assert.deepEqual(pack.settings, settings)
  const later = [{ ...known, primaryAnsweredAt: 3 }]
  assert.deepEqual((await open({ version: 1, pairs: later })).standbys, later)
  assert.deepEqual((await open({ version: 1, pairs: [{ ...known, isNewer: 1 }] })).standbys, [known], 'a word more')
  assert.deepEqual((await open(undefined)).standbys, [], 'a pack of an older hub')
  assert.equal((await open({ version: 2, pairs: {} })).standbys, 'not-understood', 'a pack of a newer hub')
})
