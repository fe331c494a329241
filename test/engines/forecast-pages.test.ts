import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY, HOUR, MINUTE, systemClock } from '../../src/base/time.ts'
import { keepPlan } from '../../src/hub/flows/keep-plan.ts'
import { addEvidence } from '../../src/readiness/evidence/store.ts'
import { samplePlan } from '../readiness/sample-plan.ts'
import { type HubPages, hubPages, signIn, soundAtEveryWidth } from './lab/hub-pages.ts'

/** "If it happened now" and the appendicitis test in a real browser: no plan, a plan without evidence, and with some; sound at three widths. */
const PAGES = [
  '/ready/if-it-happened',
  '/ready/if-it-happened/host-dies',
  '/ready/if-it-happened/site-power',
  '/ready/without',
  '/ready/without?take=person:edriftgale',
  '/ready/without?take=vendor:valley-electric',
]

let at: HubPages
before(async () => {
  at = await hubPages()
})
after(() => at?.[Symbol.asyncDispose]())

test('without a plan both pages say so and how to keep one; with one, nothing is known that was never tested', async () => {
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  for (const path of ['/ready/if-it-happened', '/ready/without']) {
    await page.goto(at.hub.url + path)
    assert.match(await page.locator('main').innerText(), /No plan is kept[\s\S]*holdfast plan keep/)
  }
  await keepPlan(at.hub.centre, samplePlan, { who: { program: 'a test' }, because: 'it begins' })
  await page.goto(`${at.hub.url}/ready/if-it-happened/host-dies`)
  const words = await page.locator('main').innerText()
  assert.match(words, /not known: never tested: no rehearsal or drill of “Fail over to the standby”/)
  assert.match(words, /promised: 20 min/)
  assert.match(words, /Emil Driftgale[\s\S]*never tested whether a notice reaches them/)
  assert.match(words, /Nothing yet/)
  await page.close()
})

test('what is measured comes to the page as a range with its record, and what falls is drawn', async () => {
  const day = systemClock.now() - DAY
  const record = { outcome: 'held' as const, people: [], because: 'It was done on a copy.' }
  await addEvidence(at.hub.centre.db, systemClock, 'a test', [
    {
      ...record,
      kind: 'failover-drill',
      subject: 'standby:ehr-replica',
      at: day - DAY,
      measured: [{ what: 'took', value: 40 * MINUTE, unit: 'ms' }],
    },
    {
      ...record,
      kind: 'failover-drill',
      subject: 'standby:ehr-replica',
      at: day,
      measured: [{ what: 'took', value: 12 * MINUTE, unit: 'ms' }],
    },
    {
      ...record,
      kind: 'site-reads',
      subject: 'site:riverside',
      at: day,
      measured: [{ what: 'took', value: 40, unit: 's' }],
    },
    {
      ...record,
      kind: 'restore-test',
      subject: 'backup:ehr-backup',
      at: day,
      measured: [{ what: 'newest record', value: day - 3 * HOUR, unit: 'instant' }],
    },
  ])
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/ready/if-it-happened/host-dies`)
  const words = await page.locator('main').innerText()
  assert.match(words, /12 min to 40 min/)
  assert.match(words, /failover drill/)
  assert.match(words, /From its lockbox\. Until it can be read: 40 s/)
  await page.goto(`${at.hub.url}/ready/without`)
  const answer = await page.locator('h1 + p').innerText()
  assert.match(answer, /^(Who must not fall ill now: |Nobody alone must stay well: )/)
  const told = / Without ([^:]+ \(\w+\)): /.exec(answer)?.[1]
  assert.equal(await page.locator('h2', { hasText: /^Without / }).innerText(), `Without ${told}`)
  await page.goto(`${at.hub.url}/ready/without?take=person:edriftgale`)
  assert.match(await page.locator('main').innerText(), /Without Emil Driftgale \(person\)/)
  assert.equal(await page.locator('.fall-map .unfinished').count(), 4)
  assert.equal((await page.goto(`${at.hub.url}/ready/without?take=person:nobody`))?.status(), 404)
  assert.equal((await page.goto(`${at.hub.url}/ready/if-it-happened/nothing`))?.status(), 404)
  await page.close()
})

soundAtEveryWidth(
  'the pages of the forecast',
  () => at,
  () => PAGES,
)
