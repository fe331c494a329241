import assert from 'node:assert/strict'
import pg from 'pg'
import { insertRows } from '../../dev/practice/fill.ts'
import { type Practice, recordOf } from '../../dev/practice/practice.ts'
import { connectionOf } from '../../src/base/database.ts'
import { systemClock } from '../../src/base/time.ts'
import { type Found, openChart, search, withMrn } from './stage/find.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The EHR is down and a patient gives her name of years ago; she is found by it, by its sound, by birth date, and told from a namesake'

/** Maren Thornbrook, whom the sample has for this: until she married, Quillmere. */
const MAREN = 2
const NAMESAKE = { patient_id: 99_001, mrn: 'HV0990018', birth_date: '1991-08-30', phone_mobile: '(262) 555-0177' }

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using stage = await openStage({ signal, sites: ['lighthouse-point'], patients: 240 })
  const { practice } = stage.sample
  const { patient: maren, former_name: former } = recordOf(practice, MAREN)
  const old = former[0]?.family_name
  assert.ok(old !== undefined)
  await registerNamesake(stage, practice, old)
  tell(
    `${maren.given_names} ${maren.family_name}, formerly ${old}, is a patient of another clinic. Today ${maren.given_names} ${old}, another person, was registered.`,
  )
  await stage.fresh(systemClock.now())
  await stage.killEhr()
  stage.site('lighthouse-point').cable.pull()
  await stage.sample.hub.kill()
  tell('Then the EHR and the hub die. She walks into Lighthouse Point, where nobody knows her.')

  const doctor = stage.browser(stage.site('lighthouse-point').url)
  await doctor.signIn('doctor', PASSWORD)
  const [year = '', month = '', day = ''] = (maren.birth_date ?? '').split('-')
  const born = `${Number(month)}/${Number(day)}/${year}`

  const byName = await search(doctor, old)
  const [hers, others] = [withMrn(byName, maren.mrn), withMrn(byName, NAMESAKE.mrn)]
  assert.ok(hers !== undefined && others !== undefined, 'both are found by the name')
  assert.match(hers.words, new RegExp(`${maren.family_name}.*formerly ${old}`))
  assert.doesNotMatch(others.words, /formerly/)
  assert.ok(hers.words.includes(maren.birth_date ?? '?') && others.words.includes(NAMESAKE.birth_date))
  assert.notEqual(phoneIn(hers), phoneIn(others))
  tell(
    `"${old}" finds both: each row says whether the name is a former one, and shows birth date, phone, MRN and town.`,
  )

  for (const heard of ['Quilmear', 'Kwilmere']) {
    const bySound = withMrn(await search(doctor, heard), maren.mrn)
    assert.ok(bySound !== undefined, `"${heard}" sounds like ${old}`)
    assert.match(bySound.words, /sounds like|close spelling/)
  }
  tell('"Quilmear" and "Kwilmere", as heard over the telephone, find her too, and say that the spelling is another.')
  const byBirth = await search(doctor, born)
  assert.ok(withMrn(byBirth, maren.mrn) !== undefined && withMrn(byBirth, NAMESAKE.mrn) === undefined)
  tell(`Her birth date alone, ${born}, finds her and not the other.`)

  const byBoth = await search(doctor, `${old} ${born}`)
  assert.equal(byBoth.length, 1, 'name and birth date together leave one')
  const chart = await openChart(doctor, `${old} ${born}`, maren.mrn)
  assert.ok(chart.words.includes(`Formerly ${old}`) && !chart.words.includes(NAMESAKE.mrn))
  for (const { substance } of recordOf(practice, MAREN).allergy) assert.ok(chart.words.includes(substance))
  tell(`Name and birth date leave one person. Her chart opens and says "Formerly ${old}" beside her name.`)

  const other = await openChart(doctor, NAMESAKE.mrn, NAMESAKE.mrn)
  assert.ok(other.words.includes(NAMESAKE.birth_date))
  const allergies = other.words.slice(other.words.indexOf('Allergies'), other.words.indexOf('Medications'))
  assert.match(allergies, /no allergy data received|not asked/i)
  assert.doesNotMatch(allergies, /no known/i)
  tell('The namesake’s chart says that no allergy data was received and to ask the patient.')

  const nobody = await search(doctor, 'Zzyzxqw')
  assert.equal(nobody.length, 0)
  tell('A name that nobody has finds nobody, and the page says what to do about a new patient.')
}

/** As the front desk would: into the EHR. */
async function registerNamesake(stage: Stage, practice: Practice, family: string): Promise<void> {
  const client = new pg.Client(connectionOf(stage.sample.ehr.urls.owner))
  await client.connect()
  try {
    const like = recordOf(practice, MAREN).patient
    await insertRows(client, 'patient', [
      { ...like, ...NAMESAKE, family_name: family, phone_home: null, phone_work: null },
    ])
  } finally {
    await client.end()
  }
}

const phoneIn = (row: Found): string | undefined => /\(\d{3}\) \d{3}-\d{4}/.exec(row.words)?.[0]
