import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { MINUTE } from '../../src/base/time.ts'
import { browser, type Clinic, clinic } from './clinic.ts'
import { doubtfulCharts, doubtfulSources, doubtfulVisits } from './doubtful-charts.ts'

/** What is quarantined, held back, never asked or old is seen on the pages of a site by whoever treats the patient. */
const asOf = Date.parse('2026-11-23T14:00:00Z')
let here: Clinic
before(async () => {
  here = await clinic({
    charts: doubtfulCharts(asOf),
    appointments: doubtfulVisits(asOf, 'site_1'),
    sources: doubtfulSources(asOf),
  })
  here.time.pass(47 * MINUTE)
})
after(() => here[Symbol.asyncDispose]())

async function page(path: string, login = 'amy'): Promise<string> {
  const screen = browser(here.site().url)
  await screen.signIn(login)
  const { status, text } = await screen.go(path)
  assert.equal(status, 200, path)
  return text
}

/** One list of the chart, and what stands above all lists. */
function part(text: string, name: string): string {
  return new RegExp(`<section class="part-${name}[\\s\\S]*?</section>`).exec(text)?.[0] ?? ''
}
const top = (text: string): string => /<ul class="doubts"[\s\S]*?<\/ul>/.exec(text)?.[0] ?? ''
const classesOf = (text: string): string[] => [...text.matchAll(/class="doubt (\w+)"/g)].map((match) => match[1] ?? '')

test('every doubt stands under the name, the gravest first, and again in its list with the reason', async () => {
  const text = await page('/patient/doubt-all')
  assert.deepEqual(classesOf(top(text)), ['verify', 'verify', 'act', 'act', 'act', 'watch'])
  assert.match(top(text), /This chart may contain another patient’s data/)
  assert.match(top(text), /Allergies: record also says “none known”/)
  assert.match(top(text), /Allergies: 2 records could not be read and are not shown/)
  assert.ok(text.indexOf('<h1') < text.indexOf('class="doubts"'))
  assert.ok(text.indexOf('class="doubts"') < text.indexOf('part-allergies'))
  const allergies = part(text, 'allergies')
  assert.match(allergies, /2 records could not be read[\s\S]*Reason: the substance has no words/)
  assert.match(allergies, /Penicillin/)
  assert.match(part(text, 'medications'), /Held back: [^<]*Shown as of/)
  assert.match(part(text, 'results'), /1 record could not be read/)
  assert.doesNotMatch(part(text, 'problems'), /class="doubt/)
})

test('the page is dated by its oldest list, and each older list says its own age with its status', async () => {
  const text = await page('/patient/doubt-all')
  assert.match(text, /class="as-of">as of Nov 22, 8:00 AM \(1 d old\)/, 'the frame')
  assert.match(text, /Key data, oldest list/)
  assert.match(part(text, 'medications'), /class="as-of expired">[\s\S]*expired[\s\S]*as of Nov 22, 8:00 AM/)
  assert.match(part(text, 'results'), /class="as-of stale">[\s\S]*stale[\s\S]*as of 5:00 AM/)
  assert.doesNotMatch(part(text, 'allergies'), /class="as-of/)
  assert.match(await page('/patient/doubt-all/sheet'), /DATA AS OF Sun, Nov 22, 2026, 8:00 AM/)
  assert.match(await page('/patient/calm'), /class="as-of">as of 8:00 AM \(47 min old\)/)
})

test('missing allergies are the loudest thing on a chart, and known ones are calm', async () => {
  for (const [id, words] of [
    ['not-asked', 'Not asked. Ask the patient.'],
    ['not-received', 'No allergy data received. Ask the patient.'],
    ['listed-empty', 'None listed. The record does not say there are none. Ask the patient.'],
  ] as const) {
    const text = await page(`/patient/${id}`)
    assert.match(part(text, 'allergies'), /^<section class="part-allergies danger"/, id)
    assert.deepEqual(classesOf(part(text, 'allergies')), ['verify'], id)
    assert.ok(part(text, 'allergies').includes(words), id)
    assert.deepEqual(classesOf(top(text)), ['verify'], id)
  }
  const calm = await page('/patient/calm')
  assert.equal(top(calm), '')
  assert.match(part(calm, 'allergies'), /class="none-known">No known allergies/)
})

test('lists keep their place from patient to patient', async () => {
  const order = async (id: string): Promise<string[]> =>
    [...(await page(`/patient/${id}`)).matchAll(/<div class="column">|part-(\w+)[ "]/g)].map((match) => match[1] ?? '|')
  const full = await order('doubt-all')
  assert.equal(full.filter((one) => one === '|').length, 3)
  for (const id of ['not-asked', 'not-received', 'calm']) assert.deepEqual(await order(id), full, id)
})

test('of a masked chart only that it may be another patient’s is shown, by whatever way', async () => {
  for (const path of ['/patient/masked', '/patient/masked/front-desk']) {
    const text = await page(path)
    assert.match(top(text), /may contain another patient’s data\. Verify/, path)
    assert.doesNotMatch(text, /could not be read|Held back|source: |Warfarin/, path)
  }
})

test('the front desk is told who to verify, and of no clinical list', async () => {
  const text = await page('/patient/doubt-all/front-desk', 'fred')
  assert.match(top(text), /different name or birth date/)
  assert.doesNotMatch(text, /llergies|Medications|Results/)
  assert.match(text, /class="as-of">as of 8:00 AM \(47 min old\)/, 'no list that it shows is older')
})

test('the schedule shows unknown statuses, visits that are kept, names that did not come, and charts in doubt', async () => {
  const text = await page('/today')
  assert.match(text, /6 visits with 2 providers, 1 not in the EHR’s last answer and kept, 2 with status unknown\./)
  assert.match(text, /Dr\. Ada Fenn <span class="soft small">5, 1 not in the EHR’s last answer and kept/)
  assert.match(text, /Status unknown \(“Left voicemail”\)/)
  assert.match(text, /Not in the EHR’s last answer; kept/)
  assert.match(text, /Name not received/)
  assert.match(text, /Provider not received/)
  const lines = [...text.matchAll(/<li[^>]*><time[\s\S]*?<\/li>/g)].map(([line]) => line)
  const lineOf = (name: string): string => lines.find((line) => line.includes(name)) ?? ''
  assert.match(lineOf('Quillfeather'), /Verify identity[\s\S]*Verify allergies/)
  assert.match(lineOf('Elm'), /Verify identity/)
  assert.doesNotMatch(lineOf('Elm'), /Verify allergies|Follow-up/, 'nor what a restricted visit is for')
  assert.doesNotMatch(lineOf('Cedar'), /Verify/)
  assert.match(await page('/search?q=quillfeather'), /Verify identity[\s\S]*Verify allergies/)
})

test('what a laboratory wrote beside a result stands with it, lines as they came', async () => {
  const results = part(await page('/patient/doubt-all'), 'results')
  assert.match(
    results,
    /<p class="note-text"><strong>Note:<\/strong> Sample hemolyzed\.\nRepeat before treating\.<\/p>/,
  )
  assert.match(
    results,
    /<p class="note-text">Heart size normal\.\nNo focal consolidation\.\nImpression: no acute disease\.<\/p>/,
  )
})

test('a printed page counts in its head what is in doubt', async () => {
  const head = /<thead>[\s\S]*?<\/thead>/.exec(await page('/patient/doubt-all/sheet'))?.[0] ?? ''
  assert.match(
    head,
    /VERIFY NAME AND BIRTH DATE\. May contain another patient’s data: this chart\. Not shown: allergies 2, results 1/,
  )
})
