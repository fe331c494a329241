import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { recentRuns } from '../../src/monitor/power/store.ts'
import { type FarSide, farSide } from '../contracts/far-side.ts'
import { until } from '../scenarios/stage/until.ts'
import { type HubPages, hubPages, signIn, soundAtEveryWidth } from './lab/hub-pages.ts'

/** The pages of power in a real browser: practised, then for real, with a stop of which nobody knows how it ended. */
const says = { status: 'OL' }
let at: HubPages
let upsd: FarSide

before(async () => {
  upsd = await farSide((socket) =>
    socket.on('data', (said) => {
      if (String(said).startsWith('LIST'))
        socket.write(
          `BEGIN LIST VAR ups\nVAR ups ups.status "${says.status}"\nVAR ups battery.runtime "540"\nEND LIST VAR ups\n`,
        )
    }),
  )
  const node = process.execPath
  const onBattery = {
    after: '10m',
    tell: { within: '1s' },
    stop: [
      { name: 'EHR application', run: [node, '-e', '0'] },
      { name: 'EHR database', run: [node, '-e', "process.kill(process.pid, 'SIGKILL')"] },
      { name: 'File server', run: ['/nowhere/ssh', 'stop-files@files.lan'] },
    ],
  }
  const ups = { id: 'rack-ups', kind: 'nut', name: 'Server room UPS', every: '1s', ups: 'ups', onBattery }
  at = await hubPages({ probes: [{ ...ups, host: '127.0.0.1', port: upsd.port }] })
})
after(async () => {
  await at?.[Symbol.asyncDispose]()
  await upsd?.stop()
})

async function ended(count: number): Promise<string> {
  return until(
    'the order is at its end',
    async () => {
      const runs = await recentRuns(at.hub.centre.db, 9)
      return runs.length === count && runs[0]?.state.status !== 'going' ? runs[0]?.id : undefined
    },
    { withinMs: 120_000 },
  )
}

test('an order is practised by its button: nothing is stopped, and a stop that could not be run is found', async () => {
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/power`)
  assert.match(await page.locator('h1 + p').innerText(), /never practised/)
  await page.click('button:has-text("Practise it now")')
  await page.waitForURL('**/power/powerrun_*')
  await ended(1)
  await page.goto(`${at.hub.url}/power`)
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
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/power/${id}`)
  assert.match(await page.locator('h1 + p').innerText(), /^Nobody knows how it ended for: EHR database/)
  await page.click('button:has-text("It did its work")')
  await page.waitForURL(`**/power/${id}`)
  assert.match(await page.locator('main').innerText(), /owner looked: it did its work/)
  await page.goto(`${at.hub.url}/power`)
  assert.match(await page.locator('h1 + p').innerText(), /battery low/)
  assert.equal(await page.locator('button:has-text("Practise it now")').isDisabled(), true)
  assert.equal((await page.goto(`${at.hub.url}/power/nobody`))?.status(), 404)
  await page.close()
})

soundAtEveryWidth(
  'the pages of power',
  () => at,
  async () => ['/power', ...(await recentRuns(at.hub.centre.db, 9)).map(({ id }) => `/power/${id}`)],
)
