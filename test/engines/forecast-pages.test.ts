import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { silentLog } from '../../src/base/log.ts'
import { DAY, HOUR, MINUTE, systemClock } from '../../src/base/time.ts'
import { readHubConfig } from '../../src/hub/config.ts'
import { type HubDatabase, openHubDatabase } from '../../src/hub/database/hub-database.ts'
import { type ScratchServer, scratchServer } from '../../src/hub/database/scratch.ts'
import { keepPlan } from '../../src/hub/flows/keep-plan.ts'
import { type Hub, startHub } from '../../src/hub/hub.ts'
import { addEvidence } from '../../src/readiness/evidence/store.ts'
import { samplePlan } from '../readiness/sample-plan.ts'

/** "If it happened now" and the appendicitis test in a real browser: no plan, a plan without evidence, and with some; sound at three widths. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')
const PASSWORD = 'harbor lantern quiet 7'
const PAGES = [
  '/ready/if-it-happened',
  '/ready/if-it-happened/host-dies',
  '/ready/if-it-happened/site-power',
  '/ready/without',
  '/ready/without?take=person:edriftgale',
  '/ready/without?take=vendor:valley-electric',
]

let server: ScratchServer
let folder: string
let hub: Hub
let store: HubDatabase
let browser: Browser

before(async () => {
  server = await scratchServer()
  folder = await mkdtemp(join(tmpdir(), 'hf-ready-'))
  const databaseUrl = (await server.database({ migrated: false })).url
  const yaml = `practice: { id: hv, name: Harbor Valley Medical Group, zone: America/Chicago }
data: ${folder}
database: "${databaseUrl}"
listen: 127.0.0.1:0
sample: true
`
  const { config, complaints } = readHubConfig(yaml, join(folder, 'hub.yaml'), {})
  assert.deepEqual(complaints, [])
  assert.ok(config !== undefined)
  hub = await startHub({ config, log: silentLog, clock: systemClock })
  store = await openHubDatabase({ dataDir: folder, databaseUrl, log: silentLog })
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
})
after(async () => {
  await browser?.close()
  await store?.[Symbol.asyncDispose]()
  await hub?.stop()
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

let signedUp = false
async function signIn(page: Page): Promise<void> {
  const first = hub.firstOwnerLink !== undefined && !signedUp
  await page.goto(first ? (hub.firstOwnerLink ?? '') : `${hub.url}/sign-in`)
  await page.fill('input[name=login]', 'flora')
  if (first) await page.fill('input[name=name]', 'Flora Amberworth')
  await page.fill('input[name=password]', PASSWORD)
  for (const again of await page.locator('input[name=again]').all()) await again.fill(PASSWORD)
  await page.press('input[name=password]', 'Enter')
  await page.waitForURL((url) => !/^\/(start|sign-in)/.test(url.pathname))
  signedUp = true
}

async function faultsOf(page: Page, path: string): Promise<string[]> {
  await page.goto(hub.url + path)
  await page.evaluate(axe)
  const found: unknown = await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((all) => all.violations.map((one) => one.id + " at " + one.nodes[0].target.join(" ")))',
  )
  const sideways: unknown = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
  const faults = Array.isArray(found) ? found.map(String) : ['axe said nothing']
  return Number(sideways) > 0 ? [...faults, `scrolls sideways by ${Number(sideways)} px`] : faults
}

test('without a plan both pages say so and how to keep one; with one, nothing is known that was never tested', async () => {
  const page = await browser.newPage()
  await signIn(page)
  for (const path of ['/ready/if-it-happened', '/ready/without']) {
    await page.goto(hub.url + path)
    assert.match(await page.locator('main').innerText(), /No plan is kept[\s\S]*holdfast plan keep/)
  }
  await keepPlan(
    { db: store.db, clock: systemClock, audit: async () => undefined, changed: async () => undefined },
    samplePlan,
    { who: { program: 'a test' }, because: 'it begins' },
  )
  await page.goto(`${hub.url}/ready/if-it-happened/host-dies`)
  const words = await page.locator('main').innerText()
  assert.match(words, /not known: never tested: no rehearsal or drill of “Fail over to the standby”/)
  assert.match(words, /promised: 20 min/)
  assert.match(words, /Emil Driftgale[\s\S]*never tested whether a notice reaches them/)
  assert.match(words, /Nothing yet/)
  await page.close()
})

test('what is measured comes to the page as a range with its record, and what falls is drawn', async () => {
  const at = systemClock.now() - DAY
  const record = { outcome: 'held' as const, people: [], because: 'It was done on a copy.' }
  await addEvidence(store.db, systemClock, 'a test', [
    {
      ...record,
      kind: 'failover-drill',
      subject: 'standby:ehr-replica',
      at: at - DAY,
      measured: [{ what: 'took', value: 40 * MINUTE, unit: 'ms' }],
    },
    {
      ...record,
      kind: 'failover-drill',
      subject: 'standby:ehr-replica',
      at,
      measured: [{ what: 'took', value: 12 * MINUTE, unit: 'ms' }],
    },
    {
      ...record,
      kind: 'site-reads',
      subject: 'site:riverside',
      at,
      measured: [{ what: 'took', value: 40, unit: 's' }],
    },
    {
      ...record,
      kind: 'restore-test',
      subject: 'backup:ehr-backup',
      at,
      measured: [{ what: 'newest record', value: at - 3 * HOUR, unit: 'instant' }],
    },
  ])
  const page = await browser.newPage()
  await signIn(page)
  await page.goto(`${hub.url}/ready/if-it-happened/host-dies`)
  const words = await page.locator('main').innerText()
  assert.match(words, /12 min to 40 min/)
  assert.match(words, /failover drill/)
  assert.match(words, /From its lockbox\. Until it can be read: 40 s/)
  await page.goto(`${hub.url}/ready/without?take=person:edriftgale`)
  assert.match(await page.locator('main').innerText(), /Without Emil Driftgale \(person\)/)
  assert.equal(await page.locator('.fall-map .unfinished').count(), 4)
  assert.equal((await page.goto(`${hub.url}/ready/without?take=person:nobody`))?.status(), 404)
  assert.equal((await page.goto(`${hub.url}/ready/if-it-happened/nothing`))?.status(), 404)
  await page.close()
})

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1440, 820, 390])
    test(`the pages of the forecast are sound at ${width} px, ${colorScheme}`, async () => {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
      const page = await context.newPage()
      await signIn(page)
      const faults: string[] = []
      for (const path of PAGES) {
        faults.push(...(await faultsOf(page, path)).map((fault) => `${path}: ${fault}`))
      }
      assert.deepEqual(faults, [])
      await context.close()
    })
