import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import { readHubConfig } from '../../src/hub/config.ts'
import { type ScratchServer, scratchServer } from '../../src/hub/database/scratch.ts'
import { type Hub, startHub } from '../../src/hub/hub.ts'
import { recentRuns } from '../../src/monitor/power/store.ts'
import { type FarSide, farSide } from '../contracts/far-side.ts'
import { until } from '../scenarios/stage/until.ts'

/** The pages of power in a real browser: practised, then for real, with a stop of which nobody knows how it ended. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')
const PASSWORD = 'harbor lantern quiet 7'
const says = { status: 'OL' }
let server: ScratchServer
let folder: string
let hub: Hub
let upsd: FarSide
let browser: Browser

before(async () => {
  server = await scratchServer()
  folder = await mkdtemp(join(tmpdir(), 'hf-power-pages-'))
  upsd = await farSide((socket) =>
    socket.on('data', (said) => {
      if (String(said).startsWith('LIST'))
        socket.write(
          `BEGIN LIST VAR ups\nVAR ups ups.status "${says.status}"\nVAR ups battery.runtime "540"\nEND LIST VAR ups\n`,
        )
    }),
  )
  const yaml = `practice: { id: hv, name: Harbor Valley Medical Group, zone: America/New_York }
data: ${folder}
database: "${(await server.database({ migrated: false })).url}"
listen: 127.0.0.1:0
sample: true
probes:
  - id: rack-ups
    kind: nut
    name: Server room UPS
    every: 1s
    host: 127.0.0.1
    port: ${upsd.port}
    ups: ups
    onBattery:
      after: 10m
      tell: { within: 1s }
      stop:
        - { name: EHR application, run: [${process.execPath}, -e, "0"] }
        - { name: EHR database, run: [${process.execPath}, -e, "process.kill(process.pid, 'SIGKILL')"] }
        - { name: File server, run: [/nowhere/ssh, stop-files@files.lan] }
`
  const { config, complaints } = readHubConfig(yaml, join(folder, 'hub.yaml'), {})
  assert.deepEqual(complaints, [])
  assert.ok(config !== undefined)
  hub = await startHub({ config, log: silentLog, clock: systemClock })
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
})
after(async () => {
  await browser?.close()
  await hub?.stop()
  await upsd?.stop()
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

let signedUp = false
async function signIn(page: Page): Promise<void> {
  if (hub.firstOwnerLink !== undefined && !signedUp) {
    signedUp = true
    await page.goto(hub.firstOwnerLink)
    await page.fill('input[name=login]', 'flora')
    await page.fill('input[name=name]', 'Flora Amberworth')
    await page.fill('input[name=password]', PASSWORD)
    for (const again of await page.locator('input[name=again]').all()) await again.fill(PASSWORD)
    await page.press('input[name=password]', 'Enter')
    await page.waitForURL((url) => !url.pathname.startsWith('/start'))
  } else {
    await page.goto(`${hub.url}/sign-in`)
    await page.fill('input[name=login]', 'flora')
    await page.fill('input[name=password]', PASSWORD)
    await page.press('input[name=password]', 'Enter')
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  }
}

async function ended(count: number): Promise<string> {
  return until(
    'the order is at its end',
    async () => {
      const runs = await recentRuns(hub.centre.db, 9)
      return runs.length === count && runs[0]?.state.status !== 'going' ? runs[0]?.id : undefined
    },
    { withinMs: 120_000 },
  )
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

test('an order is practised by its button: nothing is stopped, and a stop that could not be run is found', async () => {
  const page = await browser.newPage()
  await signIn(page)
  await page.goto(`${hub.url}/power`)
  assert.match(await page.locator('h1 + p').innerText(), /never practised/)
  await page.click('button:has-text("Practise it now")')
  await page.waitForURL('**/power/powerrun_*')
  await ended(1)
  await page.goto(`${hub.url}/power`)
  await page.locator('tbody tr a').first().click()
  const words = await page.locator('main').innerText()
  assert.match(words, /EHR application\s+left out/i)
  assert.match(words, /As this is a drill it was not/)
  assert.match(words, /\/nowhere\/ssh could not be run here/)
  await page.close()
})

test('a stop of which nobody knows how it ended is asked about, and what somebody says is kept', async () => {
  says.status = 'OB LB'
  const id = await ended(2)
  const page = await browser.newPage()
  await signIn(page)
  await page.goto(`${hub.url}/power/${id}`)
  assert.match(await page.locator('h1 + p').innerText(), /^Nobody knows how it ended for: EHR database/)
  await page.click('button:has-text("It did its work")')
  await page.waitForURL(`**/power/${id}`)
  assert.match(await page.locator('main').innerText(), /flora looked: it did its work/)
  await page.goto(`${hub.url}/power`)
  assert.match(await page.locator('h1 + p').innerText(), /battery low/)
  assert.equal(await page.locator('button:has-text("Practise it now")').isDisabled(), true)
  assert.equal((await page.goto(`${hub.url}/power/nobody`))?.status(), 404)
  await page.close()
})

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1440, 820, 390])
    test(`the pages of power are sound at ${width} px, ${colorScheme}`, async () => {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
      const page = await context.newPage()
      await signIn(page)
      const faults: string[] = []
      for (const path of ['/power', ...(await recentRuns(hub.centre.db, 9)).map(({ id }) => `/power/${id}`)]) {
        faults.push(...(await faultsOf(page, path)).map((fault) => `${path}: ${fault}`))
        const to = process.env.HOLDFAST_PICTURES
        if (to !== undefined)
          await page.screenshot({ path: join(to, `power-${path.length}-${width}-${colorScheme}.png`), fullPage: true })
      }
      assert.deepEqual(faults, [])
      await context.close()
    })
