import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '../../src/base/time.ts'
import { addDays, dayOf } from '../../src/base/zone.ts'
import { keepPlan } from '../../src/hub/flows/keep-plan.ts'
import { changedPlan, samplePlan } from '../readiness/sample-plan.ts'
import { type HubPages, hubPages, signIn, soundAtEveryWidth } from './lab/hub-pages.ts'
import { faultsOf } from './lab/sound-page.ts'

/** The pages of the plan in a real browser: what they say, nothing for axe to find, nothing that scrolls sideways. */
const PAGES = [
  '/plan',
  '/plan/on-call',
  '/plan/reviews',
  '/plan/versions',
  '/plan/versions/2',
  '/plan/changes?from=1&to=2',
]
const FLORA = { personId: 'person_1', login: 'famberworth' }
const day = (days: number): string => addDays(dayOf(systemClock.now(), 'America/Chicago'), days)

let at: HubPages
before(async () => {
  at = await hubPages()
})
after(() => at[Symbol.asyncDispose]())

test('where no plan is kept, the page says how to begin', async () => {
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/plan`)
  assert.match(await page.innerText('main'), /No plan is kept yet[^]*holdfast plan init/)
  assert.deepEqual(await faultsOf(page), [])
  assert.equal((await page.goto(`${at.hub.url}/plan/print`))?.status(), 404)
  await page.close()
})

test('the plan in force is read as a document: blanks, complaints beside their place, who is on call, what is to be looked over', async () => {
  await keepPlan(at.hub.centre, samplePlan, { who: FLORA, because: 'approved in September' })
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/plan`)
  const files = changedPlan(
    // Both who could be on call are away, so there is a gap; one of them cannot be called.
    ['people.yaml', '      - { from: 2026-12-28, to: 2027-01-08 }', `      - { from: ${day(-1)}, to: ${day(40)} }`],
    ['roster.yaml', 'people: [edriftgale, lingfell, otarnbrook, zsedgeden]', 'people: [edriftgale]'],
    [
      'roster.yaml',
      '      # Stands in when the first is on leave.\n      - { people: [otarnbrook, zsedgeden, lingfell], starts: 2026-01-05, at: "08:00", every: 1w }\n',
      '',
    ],
    ['roster.yaml', 'from: 2026-11-26 08:00, to: 2026-11-27 08:00', `from: ${day(3)} 08:00, to: ${day(6)} 08:00`],
    ['people.yaml', '- { number: (414) 555-0102, kind: mobile }', '- { number: (414) 555-0102, kind: desk }'],
    ['people.yaml', '- { number: (262) 555-0102, kind: home }', '- { number: (262) 555-0102, kind: desk }'],
    ['vendors.yaml', 'account: C-1180', 'account: TODO ask for the contract number'],
    ['systems.yaml', 'rto: 8h\n    rpo: 1h\n    mtd: 7d', 'rto: 10h\n    rpo: 1h\n    mtd: 7d'],
  )
  await keepPlan(at.hub.centre, files, { who: FLORA, because: 'what came of the drill' })
  // The page that is open hears of it.
  await page.locator('.headline', { hasText: 'Version 2 is in force' }).waitFor()
  const words = await page.innerText('main')
  assert.match(words, /kept by famberworth/)
  assert.match(words, /IT on call\s+■?\s*nobody/i)
  assert.match(words, /still to be written: ask for the contract number/)
  assert.match(words, /Back within\s+10 hours/)
  const roster = page.locator('#roster-it-on-call')
  assert.match(await roster.innerText(), /IT on call: nobody is on call from/i)
  assert.match(await page.locator('#people-lingfell').innerText(), /Lila Ingfell has only a telephone on the desk/)
  assert.match(await page.locator('.side .nav a[aria-current]').innerText(), /Plan\s+1/)
  await page.goto(`${at.hub.url}/plan/on-call`)
  assert.match(await page.innerText('.headline'), /Nobody is on call now on: IT on call\. IT on call: nobody from/)
  assert.match(await page.innerText('.headline'), /Lila Ingfell has no number that rings at night/)
  const gap = page.locator('section', { hasText: 'IT on call' }).locator('svg[aria-label^="Nobody"] rect.gap')
  assert.ok((await gap.count()) >= 1)
  assert.match(
    (await page.locator('svg[aria-label^="Emil Driftgale"]').first().getAttribute('aria-label')) ?? '',
    /on leave from/,
  )
  await page.close()
})

test('a system that changed waits until somebody says what came of looking it over', async () => {
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/plan/reviews`)
  assert.match(await page.innerText('main'), /1 system waits[^]*E-prescribing changed/)
  await page.click('button:has-text("I looked it over")')
  assert.match(await page.innerText('.error-summary'), /Say what you looked at/)
  await page.fill('textarea[name=outcome]', 'The runbook and the restore test still hold.')
  await page.click('button:has-text("I looked it over")')
  await page.waitForURL('**/plan/reviews')
  assert.match(await page.innerText('main'), /No system waits[^]*owner\s+The runbook and the restore test still hold/)
  assert.doesNotMatch(await page.locator('.side .nav a[aria-current]').innerText(), /1/)
  await page.close()
})

soundAtEveryWidth(
  'the pages of the plan',
  () => at,
  () => PAGES,
)

test('on paper every sheet says which version it is, and the drawing needs no colour', async () => {
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/plan/print`)
  assert.deepEqual(await faultsOf(page), [])
  await page.emulateMedia({ media: 'print' })
  assert.match(await page.innerText('body'), /Contingency plan of Harbor Valley Medical Group/)
  assert.equal(await page.locator('button[data-print]').isVisible(), false)
  const sheet = await page.request.get(`${at.hub.url}/plan/print/sheet.css`)
  assert.match(await sheet.text(), /contingency plan, version 2, printed .* \(America\/Chicago\)/)
  const shots = process.env.HOLDFAST_SHOTS
  const pdf = await page.pdf({
    format: 'Letter',
    preferCSSPageSize: false,
    ...(shots === undefined ? {} : { path: `${shots}/plan.pdf` }),
  })
  assert.ok(pdf.length > 20_000)
  await page.close()
})
