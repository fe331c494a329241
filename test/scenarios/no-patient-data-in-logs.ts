import assert from 'node:assert/strict'
import pg from 'pg'
import { insertRows } from '../../dev/practice/fill.ts'
import { recordOf } from '../../dev/practice/practice.ts'
import { connectionOf } from '../../src/base/database.ts'
import { systemClock } from '../../src/base/time.ts'
import { openChart } from './stage/find.ts'
import { type Leak, leaks, leaksIn, type Needles, needlesOf } from './stage/leaks.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'A bad day with slips and failures of every kind; then every log line and every file is searched for patients, passwords and tokens'

const SITE = 'lighthouse-point'
/** Typed where it does not belong: a password into the login, a name into an address. */
const SLIP = { password: 'quartz umbrella parade', name: 'Zweifelderhof', code: '7K2P9QX4M0TB' }

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using stage = await openStage({ signal, sites: [SITE], patients: 160 })
  const secrets = [...Object.values(SLIP), ...(await secretsOfTheHub(stage))]
  tell('An owner made an enrolment code, sealed envelopes and an invitation: secrets that were shown once.')
  await slips(stage, tell)
  await oddRows(stage, signal, tell)
  await failures(stage, signal, tell)

  const needles = needlesOf(stage, { names: [SLIP.name], secrets })
  const { found, files, bytes } = await leaks(stage, needles)
  assert.ok(files > 20 && needles.families.size > 80 && needles.ids.size > 400 && needles.secrets.length > 10)
  provesItself(stage, needles)
  assert.deepEqual(found, [], words(found))
  tell(
    `${files} files and logs, ${(bytes / 1e6).toFixed(1)} MB: none of ${needles.families.size} names, ${needles.ids.size} MRNs, birth dates, telephones and addresses, and ${needles.secrets.length} passwords, tokens and codes stands in any.`,
  )
}

/** Codes and links that pages show once. */
async function secretsOfTheHub(stage: Stage): Promise<string[]> {
  const owner = stage.browser(stage.hubUrl)
  await owner.signIn('owner', PASSWORD)
  await owner.open(`/sites/${SITE}`)
  const offer = await owner.post(`/sites/${SITE}/offer`, {})
  const enrolment = /\b(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}\b/.exec(offer.words)?.[0]
  await owner.open(`/sites/${SITE}/envelopes`)
  const sheet = await owner.post(`/sites/${SITE}/envelopes`, { count: '3' })
  const codes = sheet.words.match(/\b(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}\b/g) ?? []
  await owner.open('/people/new')
  const invitation = await owner.post('/people/new', { name: 'Wanda Example', login: 'wanda', 'role-clinician': 'all' })
  const link = /\/join\/([\w-]+)/.exec(invitation.markup)?.[1]
  assert.ok(enrolment !== undefined && codes.length === 3 && link !== undefined, 'all were shown')
  const guest = stage.browser(stage.hubUrl)
  await guest.open(`/join/${link}`)
  return [enrolment, enrolment.replaceAll('-', ''), ...codes, ...codes.map((code) => code.replaceAll('-', '')), link]
}

async function slips(stage: Stage, tell: Tell): Promise<void> {
  const { practice } = stage.sample
  const { url } = stage.site(SITE)
  const [first] = stage
    .visits(SITE)
    .filter(({ patient }) => recordOf(practice, patient.id).patient.restriction === 'none')
  assert.ok(first !== undefined)
  const { family, mrn, birthDate } = first.patient
  for (const where of [stage.hubUrl, url]) {
    const stranger = stage.browser(where)
    await stranger.open('/sign-in')
    await stranger.post('/sign-in', { login: 'doctor', password: SLIP.password })
    await stranger.open('/sign-in')
    await stranger.post('/sign-in', { login: SLIP.password, password: 'x' })
    await stranger.open(`/nowhere/${SLIP.name}?q=${family}`)
  }
  const doctor = stage.browser(url)
  await doctor.signIn('doctor', PASSWORD)
  await openChart(doctor, mrn, mrn)
  for (const query of [family, birthDate ?? '', SLIP.name]) await doctor.open(`/search?q=${encodeURIComponent(query)}`)
  await doctor.open(`/patient/${SLIP.name}`)
  await doctor.open(`/paper/sheet?label=${SLIP.name}`)
  await doctor.open('/break-glass')
  await doctor.post('/break-glass', { code: SLIP.code, name: SLIP.name, reason: `${family} is here and bleeding` })
  const said = JSON.stringify({ patient: { family, mrn }, password: SLIP.password })
  for (const path of ['enrol', 'heartbeat', 'journal'])
    for (const body of [said, said.slice(0, 20)])
      await fetch(`${stage.hubUrl}/site/v1/${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${SLIP.password}` },
      }).then((answer) => answer.text())
  tell(
    'Passwords were typed into the wrong box, names into addresses, patients were searched and opened, and nonsense was sent to the hub.',
  )
}

/** Rows that cannot be understood, as every EHR has them. */
async function oddRows(stage: Stage, signal: AbortSignal, tell: Tell): Promise<void> {
  const client = new pg.Client(connectionOf(stage.sample.ehr.urls.owner))
  await client.connect()
  try {
    const like = recordOf(stage.sample.practice, 1).patient
    await insertRows(client, 'patient', [
      { ...like, patient_id: 99_101, mrn: 'HV0991018', family_name: SLIP.name, birth_date: `born ${SLIP.name}` },
      { ...like, patient_id: 99_102, mrn: ' ', family_name: '', given_names: SLIP.name },
    ])
  } finally {
    await client.end()
  }
  await stage.fresh(systemClock.now())
  const owner = stage.browser(stage.hubUrl)
  await owner.signIn('owner', PASSWORD)
  await until('the source page opens', async () => (await owner.open('/sources/ehr')).status === 200, {
    withinMs: 20_000,
    signal,
  })
  tell('Patients with a nonsense birth date and without a name were written into the EHR.')
}

async function failures(stage: Stage, signal: AbortSignal, tell: Tell): Promise<void> {
  const site = stage.site(SITE)
  await stage.killHubDatabase()
  const doctor = stage.browser(site.url)
  await doctor.signIn('doctor', PASSWORD)
  const page = await fetch(`${stage.hubUrl}/sign-in`, {
    method: 'POST',
    headers: { origin: stage.hubUrl },
    body: new URLSearchParams({ login: SLIP.name, password: SLIP.password }),
    signal: AbortSignal.timeout(60_000),
  }).catch(() => undefined)
  await page?.text()
  await stage.killEhr()
  await stage.sample.hub.kill()
  await stage.startHubDatabase()
  await stage.startEhr()
  await site.part.kill()
  await stage.up(stage.sample.hub, `${stage.hubUrl}/health`)
  await stage.up(site.part, `${site.url}/sign-in`)
  signal.throwIfAborted()
  await stage.fresh(systemClock.now())
  tell('The hub’s database, the EHR, the hub and the site were killed and came back.')
}

/** A search that finds nothing proves nothing unless it finds what is there. */
function provesItself(stage: Stage, needles: Needles): void {
  const { patient } = recordOf(stage.sample.practice, 2)
  const line = `{"msg":"x ${patient.family_name} ${patient.mrn}"} cookie=${needles.secrets.at(-1)}`
  assert.equal(leaksIn(line, needles).length, 3)
}

function words(found: readonly Leak[]): string {
  return found
    .slice(0, 20)
    .map(({ file, what }) => `${file}: ${what}`)
    .join('\n')
}
