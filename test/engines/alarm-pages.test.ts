import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '../../src/base/time.ts'
import { addDays, dayOf } from '../../src/base/zone.ts'
import { answerNotice, answerPath } from '../../src/hub/flows/answer-notice.ts'
import { sendTestNotice } from '../../src/hub/flows/deliver-notice.ts'
import { moveAlarms } from '../../src/hub/flows/move-alarms.ts'
import { DEFAULT_POLICY } from '../../src/hub/policy/policy.ts'
import { keepMap } from '../../src/monitor/map-store/store.ts'
import type { Cause } from '../../src/monitor/monitor.ts'
import { recentNotices } from '../../src/monitor/store.ts'
import { type HubPages, hubPages, signIn, soundAtEveryWidth } from './lab/hub-pages.ts'

/** The pages of alarms, maintenance and taking, in a real browser at three widths: nothing for axe to find, nothing that scrolls sideways. */
const SETTINGS = {
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

let at: HubPages
before(async () => {
  at = await hubPages(SETTINGS)
  const { hub } = at
  const { centre } = hub
  const how = { policy: DEFAULT_POLICY, wiring: undefined, hubUrl: at.hub.url, now: systemClock.now() }
  const moves = { raise: [cause], keep: [], rename: [], join: [], clearing: [], close: [] }
  await centre.db.transaction().execute((together) => moveAlarms({ ...centre, db: together }, moves, how))
  // A thing that nobody can see stays as it was last known.
  const things = [{ id: 'switch', name: 'Switch 3', kind: 'switch' as const, needs: [] }]
  await keepMap(centre.db, { things, probes: [] }, systemClock.now())
  await sendTestNotice(centre, { personId: 'p', login: 'owner' })
  const sent = (await recentNotices(centre.db, 9)).find(({ text }) => text.kind === 'test')
  const path = sent === undefined ? undefined : answerPath(centre, sent)
  assert.equal(await answerNotice(centre, path?.split('/').at(-1) ?? '', at.hub.url), undefined)
})
after(() => at?.[Symbol.asyncDispose]())

async function takePath(): Promise<string> {
  const asked = (await recentNotices(at.hub.centre.db, 9)).find(({ text }) => text.kind === 'escalated')
  return (asked === undefined ? undefined : answerPath(at.hub.centre, asked)) ?? '/take/none'
}

soundAtEveryWidth(
  'the pages of alarms',
  () => at,
  async () => [await takePath(), '/alarms', '/alarms/maintenance'],
)

test('who is signed in makes a window, ends it, and takes the alarm', async () => {
  const context = await at.browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/alarms/maintenance`)
  await page.fill('input[name=name]', 'A new switch')
  await page.fill('input[name=from]', '00:00')
  await page.fill('input[name=to]', '23:59')
  await page.fill('input[name=endDay]', addDays(dayOf(systemClock.now(), 'America/Chicago'), 1))
  await page.click('button:has-text("Hold notices back")')
  await page.waitForURL('**/alarms/maintenance')
  assert.match(await page.innerText('main'), /A new switch by owner/)
  await page.click('button:has-text("End it")')
  await page.waitForURL('**/alarms/maintenance')
  assert.match(await page.innerText('main'), /No windows/)
  await page.goto(`${at.hub.url}/alarms`)
  await page.click('main summary')
  assert.match(await page.innerText('main'), /Ben Ito was not told: there is no address or number for them/)
  await page.click('button:has-text("I take it")')
  await page.waitForURL('**/alarms')
  assert.match(await page.innerText('main'), /taken by Ada Ruiz/)
  await context.close()
})
