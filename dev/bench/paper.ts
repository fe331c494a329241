import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import type { Chart } from '../../src/chart/chart.ts'
import { Press } from '../../src/paper/engine.ts'
import { firstNumbers } from '../../src/paper/numbers.ts'
import type { PrintedTable } from '../../src/paper/observations.ts'
import type { PaperDay, Sheet } from '../../src/paper/paper.ts'
import { sheetsOfDay } from '../../src/paper/plan.ts'
import { appointmentsOf, chartsOf } from '../practice/charts.ts'
import { practiceOf } from '../practice/practice.ts'
import { PRACTICE_NAME, PRACTICE_ZONE, SITES } from '../practice/sites.ts'
import type { Bench, Measured } from './measured.ts'

/**
 * Paper for a working day of 80 physicians: every list and every packet of all six sites, against the same packets as HTML printed by Chromium
 * (what one would write first). Chromium is given a tenth of the packets, and one browser on the same two cores.
 */
export const benches = [
  { name: 'paper', about: 'paper for an 80-physician day, against printing HTML with Chromium', run: paper },
] satisfies Bench[]

async function* paper(): AsyncIterable<Measured> {
  const sheets = sheetsOfAllSites()
  const visits = sheets.reduce((sum, sheet) => sum + patientsOf(sheet).length, 0)
  const ours = await printAll(sheets)
  const theirs = await printWithChromium(
    sheets.filter((sheet) => sheet.kind === 'packet').filter((_, index) => index % 10 === 0),
  )
  const pagesPerSecond = ours.pages / ours.seconds
  yield { measure: 'visits with a packet', value: visits, unit: 'visits' }
  yield { measure: 'pages of tagged PDF', value: ours.pages, unit: 'pages' }
  yield { measure: 'whole day', value: ours.seconds, unit: 's', bar: { of: 'value', most: 15 } }
  yield { measure: 'packets longer than two sides', value: ours.long, unit: 'sheets' }
  yield { measure: 'size of the day', value: ours.bytes / 1e6, unit: 'MB' }
  yield {
    measure: 'speed',
    value: pagesPerSecond,
    unit: 'pages/s',
    peer: { name: 'Chromium', value: theirs.pages / theirs.seconds },
    bar: { of: 'ratio', least: 4 },
  }
  yield {
    measure: 'processor time a page',
    value: (1000 * ours.processorSeconds) / ours.pages,
    unit: 'ms',
    peer: { name: 'Chromium', value: (1000 * theirs.processorSeconds) / theirs.pages },
  }
}

function sheetsOfAllSites(): Sheet[] {
  const { today: day, now } = practiceOf()
  const charts = new Map<string, Chart>()
  for (const chart of chartsOf()) charts.set(chart.patient.id, chart)
  const visits = [...appointmentsOf({ days: [day], asOf: now - 6 * 3_600_000 })]
  return SITES.flatMap((site) => {
    const own = visits.filter((visit) => visit.locationId === site.siteId)
    const context: PaperDay = {
      practiceName: PRACTICE_NAME,
      siteId: site.siteId,
      siteName: site.name,
      siteMark: site.siteId.slice(0, 4).toUpperCase(),
      zone: PRACTICE_ZONE,
      day,
      sample: true,
      paperSize: 'letter',
      sourceWords: 'the EHR standby',
      appointments: own,
      numbers: firstNumbers(own),
      chartOf: (id) => charts.get(id),
      withheld: (id) => charts.get(id)?.restriction !== 'none',
      asOf: { schedule: now - 60_000, chart: () => now - 60_000 },
      now,
    }
    return sheetsOfDay(context)
  })
}

type Run = { pages: number; seconds: number; processorSeconds: number }

/** From the first sheet handed over to the last PDF, the start of the press included. */
async function printAll(sheets: Sheet[]): Promise<Run & { bytes: number; long: number }> {
  const before = processorSecondsOfChildren()
  const from = performance.now()
  const press = new Press(2)
  const printed = await Promise.all(sheets.map((sheet) => press.print(sheet.values)))
  const seconds = (performance.now() - from) / 1000
  await press[Symbol.asyncDispose]()
  return {
    seconds,
    processorSeconds: processorSecondsOfChildren() - before,
    pages: printed.reduce((sum, one) => sum + one.pages, 0),
    bytes: printed.reduce((sum, one) => sum + one.pdf.byteLength, 0),
    long: printed.filter((one, at) => one.pages > (sheets[at]?.values.pages ?? Infinity)).length,
  }
}

/** The start of the browser is not counted: one would keep it running. */
async function printWithChromium(sheets: Sheet[]): Promise<Run> {
  const before = processorSecondsOfChildren()
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  let pages = 0
  let seconds = 0
  try {
    const page = await browser.newPage()
    await page.pdf({ tagged: true })
    const from = performance.now()
    for (const sheet of sheets) {
      await page.setContent(htmlOf(sheet))
      const pdf = await page.pdf({ tagged: true, format: 'Letter' })
      pages += Number(/\/Type\s*\/Pages[^>]*\/Count\s+(\d+)/.exec(pdf.toString('latin1'))?.[1] ?? 0)
    }
    seconds = (performance.now() - from) / 1000
  } finally {
    await browser.close()
  }
  return { pages, seconds, processorSeconds: processorSecondsOfChildren() - before }
}

type Printed = { [name: string]: unknown }

/** Processor time of children that have ended (Linux; elsewhere 0): what a machine with other work on it can still be compared by. */
function processorSecondsOfChildren(): number {
  if (process.platform !== 'linux') return 0
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[13]) + Number(fields[14])) / 100
}

function patientsOf(sheet: Sheet): Printed[] {
  const patients = sheet.values.patients
  return Array.isArray(patients) ? patients : []
}

const escaped = (value: unknown): string => String(value).replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`)

/** The same words on the same two sides, as plain HTML: lists, tables, no barcode, no ruled lines and no page x of y, which all would cost it more. */
function htmlOf(sheet: Sheet): string {
  const list = (title: string, held: unknown): string => {
    const { entries, words } = section(held)
    if (entries.length === 0) return `<h2>${title}</h2><p>${escaped(words)}</p>`
    const [first] = entries
    if (isTable(first)) return `<h2>${title}</h2>${tableOf(first)}`
    const lines = entries.map((entry) => `<li>${escaped(Object.values(Object(entry)).join(' '))}</li>`).join('')
    return `<h2>${title}</h2><ul>${lines}</ul>`
  }
  const side = (one: Printed, names: string[]): string =>
    `<article><header><b>${escaped(one.name)}</b> born ${escaped(one.born)} MRN ${escaped(one.mrn)}<br>DATA AS OF ${escaped(one.asOf)} ${escaped(one.number)}</header>${names
      .map((name) => list(name, one[name]))
      .join('')}</article>`
  const sides = patientsOf(sheet).map(
    (one) =>
      side(one, ['allergies', 'medications', 'problems', 'vitals', 'notes']) +
      side(one, ['pending', 'results', 'immunizations', 'procedures']),
  )
  return `<!doctype html><html lang="en"><title>Packets</title><style>article{break-after:page;font:11pt sans-serif}</style>${sides.join('')}</html>`
}

function isTable(entry: unknown): entry is PrintedTable {
  return typeof entry === 'object' && entry !== null && 'header' in entry && 'rows' in entry
}

function tableOf({ header, rows }: PrintedTable): string {
  const row = (cells: string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  return `<table><thead>${row(header, 'th')}</thead>${rows.map((one) => row(one.cells, 'td')).join('')}</table>`
}

function section(held: unknown): { entries: unknown[]; words: string } {
  const entries = held !== null && typeof held === 'object' && 'entries' in held ? held.entries : []
  const words = held !== null && typeof held === 'object' && 'words' in held ? String(held.words) : ''
  return { entries: Array.isArray(entries) ? entries : [], words }
}
