import assert from 'node:assert/strict'
import { HOUR, MINUTE, SECOND, systemClock } from '../../src/base/time.ts'
import type { Browser } from './stage/browser.ts'
import { search } from './stage/find.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The EHR stops: every page of a clinic says its age, turns red past the limit, and after the practice’s limit without a word of the hub it locks'

const SITE = 'lighthouse-point'
const LIMIT = { staleAfterMs: 25 * SECOND, expiredAfterMs: 40 * SECOND }
const LOCK_AFTER_MS = HOUR

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using stage = await openStage({
    signal,
    sites: [SITE],
    patients: 160,
    policy: {
      limits: { schedule: LIMIT, keyData: LIMIT, roster: { staleAfterMs: HOUR, expiredAfterMs: 2 * HOUR } },
      lockAfterMs: LOCK_AFTER_MS,
    },
  })
  const site = stage.site(SITE)
  const doctor = stage.browser(site.url)
  await doctor.signIn('doctor', PASSWORD)
  const codes = await envelopes(stage, signal)
  const fresh = await until(
    'the page is current',
    async () => {
      const page = await doctor.open('/today')
      return /Older than|TOO OLD/.test(page.words) ? undefined : page
    },
    { withinMs: 30_000, signal },
  )
  assert.match(fresh.words, /as of \d?\d:\d\d [AP]M \((now|\d+ s) old\)/)
  assert.doesNotMatch(fresh.markup, /<body class="viewer expired"/)
  tell(`Lighthouse Point is fresh: "${ageIn(fresh.words)}". Amber from 25 s on, red from 40 s on.`)

  await stage.killEhr()
  const since = systemClock.now()
  tell('kill -9: the EHR and its standby. The hub goes on publishing; it has nothing newer to publish.')
  const amber = await until(
    'the page says that it is stale',
    async () => {
      const page = await doctor.open('/today')
      return /Older than 25 s/.test(page.words) ? page : undefined
    },
    { withinMs: 60_000, signal },
  )
  assert.doesNotMatch(amber.markup, /<body class="viewer expired"/)
  tell(`Then: "${ageIn(amber.words)}".`)
  const red = await until(
    'the page turns red',
    async () => {
      const page = await doctor.open('/today')
      return /<body class="viewer expired"/.test(page.markup) ? page : undefined
    },
    { withinMs: 60_000, signal },
  )
  assert.match(red.words, /TOO OLD: past the limit of 40 s/)
  assert.ok(systemClock.now() - since > LIMIT.staleAfterMs, 'not before its time')
  tell(`Then it is red: "${ageIn(red.words)}".`)
  await everyPageIsRed(stage, doctor, tell)
  const owner = stage.browser(stage.hubUrl)
  await owner.signIn('owner', PASSWORD)
  await until(
    'the hub names the cause',
    async () => /The source EHR standby (cannot be read|has not been read)/.test((await owner.open('/alarms')).words),
    { withinMs: 60_000, signal },
  )
  tell('The hub has one alarm, and it names the EHR, not the clinic.')

  await locks(stage, doctor, codes, signal, tell)
}

/** A copied file is not a fact: every page shows what the source said last, a cold start included. */
async function everyPageIsRed(stage: Stage, doctor: Browser, tell: Tell): Promise<void> {
  const { patient } = stage.visits(SITE)[0] ?? {}
  const [found] = await search(doctor, patient?.mrn ?? '')
  assert.ok(found !== undefined)
  const pages = [
    '/today',
    `/search?q=${patient?.mrn}`,
    found.href,
    `${found.href}/front-desk`,
    `${found.href}/sheet`,
    '/paper',
  ]
  for (const path of pages) {
    const page = await doctor.open(path)
    assert.equal(page.status, 200, path)
    assert.match(page.words, /TOO OLD/, `${path} says that it is too old`)
  }
  const site = stage.site(SITE)
  await site.part.kill()
  await stage.up(site.part, `${site.url}/sign-in`)
  const cold = await stage.browser(site.url).signIn('doctor', PASSWORD)
  assert.match(cold.words, /TOO OLD/, 'a cold start makes nothing young')
  await doctor.signIn('doctor', PASSWORD)
  tell(`Schedule, search, chart, front desk, sheet and paper all say so, and so does a cold start.`)
}

/** Past the limit without a word of the hub the data is locked; a sealed envelope opens it. */
async function locks(stage: Stage, doctor: Browser, codes: string[], signal: AbortSignal, tell: Tell): Promise<void> {
  const site = stage.site(SITE)
  site.cable.pull()
  site.part.say({ clock: 'shift', byMs: LOCK_AFTER_MS + 5 * MINUTE })
  tell('Then its line is cut as well, and an hour and five minutes go by; the practice allows one hour.')
  const locked = await until(
    'the data is locked',
    async () => {
      const browser = stage.browser(site.url)
      await browser.open('/sign-in')
      const page = await browser.post('/sign-in', { login: 'doctor', password: PASSWORD })
      return /data is locked/.test(page.words) ? page : undefined
    },
    { withinMs: 60_000, signal, everyMs: 1000 },
  )
  assert.match(locked.words, /heard nothing of the hub for 1 h/)
  assert.match(locked.words, /A sealed envelope opens it/)
  assert.ok(!locked.words.includes(stage.visits(SITE)[0]?.patient.family ?? '?'))
  void doctor
  tell('A right password no longer opens the data; the page says since when, and what to do.')
  const envelope = stage.browser(site.url)
  await envelope.open('/break-glass')
  const opened = await envelope.post('/break-glass', {
    code: codes[0] ?? '',
    name: 'Paula Nighthollow',
    reason: 'patients are waiting and nobody else is here',
  })
  assert.equal(opened.status, 200, opened.words)
  assert.match(opened.words, /TOO OLD/)
  assert.ok(opened.words.includes(stage.visits(SITE)[0]?.patient.family ?? '?'))
  const twice = stage.browser(site.url)
  await twice.open('/break-glass')
  const again = await twice.post('/break-glass', {
    code: codes[0] ?? '',
    name: 'Paula Nighthollow',
    reason: 'patients are waiting and nobody else is here',
  })
  assert.equal(again.status, 403)
  tell('A sealed envelope opens it, once, with a name and a reason; the page is as red as it was.')
}

/** Made and printed at the hub on a quiet day; waits until the site knows them. */
async function envelopes(stage: Stage, signal: AbortSignal): Promise<string[]> {
  const owner = stage.browser(stage.hubUrl)
  await owner.signIn('owner', PASSWORD)
  await owner.open(`/sites/${SITE}/envelopes`)
  const sheet = await owner.post(`/sites/${SITE}/envelopes`, { count: '2' })
  const codes = [...new Set(sheet.words.match(/\b(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}\b/g) ?? [])]
  assert.equal(codes.length, 2, sheet.words)
  const site = stage.browser(stage.site(SITE).url)
  await until(
    'the site knows its envelopes',
    async () => !/none is known to this site/.test((await site.open('/sign-in')).words),
    { withinMs: 30_000, signal },
  )
  return codes
}

function ageIn(words: string): string {
  return /as of .*?(?=Downtime viewer)/.exec(words)?.[0].trim() ?? words.slice(0, 200)
}
