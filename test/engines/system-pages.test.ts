import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { deadPort, type FarSide, farSide } from '../contracts/far-side.ts'
import { type HubPages, hubPages, signIn, soundAtEveryWidth } from './lab/hub-pages.ts'

/** The pages of systems in every state, in a real browser: nothing for axe to find, nothing that scrolls sideways, each status said by its word. */
const TOKEN = 'abcdefghijklmnopqrstuvwx'
const PAGES = ['/systems', '/systems/portal', '/systems/ehr', '/systems/backup', '/systems/anti-virus', '/systems/fax']

let at: HubPages
let broken: FarSide

before(async () => {
  broken = await farSide((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n')),
  )
  const [every, host, dead] = ['1s', '127.0.0.1', await deadPort()]
  const url = `http://127.0.0.1:${broken.port}/`
  const atOnce = { host, port: dead, firstAnswerWithin: '0s' }
  const scanner = { clamscan: '/nowhere/clamscan', database: '/nowhere' }
  at = await hubPages({
    probes: [
      { id: 'portal-page', kind: 'http', observes: 'portal', name: 'Patient portal', every, url },
      { id: 'portal-port', kind: 'tcp', observes: 'portal', name: 'Patient portal port', every, ...atOnce },
      { id: 'ehr', kind: 'tcp', name: 'EHR database', every, ...atOnce },
      { id: 'fax', kind: 'tcp', name: 'Fax server', every, host, port: dead },
      { id: 'anti-virus', kind: 'clamav', name: 'Anti-virus', every, scanner },
      { id: 'backup', kind: 'heartbeat', name: 'Nightly backup', every, token: TOKEN, periodMinutes: 1440 },
      { id: 'switch', kind: 'tcp', name: 'Core switch', every, host, port: broken.port },
    ],
  })
})
after(async () => {
  await at?.[Symbol.asyncDispose]()
  await broken?.stop()
})

test('what the probes see comes to the page by itself, each status by its word, the worst first', async () => {
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/systems`)
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
  assert.equal((await fetch(`${at.hub.url}/beat/${TOKEN}/done`, { method: 'POST' })).status, 200)
  await row('Nightly backup').locator('.status', { hasText: 'well' }).waitFor({ timeout: 30_000 })
  assert.equal((await fetch(`${at.hub.url}/beat/${TOKEN}/failed?exit=3`)).status, 200)
  await row('Nightly backup').locator('.status', { hasText: 'failing' }).waitFor({ timeout: 30_000 })
  assert.match(await row('Nightly backup').innerText(), /It said that it failed \(exit 3\)/)
  await page.close()
})

test('one system tells who asks it, what was said, and how many agree', async () => {
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/systems/portal`)
  const words = await page.locator('main').innerText()
  assert.match(words, /1 of 2 observers get no answer/)
  assert.match(words, /It answered 500, and a 2xx was expected/)
  assert.match(words, /refused the connection: the machine is there, and nothing listens/)
  await page.click('button:has-text("Ask it now")')
  await page.waitForURL('**/systems/portal')
  assert.equal((await page.goto(`${at.hub.url}/systems/nobody`))?.status(), 404)
  await page.close()
})

soundAtEveryWidth(
  'the pages of systems',
  () => at,
  () => PAGES,
)
