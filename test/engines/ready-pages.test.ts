import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY, MINUTE, systemClock } from '../../src/base/time.ts'
import { keepEvidence } from '../../src/hub/flows/keep-evidence.ts'
import { keepPlan } from '../../src/hub/flows/keep-plan.ts'
import { readPlan } from '../../src/readiness/plan/read-plan.ts'
import { changedPlan } from '../readiness/sample-plan.ts'
import { wholeEvidence } from '../readiness/whole-evidence.ts'
import { type HubPages, hubPages, signIn, soundAtEveryWidth } from './lab/hub-pages.ts'

/** The pages of readiness and evidence in a real browser, with checks that are met, failed, missing and excluded. */
const WHO = { program: 'test' }

let at: HubPages
let fileRecord = ''

before(async () => {
  at = await hubPages()
})
after(() => at?.[Symbol.asyncDispose]())

/** The sample's plan with one check left out, half of what it wants shown, and one restore that failed. */
async function halfReady(): Promise<void> {
  const now = systemClock.now()
  const line =
    'exclusions: [{ check: U4, owner: famberworth, because: Telephones move in January., until: 2027-01-31 }]'
  const files = changedPlan(['practice.yaml', 'copies:', `${line}\ncopies:`])
  await keepPlan(at.hub.centre, files, { who: WHO, because: 'first' })
  const all = wholeEvidence(readPlan(files).plan, now - 3 * MINUTE).map(({ id: _id, artefact: _file, ...one }) => one)
  const shown = all.filter(({ kind }) => kind !== 'event-record' && kind !== 'ups-drill' && kind !== 'drill')
  const old = shown.map((one) => (one.kind === 'line-drill' ? { ...one, at: now - 200 * DAY } : one))
  await keepEvidence(at.hub.centre, old, WHO)
  const failed = { ...all[0], kind: 'restore-test' as const, subject: 'backup:ehr-backup', at: now - MINUTE }
  const [kept] = await keepEvidence(
    at.hub.centre,
    [
      {
        ...failed,
        outcome: 'failed',
        because: 'The newest row was two days old.',
        measured: [{ what: 'took', value: 5400, unit: 's' }],
        people: ['otarnbrook'],
        artefact: { name: 'restore.html', mediaType: 'text/html', content: Buffer.from('<script>alert(1)</script>') },
      },
    ],
    WHO,
  )
  fileRecord = kept?.id ?? ''
}

test('without a plan nobody can say, and the page says what to do', async () => {
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/ready`)
  assert.match(await page.locator('h1 + p').innerText(), /^Nobody can say: no plan is kept yet/)
  await page.close()
})

test('the answer, its counts and what would help most stand first; each check tells what it rests on', async () => {
  await halfReady()
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/ready`)
  assert.match(
    await page.locator('h1 + p').innerText(),
    /^No: 1 check has failed, \d+ are not shown by anything young enough, \d+ are met, and 1 is left out\.$/,
  )
  const counts = await page.locator('.tally').innerText()
  assert.match(counts, /1 failed\s+\d+ missing\s+1 excluded\s+\d+ met/)
  assert.equal(await page.locator('ol.helps > li').count(), 3)
  assert.match(
    await page.locator('ol.helps > li').first().innerText(),
    /^Restore each backup[^]*newest row was two days old[^]*B5/,
  )
  assert.equal(await page.locator('.glance a').count(), 67)
  await page.locator('.glance a', { hasText: 'B5' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/ready/check/B5')
  const words = await page.locator('main').innerText()
  assert.match(words, /45 CFR 164\.308\(a\)\(7\)\(ii\)\(A\)/)
  assert.match(words, /EHR data, full each night and logs all day[^]*failed/)
  await page.locator('tr', { hasText: 'EHR data' }).locator('a.row-link').click()
  await page.waitForURL('**/evidence/evidence_*')
  assert.match(await page.locator('main').innerText(), /Omar Tarnbrook[^]*restore\.html[^]*B5/)
  await page.goto(`${at.hub.url}/ready/check/U4`)
  assert.match(
    await page.locator('main').innerText(),
    /Flora Amberworth leaves it out until 2027-01-31: Telephones move in January\./,
  )
  assert.equal((await page.goto(`${at.hub.url}/ready/check/Z9`))?.status(), 404)
  await page.close()
})

test('evidence is found by kind and subject, its file comes as a download only, and all of it can be taken along', async () => {
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/evidence`)
  await page.selectOption('select[name=kind]', 'restore-test')
  await page.fill('input[name=about]', 'backup:ehr-backup')
  await page.click('button:has-text("Show")')
  await page.waitForURL('**/evidence?kind=restore-test**')
  assert.equal(await page.locator('tbody tr').count(), 2)
  const get = async (path: string) => page.request.get(at.hub.url + path)
  const lines = (await (await get('/evidence/export?as=jsonl&kind=restore-test&about=backup%3Aehr-backup')).text())
    .trim()
    .split('\n')
  assert.equal(lines.length, 2)
  assert.match(await (await get('/evidence/export?as=csv')).text(), /^seq,id,kind,about/)
  const oscal: unknown = await (await get('/evidence/export?as=oscal')).json()
  assert.ok(typeof oscal === 'object' && oscal !== null && 'assessment-results' in oscal)
  const file = await get(`/evidence/${fileRecord}/file`)
  assert.deepEqual(
    [file.headers()['content-type'], file.headers()['content-disposition']],
    ['application/octet-stream', `attachment; filename*=UTF-8''restore.html`],
  )
  await page.goto(`${at.hub.url}/evidence`)
  await page.click('button:has-text("Check the whole chain now")')
  await page.locator('.note', { hasText: 'The chain holds' }).waitFor()
  assert.equal((await page.goto(`${at.hub.url}/evidence/nothing`))?.status(), 404)
  await page.close()
})

soundAtEveryWidth(
  'the pages of readiness',
  () => at,
  () => ['/ready', '/ready/check/B5', '/ready/check/U4', '/evidence', `/evidence/${fileRecord}`],
)
