import assert from 'node:assert/strict'
import { recordOf } from '../../dev/practice/practice.ts'
import { freePorts } from '../../dev/sample/ports.ts'
import { MRN_ISSUER } from '../../dev/sample/sample.ts'
import { heldBack } from '../../src/hub/held/store.ts'
import { openChart, search, withMrn } from './stage/find.ts'
import { sendHl7 } from './stage/mllp.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The EHR and a laboratory use one number for two people; results reach only the person they are about, and a doubt is said on both charts'

const SITE = 'lighthouse-point'
const LABS = 'labs'

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  const { ports } = await freePorts(24_000 + Math.floor(Math.random() * 4000), 1)
  const port = ports.hub
  await using stage = await openStage({
    signal,
    sites: [SITE],
    patients: 160,
    sources: [{ id: LABS, kind: 'hl7v2', name: 'Laboratory', every: '1s', listen: { port }, mrnIssuer: MRN_ISSUER }],
  })
  const { practice } = stage.sample
  const one = recordOf(practice, 12).patient
  const other = recordOf(practice, 30).patient
  const doctor = stage.browser(stage.site(SITE).url)
  await doctor.signIn('doctor', PASSWORD)
  const chartShows = (mrn: string, words: RegExp, what: string) =>
    until(what, async () => words.test((await openChart(doctor, mrn, mrn)).words), { withinMs: 60_000, signal })
  tell(`The EHR calls ${one.family_name} by its own number 12. The laboratory knows record numbers only.`)

  // The laboratory's "12" is not the EHR's: a record number that nobody in the EHR has.
  await result(port, 'c1', { number: '12', family: 'Kaliumova', given: 'Karla', born: '19500707' }, 'POTASSIUM-STRAY')
  await until(
    'the laboratory’s own patient has a chart',
    async () => (await search(doctor, 'Kaliumova')).length === 1,
    {
      withinMs: 60_000,
      signal,
    },
  )
  assert.doesNotMatch((await openChart(doctor, one.mrn, one.mrn)).words, /POTASSIUM-STRAY|Kaliumova/)
  tell(
    'A result for record number 12 makes a chart of its own. The EHR’s patient 12 keeps name, allergies and results.',
  )

  const [year = '', month = '', day = ''] = (other.birth_date ?? '').split('-')
  await result(
    port,
    'c2',
    { number: other.mrn, family: other.family_name, given: other.given_names, born: year + month + day },
    'SODIUM-RIGHT',
  )
  await chartShows(other.mrn, /SODIUM-RIGHT/, 'the result stands on the chart of the same person')
  assert.equal((await search(doctor, other.mrn)).filter(({ words }) => words.includes(other.mrn)).length, 1)
  tell('A result whose record number, name and birth date agree with the EHR stands on that person’s one chart.')

  await result(port, 'c3', { number: one.mrn, family: 'Fremdling', given: 'Fritz', born: '19331203' }, 'GLUCOSE-WRONG')
  await chartShows(
    one.mrn,
    /different|differs|another person|not shown/i,
    'the EHR’s chart says that a record was not joined',
  )
  const chart = await openChart(doctor, one.mrn, one.mrn)
  assert.doesNotMatch(chart.words, /GLUCOSE-WRONG|Fremdling/)
  assert.ok(withMrn(await search(doctor, 'Fremdling'), one.mrn) !== undefined, 'the other person is found by name')
  tell('A result under a right number with a wrong name is kept out of that chart, and the chart says so.')

  await result(port, 'c4', { number: other.mrn, family: 'Verwechsel', given: 'Vera', born: '19410101' }, 'INR-WRONG')
  const held = await until('the change of identity is held back', async () => (await open(stage)).at(0), {
    withinMs: 60_000,
    signal,
  })
  assert.deepEqual(
    held.people.map(({ name }) => name.family),
    [other.family_name, 'Verwechsel'],
  )
  assert.doesNotMatch((await openChart(doctor, other.mrn, other.mrn)).words, /INR-WRONG|Verwechsel/)
  tell(
    'A number that suddenly names another person changes nothing. The hub shows both people side by side and waits for a person.',
  )
}

async function open(stage: Stage) {
  return heldBack(stage.sample.settled.centre.db, 'open')
}

type Who = { number: string; family: string; given: string; born: string }

async function result(port: number, controlId: string, who: Who, code: string): Promise<void> {
  const answer = await sendHl7(port, [
    `MSH|^~\\&|LAB|HV|HOLDFAST|HV|${stamp()}||ORU^R01|${controlId}|P|2.5.1`,
    `PID|1||${who.number}^^^HV^MR||${who.family}^${who.given}||${who.born}|F`,
    `OBR|1|${controlId}|${controlId}|${code}^${code}^L|||${stamp()}`,
    `OBX|1|NM|${code}^${code}^L||4.2|mmol/L|||||F|||${stamp()}`,
  ])
  assert.match(answer, /MSA\|AA\|/)
}

/** With its offset: the sender's wall is nobody's guess. */
function stamp(): string {
  return `${new Date().toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}+0000`
}
