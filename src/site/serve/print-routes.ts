import { randomInt } from 'node:crypto'
import { Hono } from 'hono'
import type { Act } from '../../access/access.ts'
import { grantsAllow } from '../../access/may.ts'
import { Failure, reasonOf } from '../../base/failure.ts'
import { addDays, type Day, dayOf } from '../../base/zone.ts'
import { ofDay, providerNameOf } from '../../chart/schedule.ts'
import type { Tone } from '../../look/status.ts'
import { type MissingPaper, missingPaper } from '../../pack/missing-paper.ts'
import type { Guest } from '../desk/gate.ts'
import { type PaperSheet, paperPage } from '../pages/paper-page.ts'
import { sheetPage } from '../pages/sheet-page.ts'
import type { Printer, PrintJob } from '../print/print-room.ts'
import { patientOf, unknownPatient } from './read-routes.ts'
import { type Env, needs, noteView, show, surroundings, type Visit } from './visit.ts'

/** Besides `print`, each kind of sheet needs the right to see what stands on it. */
const ACT_OF: { [Kind in PaperSheet['kind']]: Act } = {
  packet: 'see-chart',
  'day-sheet': 'see-schedule',
  'front-desk': 'see-front-desk-sheet',
  other: 'see-chart',
}

/** Paper: sheets of the pack, and a walk-in's sheet from the viewer. Each print leaves a line before and after. */
export function printRoutes(): Hono<Env> {
  const app = new Hono<Env>()

  app.get('/paper', needs('print'), (c) => paperAnswer(c, undefined))

  app.get('/paper/sheet', needs('print'), async (c) => {
    const sheet = sheetFor(c, c.req.query('label') ?? '')
    if (sheet === undefined)
      return paperAnswer(c, { tone: 'act', words: 'This sheet is not in the pack, or not for your role.' })
    const pdf = await c.var.desk.packs.opened().site?.readPaper(sheet.label)
    if (pdf === undefined) return paperAnswer(c, { tone: 'act', words: 'This sheet is not in the pack any more.' })
    await noteView(c, 'sheet-opened', { label: sheet.label })
    return c.body(new Uint8Array(pdf), 200, {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${sheet.label.replaceAll(/[^\w.-]/g, '_')}.pdf"`,
      'content-security-policy': "frame-ancestors 'none'",
      'cache-control': 'no-store',
    })
  })

  app.post('/paper/print', needs('print'), async (c) => {
    const { posted, desk, guest } = c.var
    const wanted = new Set((posted.label ?? '').split('\n'))
    const day = c.req.query('day') ?? ''
    const sheets = sheetsFor(c).filter((sheet) => (posted.all === '1' ? sheet.day === day : wanted.has(sheet.label)))
    const printer = desk.settings().printers.find(({ name }) => name === posted.printer)
    const fromPage = Number(posted.from ?? 1)
    const wrong = printFault(sheets.length, printer, fromPage)
    if (wrong !== undefined || printer === undefined || guest === undefined)
      return paperAnswer(c, { tone: 'act', words: wrong ?? 'Choose again.' })
    try {
      for (const sheet of sheets.sort(inPrintOrder)) await sendToPrinter(c, guest, sheet, printer, fromPage)
    } catch (thrown) {
      return paperAnswer(c, { tone: 'act', words: reasonOf(thrown) })
    }
    return c.redirect(`/paper?day=${day}&sent=${sheets.length}`, 303)
  })

  app.get('/patient/:id/sheet', needs('see-chart', 'print'), async (c) => {
    const found = await patientOf(c)
    const { session, desk, guest } = c.var
    if (found === undefined || session === undefined || guest === undefined) return unknownPatient(c)
    if (found.masked !== undefined) return c.redirect(`/patient/${encodeURIComponent(found.chart.patient.id)}`)
    const packet = `W-${String(randomInt(1_000_000)).padStart(6, '0')}`
    await desk.note({
      who: guest.who,
      what: 'print-sheet-opened',
      about: { patientId: found.chart.patient.id, packet },
      outcome: 'done',
    })
    return show(c, sheetPage(surroundings(c), { ...found, packet, csrf: session.csrf }))
  })

  app.post('/patient/:id/sheet', needs('see-chart', 'print'), async (c) => {
    const { posted, desk, guest } = c.var
    const id = c.req.param('id')
    const pages = Number(posted.pages)
    if (guest !== undefined)
      await desk.note({
        who: guest.who,
        what: 'print-ended',
        about: {
          patientId: id,
          packet: (posted.packet ?? '').slice(0, 20),
          pages: Number.isInteger(pages) && pages >= 0 ? pages : 'not counted',
        },
        outcome: pages > 0 ? 'done' : 'failed',
      })
    return c.redirect(`/patient/${encodeURIComponent(id)}`, 303)
  })
  return app
}

function printFault(sheets: number, printer: Printer | undefined, fromPage: number): string | undefined {
  if (sheets === 0) return 'Tick the sheets to print, or print all.'
  if (printer === undefined) return 'This printer is not there any more. Choose again.'
  if (!Number.isInteger(fromPage) || fromPage < 1 || fromPage > 9999) return 'The first page is a number, 1 or more.'
  return fromPage > 1 && sheets > 1 ? 'Only one sheet at a time is printed from a later page. Tick one.' : undefined
}

/** The intent is written down before the printer is asked, and how it ended after. */
async function sendToPrinter(
  c: Visit,
  guest: Guest,
  sheet: PaperSheet,
  printer: Printer,
  fromPage: number,
): Promise<void> {
  const { desk } = c.var
  const about = { label: sheet.label, printer: printer.name, fromPage }
  const pdf = await desk.packs.opened().site?.readPaper(sheet.label)
  if (pdf === undefined) throw new Failure('permanent', 'The sheet is not in the pack any more.')
  await desk.note({ who: guest.who, what: 'print-sent', about, outcome: 'done' })
  await desk.printers.print(
    printer,
    { pdf, jobName: sheet.label, userName: 'holdfast', fromPage, label: sheet.label, askedBy: guest.name },
    (job) =>
      desk.note({
        who: guest.who,
        what: 'print-ended',
        about: { ...about, ...receiptOf(job) },
        outcome: job.state === 'completed' ? 'done' : 'failed',
      }),
  )
}

function receiptOf(job: PrintJob): { state: string; pages: number | string; jobId: number | string } {
  return { state: job.state, pages: job.pages ?? 'not counted', jobId: job.jobId ?? 'none' }
}

function sheetsFor(c: Visit): PaperSheet[] {
  const { desk, guest } = c.var
  const site = desk.packs.opened().site
  const names = new Map(site?.schedule.appointments.map((visit) => [visit.providerId, providerNameOf(visit)]))
  return (site?.paper ?? [])
    .map(({ label, sizeBytes }) => sheetOf(label, sizeBytes, names))
    .filter(({ kind }) => guest !== undefined && grantsAllow(guest.grants, ACT_OF[kind], desk.facts.siteId))
}

/** Paper is made for today and tomorrow; a role is told of the kinds that it may print. */
function missingFor(c: Visit, day: Day): MissingPaper[] {
  const { desk, guest } = c.var
  const { zone } = desk.settings()
  const today = dayOf(desk.clock.now(), zone)
  const site = desk.packs.opened().site
  if (site === undefined || guest === undefined || (day !== today && day !== addDays(today, 1))) return []
  const kinds = (['day-sheet', 'packet'] as const).filter((kind) =>
    grantsAllow(guest.grants, ACT_OF[kind], desk.facts.siteId),
  )
  return missingPaper(
    ofDay(site.schedule.appointments, day, zone),
    day,
    site.paper.map(({ label }) => label),
    kinds,
  )
}

function sheetFor(c: Visit, label: string): PaperSheet | undefined {
  return sheetsFor(c).find((sheet) => sheet.label === label)
}

/** Labels read `packet 2026-11-22 prov-17`; anything else is shown as it stands. */
function sheetOf(label: string, sizeBytes: number, names: ReadonlyMap<string, string>): PaperSheet {
  const match = /^(packet|day-sheet|front-desk) (\d{4}-\d{2}-\d{2})(?: (.*))?$/.exec(label)
  const kind = (['packet', 'day-sheet', 'front-desk'] as const).find((one) => one === match?.[1]) ?? 'other'
  const whose = match?.[3] ?? ''
  const of = kind === 'front-desk' ? 'The whole site' : (names.get(whose) ?? (whose === '' ? label : whose))
  return { label, kind, day: match?.[2] ?? '', of, sizeBytes }
}

const ORDER = { 'front-desk': 0, 'day-sheet': 1, packet: 2, other: 3 }

function inPrintOrder(a: PaperSheet, b: PaperSheet): number {
  return ORDER[a.kind] - ORDER[b.kind] || (a.of < b.of ? -1 : 1)
}

function paperAnswer(c: Visit, said: { tone: Tone; words: string } | undefined): Promise<Response> {
  const around = surroundings(c)
  const sheets = sheetsFor(c)
  const today = dayOf(around.moment.now, around.settings.zone)
  const lacking = [today, addDays(today, 1)].filter((one) => missingFor(c, one).length > 0)
  const days = [...new Set([...sheets.map((sheet) => sheet.day), ...lacking])].filter((one) => one !== '').sort()
  const asked = c.req.query('day')
  const day = asked !== undefined && days.includes(asked) ? asked : days.includes(today) ? today : (days[0] ?? today)
  const sent =
    c.req.query('sent') === undefined
      ? undefined
      : ({ tone: 'fine', words: 'Sent to the printer. Count the pages that come out.' } as const)
  const page = paperPage(around, {
    sheets: sheets.filter((sheet) => sheet.day === day || sheet.day === '').sort(inPrintOrder),
    missing: missingFor(c, day),
    today,
    day,
    days,
    printers: around.settings.printers.map(({ name }) => name),
    jobs: c.var.desk.printers.jobs(),
    csrf: c.var.session?.csrf ?? '',
    said: said ?? sent,
  })
  return show(c, page, said?.tone === 'act' ? 400 : 200)
}
