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
import { deadPort, type FarSide, farSide } from '../contracts/far-side.ts'

/** The pages of systems in every state, in a real browser: nothing for axe to find, nothing that scrolls sideways, each status said by its word. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')
const TOKEN = 'abcdefghijklmnopqrstuvwx'
const PASSWORD = 'harbor lantern quiet 7'
const PAGES = ['/systems', '/systems/portal', '/systems/ehr', '/systems/backup', '/systems/anti-virus', '/systems/fax']

let server: ScratchServer
let folder: string
let hub: Hub
let broken: FarSide
let browser: Browser

before(async () => {
  server = await scratchServer()
  folder = await mkdtemp(join(tmpdir(), 'hf-systems-'))
  broken = await farSide((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n')),
  )
  const dead = await deadPort()
  const yaml = `practice: { id: hv, name: Harbor Valley Medical Group, zone: America/New_York }
data: ${folder}
database: "${(await server.database({ migrated: false })).url}"
listen: 127.0.0.1:0
sample: true
probes:
  - { id: portal-page, kind: http, observes: portal, name: Patient portal, every: 1s, url: "http://127.0.0.1:${broken.port}/" }
  - { id: portal-port, kind: tcp, observes: portal, name: Patient portal port, every: 1s, firstAnswerWithin: 0s, host: 127.0.0.1, port: ${dead} }
  - { id: ehr, kind: tcp, name: EHR database, every: 1s, firstAnswerWithin: 0s, host: 127.0.0.1, port: ${dead} }
  - { id: fax, kind: tcp, name: Fax server, every: 1s, host: 127.0.0.1, port: ${dead} }
  - { id: anti-virus, kind: clamav, name: Anti-virus, every: 1s, scanner: { clamscan: /nowhere/clamscan, database: /nowhere } }
  - { id: backup, kind: heartbeat, name: Nightly backup, every: 1s, token: ${TOKEN}, periodMinutes: 1440 }
  - { id: switch, kind: tcp, name: Core switch, every: 1s, host: 127.0.0.1, port: ${broken.port} }
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
  await broken?.stop()
  await server?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

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
let signedUp = false

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

test('what the probes see comes to the page by itself, each status by its word, the worst first', async () => {
  const page = await browser.newPage()
  await signIn(page)
  await page.goto(`${hub.url}/systems`)
  const row = (name: string) => page.locator('tbody tr', { hasText: name })
  for (const [name, word] of [
    ['EHR database', 'down'],
    ['portal', 'failing'],
    ['Core switch', 'well'],
    ['Fax server', 'unknown'],
    ['Anti-virus', 'not observable'],
    ['Nightly backup', 'not observable'],
  ] as const)
    await row(name).locator('.status', { hasText: word }).waitFor({ timeout: 30_000 })
  assert.match(await page.locator('tbody tr').first().innerText(), /EHR database/)
  assert.match(await page.locator('h1 + p').innerText(), /^1 of 6 systems are well\. EHR database: /)
  assert.match(await row('Fax server').innerText(), /has not answered yet; it was first asked/)
  assert.equal((await fetch(`${hub.url}/beat/${TOKEN}/done`, { method: 'POST' })).status, 200)
  await row('Nightly backup').locator('.status', { hasText: 'well' }).waitFor({ timeout: 30_000 })
  assert.equal((await fetch(`${hub.url}/beat/${TOKEN}/failed?exit=3`)).status, 200)
  await row('Nightly backup').locator('.status', { hasText: 'failing' }).waitFor({ timeout: 30_000 })
  assert.match(await row('Nightly backup').innerText(), /It said that it failed \(exit 3\)/)
  await page.close()
})

test('one system tells who asks it, what was said, and how many agree', async () => {
  const page = await browser.newPage()
  await signIn(page)
  await page.goto(`${hub.url}/systems/portal`)
  const words = await page.locator('main').innerText()
  assert.match(words, /1 of 2 observers get no answer/)
  assert.match(words, /It answered 500, and a 2xx was expected/)
  assert.match(words, /refused the connection: the machine is there, and nothing listens/)
  await page.click('button:has-text("Ask it now")')
  await page.waitForURL('**/systems/portal')
  assert.equal((await page.goto(`${hub.url}/systems/nobody`))?.status(), 404)
  await page.close()
})

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1440, 820, 390])
    test(`the pages of systems are sound at ${width} px, ${colorScheme}`, async () => {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
      const page = await context.newPage()
      await signIn(page)
      const faults: string[] = []
      for (const path of PAGES) faults.push(...(await faultsOf(page, path)).map((fault) => `${path}: ${fault}`))
      assert.deepEqual(faults, [])
      await context.close()
    })
