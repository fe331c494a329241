import assert from 'node:assert/strict'
import { cp, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { type Identity } from '../../dev/practice/identity.ts'
import { patientOf } from '../../dev/practice/practice.ts'
import { makePart } from '../../dev/sample/part.ts'
import { freePorts } from '../../dev/sample/ports.ts'
import { connectionOf } from '../../src/base/database.ts'
import { systemClock } from '../../src/base/time.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'A lockbox is carried away: its disk gives nothing, guessing is stopped, and what comes later is out of reach'

const SITE = 'riverside'
const PROGRAM = resolve(import.meta.dirname, '../../src/cli/holdfast.ts')
const LATER = 'Thiefsbane pollen'

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using stage = await openStage({ signal, sites: [SITE, 'harbor-main'], patients: 200 })
  const site = stage.site(SITE)
  const staff = stage.browser(site.url)
  await staff.signIn('doctor', PASSWORD)
  const [visit] = stage.visits(SITE)
  assert.ok(visit)
  await staff.open(`/patient/${visit.patient.id}`)
  await site.part.kill()
  site.cable.pull()
  const loot = join(stage.folder, 'loot')
  await cp(site.folder, loot, { recursive: true })
  tell('The lockbox of Riverside is unplugged and carried away; somebody copies its disk.')

  await nothingOnTheDisk(stage, loot, tell)
  const thief = await thiefStarts(stage, loot)
  try {
    await robbed(stage, loot, thief, visit.patient, signal, tell)
  } finally {
    await thief.part.stop()
  }
}

async function robbed(
  stage: Stage,
  loot: string,
  thief: Thief,
  patient: Identity,
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  const outside = stage.browser(thief.url)
  await outside.open('/sign-in')
  for (const path of ['/today', `/patient/${patient.id}`, '/search?q=a', '/paper', '/health']) {
    const page = await outside.open(path)
    assert.match(page.words, /locked|sign in/i, path)
    assert.ok(!page.words.includes(patient.mrn) && !page.words.includes(patient.family), path)
  }
  tell('Started with no network it is locked: no page shows a patient, a visit or a sheet.')
  await guessingIsStopped(stage, thief.url, tell)

  await revoked(stage, tell)
  await written(stage, patient.id)
  await stage.fresh(systemClock.now(), ['harbor-main'])
  const other = stage.browser(stage.site('harbor-main').url)
  await other.signIn('doctor', PASSWORD)
  assert.match((await other.open(`/patient/${patient.id}`)).words, new RegExp(LATER))
  await laterIsOutOfReach(stage, loot, thief, patient.id, signal, tell)
}

/** No file of the lockbox holds a name, a number, a date of birth or a key that opens anything. */
async function nothingOnTheDisk(stage: Stage, loot: string, tell: Tell): Promise<void> {
  const { practice } = stage.sample
  const people = Array.from({ length: practice.patients }, (_, at) => patientOf(practice, at + 1))
  const words = new Set(
    people.flatMap((who) => [
      who.mrn,
      who.phone,
      who.birthDate ?? who.mrn,
      ...(who.family.length > 5 ? [who.family] : []),
    ]),
  )
  const secrets = [PASSWORD, 'AGE-SECRET-KEY-', ...words].map((word) => Buffer.from(word))
  const files = (await readdir(loot, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  assert.ok(files.some((entry) => entry.name === 'unlock.json'))
  for (const entry of files) {
    const bytes = await readFile(join(entry.parentPath, entry.name))
    for (const word of secrets) assert.equal(bytes.indexOf(word), -1, `${entry.name} holds something readable`)
  }
  tell(`None of its ${files.length} files holds one of ${secrets.length} names, numbers, dates of birth or keys.`)
}

type Thief = { url: string; part: ReturnType<typeof makePart> }

async function thiefStarts(stage: Stage, loot: string): Promise<Thief> {
  const { ports } = await freePorts(32_000 + Math.floor(Math.random() * 400), 0)
  const part = makePart({
    name: 'loot',
    args: [PROGRAM, 'site', 'run', '--data', loot, '--listen', `127.0.0.1:${ports.hub}`],
    logFile: join(stage.folder, 'logs', 'loot.log'),
  })
  const url = `http://127.0.0.1:${ports.hub}`
  await stage.up(part, `${url}/sign-in`)
  return { url, part }
}

async function guessingIsStopped(stage: Stage, url: string, tell: Tell): Promise<void> {
  const guesser = stage.browser(url)
  let tries = 0
  for (let words = ''; !/wait/i.test(words) && tries < 30; tries++) {
    await guesser.open('/sign-in')
    words = (await guesser.post('/sign-in', { login: 'desk', password: `harbor lantern ${tries}` })).words
  }
  assert.ok(tries < 30, 'guessing was never stopped')
  await guesser.open('/sign-in')
  const right = await guesser.post('/sign-in', { login: 'desk', password: PASSWORD })
  assert.match(right.words, /wait/i, 'even the right password waits now')
  tell(`After ${tries} wrong passwords it makes the guesser wait, and each wait is longer.`)
}

async function revoked(stage: Stage, tell: Tell): Promise<void> {
  const owner = stage.browser(stage.hubUrl)
  await owner.signIn('owner', PASSWORD)
  await owner.open(`/sites/${SITE}`)
  const done = await owner.post(`/sites/${SITE}/revoke`, { because: 'carried away in the night', name: 'Riverside' })
  assert.equal(done.status, 200)
  assert.match((await owner.open(`/sites/${SITE}`)).words, /revoked/i)
  tell('The owner revokes Riverside at the hub, with a reason and its name typed.')
}

/** Something new is charted after the theft. */
async function written(stage: Stage, patientId: number): Promise<void> {
  const client = new pg.Client(connectionOf(stage.sample.ehr.urls.owner))
  await client.connect()
  try {
    await client.query("UPDATE patient SET restriction = 'none' WHERE patient_id = $1", [patientId])
    await client.query(
      `INSERT INTO allergy (allergy_id, patient_id, substance, criticality, verified) VALUES ($1, $2, $3, 'high', true)`,
      [2 ** 30 + 77, patientId, LATER],
    )
  } finally {
    await client.end()
  }
}

/** The worst case: the thief has the newest sealed packs, the network, and a password that was good. */
async function laterIsOutOfReach(
  stage: Stage,
  loot: string,
  thief: Thief,
  patientId: number,
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  const stick = join(stage.folder, 'stick')
  const exported = await stage.holdfast('pack', 'export', '--config', stage.sample.hubConfigFile, '--to', stick)
  assert.equal(exported.code, 0, exported.said)
  await thief.part.stop()
  const added = await stage.holdfast('site', 'carrier', '--data', loot, '--add-folder', stick)
  assert.equal(added.code, 0, added.said)
  stage.site(SITE).cable.mend()
  await stage.up(thief.part, `${thief.url}/sign-in`)
  const inside = stage.browser(thief.url)
  await until(
    'the good password is let in once the wait is over, or the site refuses for being revoked',
    async () => {
      await inside.open('/sign-in')
      const page = await inside.post('/sign-in', { login: 'doctor', password: PASSWORD })
      return /revoked/i.test(page.words) || !page.url.includes('/sign-in')
    },
    { withinMs: 60_000, everyMs: 1000, signal },
  )
  const page = await inside.open(`/patient/${patientId}`)
  assert.ok(!page.words.includes(LATER), 'what was charted after the revocation may not be read')
  tell(
    'Even with a good password, the network and a stick with the newest packs, what was charted after the theft cannot be read.',
  )
}
