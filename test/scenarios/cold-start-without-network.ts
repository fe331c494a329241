import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { recordOf } from '../../dev/practice/practice.ts'
import { systemClock } from '../../src/base/time.ts'
import { openChart, search } from './stage/find.ts'
import { handedBack, tally } from './stage/journal.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'At six in the morning a lockbox is switched on with no network at all: sealed until someone of that clinic unlocks it, each within their role'

const SITE = 'riverside'

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using stage = await openStage({ signal, sites: [SITE], patients: 200 })
  const site = stage.site(SITE)
  await site.part.stop()
  site.cable.pull()
  const since = systemClock.now()
  tell('Riverside has its pack. Its lockbox was switched off for the night, and in the night its line died.')
  await nothingIsReadable(stage, tell)

  const began = performance.now()
  await stage.up(site.part, `${site.url}/sign-in`)
  const door = await stage.browser(site.url).open('/today')
  assert.match(door.words, /is locked/)
  assert.match(door.words, /also with the network and the hub gone/)
  tell(
    `Switched on, it answers after ${((performance.now() - began) / 1000).toFixed(1)} s and says that its data is sealed and who can open it.`,
  )
  await strangersStayOut(stage, tell)
  await roles(stage, tell)

  site.cable.mend()
  const lines = await until(
    'the journal is with the hub',
    async () => {
      const back = tally(await handedBack(stage, SITE, since))
      return back['chart-viewed'] === undefined || back['front-desk-viewed'] === undefined ? undefined : back
    },
    { withinMs: 90_000, signal },
  )
  assert.equal(lines['site-sign-in'], 3)
  assert.ok((lines['site-sign-in (refused)'] ?? 0) >= 6)
  assert.equal(lines['chart-viewed'], 1)
  assert.ok((lines['refused (refused)'] ?? 0) >= 2)
  await stage.fresh(systemClock.now())
  tell(
    `When the line is back the hub has the whole morning in its audit trail: ${lines['site-sign-in']} who came in, ${lines['site-sign-in (refused)']} attempts that did not fit, what was looked at. Nobody did anything for that.`,
  )
}

/** What lies on its disk tells nobody anything. */
async function nothingIsReadable(stage: Stage, tell: Tell): Promise<void> {
  const { folder } = stage.site(SITE)
  const names = stage.visits(SITE).map(({ patient }) => patient)
  let files = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    files++
    const text = (await readFile(join(entry.parentPath, entry.name))).toString('latin1')
    for (const { family, mrn } of names)
      assert.ok(!text.includes(mrn) && !text.includes(family), `${entry.name} on the disk names a patient`)
  }
  assert.ok(files > 5)
  tell(`The ${files} files on its disk name none of the day's ${names.length} patients.`)
}

async function strangersStayOut(stage: Stage, tell: Tell): Promise<void> {
  const browser = stage.browser(stage.site(SITE).url)
  await browser.open('/sign-in')
  const answers: string[] = []
  for (const login of ['doctor', 'nobody-of-this-name']) {
    const { words } = await browser.post('/sign-in', { login, password: 'guessed wrong again' })
    answers.push(/Sign-in name and password do not fit\..*?before\./.exec(words)?.[0] ?? words)
  }
  assert.equal(answers[0], answers[1], 'a wrong password and an unknown login look the same')
  // Another login than the doctor's, who still has work to do here.
  let last = await browser.post('/sign-in', { login: 'billing', password: 'guess 0' })
  for (let nth = 1; nth < 12 && !/Too many attempts/.test(last.words); nth++)
    last = await browser.post('/sign-in', { login: 'billing', password: `guess ${nth}` })
  assert.match(last.words, /Too many attempts that did not fit/)
  assert.match((await browser.open('/today')).words, /is locked/)
  tell(
    'Who guesses is told the same for a wrong password and an unknown login, and has to wait after a few; others can still come in.',
  )
}

async function roles(stage: Stage, tell: Tell): Promise<void> {
  const { url } = stage.site(SITE)
  const { practice } = stage.sample
  const [first] = stage
    .visits(SITE)
    .filter(({ patient }) => recordOf(practice, patient.id).patient.restriction === 'none')
  assert.ok(first !== undefined)

  const desk = stage.browser(url)
  const schedule = await desk.signIn('desk', PASSWORD)
  assert.ok(schedule.words.includes(first.patient.mrn))
  const [found] = await search(desk, first.patient.mrn)
  assert.match(found?.href ?? '', /front-desk$/)
  const front = await desk.open(found?.href ?? '/nowhere')
  assert.equal(front.status, 200, front.words)
  const { medication, allergy } = recordOf(practice, first.patient.id)
  for (const { substance } of allergy)
    assert.ok(!front.words.includes(substance), 'the front desk sees nothing clinical')
  for (const { drug } of medication) assert.ok(!front.words.includes(drug))
  const refused = await desk.open(`/patient/${first.patient.id}`)
  assert.equal(refused.status, 403)
  tell(
    'The front desk unlocks it with her own password: schedule and coverage, and a plain no, with the reason, at the chart.',
  )

  const doctor = stage.browser(url)
  await doctor.signIn('doctor', PASSWORD)
  const chart = await openChart(doctor, first.patient.mrn, first.patient.mrn)
  for (const { substance } of allergy) assert.ok(chart.words.includes(substance))
  tell('The physician signs in beside her and reads the chart.')

  const it = stage.browser(url)
  await it.open('/sign-in')
  const inside = await it.post('/sign-in', { login: 'it', password: PASSWORD })
  assert.ok(!inside.words.includes(first.patient.mrn))
  assert.equal((await it.open('/today')).words.includes(first.patient.mrn), false)
  tell('Somebody of IT may look after the machine and sees no patient.')
}
