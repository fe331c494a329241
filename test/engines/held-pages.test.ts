import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { chartsOf as sampleCharts } from '../../dev/practice/charts.ts'
import type { RoleGrant } from '../../src/access/access.ts'
import { listAudit } from '../../src/access/audit/store.ts'
import { acceptLink, invite } from '../../src/access/people/joining.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import type { Chart } from '../../src/chart/chart.ts'
import { joinLines } from '../../src/chart/joins/store.ts'
import { chartsOf } from '../../src/chart/records/store.ts'
import type { SourcePart } from '../../src/connect/ehr.ts'
import { readSource } from '../../src/hub/flows/read-source.ts'
import { heldBack } from '../../src/hub/held/store.ts'
import { type HubPages, hubPages, PASSWORD, signIn, soundAtEveryWidth } from './lab/hub-pages.ts'
import { faultsAtEveryWidth } from './lab/sound-page.ts'

/** What is held back, and the quarantine, in a real browser: who sees and decides what, nothing for axe to find, nothing that scrolls sideways. */
const ZONE = 'America/Chicago'
const asOf = systemClock.now()
const sample = [...sampleCharts({ patients: 300, asOf })]
const PEOPLE: { [login: string]: RoleGrant[] } = {
  ben: [{ role: 'clinician', sites: 'all' }],
  cat: [{ role: 'clinician', sites: 'all' }],
  wes: [{ role: 'clinician', sites: ['west'] }],
  ivy: [{ role: 'it', sites: 'all' }],
  aud: [{ role: 'auditor', sites: 'all' }],
  fay: [{ role: 'front-desk', sites: 'all' }],
}

let at: HubPages
let folder: string
const contexts = new Map<string, BrowserContext>()
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hf-held-'))
  const source = (id: string, name: string) => ({ id, name, kind: 'files', every: '1h', folder, mrnIssuer: 'practice' })
  at = await hubPages({ sources: [source('ehr', 'EHR standby'), source('labs', 'Lab reports')] })
  for (const [login, grants] of Object.entries(PEOPLE)) {
    const { db } = at.hub.centre
    const by = { program: 'test' }
    const { token } = await invite(db, { login, name: `${login.toUpperCase()} Tester`, grants }, by, systemClock)
    await acceptLink(db, token, PASSWORD, systemClock)
  }
  await hold()
})
after(async () => {
  await at?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** A list that is no longer read, one number that names two people, a birth date that differs, and a record that cannot be understood. */
async function hold(): Promise<void> {
  const charts = (all: Chart[]): SourcePart => ({
    type: 'charts',
    changes: all.map((chart) => ({ type: 'chart', chart })),
  })
  const [first, second] = sample
  assert.ok(first !== undefined && second !== undefined)
  const { mrn: _mrn, ...who } = second.patient
  await read('ehr', charts(sample))
  await read(
    'ehr',
    charts(
      sample.map((chart) => ({
        ...chart,
        allergies: { status: 'not-received' },
        coverage: { status: 'not-received' },
      })),
    ),
  )
  const name = { family: 'Quillfeather', given: ['Zoe'] }
  const other = { ...who, name, formerNames: [], birthDate: '1999-01-31' }
  await read('ehr', {
    type: 'charts',
    changes: [{ type: 'patient', patientId: first.patient.id, sourceId: 'ehr', at: asOf, patient: other }],
  })
  const lab = { ...second, sourceId: 'labs', patient: { ...second.patient, id: 'L2', birthDate: '1931-04-05' } }
  await read('labs', charts([lab]), {
    type: 'set-aside',
    records: [
      {
        key: 'line 7',
        where: 'labs.csv, line 7',
        because: 'a dose that cannot be read',
        raw: 'MED|?',
        at: asOf,
        patientId: 'L2',
        section: 'medications',
      },
    ],
  })
}

async function read(id: string, ...parts: SourcePart[]): Promise<void> {
  const { db, clock } = at.hub.centre
  const { outcome, because } = await readSource(
    { db, clock, log: silentLog, zone: ZONE },
    {
      id,
      kind: 'sql',
      probe: async () => ({ answered: true, asOf, tookMs: 1, because: 'it answered' }),
      async *read() {
        yield* parts
        yield { type: 'end', asOf, cursor: {}, deletionsAt: asOf, sections: { notes: asOf - 86_400_000 } }
      },
      async [Symbol.asyncDispose]() {},
    },
  )
  assert.equal(outcome, 'done', because)
}

async function pageOf(login: string, path: string): Promise<Page> {
  let context = contexts.get(login)
  if (context === undefined) {
    context = await at.browser.newContext({ javaScriptEnabled: false })
    contexts.set(login, context)
    const page = await context.newPage()
    await signIn(page, at.hub, login)
    await page.close()
  }
  const page = await context.newPage()
  await page.goto(at.hub.url + path)
  return page
}

const words = (page: Page): Promise<string> => page.locator('main').innerText()

async function paths(): Promise<{ list: string; shrink: string; identity: string; join: string }> {
  const { db } = at.hub.centre
  const all = await heldBack(db)
  const of = (kind: string) => `/held/${all.find((one) => one.kind === kind)?.id ?? ''}`
  return {
    list: '/held',
    shrink: of('shrink'),
    identity: of('identity'),
    join: `/held/join/${(await joinLines(db))[0]?.key ?? ''}`,
  }
}

soundAtEveryWidth(
  'the pages of what is held back, for an owner',
  () => at,
  async () => [...Object.values(await paths()), '/sources', '/sources/ehr', '/sources/labs', '/alarms'],
)

test('and for a clinician, who sees the patients', async () => {
  const page = await at.browser.newPage()
  await signIn(page, at.hub, 'ben')
  const faults: string[] = []
  for (const path of [...Object.values(await paths()), '/sources/labs', '/sources/labs/aside']) {
    await page.goto(at.hub.url + path)
    faults.push(...(await faultsAtEveryWidth(page)))
  }
  assert.deepEqual(faults, [])
  await page.close()
})

test('who runs the machines sees counts and no patient; a clinician sees both records, and each look is audited', async () => {
  const { shrink, identity, join: apart } = await paths()
  for (const login of ['ivy', 'aud', 'owner', 'wes'])
    for (const path of [shrink, identity, apart, '/held'])
      assert.doesNotMatch(await words(await pageOf(login, path)), /Quillfeather|04\/05\/1931/, `${login} ${path}`)
  assert.match(await words(await pageOf('ivy', shrink)), /\d+ charts are affected\. Names are shown to/)
  const seen = await words(await pageOf('ben', identity))
  assert.match(seen, /In the new changes\s+Name\s+Quillfeather, Zoe/)
  assert.match(await words(await pageOf('ben', apart)), /04\/05\/1931\s+differs/)
  assert.match(await words(await pageOf('ben', shrink)), /The first 50 are shown/)
  const lines = await listAudit(at.hub.centre.db, { most: 50 })
  assert.deepEqual(
    lines
      .filter(({ line }) => line.what.endsWith('viewed') && 'login' in line.who && line.who.login !== 'ben')
      .map(({ line }) => line.what),
    [],
  )
  assert.equal((await (await pageOf('fay', '/held')).title()).includes('Not for you'), true)
})

test('a decision needs the right, the reason, the typed source and the form of this session', async () => {
  const { shrink, identity, join: apart } = await paths()
  const page = await pageOf('ivy', shrink)
  await page.fill('textarea[name=reason]', 'the vendor stopped sending them')
  await page.fill('input[name=confirm]', 'EHR')
  await page.click('button:has-text("Remove from charts")')
  assert.match(await words(page), /Type ehr exactly\. Nothing was changed\./)
  assert.equal(await page.inputValue('textarea[name=reason]'), 'the vendor stopped sending them')
  const csrf = await page.inputValue('input[name=csrf]')
  const post = async (login: string, path: string, form: { [name: string]: string }) => {
    const { request } = contexts.get(login) ?? (await pageOf(login, '/sites')).context()
    return (await request.post(at.hub.url + path, { form, maxRedirects: 0 })).status()
  }
  const asked = { decision: 'approve', reason: 'x', confirm: 'ehr' }
  assert.equal(await post('ivy', shrink, asked), 403)
  assert.equal(await post('ivy', shrink, { ...asked, csrf: 'wrong' }), 403)
  assert.equal(await post('ivy', shrink, { ...asked, csrf, reason: 'x'.repeat(600) }), 400)
  assert.equal(await post('ivy', shrink, { ...asked, csrf, decision: 'explode' }), 400)
  assert.equal(await post('ivy', shrink, { ...asked, csrf, seen: 'allergies 1 1' }), 409)
  assert.equal(await post('ivy', '/held/held_of_another_practice', { ...asked, csrf }), 404)
  // Who may not decide is not told what there is.
  assert.equal(await post('ivy', '/held/join/nothing', { ...asked, csrf, decision: 'same' }), 403)
  assert.equal(await post('ivy', identity, { ...asked, csrf }), 403)
  assert.equal(await post('ivy', apart, { ...asked, csrf, decision: 'same' }), 403)
  for (const { decisions } of await heldBack(at.hub.centre.db)) assert.deepEqual(decisions, [])
})

test('two people remove a list from the charts, and one brings it back', async () => {
  const { shrink } = await paths()
  const id = sample.find(({ allergies }) => allergies.status === 'listed')?.patient.id ?? ''
  const allergies = async () => (await chartsOf(at.hub.centre.db, [id])).get(id)?.allergies.status
  const approve = async (login: string): Promise<Page> => {
    const page = await pageOf(login, shrink)
    await page.fill('textarea[name=reason]', 'the vendor stopped sending them')
    await page.fill('input[name=confirm]', 'ehr')
    await page.click('button:has-text("Remove from charts")')
    return page
  }
  assert.match(await words(await approve('ivy')), /You approved already\. A different person must approve too\./)
  assert.equal(await allergies(), 'listed')
  assert.match(await words(await approve('owner')), /^Held back[\s\S]*Removed: /)
  assert.equal(await allergies(), 'not-received')
  const page = await pageOf('ben', shrink)
  await page.fill('textarea[name=reason]', 'it was a fault of the interface')
  await page.click('button:has-text("Undo the removal")')
  assert.match(await words(page), /Nothing was removed/)
  assert.equal(await allergies(), 'listed')
})

test('a clinician keeps another person out, takes that back, and joins two records', async () => {
  const { identity, join: apart } = await paths()
  const page = await pageOf('ben', identity)
  const decide = async (button: string) => {
    await page.fill('textarea[name=reason]', 'asked the patient')
    await page.click(`button:has-text("${button}")`)
    return words(page)
  }
  assert.match(await decide('Different person: keep out'), /The changes stay out/)
  assert.match(await decide('Undo'), /1 change was kept out of the chart/)
  await page.goto(at.hub.url + apart)
  assert.match(await decide('Same person: join'), /are one chart/)
  assert.equal((await chartsOf(at.hub.centre.db, ['L2'])).size, 0)
  assert.match(await decide('Undo'), /were not joined/)
  assert.equal((await chartsOf(at.hub.centre.db, ['L2'])).size, 1)
})

test('a clinician dismisses a quarantined record, so its chart no longer shows it, and takes that back', async () => {
  const doubts = async () =>
    ((await chartsOf(at.hub.centre.db, ['L2'])).get('L2')?.doubts ?? []).map(({ kind }) => kind)
  assert.deepEqual((await doubts()).toSorted(), ['other-person', 'quarantined'])
  assert.match(await words(await pageOf('ivy', '/sources/labs')), /1 record could not be understood/)
  const page = await pageOf('ben', '/sources/labs/aside')
  assert.match(await words(page), /Patient\s+L2 id in the source[\s\S]*List\s+Medications/)
  const decide = async (label: string) => {
    await page.click(`summary:has-text("${label}")`)
    await page.fill('input[name=reason]', 'read by phone')
    await page.click(`button:has-text("${label}")`)
    return words(page)
  }
  assert.match(await decide('Dismiss'), /dismissed by ben/)
  assert.deepEqual(await doubts(), ['other-person'])
  assert.match(await decide('Undo'), /Status\s+quarantined/)
  assert.deepEqual((await doubts()).toSorted(), ['other-person', 'quarantined'])
  assert.equal(await (await pageOf('wes', '/sources/labs/aside')).locator('button:disabled').count(), 1)
})

test('the page of a source says how old its lists are, when deletions were looked for, and what is held back', async () => {
  const seen = await words(await pageOf('aud', '/sources/ehr'))
  assert.match(seen, /Deletions last looked for\s+\d/)
  assert.match(seen, /Held back\s+3 to decide/)
  assert.match(seen, /Lists that are older[\s\S]*Last notes/)
})
