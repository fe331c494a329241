import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { RoleGrant } from '../../src/access/access.ts'
import { acceptLink, invite } from '../../src/access/people/joining.ts'
import { systemClock } from '../../src/base/time.ts'
import { heldBack } from '../../src/hub/held/store.ts'
import { changes, chartOf, charts, idsIn, listOf, NOW, panelOf, type Stage, stageOn } from '../truth/stage.ts'
import { type HubPages, hubPages, PASSWORD, signIn, soundAtEveryWidth } from './lab/hub-pages.ts'

/** The page of what is held back, in a real browser, with all three kinds of questions. */
let at: HubPages
let stage: Stage
const ids = Array.from({ length: 60 }, (_, nth) => String(nth + 1))
const full = (id: string, allergies = [`${id}a`, `${id}b`]) =>
  chartOf('ehr', id, { family: `Ambermarsh${id}` }, { allergies: listOf('allergies', allergies) })
const other = { mrn: '7', name: { family: 'Kalium', given: ['Karl'] }, birthDate: '1950-07-07' }

before(async () => {
  at = await hubPages({})
  stage = await stageOn(at.hub.centre.db, [
    { id: 'ehr', issuer: 'harbor' },
    { id: 'labs', kind: 'hl7v2', issuer: 'harbor' },
  ])
  const all = ids.map((id) => full(id))
  await stage.read('ehr', [charts(...all), panelOf(...all)])
  await stage.read('labs', [
    changes({ type: 'patient', sourceId: 'labs', patientId: '7', at: NOW, patient: other }),
    changes({ type: 'patient', sourceId: 'labs', patientId: '99', at: NOW, patient: { ...other, mrn: '99' } }),
  ])
  const stranger = { mrn: '99', name: { family: 'Fremdling', given: ['Fritz'] }, birthDate: '1933-12-03' }
  await stage.read('labs', [
    changes({ type: 'patient', sourceId: 'labs', patientId: '99', at: NOW + 1, patient: stranger }),
  ])
  await stage.read('ehr', [charts(...ids.map((id) => full(id, [])))])
  for (const [login, role] of [
    ['it', 'it'],
    ['doctor', 'clinician'],
    ['desk', 'front-desk'],
    ['bill', 'billing'],
    ['audit', 'auditor'],
  ] as const)
    await add(login, [{ role, sites: 'all' }])
  await add('east', [{ role: 'clinician', sites: ['east'] }])
})
after(() => at?.[Symbol.asyncDispose]())

async function add(login: string, grants: RoleGrant[]): Promise<void> {
  const { db } = at.hub.centre
  const { token } = await invite(db, { login, name: login, grants }, { program: 'hub' }, systemClock)
  await acceptLink(db, token, PASSWORD, systemClock)
}

async function as<Done>(login: string, act: (page: Page) => Promise<Done>): Promise<Done> {
  const context = await at.browser.newContext()
  const page = await context.newPage()
  try {
    await signIn(page, at.hub, login)
    return await act(page)
  } finally {
    await context.close()
  }
}

const shrink = () => heldBack(stage.db, 'open').then((all) => all.find(({ kind }) => kind === 'shrink'))

soundAtEveryWidth(
  'the page of what is held back',
  () => at,
  () => ['/held'],
)

test('who may see sources sees what is held back; names are for those who may see charts; deciding is for neither desk nor auditor', async () => {
  const rows: [string, number, boolean, boolean][] = [
    ['owner', 200, false, true],
    ['it', 200, false, true],
    ['doctor', 200, true, true],
    ['auditor', 200, false, false],
    ['desk', 403, false, false],
    ['bill', 403, false, false],
    ['east', 200, false, false],
  ]
  const held = await shrink()
  assert.ok(held !== undefined)
  for (const [who, status, names, decides] of rows) {
    const login = who === 'auditor' ? 'audit' : who
    await as(login, async (page) => {
      const answer = await page.goto(`${at.hub.url}/held`)
      assert.equal(answer?.status(), status, login)
      const words = await page.content()
      assert.equal(/Kalium|Fremdling|Ambermarsh/.test(words), names, `${login} and names`)
      if (status === 200)
        assert.equal(await page.locator('button:text("Remove from charts")').isEnabled(), decides, `${login} decides`)
      const csrf = (await page.locator('input[name=csrf]').first().getAttribute('value')) ?? ''
      const sent = (path: string, fields: { [name: string]: string }) =>
        page.request.post(`${at.hub.url}${path}`, {
          form: { csrf, ...fields },
          headers: { origin: at.hub.url },
          maxRedirects: 0,
        })
      const nothing = await sent(`/held/${held.id}/approve`, { reason: 'x', typed: 'nonsense' })
      assert.equal(nothing.status(), decides ? 409 : 403, `${login} approves with the wrong word`)
      assert.equal((await sent('/held/nosuch/approve', { reason: 'x', typed: 'ehr' })).status(), decides ? 404 : 403)
      const join = await sent('/held/join', {
        reason: 'x',
        decision: 'same',
        number: 'nosuch',
        source: 'labs',
        record: '7',
      })
      assert.equal(join.status(), names && decides ? 404 : 403, `${login} joins`)
    })
  }
  assert.equal((await shrink())?.decisions.length, 0, 'nothing of it was decided')
  assert.equal(idsIn((await stage.panel()).get('5'), 'allergies').length, 2)
})

test('two people let allergies go, one person undoes it, all on the page', async () => {
  const approve = (page: Page) => async () => {
    await page.goto(`${at.hub.url}/held`)
    await page.fill('input[name=typed]', 'ehr')
    await page.locator('form:has(input[name=typed]) input[name=reason]').fill('The EHR shows none either')
    await page.click('button:text("Remove from charts")')
    await page.waitForURL('**/held')
  }
  await as('owner', async (page) => {
    await approve(page)()
    assert.match(await page.locator('main').innerText(), /Approved by\s*owner/)
    assert.equal(await page.locator('button:text("Remove from charts")').isEnabled(), false)
  })
  assert.equal(idsIn((await stage.panel()).get('5'), 'allergies').length, 2)
  await as('it', (page) => approve(page)())
  assert.equal(idsIn((await stage.panel()).get('5'), 'allergies').length, 0)
  await as('doctor', async (page) => {
    await page.goto(`${at.hub.url}/held`)
    await page.locator('form:has(button:text-is("Undo")) input[name=reason]').first().fill('They are back on paper')
    await page.locator('button:text-is("Undo")').first().click()
    await page.waitForURL('**/held')
  })
  assert.equal(idsIn((await stage.panel()).get('5'), 'allergies').length, 2)
})

test('a clinician joins records, keeps others apart, and takes it back', async () => {
  assert.equal((await stage.panel()).size, 62)
  await as('doctor', async (page) => {
    const decide = async (label: string) => {
      await page.goto(`${at.hub.url}/held`)
      const form = page.locator(`form:has(button:text-is("${label}"))`).first()
      await form.locator('input[name=reason]').fill('Asked the patient')
      await form.locator(`button:text-is("${label}")`).click()
      await page.waitForURL('**/held')
    }
    await decide('Same person: join')
    assert.equal((await stage.panel()).size, 61)
    assert.equal((await stage.panel()).get('7')?.patient.formerNames[0]?.family, 'Kalium')
    await page.locator('form:has(input[name=record]) input[name=reason]').fill('It was a mistake')
    await page.locator('form:has(input[name=record]) button:text-is("Undo")').click()
    await page.waitForURL('**/held')
    assert.equal((await stage.panel()).size, 62)
    await decide('Different person: keep out')
    assert.equal((await heldBack(stage.db, 'open')).filter(({ kind }) => kind === 'identity').length, 0)
  })
})
