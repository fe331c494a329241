import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { stringify } from 'yaml'
import { acceptLink, invite } from '../../src/access/people/joining.ts'
import { systemClock } from '../../src/base/time.ts'
import { keepPlan } from '../../src/hub/flows/keep-plan.ts'
import { newestPlanVersion, planFilesOf } from '../../src/readiness/store.ts'
import { changedPlan, samplePlan } from '../readiness/sample-plan.ts'
import { type HubPages, hubPages, PASSWORD, signIn, soundAtEveryWidth } from './lab/hub-pages.ts'
import { faultsOf } from './lab/sound-page.ts'

/** Changing the plan on the page, in a real browser: by keyboard alone, by two at once, pressed twice; what comes out are the same files. */
const FORMS = [
  '/plan/edit',
  '/plan/edit/person/edriftgale',
  '/plan/edit/person',
  '/plan/edit/roster/it-on-call',
  '/plan/edit/site/riverside',
  '/plan/edit/vendor/tessera-ehr',
]
const FLORA = { personId: 'person_1', login: 'famberworth' }
const PROGRAM = join(import.meta.dirname, '../../src/cli/holdfast.ts')

let at: HubPages
before(async () => {
  at = await hubPages()
  await keepPlan(at.hub.centre, samplePlan, { who: FLORA, because: 'approved in September' })
})
after(() => at[Symbol.asyncDispose]())

async function open(path: string): Promise<Page> {
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(at.hub.url + path)
  return page
}

/** Tab until something of this name has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 200; presses++) {
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`Tab never came to ${selector}`)
}

test('a whole change by keyboard: from the plan to the version it made', async () => {
  const page = await open('/plan')
  await tabTo(page, 'a[href="/plan/edit"]')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/plan/edit')
  await tabTo(page, 'a[href="/plan/edit/person/bfenworth"]')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/bfenworth')
  await tabTo(page, '#field-phones-0-number')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('12')
  await tabTo(page, '#field-because')
  await page.keyboard.type('A new telephone')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.error-summary')
  assert.match(await page.innerText('.error-summary'), /A telephone number has at least seven digits/)
  await tabTo(page, '.error-summary a')
  await page.keyboard.press('Enter')
  await tabTo(page, '#field-phones-0-number')
  assert.equal(await page.inputValue('#field-phones-0-number'), '12')
  assert.equal(await page.inputValue('#field-because'), 'A new telephone')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('(414) 555-0199')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/plan/versions/2')
  assert.match(
    await page.innerText('main'),
    /Kept by owner[^]*A new telephone[^]*Bonnie Fenworth[^]*changed\s+Telephones: was \(414\) 555-0126 · mobile; is \(414\) 555-0199/,
  )
  assert.deepEqual(
    await planFilesOf(at.hub.centre.db, 2),
    changedPlan(['people.yaml', '(414) 555-0126', '(414) 555-0199']),
  )
  await page.close()
})

test('pressing twice makes one version', async () => {
  const page = await open('/plan/edit/site/riverside')
  await page.fill('#field-phone', '(608) 555-0119')
  await page.fill('#field-because', 'The number moved')
  const url = `${at.hub.url}/plan/edit/site/riverside`
  // As a browser does that is pressed again before it heard the answer.
  await page.evaluate(
    'Promise.all([1, 2].map(() => fetch(location.href, { method: "POST", body: new URLSearchParams(new FormData(document.querySelector("form.edit"))) })))',
  )
  await page.goto(url)
  assert.equal(await page.inputValue('#field-phone'), '(608) 555-0119')
  assert.equal((await newestPlanVersion(at.hub.centre.db))?.version, 3)
  await page.close()
})

test('of two who change the same roster the second is shown what the first did, and both exchanges are kept', async () => {
  const [first, second] = [await open('/plan/edit/roster/it-on-call'), await open('/plan/edit/roster/it-on-call')]
  const write = async (page: Page, nth: number, person: string, from: string, to: string): Promise<void> => {
    await page.selectOption(`#field-overrides-${nth}-person`, person)
    await page.fill(`#field-overrides-${nth}-from`, from)
    await page.fill(`#field-overrides-${nth}-to`, to)
    await page.fill('#field-because', `${person} stands in`)
    await page.click('button:has-text("Keep this")')
  }
  await write(first, 1, 'otarnbrook', '2026-12-24T08:00', '2026-12-26T08:00')
  await first.waitForURL('**/plan/versions/4')
  await write(second, 1, 'zsedgeden', '2026-12-31T08:00', '2027-01-02T08:00')
  await second.waitForSelector('.note.watch')
  assert.match(await second.innerText('.note.watch'), /owner kept version 4[^]*nothing of yours is lost/)
  assert.deepEqual(await faultsOf(second), [])
  assert.equal(await second.inputValue('#field-overrides-1-person'), 'otarnbrook')
  assert.equal(await second.inputValue('#field-overrides-2-person'), 'zsedgeden')
  await second.click('button:has-text("Keep this")')
  await second.waitForURL('**/plan/versions/5')
  const roster = (await planFilesOf(at.hub.centre.db, 5)).get('roster.yaml') ?? ''
  assert.match(
    roster,
    /person: otarnbrook, from: 2026-12-24 08:00, to: 2026-12-26 08:00, because|person: otarnbrook, from: 2026-12-24 08:00, to: 2026-12-26 08:00 \}/,
  )
  assert.match(roster, /person: zsedgeden, from: 2026-12-31 08:00/)
  assert.match(roster, /# Stands in when the first is on leave\./)
  await first.close()
  await second.close()
})

test('a leave that would leave a night without anybody is kept only by who was told', async () => {
  for (const id of ['famberworth', 'iquillstrand']) {
    const page = await open(`/plan/edit/person/${id}`)
    await page.fill('#field-leave-0-from', '2026-12-15')
    await page.fill('#field-leave-0-to', '2026-12-16')
    await page.fill('#field-because', 'A meeting of both')
    await page.click('button:has-text("Keep this")')
    if (id === 'iquillstrand') {
      await page.waitForSelector('.note.watch')
      assert.match(
        await page.innerText('.note.watch'),
        /Incident commander on call: nobody is on call from Tue 2026-12-15/,
      )
      await page.check('input[name=knows]')
      await page.click('button:has-text("then keep it")')
    }
    await page.waitForURL('**/plan/versions/*')
    await page.close()
  }
})

test('somebody whom the plan still names is not taken out; what names them is told', async () => {
  const page = await open('/plan/edit/person/zsedgeden')
  await page.click('details.act summary')
  await page.fill('#field-gone-because', 'left')
  await page.click('button:has-text("Take Zelda Sedgeden out")')
  await page.waitForSelector('.note.act[role=alert]')
  assert.match(await page.innerText('.note.act[role=alert]'), /cannot be kept so[^]*zsedgeden/)
  assert.deepEqual(await faultsOf(page), [])
  await page.close()
})

test('who may only read the plan sees why, and cannot change it by another way', async () => {
  const { db } = at.hub.centre
  // The front desk may change the plan, but not by a role at one site: the plan is the whole practice's.
  const grants = [{ role: 'front-desk' as const, sites: ['riverside'] }]
  const invited = await invite(db, { login: 'desk', name: 'Nadia Renlock', grants }, FLORA, systemClock)
  await acceptLink(db, invited.token, PASSWORD, systemClock)
  const page = await at.browser.newPage()
  await signIn(page, at.hub, 'desk')
  await page.goto(`${at.hub.url}/plan/edit/person/bfenworth`)
  const button = page.locator('button:has-text("Keep this")')
  assert.equal(await button.isDisabled(), true)
  assert.match(await page.innerText('form.edit .because'), /needs the role owner or it or front-desk/)
  const before = await newestPlanVersion(db)
  const status = await page.evaluate(
    'fetch(location.href, { method: "POST", body: new URLSearchParams(new FormData(document.querySelector("form.edit"))) }).then((answer) => answer.status)',
  )
  assert.equal(status, 403)
  assert.deepEqual(await newestPlanVersion(db), before)
  assert.deepEqual(await faultsOf(page), [])
  await page.close()
})

test('what take-out writes into a folder is what the page kept, byte for byte', async () => {
  const version = (await newestPlanVersion(at.hub.centre.db))?.version ?? 0
  const practice = { id: 'harbor-valley', name: 'Harbor Valley', zone: 'America/Chicago' }
  const config = join(at.folder, 'cli.yaml')
  await writeFile(config, stringify({ practice, data: join(at.folder, 'cli'), database: at.databaseUrl }))
  const folder = join(at.folder, 'out')
  await promisify(execFile)(process.execPath, [PROGRAM, 'plan', 'take-out', String(version), folder, '-c', config])
  for (const [file, text] of await planFilesOf(at.hub.centre.db, version))
    assert.equal(await readFile(join(folder, file), 'utf8'), text, file)
  const [, untouched] = ['people.yaml', 'systems.yaml']
  assert.equal(await readFile(join(folder, untouched ?? ''), 'utf8'), samplePlan.get(untouched ?? ''))
})

soundAtEveryWidth(
  'the forms of the plan',
  () => at,
  () => FORMS,
)
