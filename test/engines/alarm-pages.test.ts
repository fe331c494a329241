import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { stringify } from 'yaml'
import { claimFirstOwner, firstOwnerToken } from '../../src/access/people/joining.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import { addDays, dayOf } from '../../src/base/zone.ts'
import { readHubConfig } from '../../src/hub/config.ts'
import { type ScratchServer, scratchServer } from '../../src/hub/database/scratch.ts'
import { answerNotice, answerPath } from '../../src/hub/flows/answer-notice.ts'
import { sendTestNotice } from '../../src/hub/flows/deliver-notice.ts'
import { moveAlarms } from '../../src/hub/flows/move-alarms.ts'
import { type Hub, startHub } from '../../src/hub/hub.ts'
import { DEFAULT_POLICY } from '../../src/hub/policy/policy.ts'
import { keepMap } from '../../src/monitor/map-store/store.ts'
import type { Cause } from '../../src/monitor/monitor.ts'
import { recentNotices } from '../../src/monitor/store.ts'

/** The pages of alarms, maintenance and taking, in a real browser at three widths: nothing for axe to find, nothing that scrolls sideways. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')
const WIDTHS = [1440, 820, 390]
const PASSWORD = 'harbor lantern at noon'
const CONFIG = {
  practice: { id: 'hv', name: 'Harbor Valley', zone: 'America/New_York' },
  listen: '127.0.0.1:0',
  notices: {
    sms: { url: 'http://127.0.0.1:9/', fields: { To: '{to}', Body: '{text}' } },
    escalation: {
      people: [
        { id: 'owner', name: 'Ada Ruiz', sms: '+15550101' },
        { id: 'ben', name: 'Ben Ito' },
      ],
      steps: [
        { tell: ['ben'], within: '10m' },
        { tell: ['owner'], within: '10m', authority: 'incident command' },
      ],
    },
  },
}
const cause: Cause = {
  key: 'thing:switch',
  since: systemClock.now() - 60_000,
  headline: 'Switch 3 is down',
  because:
    'It is seen down from 2 places, and 6 things that need it are down. It may also be: Power in the server room.',
  symptoms: [
    'The EHR database is down (seen from 2 places).',
    'The patient portal does not work (seen from one place).',
  ],
  advice:
    'Have somebody look at the power from the hub: if it does not answer, it is the power; if it does, the switch.',
}

let server: ScratchServer
let hub: Hub
let browser: Browser
let folder: string
before(async () => {
  server = await scratchServer()
  folder = await mkdtemp(join(tmpdir(), 'hf-alarm-pages-'))
  const { url } = await server.database()
  const read = readHubConfig(stringify({ ...CONFIG, data: folder, database: url }), join(folder, 'hub.yaml'), {})
  assert.ok(read.config, read.complaints.join('\n'))
  hub = await startHub({ config: read.config, log: silentLog, clock: systemClock })
  const { centre } = hub
  const token = await firstOwnerToken(centre.db, systemClock)
  await claimFirstOwner(centre.db, token ?? '', { login: 'owner', name: 'Ada Ruiz', password: PASSWORD }, systemClock)
  const how = { policy: DEFAULT_POLICY, wiring: undefined, hubUrl: hub.url, now: systemClock.now() }
  const moves = { raise: [cause], keep: [], rename: [], clearing: [], close: [] }
  await centre.db.transaction().execute((together) => moveAlarms({ ...centre, db: together }, moves, how))
  // A thing that nobody can see stays as it was last known.
  const things = [{ id: 'switch', name: 'Switch 3', kind: 'switch' as const, needs: [] }]
  await keepMap(centre.db, { things, probes: [] }, systemClock.now())
  await sendTestNotice(centre, { personId: 'p', login: 'owner' })
  const sent = (await recentNotices(centre.db, 9)).find(({ text }) => text.kind === 'test')
  const path = sent === undefined ? undefined : answerPath(centre, sent)
  assert.equal(await answerNotice(centre, path?.split('/').at(-1) ?? '', hub.url), undefined)
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
})
after(async () => {
  await browser.close()
  await hub.stop()
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function signIn(page: Page): Promise<void> {
  await page.goto(`${hub.url}/sign-in`)
  await page.fill('input[name=login]', 'owner')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/sites')
}

async function takePath(): Promise<string> {
  const asked = (await recentNotices(hub.centre.db, 9)).find(({ text }) => text.kind === 'escalated')
  return (asked === undefined ? undefined : answerPath(hub.centre, asked)) ?? '/take/none'
}

async function faultsOf(page: Page, path: string): Promise<string[]> {
  await page.goto(hub.url + path)
  if (process.env.HOLDFAST_SHOTS !== undefined) {
    const name = `${path.slice(1, 30).replaceAll('/', '-')}-${page.viewportSize()?.width}.png`
    await page.screenshot({ path: join(process.env.HOLDFAST_SHOTS, name), fullPage: true })
  }
  await page.evaluate(axe)
  const found: unknown = await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((all) => all.violations.map((one) => one.id + " at " + one.nodes[0].target.join(" ")))',
  )
  const sideways: unknown = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
  const faults = Array.isArray(found) ? found.map(String) : ['axe said nothing']
  return (Number(sideways) > 0 ? [...faults, `scrolls sideways by ${Number(sideways)} px`] : faults).map(
    (one) => `${path}: ${one}`,
  )
}

for (const width of WIDTHS)
  test(`alarms, maintenance and the page behind a link are sound at ${width} px`, async () => {
    const context = await browser.newContext({ viewport: { width, height: 900 } })
    const page = await context.newPage()
    const faults = await faultsOf(page, await takePath())
    await signIn(page)
    for (const path of ['/alarms', '/alarms/maintenance']) faults.push(...(await faultsOf(page, path)))
    await context.close()
    assert.deepEqual(faults, [])
  })

test('who is signed in makes a window, ends it, and takes the alarm', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await signIn(page)
  await page.goto(`${hub.url}/alarms/maintenance`)
  await page.fill('input[name=name]', 'A new switch')
  await page.fill('input[name=from]', '00:00')
  await page.fill('input[name=to]', '23:59')
  await page.fill('input[name=endDay]', addDays(dayOf(systemClock.now(), CONFIG.practice.zone), 1))
  await page.click('button:has-text("Hold notices back")')
  await page.waitForURL('**/alarms/maintenance')
  assert.match(await page.innerText('main'), /A new switch by owner/)
  await page.click('button:has-text("End it")')
  await page.waitForURL('**/alarms/maintenance')
  assert.match(await page.innerText('main'), /No windows/)
  await page.goto(`${hub.url}/alarms`)
  await page.click('main summary')
  assert.match(await page.innerText('main'), /Ben Ito was not told: there is no address or number for them/)
  await page.click('button:has-text("I take it")')
  await page.waitForURL('**/alarms')
  assert.match(await page.innerText('main'), /taken by Ada Ruiz/)
  await context.close()
})
