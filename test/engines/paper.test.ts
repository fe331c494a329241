import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { appointmentsOf, chartsOf } from '../../dev/practice/charts.ts'
import { practiceOf } from '../../dev/practice/practice.ts'
import { PRACTICE_NAME, PRACTICE_ZONE, SITES } from '../../dev/practice/sites.ts'
import type { Chart } from '../../src/chart/chart.ts'
import { oldestAsOf, withAges } from '../../src/chart/list-age.ts'
import { Press } from '../../src/paper/engine.ts'
import { firstNumbers } from '../../src/paper/numbers.ts'
import type { Sheet } from '../../src/paper/paper.ts'
import { sheetsOfDay } from '../../src/paper/plan.ts'
import { DOUBTFUL_DAY, doubtfulCharts, doubtfulSources, doubtfulVisits } from '../site/doubtful-charts.ts'

/** Paper as others see it: poppler reads its words, zbar its codes, qpdf its structure. */
const run = promisify(execFile)
let folder: string
let charts: Map<string, Chart>
before(async () => {
  charts = new Map([...chartsOf()].map((chart) => [chart.patient.id, chart]))
  folder = await mkdtemp(join(tmpdir(), 'paper-'))
})
after(() => rm(folder, { recursive: true }))

type Patient = { name: string; mrn: string; born: string; number: string }

/** The smallest site's day in the sample practice, on the paper that is asked for. */
function sampleSheets(paperSize: 'letter' | 'a4'): Sheet[] {
  const { today: day, now } = practiceOf()
  const visits = [...appointmentsOf({ days: [day], asOf: now - 6 * 3_600_000 })]
  const bySite = SITES.map((site) => ({ site, own: visits.filter((visit) => visit.locationId === site.siteId) }))
  const [smallest] = bySite.filter(({ own }) => own.length > 0).sort((a, b) => a.own.length - b.own.length)
  assert.ok(smallest)
  return sheetsOfDay({
    practiceName: PRACTICE_NAME,
    siteId: smallest.site.siteId,
    siteName: smallest.site.name,
    siteMark: 'SITE',
    zone: PRACTICE_ZONE,
    day,
    sample: true,
    paperSize,
    sourceWords: 'the EHR standby',
    appointments: smallest.own,
    numbers: firstNumbers(smallest.own),
    chartOf: (id) => charts.get(id),
    withheld: (id) => charts.get(id)?.restriction !== 'none',
    asOf: { schedule: now - 47 * 60_000, chart: () => now - 47 * 60_000 },
    now,
  })
}

async function printed(press: Press, sheet: Sheet): Promise<{ path: string; pages: number }> {
  const path = join(folder, `${sheet.label.replaceAll(' ', '-')}-${sheet.values.paper}.pdf`)
  const { pdf, pages } = await press.print(sheet.values)
  await writeFile(path, pdf)
  return { path, pages }
}

async function wordsOf(path: string): Promise<string[]> {
  const { stdout } = await run('pdftotext', ['-layout', path, '-'], { maxBuffer: 2 ** 26 })
  return stdout.split('\f').slice(0, -1)
}

const patientsOf = (sheet: Sheet): Patient[] => JSON.parse(JSON.stringify(sheet.values.patients))

for (const paper of ['letter', 'a4'] as const)
  test(`on ${paper}, every page says who, as of when, which packet and which page; two sides for each patient`, async () => {
    await using press = new Press(2)
    const sheets = sampleSheets(paper)
    const packet = sheets.find((sheet) => sheet.kind === 'packet')
    assert.ok(packet)
    const { path, pages } = await printed(press, packet)
    const patients = patientsOf(packet)
    assert.equal(pages, 2 * patients.length)
    const words = await wordsOf(path)
    for (const [at, page] of words.entries()) {
      const patient = patients[Math.floor(at / 2)]
      assert.ok(patient)
      assert.match(page, /DATA AS OF 2\d{3}-\d\d-\d\d \d\d:\d\d, made (\d{4}-\d\d-\d\d )?\d\d:\d\d/)
      assert.ok(
        page.includes(patient.mrn) && page.includes(patient.born) && page.includes(patient.number),
        `page ${at}`,
      )
      assert.match(page, new RegExp(`page ${(at % 2) + 1} of 2`))
      assert.match(page, /DOWNTIME COPY[\s\S]*Shred or return to records/)
    }
  })

test('the code on each page reads back as the record number, even from a fax', async () => {
  await using press = new Press(1)
  const packet = sampleSheets('letter').find((sheet) => sheet.kind === 'packet')
  assert.ok(packet)
  const { path } = await printed(press, packet)
  const patients = patientsOf(packet)
  for (const [at, patient] of patients.slice(0, 4).entries())
    for (const side of [1, 2]) {
      const page = String(2 * at + side)
      // Black or white at 200 dpi, as a fax machine or a poor copier leaves it.
      const image = join(folder, `page-${page}`)
      await run('pdftoppm', ['-r', '200', '-mono', '-f', page, '-l', page, '-singlefile', path, image])
      const { stdout } = await run('zbarimg', ['--quiet', '--raw', '--nodbus', `${image}.pbm`])
      assert.equal(stdout.trim(), patient.mrn, `page ${page}`)
    }
})

test('every sheet is whole, tagged, and its pages are bookmarked by what they are', async () => {
  await using press = new Press(2)
  const sheets = sampleSheets('letter')
  const one = (kind: Sheet['kind']): Sheet[] => sheets.filter((sheet) => sheet.kind === kind).slice(0, 1)
  for (const sheet of [...one('front-desk'), ...one('day-sheet'), ...one('packet')]) {
    const { path } = await printed(press, sheet)
    await run('qpdf', ['--check', path])
    const { stdout: about } = await run('pdfinfo', [path])
    assert.match(about, /Tagged:\s+yes/)
    const { stdout: structure } = await run('pdfinfo', ['-struct', path], { maxBuffer: 2 ** 26 })
    assert.match(structure, /^\s*H1\b/m)
    assert.match(structure, /^\s*TH\b/m)
    const { stdout: json } = await run('qpdf', ['--json', '--json-key=outlines', path], { maxBuffer: 2 ** 26 })
    const { outlines }: { outlines: { title: string }[] } = JSON.parse(json)
    const expected =
      sheet.kind === 'packet' ? patientsOf(sheet).map((patient) => patient.name) : [sheet.values.headline]
    for (const [at, title] of expected.entries())
      assert.ok(outlines[at]?.title.startsWith(String(title)), String(title))
  }
})

test('the front desk reads no clinical word off its list', async () => {
  await using press = new Press(1)
  const sheets = sampleSheets('letter')
  const desk = sheets.find((sheet) => sheet.kind === 'front-desk')
  assert.ok(desk)
  const { path } = await printed(press, desk)
  const words = (await wordsOf(path)).join('\n')
  assert.match(words, /no clinical data/)
  assert.doesNotMatch(words, /mg\b|Follow-up|Annual|Sick visit|tablet/)
})

test('what is in doubt, missing or old is read off a patient’s sheet, and a note beside a result too', async () => {
  await using press = new Press(1)
  const asOf = Date.parse(`${DOUBTFUL_DAY}T11:40:00Z`)
  const doubtful = new Map(
    doubtfulCharts(asOf).map((chart) => [chart.patient.id, withAges(chart, doubtfulSources(asOf))]),
  )
  const visits = doubtfulVisits(asOf, 'east')
  const [packet] = sheetsOfDay({
    practiceName: PRACTICE_NAME,
    siteId: 'east',
    siteName: 'East',
    siteMark: 'EAST',
    zone: PRACTICE_ZONE,
    day: DOUBTFUL_DAY,
    sample: true,
    paperSize: 'letter',
    sourceWords: 'the EHR standby',
    appointments: visits,
    numbers: firstNumbers(visits),
    chartOf: (id) => doubtful.get(id),
    withheld: (id) => doubtful.get(id)?.restriction === 'part2',
    asOf: { schedule: asOf, chart: oldestAsOf },
    now: asOf,
  }).filter(({ kind }) => kind === 'packet')
  assert.ok(packet)
  const { path, pages } = await printed(press, packet)
  assert.equal(pages, 10, 'two sides for each: nothing of it makes a sheet longer')
  const [front = '', back = '', notAsked = ''] = (await wordsOf(path)).map((page) => page.replaceAll(/\s+/g, ' '))
  for (const side of [front, back]) {
    assert.match(
      side,
      /VERIFY NAME AND BIRTH DATE\. May contain another patient’s data: this chart\. Not shown: allergies 2/,
    )
    assert.match(side, /DATA AS OF 2026-11-22/)
  }
  assert.match(front, /This chart may contain another patient’s data/)
  assert.match(front, /Allergies Record also says “none known”\. Ask the patient\. 2 records could not be read/)
  assert.match(front, /Medications OLDER: as of 2026-11-22 .*Held back/)
  assert.match(back, /Note: Sample hemolyzed\. Repeat before treating\./)
  assert.match(back, /Heart size normal\. No focal consolidation\./)
  assert.match(notAsked, /Allergies were not asked: ask the patient now/)
  assert.match(notAsked, /STATUS UNKNOWN \(“Left voicemail”\)/)
})
