import assert from 'node:assert/strict'
import { type Identity } from '../../dev/practice/identity.ts'
import { recordOf } from '../../dev/practice/practice.ts'
import { sha256Hex } from '../../src/base/hash.ts'
import { systemClock } from '../../src/base/time.ts'
import type { Browser } from './stage/browser.ts'
import { openChart } from './stage/find.ts'
import { handedBack, tally } from './stage/journal.ts'
import { type Pressed, paperInPack } from './stage/paper.ts'
import { pdfPages } from './stage/pdf.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The EHR, its standby, the hub and the network die; a clinic reads, searches and prints, and hands its journal back once'

const SITE = 'lighthouse-point'

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using stage = await openStage({ signal, sites: [SITE, 'west-mill'], patients: 240, morning: true })
  const site = stage.site(SITE)
  tell('Two clinics hold the packs of a practice of 240 patients. Lighthouse Point has five physicians.')
  const evening = stage.browser(site.url)
  await evening.signIn('doctor', PASSWORD)
  const sheets = await paperInPack(stage, SITE, evening, { withinMs: 150_000, signal })
  tell(`Today's paper has come with its pack: ${sheets.length} PDFs.`)

  await everythingDies(stage, tell)
  const since = systemClock.now()
  await stage.up(site.part, `${site.url}/sign-in`)
  const doctor = stage.browser(site.url)
  await unlock(doctor, tell)
  const booked = await readSchedule(stage, doctor, tell)
  await readChart(stage, doctor, booked, tell)
  await findWalkIn(stage, doctor, tell)
  await print(doctor, sheets, tell)

  await site.part.kill()
  await stage.up(site.part, `${site.url}/sign-in`)
  const again = stage.browser(site.url)
  await again.signIn('doctor', PASSWORD)
  tell('The power of the lockbox fails once more; a minute later the clinician is in again.')

  await hubReturns(stage, tell)
  await handedBackOnce(stage, since, signal, tell)
  await stage.startEhr()
  await stage.fresh(systemClock.now())
  tell('The EHR is started again, and both clinics are fresh without anybody doing anything.')
}

async function everythingDies(stage: Stage, tell: Tell): Promise<void> {
  for (const { cable } of stage.sample.sites) cable.pull()
  await Promise.all([stage.killEhr(), stage.sample.hub.kill(), stage.killHubDatabase()])
  await stage.site(SITE).part.kill()
  await assert.rejects(fetch(stage.hubUrl, { signal: AbortSignal.timeout(5000) }))
  assert.equal(stage.sample.ehr.primary, undefined)
  assert.equal(stage.sample.ehr.standby, undefined)
  tell(
    'kill -9: the EHR, its standby, the hub and its database. The cables are cut, and the lockbox itself is switched off and on.',
  )
}

async function unlock(doctor: Browser, tell: Tell): Promise<void> {
  const door = await doctor.open('/sign-in')
  assert.match(door.words, /is locked/)
  const sealed = await doctor.open('/today')
  assert.match(sealed.words, /is locked/, 'nothing may be read before somebody unlocked the site')
  const wrong = await doctor.post('/sign-in', { login: 'doctor', password: 'not the password' })
  assert.equal(wrong.status, 403)
  await doctor.signIn('doctor', PASSWORD)
  tell('It starts cold with its data sealed. A wrong password opens nothing; the clinician’s own password opens it.')
}

/** Everybody who is booked stands there; gives one of them who has an allergy. */
async function readSchedule(stage: Stage, doctor: Browser, tell: Tell): Promise<Identity> {
  const { practice } = stage.sample
  const visits = stage.visits(SITE)
  const page = await doctor.open(`/today?day=${practice.today}`)
  assert.equal(page.status, 200)
  assert.match(page.words, /READ ONLY/)
  assert.match(page.words, /as of .* old\)/)
  const withheld = visits.filter(({ patient }) => !page.words.includes(patient.mrn))
  for (const { patient } of withheld)
    assert.notEqual(
      recordOf(practice, patient.id).patient.restriction,
      'none',
      `patient ${patient.id} is not on the schedule`,
    )
  tell(`Today's schedule is there: all ${visits.length - withheld.length} visits, with how old that is.`)
  const booked = visits.find(({ patient }) => {
    const record = recordOf(practice, patient.id)
    return record.patient.restriction === 'none' && record.allergy.some((one) => one.criticality === 'high')
  })
  assert.ok(booked !== undefined, 'somebody of the day has a serious allergy')
  return booked.patient
}

async function readChart(stage: Stage, doctor: Browser, who: Identity, tell: Tell): Promise<void> {
  const page = await openChart(doctor, who.mrn, who.mrn)
  const { allergy } = recordOf(stage.sample.practice, who.id)
  assert.match(page.words, /READ ONLY/)
  for (const { substance } of allergy)
    assert.ok(page.words.includes(substance), `the allergy to ${substance} is missing`)
  const allergies = page.words.indexOf('Allergies')
  assert.ok(allergies > 0 && allergies < page.words.indexOf('Medications'), 'allergies come first')
  tell(
    `The chart of the first booked patient with a serious allergy opens: ${allergy.length} allergies, above everything else.`,
  )
}

/** Somebody of the other clinic, without an appointment here, found by name and date of birth, and printed from the viewer. */
async function findWalkIn(stage: Stage, doctor: Browser, tell: Tell): Promise<void> {
  const here = new Set(stage.visits(SITE).map(({ patient }) => patient.id))
  const walkIn = stage
    .visits('west-mill')
    .map(({ patient }) => patient)
    .find(({ id, birthDate }) => {
      const { patient, allergy } = recordOf(stage.sample.practice, id)
      return !here.has(id) && birthDate?.length === 10 && patient.restriction === 'none' && allergy.length > 0
    })
  assert.ok(walkIn !== undefined)
  const [year, month, day] = (walkIn.birthDate ?? '').split('-')
  const page = await openChart(doctor, `${walkIn.family} ${Number(month)}/${Number(day)}/${year}`, walkIn.mrn)
  const sheet = await doctor.open(`${new URL(page.url).pathname}/sheet`)
  assert.equal(sheet.status, 200)
  for (const { substance } of recordOf(stage.sample.practice, walkIn.id).allergy)
    assert.ok(sheet.words.includes(substance))
  tell(
    'A walk-in of the other clinic is found by name and date of birth; the sheet for the paper chart prints from the viewer.',
  )
}

async function print(doctor: Browser, sheets: readonly Pressed[], tell: Tell): Promise<void> {
  const packet = sheets.find(({ label }) => label.startsWith('packet '))
  assert.ok(packet !== undefined)
  const answer = await doctor.open(`/paper/sheet?label=${encodeURIComponent(packet.label)}`)
  assert.equal(answer.headers.get('content-type'), 'application/pdf')
  assert.equal(sha256Hex(answer.bytes), sha256Hex(packet.pdf), 'the sheet is what left the press, byte for byte')
  const pages = pdfPages(answer.bytes)
  assert.equal(pages, packet.pages)
  assert.ok(pages >= 2)
  tell(`A physician's packet of patient sheets comes out of the pack as it left the press: a PDF of ${pages} pages.`)
}

/** The hub comes back, dies once more while the journal is on its way, and comes back again. */
async function hubReturns(stage: Stage, tell: Tell): Promise<void> {
  await stage.startHubDatabase()
  await stage.up(stage.sample.hub, `${stage.hubUrl}/health`)
  for (const { cable } of stage.sample.sites) cable.mend()
  await stage.sample.hub.kill()
  await stage.up(stage.sample.hub, `${stage.hubUrl}/health`)
  tell(
    'The hub and the network return; the hub is killed once more in that moment, and started again. The EHR stays dead.',
  )
}

const DONE_THERE = {
  'chart-viewed': 2,
  'panel-searched': 2,
  'print-sheet-opened': 1,
  'schedule-viewed': 3,
  'sheet-opened': 1,
  'site-sign-in': 2,
  'site-sign-in (refused)': 1,
}

async function handedBackOnce(stage: Stage, since: number, signal: AbortSignal, tell: Tell): Promise<void> {
  const lines = await until(
    'the journal is with the hub',
    async () => {
      const back = await handedBack(stage, SITE, since)
      return back.length >= Object.values(DONE_THERE).reduce((sum, count) => sum + count, 0) ? back : undefined
    },
    { withinMs: 90_000, signal },
  )
  await stage.sample.hub.kill()
  await stage.up(stage.sample.hub, `${stage.hubUrl}/health`)
  const owner = stage.browser(stage.hubUrl)
  await owner.signIn('owner', PASSWORD)
  await until(
    'the site says that nothing waits',
    async () => /Waiting to be handed back 0 journal lines/.test((await owner.open(`/sites/${SITE}`)).words),
    { withinMs: 60_000, signal },
  )
  const after = await handedBack(stage, SITE, since)
  assert.deepEqual(tally(after), DONE_THERE)
  assert.equal(after.length, lines.length)
  await owner.open('/audit')
  assert.match((await owner.post('/audit/verify', {})).words, /The chain holds/)
  tell(`The clinic's journal is with the hub: ${after.length} lines, each exactly once, and the audit chain holds.`)
}
