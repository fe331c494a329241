import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { appointmentsOf, chartsOf } from '../../dev/practice/charts.ts'
import { DAY, HOUR, MINUTE } from '../../src/base/time.ts'
import { folderCarrier } from '../../src/pack/carriers/folder.ts'
import { namesOf, readAll } from '../../src/pack/files.ts'
import { receivePack } from '../../src/pack/receive.ts'
import { openVault } from '../../src/pack/vault/store.ts'
import { browser, clinic, PASSWORD } from './clinic.ts'
import type { LittleHub } from './little-hub.ts'

const asOf = Date.parse('2026-11-23T14:00:00Z')
const charts = [...chartsOf({ patients: 300, asOf })]
const appointments = [...appointmentsOf({ patients: 300, days: ['2026-11-23', '2026-11-24'], asOf })].slice(0, 80)
const contents = { charts, appointments }

test('after a cold start without network a person unlocks the site with their own password and reads', async () => {
  await using here = await clinic(contents)
  here.hub.state.mood = 'cut'
  await here.restart()
  const screen = browser(here.site().url)
  const door = await screen.go('/')
  assert.match(door.text, /East is locked/)
  assert.match(door.text, /as of 8:00 AM/)
  assert.ok(!door.text.includes(charts[0]?.patient.mrn ?? ''), 'nothing of a patient before sign-in')
  const today = await screen.signIn('amy')
  assert.match(today.text, /READ ONLY/)
  assert.match(today.text, /Today, Monday, November 23/)
  const visit = appointments[0]
  assert.ok(visit?.patientId)
  const page = await screen.go(`/patient/${visit.patientId}`)
  assert.match(page.text, /id="part-allergies"/)
  assert.ok(page.text.includes(visit.patientMrn ?? ''))
})

test('what is done while the hub is away reaches it later, each line once', async () => {
  await using here = await clinic(contents)
  here.hub.state.mood = 'cut'
  const screen = browser(here.site().url)
  await screen.signIn('amy', 'wrong password here')
  await screen.signIn('amy')
  await screen.go('/patient/7')
  await screen.go('/search?q=smith')
  here.hub.state.mood = 'forgetful'
  await here.site().pullNow()
  here.hub.state.mood = 'well'
  await here.site().pullNow()
  await here.site().pullNow()
  const said = here.hub.state.lines.map((line) => `${line.what} ${line.outcome}`)
  for (const due of [
    'site-sign-in refused',
    'site-sign-in done',
    'schedule-viewed done',
    'chart-viewed done',
    'panel-searched done',
  ])
    assert.equal(said.filter((line) => line === due).length, 1, due)
  assert.equal(here.hub.state.lines.find((line) => line.what === 'chart-viewed')?.about.patientId, '7')
})

test('a site ends at once although its line is dead', async () => {
  await using here = await clinic(contents)
  here.hub.state.mood = 'silent'
  const round = here.site().pullNow()
  await here.hub.state.askedInVain.promise
  const began = performance.now()
  await here.restart()
  await round
  assert.ok(performance.now() - began < 8000, 'it does not wait for what nobody will answer')
})

test('an age past its limit turns the frame red and says so', async () => {
  await using here = await clinic(contents)
  const screen = browser(here.site().url)
  here.hub.state.mood = 'cut'
  here.time.pass(47 * MINUTE)
  assert.match((await screen.signIn('amy')).text, /as of 8:00 AM \(47 min old\)\. Older than 15 min/)
  here.time.pass(5 * HOUR)
  const late = await screen.signIn('amy')
  assert.match(late.text, /TOO OLD: past the limit of 4 h/)
  assert.match(late.text, /class="viewer expired"/)
})

test('nothing is shown to who is not signed in, has no right, or has been away', async () => {
  await using here = await clinic(contents)
  const stranger = browser(here.site().url)
  for (const path of ['/today', '/patient/7', '/search?q=a', '/paper', '/health', '/patient/7/sheet']) {
    const page = await stranger.go(path)
    assert.match(page.path, /^\/sign-in/, path)
  }
  const desk = browser(here.site().url)
  await desk.signIn('fred')
  const refused = await desk.go('/patient/7')
  assert.equal(refused.status, 403)
  assert.match(refused.text, /needs the role clinician/)
  const front = await desk.go('/patient/7/front-desk')
  assert.equal(front.status, 200)
  assert.ok(!front.text.includes('part-allergies'))
  here.time.pass(11 * MINUTE)
  assert.match((await desk.go('/patient/7/front-desk')).path, /^\/sign-in/)
})

test('a page that refreshes itself keeps nobody signed in and is one view', async () => {
  await using here = await clinic(contents)
  const screen = browser(here.site().url)
  await screen.signIn('amy')
  await screen.go('/patient/7')
  for (let n = 0; n < 3; n++) {
    here.time.pass(3 * MINUTE)
    assert.equal((await screen.go('/patient/7', { headers: { 'x-live': '1' } })).status, 200)
  }
  here.time.pass(3 * MINUTE)
  assert.match((await screen.go('/patient/7', { headers: { 'x-live': '1' } })).path, /^\/sign-in/)
  await here.site().pullNow()
  assert.equal(here.hub.state.lines.filter((line) => line.what === 'chart-viewed').length, 1)
})

test('after seven days without a word the data is locked until an envelope is opened', async () => {
  await using here = await clinic(contents)
  here.hub.state.mood = 'cut'
  here.time.pass(7 * DAY + HOUR)
  const screen = browser(here.site().url)
  const refused = await screen.signIn('amy')
  assert.equal(refused.status, 403)
  assert.match(refused.text, /has heard nothing of the hub for 7 d 1 h/)
  const other = browser(here.site().url)
  await other.go('/break-glass')
  const opened = await other.send('/break-glass', {
    code: here.envelope.code.shown,
    name: 'Dr. Night',
    reason: 'cut off for a week',
  })
  assert.equal(opened.status, 200)
  assert.match(opened.text, /sealed envelope/)
  const again = browser(here.site().url)
  await again.go('/break-glass')
  const twice = await again.send('/break-glass', {
    code: here.envelope.code.shown,
    name: 'Dr. Day',
    reason: 'once more, please',
  })
  assert.match(twice.text, /This code opens nothing here/)
})

test('who was taken out of the people is out at once, and cannot unlock afterwards', async () => {
  await using here = await clinic(contents)
  const screen = browser(here.site().url)
  await screen.signIn('amy')
  const left = { ...here.people, people: here.people.people.filter(({ login }) => login !== 'amy') }
  here.time.pass(1000)
  await here.hub.publish({ ...contents, people: left })
  await here.site().pullNow()
  assert.match((await screen.go('/today')).path, /^\/sign-in/)
  assert.match((await screen.signIn('amy')).text, /do not fit/)
  await here.restart()
  assert.match((await browser(here.site().url).signIn('amy')).text, /do not fit/)
})

test('a person removed while the site was locked does not get in, and the site stays locked', async () => {
  await using here = await clinic(contents)
  await here.restart()
  const left = { ...here.people, people: here.people.people.filter(({ login }) => login !== 'amy') }
  here.time.pass(1000)
  await here.hub.publish({ ...contents, people: left })
  await here.site().pullNow()
  assert.match((await browser(here.site().url).signIn('amy')).text, /do not fit/)
  assert.match((await browser(here.site().url).go('/')).text, /East is locked/)
  assert.equal((await browser(here.site().url).signIn('fred')).status, 200)
})

test('a revoked site opens for nobody any more, and can be enrolled again', async () => {
  await using here = await clinic(contents)
  here.hub.state.mood = 'revoked'
  await here.site().pullNow()
  const page = await browser(here.site().url).go('/')
  assert.equal(page.status, 403)
  assert.match(page.text, /was revoked/)
  await here.restart()
  assert.equal((await browser(here.site().url).go('/')).status, 403)
  here.hub.state.mood = 'well'
  await here.site().enrol(here.hub.url, await here.hub.code())
  here.time.pass(1000)
  await here.hub.publish({ ...contents, people: here.people })
  await here.site().pullNow()
  assert.equal((await browser(here.site().url).signIn('amy')).status, 200)
})

test('a revoked site forgets its keys also where nothing can be written, and goes on running', async () => {
  await using here = await clinic(contents)
  const seen = join(here.dataDir, 'seen.json')
  await rm(seen, { force: true })
  await mkdir(join(seen, 'in-the-way'), { recursive: true })
  here.hub.state.mood = 'revoked'
  await here.site().pullNow()
  const unlock = JSON.parse(await readFile(join(here.dataDir, 'unlock.json'), 'utf8'))
  assert.deepEqual(unlock.wraps, [])
  assert.equal((await browser(here.site().url).go('/')).status, 403)
  await rm(seen, { recursive: true })
})

test('a wrong clock here does not cut the line to the hub', async () => {
  await using here = await clinic(contents)
  here.hub.state.mood = 'clock-off'
  const before = here.hub.state.beats.length
  await here.site().pullNow()
  assert.ok(here.hub.state.beats.length > before)
  const page = await browser(here.site().url).signIn('amy')
  assert.match(page.text, /The clock of this machine is wrong/)
  assert.match(page.text, /60 min|1 h/)
})

test('a form from elsewhere, another host name and a foreign code are refused', async () => {
  await using here = await clinic(contents)
  const screen = browser(here.site().url)
  await screen.go('/sign-in')
  const foreign = await fetch(new URL('/sign-in', here.site().url), {
    method: 'POST',
    body: new URLSearchParams({ login: 'amy', password: PASSWORD }),
    headers: { origin: 'http://evil.example' },
  })
  assert.equal(foreign.status, 403)
  await assert.rejects(here.site().enrol(here.hub.url, 'AAAA-BBBB-CCCC'), /enrolled already/)
})

test('signing in leads to a page of ours only, however the address is written', async () => {
  await using here = await clinic(contents)
  for (const next of ['//evil.example', '/\\evil.example', '/\t/evil.example', '/\n/evil.example']) {
    const person = browser(here.site().url)
    const page = await person.signIn('amy', PASSWORD, next)
    assert.equal(page.path, '/today', JSON.stringify(next))
  }
})

test('answers carry the strict headers', async () => {
  await using here = await clinic(contents)
  const { headers } = await browser(here.site().url).go('/sign-in')
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/)
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('x-frame-options'), 'DENY')
})

/** What `pack export` does: everything that the newest manifests name, onto a stick. */
async function exportTo(hub: LittleHub, folder: string, only = ['panel', 'site_1']): Promise<void> {
  const stick = folderCarrier(folder)
  for (const [packId, publication] of Object.entries({ panel: hub.published.panel, site_1: hub.published.site })) {
    if (publication === undefined || !only.includes(packId)) continue
    for (const name of namesOf(publication.manifest)) {
      const bytes = await readAll(await hub.vault.open(name))
      await stick.putFile(name, bytes.length, async function* () {
        yield bytes
      })
    }
    await stick.putManifest(packId, publication.signed)
  }
}

test('with the line dead, a stick that is plugged in brings the newer packs, and an older one changes nothing', async () => {
  const mounts = await mkdtemp(join(tmpdir(), 'holdfast-media-'))
  await using here = await clinic(contents, { stickPlaces: [mounts] })
  const [old, fresh] = [join(mounts, 'OLD'), join(mounts, 'FRESH', 'holdfast')]
  await mkdir(old)
  await exportTo(here.hub, old)
  here.time.pass(HOUR)
  await here.hub.publish({ ...contents, people: here.people })
  await mkdir(fresh, { recursive: true })
  await exportTo(here.hub, fresh)
  here.hub.state.mood = 'cut'
  await here.restart()
  await here.site().pullNow()
  const today = await browser(here.site().url).signIn('amy')
  assert.match(today.text, /as of 9:00 AM/)
  await here.site().pullNow()
  assert.match((await browser(here.site().url).signIn('amy')).text, /as of 9:00 AM/)
  await rm(mounts, { recursive: true })
})

test('one older pack on a carrier does not keep the newer one beside it from coming in, and the page says so', async () => {
  const mounts = await mkdtemp(join(tmpdir(), 'holdfast-media-'))
  await using here = await clinic(contents, { stickPlaces: [mounts] })
  const stick = join(mounts, 'STICK')
  await mkdir(stick)
  await exportTo(here.hub, stick)
  here.time.pass(HOUR)
  await here.hub.publish({ appointments, people: here.people })
  await here.site().pullNow()
  here.hub.state.mood = 'cut'
  here.time.pass(HOUR)
  await here.hub.publish({ ...contents, people: here.people })
  await exportTo(here.hub, stick, ['panel'])
  await here.site().pullNow()
  const amy = browser(here.site().url)
  await amy.signIn('amy')
  const { text } = await amy.go('/health')
  assert.match(text, new RegExp(`panel ${here.hub.published.panel?.manifest.sequence}, site `))
  assert.match(text, /Something on it is older than what is here, and stayed there/)
  await rm(mounts, { recursive: true })
})

test('a hub that came back from a backup is heard, and its older packs stay where they are', async () => {
  await using here = await clinic(contents)
  const old = { ...here.hub.published }
  here.time.pass(HOUR)
  await here.hub.publish({ ...contents, people: here.people })
  await here.site().pullNow()
  const newer = here.hub.published.panel?.manifest.sequence
  Object.assign(here.hub.published, old)
  await here.site().pullNow()
  const amy = browser(here.site().url)
  await amy.signIn('amy')
  const { text } = await amy.go('/health')
  assert.match(text, /it probably came back from a backup/)
  assert.match(text, new RegExp(`panel ${newer}, site `))
})

test('the clinic’s network is served by HTTPS with the certificate from the hub', async () => {
  await using here = await clinic(contents, { lan: { port: 0, host: '127.0.0.1' } })
  const port = new URL(here.site().lanUrl() ?? '').port
  const seen = await new Promise<{ status: number | undefined; cookie: string }>((resolve, reject) => {
    get(
      `https://127.0.0.1:${port}/sign-in`,
      // The certificate is of the test's clock; its signature and name are what counts here.
      { ca: here.hub.caPem, rejectUnauthorized: false },
      (answer) => {
        answer.resume()
        resolve({ status: answer.statusCode, cookie: String(answer.headers['set-cookie']) })
      },
    ).on('error', reject)
  })
  assert.equal(seen.status, 200)
  assert.match(seen.cookie, /HttpOnly/)
})

test('packs that were imported beside the running program are taken up', async () => {
  await using here = await clinic(contents)
  const screen = browser(here.site().url)
  await screen.signIn('amy')
  here.time.pass(8 * MINUTE)
  here.hub.state.mood = 'cut'
  await here.hub.publish({ ...contents, people: here.people })
  const stick = await mkdtemp(join(tmpdir(), 'holdfast-stick-'))
  await exportTo(here.hub, stick)
  const vault = await openVault(join(here.dataDir, 'packs'))
  const expected = { practiceId: 'harbor', hubKeys: [here.hub.signingKey] }
  await receivePack({ carrier: folderCarrier(stick), vault, expected: { ...expected, kind: 'site', packId: 'site_1' } })
  await here.site().pullNow()
  assert.match((await screen.go('/today')).text, /as of 8:08 AM/)
  await rm(stick, { recursive: true })
})

test('paper that did not come is named on the page that prints it', async () => {
  const day = '2026-11-23'
  const own = appointments.filter(({ start }) => start < Date.parse('2026-11-24T06:00:00Z'))
  const [first] = own
  assert.ok(first)
  const paper = [{ label: `day-sheet ${day} ${first.providerId}`, pdf: Buffer.from('%PDF-1.7') }]
  await using here = await clinic({ ...contents, appointments: own, paper })
  const amy = browser(here.site().url)
  await amy.signIn('amy')
  const providers = new Set(own.map(({ providerId }) => providerId)).size
  const { text } = await amy.go('/paper')
  assert.match(text, /1 sheet is ready for today/)
  assert.match(text, /The paper for today, Monday, November 23, is not complete/)
  assert.match(text, new RegExp(`No day sheet yet for ${providers - 1} of ${providers} providers`))
  assert.match(text, /No patient sheets yet for/)
})

test('who was not read yet is not said to be nobody', async () => {
  await using here = await clinic({ ...contents, loading: true })
  const amy = browser(here.site().url)
  await amy.signIn('amy')
  assert.match((await amy.go('/search?q=xyzzy')).text, /may still be a patient of the practice/)
  here.time.pass(1000)
  await here.hub.publish({ ...contents, people: here.people })
  await here.site().pullNow()
  assert.doesNotMatch((await amy.go('/search?q=xyzzy')).text, /may still be a patient/)
})
