import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { appointmentsOf, chartsOf } from '../../dev/practice/charts.ts'
import { MINUTE } from '../../src/base/time.ts'
import { type Clinic, clinic, PASSWORD } from '../site/clinic.ts'
import { doubtfulCharts, doubtfulSources, doubtfulVisits } from '../site/doubtful-charts.ts'
import { faultsAtEveryWidth } from './lab/sound-page.ts'

/** Every page of a site in a real browser: nothing for axe to find, nothing that scrolls sideways, and all of it without scripts and by keyboard. */
const asOf = Date.parse('2026-11-23T14:00:00Z')
const charts = [
  ...[...chartsOf({ patients: 400, asOf })].map((chart, at) =>
    at === 6 ? { ...chart, restriction: 'vip' as const } : chart,
  ),
  ...doubtfulCharts(asOf),
]
const appointments = [
  ...[...appointmentsOf({ patients: 400, days: ['2026-11-23'], asOf })].slice(0, 120),
  ...doubtfulVisits(asOf, 'site_1'),
]
const pdf = Buffer.from('%PDF-1.4')
const paper = ['front-desk 2026-11-23 site_1', 'day-sheet 2026-11-23 1', 'packet 2026-11-23 1'].map((label) => ({
  label,
  pdf,
}))
const PAGES = [
  '/today',
  '/patient/12',
  '/patient/12/front-desk',
  '/patient/12/sheet',
  '/patient/7',
  '/patient/doubt-all',
  '/patient/doubt-all/front-desk',
  '/patient/doubt-all/sheet',
  '/patient/not-asked',
  '/patient/not-received',
  '/patient/listed-empty',
  '/patient/calm',
  '/patient/masked',
  '/search',
  '/search?q=ma',
  '/search?q=zzqx',
  '/search?q=quillfeather',
  '/paper',
  '/health',
  '/help',
  '/nowhere',
]

let here: Clinic
let browser: Browser
before(async () => {
  here = await clinic({
    charts,
    appointments,
    paper,
    sources: doubtfulSources(asOf),
    settings: { printers: [{ name: 'Laser', uri: 'ipp://127.0.0.1:1/' }] },
  })
  here.time.pass(47 * MINUTE)
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
})
after(async () => {
  await browser.close()
  await here[Symbol.asyncDispose]()
})

async function signIn(page: Page): Promise<void> {
  await page.goto(`${here.site().url}/sign-in`)
  await page.fill('#field-login', 'amy')
  await page.fill('#field-password', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/today')
}

test('every page is sound at 1440, 820 and 390 px, light and dark', async () => {
  const page = await browser.newPage()
  const faults: string[] = []
  const look = async (path: string) => {
    await page.goto(here.site().url + path)
    faults.push(...(await faultsAtEveryWidth(page)))
  }
  for (const path of ['/sign-in', '/break-glass']) await look(path)
  await signIn(page)
  for (const path of PAGES) await look(path)
  await page.close()
  assert.deepEqual(faults, [])
})

test('without scripts and with the keyboard alone, a front desk finds a walk-in', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await signIn(page)
  const family = charts[11]?.patient.name.family ?? ''
  await page.locator('#viewer-search').focus()
  await page.keyboard.type(`${family} ${charts[11]?.patient.birthDate ?? ''}`)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/search**')
  await page.locator('tbody a').first().focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/patient/12')
  assert.match(await page.locator('h1').innerText(), new RegExp(family))
  assert.match(await page.locator('.viewer-bar').innerText(), /READ ONLY\s+as of 8:00 AM \(47 min old\)/)
  await context.close()
})

test('nothing is asked of any other machine', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).origin))
  await signIn(page)
  for (const path of PAGES) await page.goto(here.site().url + path)
  await context.close()
  assert.deepEqual([...new Set(asked)], [new URL(here.site().url).origin])
})
