import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { acceptLink, invite } from '../access/people/joining.ts'
import { silentLog } from '../base/log.ts'
import { HOUR, SECOND, systemClock } from '../base/time.ts'
import { forgetAppointments, keepAppointments } from '../chart/visits/store.ts'
import { readManifest } from '../pack/manifest.ts'
import type { HubConfig } from './config.ts'
import { type ScratchServer, scratchServer } from './database/scratch.ts'
import { type Hub, startHub } from './hub.ts'
import { currentManifest, publishedBefore } from './publications/store.ts'
import { addSite } from './sites/store.ts'
import { noteReadEnded } from './sources/store.ts'

const PASSWORD = 'harbor lantern quiet 7'
let server: ScratchServer
let folder: string
let hub: Hub
let config: HubConfig

before(async () => {
  server = await scratchServer()
  folder = await mkdtemp(join(tmpdir(), 'hf-hub-'))
  config = {
    practice: { id: 'hv', name: 'Harbor Valley', zone: 'America/New_York' },
    dataDir: folder,
    packsDir: join(folder, 'packs'),
    databaseUrl: (await server.database({ migrated: false })).url,
    listen: { host: '127.0.0.1', port: 0 },
    lan: { host: '127.0.0.1', port: 0, names: ['127.0.0.1'] },
    publicUrl: undefined,
    sample: false,
    sources: [
      {
        id: 'adt',
        kind: 'hl7v2',
        name: 'ADT feed',
        everyMs: SECOND,
        quietMs: 60 * SECOND,
        options: { listen: { host: '127.0.0.1', port: 0 } },
      },
      {
        id: 'lost',
        kind: 'sql',
        name: 'Lost standby',
        everyMs: SECOND,
        quietMs: 60 * SECOND,
        options: { mapping: '/nowhere.yaml' },
      },
      {
        id: 'drop',
        kind: 'files',
        name: 'Drop folder',
        everyMs: SECOND,
        quietMs: 60 * SECOND,
        options: { path: '/srv/drop', deliveries: 'often' },
      },
    ],
    probes: [],
    standbys: [],
    email: undefined,
    webhooks: [],
    carriers: [{ name: 'share', folder: join(folder, 'share') }],
  }
  hub = await startHub({ config, log: silentLog, clock: systemClock })
})
after(async () => {
  await hub.stop()
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function post(
  path: string,
  fields: Record<string, string>,
  cookie = '',
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${hub.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: hub.url, cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  })
}

async function signedIn(login: string, password: string): Promise<string> {
  const answer = await post('/sign-in', { login, password })
  assert.equal(answer.status, 303, await answer.text())
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

const get = (path: string, cookie = '') => fetch(`${hub.url}${path}`, { redirect: 'manual', headers: { cookie } })

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not come about')
}

test('the printed link makes the first owner, once, and nothing else lets anybody in', async () => {
  assert.equal((await get('/sites')).headers.get('location'), '/sign-in?to=%2Fsites')
  assert.match(await (await get('/')).text(), /Not set up yet/)
  const path = new URL(hub.firstOwnerLink ?? '').pathname
  const weak = await post(path, { login: 'ada', name: 'Ada Reyes', password: 'short' })
  assert.equal(weak.status, 400)
  assert.match(await weak.text(), /too short/)
  const made = await post(path, { login: 'ada', name: 'Ada Reyes', password: PASSWORD })
  assert.equal(made.status, 303)
  assert.match(made.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Lax/)
  assert.equal((await post(path, { login: 'eve', name: 'Eve', password: PASSWORD })).status, 400)
})

test('every page answers, by its policy nothing comes from elsewhere, and wrong addresses say so', async () => {
  const cookie = await signedIn('ada', PASSWORD)
  for (const path of [
    '/sites',
    '/sites/new',
    '/alarms',
    '/sources',
    '/sources/adt',
    '/systems',
    '/standby',
    '/power',
    '/plan',
    '/ready',
    '/ready/if-it-happened',
    '/ready/without',
    '/evidence',
    '/packs',
    '/people',
    '/people/new',
    '/audit',
    '/settings',
    '/account',
    '/help',
  ]) {
    const answer = await get(path, cookie)
    assert.equal(answer.status, 200, path)
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.match(await answer.text(), /<h1>/)
  }
  const wrong = ['/sites/nowhere', '/sources/nowhere', '/people/nowhere', '/nowhere', '/evidence/%00', '/power/%00']
  for (const path of [...wrong, '/plan/changes?from=1&to=99999999999999999999', '/standby/nowhere', '/ready/check/X9'])
    assert.equal((await get(path, cookie)).status, 404, path)
})

test('of a source that is set up wrongly all is told once, and elsewhere its first complaint', async () => {
  const cookie = await signedIn('ada', PASSWORD)
  const page = await until(async () => {
    const text = await (await get('/sources/drop', cookie)).text()
    return text.includes('failed') ? text : undefined
  })
  assert.equal(page.split('deliveries must be one of').length, 2)
  assert.match(page, /folder is missing\. \(and 2 more\)/)
  const list = await (await get('/sources', cookie)).text()
  assert.match(list, /folder is missing\. \(and 2 more\)/)
  assert.doesNotMatch(list, /deliveries must be one of/)
})

test('visits at a place that no site claims are counted on the page of their source', async () => {
  const { db, clock } = hub.centre
  const start = clock.now() + HOUR
  const visit = {
    sourceId: 'adt',
    asOf: start,
    patientId: undefined,
    patientName: 'Alder, Ann',
    providerId: 'p',
    start,
  }
  const rest = {
    providerName: 'Dr. Hale',
    end: start + HOUR,
    status: 'booked',
    type: 'Visit',
    locationId: 'NOSUCH',
  } as const
  await db.transaction().execute((together) => keepAppointments(together, [{ ...visit, ...rest, id: 'stray' }]))
  const cookie = await signedIn('ada', PASSWORD)
  const page = await (await get('/sources/adt', cookie)).text()
  assert.match(page, /Visits that no site shows.*1 visit.*NOSUCH/s)
  assert.doesNotMatch(await (await get('/sources/lost', cookie)).text(), /NOSUCH/)
  await db.transaction().execute((together) => forgetAppointments(together, 'adt', ['stray']))
  assert.doesNotMatch(await (await get('/sources/adt', cookie)).text(), /Visits that no site shows/)
})

test('a NUL in a form or an address stops nothing', async () => {
  const cookie = await signedIn('ada', PASSWORD)
  const csrf = /name="csrf" value="([^"]+)"/.exec(await (await get('/sites/new', cookie)).text())?.[1] ?? ''
  const fields = { id: 'nul', name: 'Nu\0l', zone: '', locations: '', printers: '' }
  assert.equal((await post('/sites/new', { ...fields, csrf }, cookie)).status, 303)
  assert.match(await (await get('/sites/nul', cookie)).text(), /Nul/)
  assert.equal((await get('/evidence/export?as=%00', cookie)).status, 404)
  assert.equal((await get('/audit?what=evidence-exported', cookie)).status, 200)
})

test('a form that was broken off or garbled on the way changes nothing, and is no failure of the hub', async () => {
  const cookie = await signedIn('ada', PASSWORD)
  for (const type of ['multipart/form-data; boundary=x', 'multipart/form-data'])
    for (const [path, status] of [
      ['/evidence/verify', 403],
      ['/take/none', 409],
    ] as const) {
      const headers = { origin: hub.url, cookie, 'content-type': type }
      const answer = await fetch(`${hub.url}${path}`, { method: 'POST', headers, body: '--x\r\nbroken' })
      assert.equal(answer.status, status)
    }
})

test('nothing changes without the session’s own word, or from another page', async () => {
  const cookie = await signedIn('ada', PASSWORD)
  const fields = { id: 'forged', name: 'Forged', zone: '', locations: '', printers: '' }
  assert.equal((await post('/sites/new', fields, cookie)).status, 403)
  const csrf = /name="csrf" value="([^"]+)"/.exec(await (await get('/sites/new', cookie)).text())?.[1] ?? ''
  assert.equal(
    (await post('/sites/new', { ...fields, csrf }, cookie, { origin: 'https://elsewhere.example' })).status,
    403,
  )
  assert.equal((await post('/sites/new', { ...fields, csrf, id: 'north', name: 'North' }, cookie)).status, 303)
  assert.equal((await get('/sites/forged', cookie)).status, 404)
  const again = await post('/sites/new', { ...fields, csrf, id: 'north', name: 'North', zone: 'Mars/Base' }, cookie)
  assert.equal(again.status, 400)
  assert.match(await again.text(), /not a time zone/)
})

test('who audits sees alarms, and takes none away from those who are asked', async () => {
  const by = { personId: 'p', login: 'ada' }
  const { db } = hub.centre
  const person = { login: 'oona', name: 'Oona Vale', grants: [{ role: 'auditor' as const, sites: 'all' as const }] }
  const { token } = await invite(db, person, by, systemClock)
  await acceptLink(db, token, PASSWORD, systemClock)
  const cookie = await signedIn('oona', PASSWORD)
  const page = await get('/alarms', cookie)
  assert.equal(page.status, 200)
  const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
  for (const word of ['take', 'hand-on']) {
    const refused = await post(`/alarms/none/${word}`, { csrf }, cookie)
    assert.equal(refused.status, 403)
    assert.match(await refused.text(), /This needs the role owner or it or clinician/)
  }
})

test('a clinician of one site sees that site, and is told who may do the rest', async () => {
  const by = { personId: 'p', login: 'ada' }
  const { db } = hub.centre
  for (const id of ['east', 'west'])
    await addSite(db, { id, name: id, zone: undefined, locationIds: [], printers: [], madeAt: 1 })
  const { token } = await invite(
    db,
    { login: 'mira', name: 'Mira Okafor', grants: [{ role: 'clinician', sites: ['east'] }] },
    by,
    systemClock,
  )
  await acceptLink(db, token, PASSWORD, systemClock)
  const cookie = await signedIn('mira', PASSWORD)
  const list = await (await get('/sites', cookie)).text()
  assert.match(list, /\/sites\/east/)
  assert.doesNotMatch(list, /\/sites\/west|href="\/people"/)
  assert.equal((await get('/sites/west', cookie)).status, 404)
  const refused = await get('/people', cookie)
  assert.equal(refused.status, 403)
  assert.match(await refused.text(), /This needs the role/)
})

async function readOnce(): Promise<void> {
  const at = systemClock.now()
  await noteReadEnded(
    hub.centre.db,
    'adt',
    { cursor: {}, asOf: at, scheduleAsOf: at, canary: undefined },
    { endedAt: at, asOf: at, tookMs: 1, charts: 0, appointments: 0, setAside: 0, outcome: 'done', because: '' },
  )
}

test('a source that cannot be opened is shown failing with its reason; the others are read and published', async () => {
  await readOnce()
  hub.centre.publishSoon()
  await until(() => currentManifest(hub.centre.db, 'panel'))
  const cookie = await signedIn('ada', PASSWORD)
  const text = await until(async () => {
    const page = await (await get('/sources', cookie)).text()
    return page.includes('failing') ? page : undefined
  })
  assert.match(text, /mapping \/nowhere.yaml cannot be read/)
})

test('an open page is told at once that something changed', async () => {
  const cookie = await signedIn('ada', PASSWORD)
  const ending = new AbortController()
  const answer = await fetch(`${hub.url}/live?subjects=settings`, { headers: { cookie }, signal: ending.signal })
  assert.equal(answer.headers.get('content-type'), 'text/event-stream')
  const reader = answer.body?.getReader()
  let seen = ''
  while (!seen.includes('changed')) {
    const { value } = (await reader?.read()) ?? {}
    seen += Buffer.from(value ?? []).toString('utf8')
    await hub.centre.changed(hub.centre.db, ['settings', 'people'])
  }
  assert.match(seen, /event: changed\ndata: \["settings"\]/)
  ending.abort()
})

test('over the practice’s network the hub speaks TLS of its own authority', async () => {
  const authority = await (await get('/authority.pem')).text()
  assert.match(authority, /BEGIN CERTIFICATE/)
  assert.match(hub.lanUrl ?? '', /^https:\/\/127\.0\.0\.1:\d+$/)
  await assert.rejects(fetch(`${hub.lanUrl}/health`), 'nobody trusts it who did not install it')
})

test('two hubs on one database share keys and work, and give no sequence twice', async () => {
  const second = await startHub({
    config: { ...config, lan: undefined, sources: [], listen: { host: '127.0.0.1', port: 0 } },
    log: silentLog,
    clock: systemClock,
  })
  try {
    assert.equal(second.firstOwnerLink, undefined)
    assert.equal(second.centre.keys.signing.keyId, hub.centre.keys.signing.keyId)
    const before = (await currentManifest(hub.centre.db, 'panel'))?.sequence ?? 0
    for (let round = 0; round < 10; round++) {
      await readOnce()
      await Promise.all([hub.publishNow(), second.publishNow()])
    }
    await until(async () =>
      ((await currentManifest(hub.centre.db, 'panel'))?.sequence ?? 0) > before ? true : undefined,
    )
    const sequences = (await publishedBefore(hub.centre.db, 'panel', 1000)).map((one) => one.sequence)
    assert.equal(new Set(sequences).size, sequences.length)
    assert.equal(Math.max(...sequences) - Math.min(...sequences), sequences.length - 1)
    const newest = await currentManifest(hub.centre.db, 'panel')
    assert.equal(newest && readManifest(newest.signed).sequence, newest?.sequence)
  } finally {
    await second.stop()
  }
})

test('a hub with a key file of another practice does not start on this database', async () => {
  const other = { ...config, dataDir: join(folder, 'other'), lan: undefined, sources: [] }
  await assert.rejects(
    startHub({ config: other, log: silentLog, clock: systemClock }),
    /key file that belongs to this database/,
  )
})
