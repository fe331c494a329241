import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Database } from '../../src/base/database.ts'
import { MINUTE, SECOND, systemClock } from '../../src/base/time.ts'
import { findFaults } from '../../src/monitor/standby/faults/find-faults.ts'
import { judgeStandby } from '../../src/monitor/standby/judge.ts'
import { type PairState, stateAfter, stateWord } from '../../src/monitor/standby/pair-state.ts'
import { recordOf } from '../../src/monitor/standby/record.ts'
import type { Look } from '../../src/monitor/standby/standby.ts'
import { holdPair, keepLook, keepPairState, pinPair } from '../../src/monitor/standby/store.ts'
import { noteStatuses } from '../../src/monitor/store.ts'
import { deadPort } from '../contracts/far-side.ts'
import { answer, EXPECTED, lsn, primarySays, silence, standbySays } from '../standby/small-pair.ts'
import { type HubPages, hubPages, signIn, soundAtEveryWidth } from './lab/hub-pages.ts'

/** The pages of standbys in every verdict, in a real browser: nothing for axe to find, nothing that scrolls sideways, each verdict by its word. */
const PAIRS = ['proven', 'paused', 'parted', 'behind', 'gone'] as const
type Kind = (typeof PAIRS)[number]
const PAGES = ['/standby', ...PAIRS.map((kind) => `/standby/${kind}`)]
const EVERY_MS = 10 * SECOND
const NAMES: Record<Kind, string> = {
  proven: 'EHR database',
  paused: 'Billing database',
  parted: 'Portal database',
  behind: 'Documents database',
  gone: 'Laboratory database',
}

let at: HubPages
before(async () => {
  const [a, b] = [await deadPort(), await deadPort()]
  at = await hubPages(async (db) => {
    for (const kind of PAIRS) await plant(db, kind)
    const sides = { primary: { port: a, tls: 'off' }, standby: { port: b, tls: 'off' } }
    return { standbys: PAIRS.map((id) => ({ id, name: NAMES[id], engine: 'postgres', ...sides })) }
  })
})
after(() => at?.[Symbol.asyncDispose]())

/** Twenty-five minutes of looks, the trouble in the last ten, as another hub keeps them, whose turn it is for the next while. */
async function plant(db: Database, kind: Kind): Promise<void> {
  const now = systemClock.now()
  const names = ['Ada Okafor', 'Lee Birch', 'Nora Lindqvist']
  const looks = Array.from({ length: 150 }, (_, nth) => lookOf(kind, now - (149 - nth) * EVERY_MS, 149 - nth))
  const atWork = [{ what: 'people signed in', count: 3, who: names, asOf: now }]
  await holdPair(db, kind, 'another hub', 50 * MINUTE, now)
  await pinPair(db, kind, 'practice', now)
  let state: PairState | undefined
  for (const [nth, look] of looks.entries()) {
    const seen = looks.slice(Math.max(0, nth - 5), nth + 1)
    const samples = looks
      .slice(0, nth + 1)
      .flatMap(({ primary }) =>
        primary.answered && primary.said.current !== undefined
          ? [{ at: primary.askedAt, systemId: 'practice', position: primary.said.current }]
          : [],
      )
    const facts = { looks: [...seen.slice(0, -1), look] as const, samples, expected: EXPECTED }
    const verdict = judgeStandby(facts, look.standby.answeredAt)
    state = stateAfter(state, look, { verdict, findings: findFaults(facts), atWork })
    await keepLook(db, kind, recordOf(look, verdict, atWork))
    const because = state.findings[0]?.because ?? verdict.because
    await noteStatuses(db, [{ subject: `standby:${kind}`, status: stateWord(state), because }], state.lookedAt)
  }
  assert.ok(state !== undefined)
  // As by a hub whose clock is ahead: it is not old before the test is over.
  await keepPairState(db, kind, { ...state, lookedAt: now + 10 * MINUTE })
}

function lookOf(kind: Kind, at: number, back: number): Look {
  const end = 1_000_000 - back * 1000
  const since = Math.max(0, 60 - back) * 1000
  const primary = answer(at, primarySays(at, end))
  const has = (byte: number, more: Parameters<typeof standbySays>[2] = {}) =>
    answer(at + 30, standbySays(at + 30, byte, { heartbeat: { beat: at, at }, ...more }))
  const then = at - (since / 1000) * EVERY_MS
  const old = { heartbeat: { beat: then, at: then }, replayedAt: then }
  if (back >= 60 || kind === 'proven') return { primary, standby: has(end) }
  if (kind === 'paused') return { primary, standby: has(end, { replay: 'paused', replayed: lsn(end - since), ...old }) }
  if (kind === 'behind') {
    const receiver = { status: 'streaming', heardMs: (since / 1000) * EVERY_MS, from: '10.99.0.1:5432' }
    return { primary, standby: has(end - since, { receiver, ...old }) }
  }
  if (kind === 'gone') return { primary: silence(at), standby: silence(at + 2500) }
  return { primary, standby: answer(at + 30, primarySays(at + 30, end, { serverId: 'b', current: lsn(end, 2) })) }
}

test('each verdict stands there by its word, and unknown is not drawn like proven', async () => {
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/standby`)
  const row = (kind: Kind) => page.locator('tbody tr', { hasText: NAMES[kind] })
  for (const [kind, word, tone] of [
    ['proven', 'PROVEN', 'fine'],
    ['paused', 'BEHIND', 'act'],
    ['behind', 'BEHIND', 'act'],
    ['parted', 'DIVERGED', 'act'],
    ['gone', 'UNKNOWN', 'unknown'],
  ] as const)
    assert.equal(await row(kind).locator(`.status.${tone}`).first().innerText(), word)
  assert.match(await row('paused').innerText(), /replay on the standby is paused/)
  assert.match(await page.locator('tbody tr').first().innerText(), /Portal database/)
  assert.match(await page.locator('h1 + p').innerText(), /^Portal database: Both servers take writes/)
  assert.equal((await page.goto(`${at.hub.url}/standby/nobody`))?.status(), 404)
  await page.close()
})

test('a pair tells what each side said, up to when all is safe, and who had what open', async () => {
  const page = await at.browser.newPage()
  await signIn(page, at.hub)
  await page.goto(`${at.hub.url}/standby/gone`)
  const words = await page.locator('main').innerText()
  assert.match(words, /No answer\. It said nothing within 2\.5 s/)
  assert.match(
    words,
    /The standby has everything up to .*\d\d:\d\d:\d\d \(0\/[0-9A-F]+\), by the record kept off the box/,
  )
  assert.match(
    words,
    /What was written from .*\d\d:\d\d:\d\d until the primary stopped may be lost.*; it last answered at .*\d\d:\d\d:\d\d\./,
  )
  assert.match(words, /3 people signed in at .*: Ada Okafor, Lee Birch, Nora Lindqvist/)
  assert.match((await page.locator('figure.lag svg[role=img]').getAttribute('aria-label')) ?? '', /not known/)
  assert.equal(await page.locator('.lag .band-word').first().textContent(), 'unknown')
  await page.close()
})

soundAtEveryWidth(
  'the pages of standbys',
  () => at,
  () => PAGES,
)
