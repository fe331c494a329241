import type { Day } from '../../base/zone.ts'
import { button, errorSummary } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note, status, type Tone } from '../../look/status.ts'
import { type Column, table } from '../../look/table.ts'
import { when } from '../../look/when.ts'
import { type MissingPaper, missingInWords } from '../../pack/missing-paper.ts'
import type { PrintJob } from '../print/print-room.ts'
import { framed, type Surroundings } from './frame.ts'
import { dayInWords } from './today-page.ts'

/** A finished PDF that came in the pack. */
export type PaperSheet = {
  label: string
  kind: 'packet' | 'day-sheet' | 'front-desk' | 'other'
  day: Day
  of: string
  sizeBytes: number
}

export type PaperValues = {
  sheets: readonly PaperSheet[]
  /** What this person may print and is on the schedule of the day, but not among the sheets. */
  missing: readonly MissingPaper[]
  today: Day
  day: Day
  days: readonly Day[]
  printers: readonly string[]
  jobs: readonly PrintJob[]
  csrf: string
  said: { tone: Tone; words: string } | undefined
}

const KINDS = {
  packet: 'Patient sheets',
  'day-sheet': 'Day sheet',
  'front-desk': 'Front desk',
  other: 'Sheet',
} as const

/** Sheets that were made at the hub and came with the pack: they print with the hub and the network gone. */
export function paperPage(around: Surroundings, values: PaperValues): Html {
  const title = 'Paper'
  const body = html`<div class="stack-wide"><header class="stack"><h1>${title}</h1><p class="headline">${headline(values)}</p>${
    values.said === undefined
      ? nothing
      : values.said.tone === 'act'
        ? errorSummary([{ because: values.said.words }])
        : html`<p role="status">${status(values.said.tone, values.said.words)}</p>`
  }${dayChoice(values)}</header>${missingNote(values)}${sheetTable(values)}${printing(around, values)}</div>`
  return framed(around, { title, at: '/paper', age: around.ages.schedule, body })
}

function headline({ sheets, day, today, printers }: PaperValues): string {
  const how =
    printers.length === 0
      ? 'Open one and print it from the browser.'
      : 'Print from here, or open one and print it from the browser.'
  return sheets.length === 0
    ? `No sheets came with the pack for ${inSentence(dayInWords(day, today))}.`
    : `${sheets.length} ${sheets.length === 1 ? 'sheet is' : 'sheets are'} ready for ${inSentence(dayInWords(day, today))}. ${how}`
}

/** A pile that looks whole and is not would send people into a downtime without the rest. */
function missingNote({ missing, day, today }: PaperValues): Html {
  if (missing.length === 0) return nothing
  return note(
    'act',
    `The paper for ${inSentence(dayInWords(day, today))}, is not complete`,
    html`${missing.map((one) => html`<p>${missingInWords(one)}</p>`)}<p>The rest is made at the hub and comes with a newer pack. Until it is here, print the schedule, and each patient’s page, from this screen.</p>`,
  )
}

/** `Today, Monday ...` in the middle of a sentence. */
function inSentence(day: string): string {
  return day.replace(/^(Today|Tomorrow|Yesterday)/, (word) => word.toLowerCase())
}

function dayChoice({ days, day, today }: PaperValues): Html {
  if (days.length < 2) return nothing
  return html`<form method="get" action="/paper" class="row no-print"><label for="field-day">Day</label><select id="field-day" name="day">${days.map(
    (one) => html`<option value="${one}"${one === day ? html` selected` : nothing}>${dayInWords(one, today)}</option>`,
  )}</select><button class="quiet">Show</button></form>`
}

function sheetTable(values: PaperValues): Html {
  const canPrint = values.printers.length > 0 && values.sheets.length > 0
  const choose: Column<PaperSheet> = {
    heading: 'Print',
    cell: (sheet) =>
      html`<input type="checkbox" name="label" value="${sheet.label}" aria-label="Print ${KINDS[sheet.kind]}, ${sheet.of}">`,
  }
  const sheets = table<PaperSheet>({
    caption: 'Sheets in the pack',
    hideCaption: true,
    rows: values.sheets,
    columns: [
      { heading: 'Sheet', cell: (sheet) => KINDS[sheet.kind] },
      { heading: 'For', cell: (sheet) => sheet.of },
      ...(canPrint ? [choose] : []),
      {
        heading: 'Open',
        cell: (sheet) =>
          html`<a href="/paper/sheet?label=${encodeURIComponent(sheet.label)}" target="_blank" rel="noopener">PDF<span class="visually-hidden"> of ${KINDS[sheet.kind]}, ${sheet.of} (new tab)</span></a>`,
      },
      { heading: 'Size', number: true, cell: (sheet) => kilobytes(sheet.sizeBytes) },
    ],
    empty: {
      heading: 'Nothing is ready for this day',
      body: 'Sheets are made at the hub for the days that the practice chose, and come with the pack. A patient’s page can be printed for anybody at any time.',
    },
  })
  const heading = html`<h2 class="visually-hidden">Sheets in the pack</h2>`
  if (!canPrint) return html`${heading}${sheets}`
  return html`${heading}<form method="post" action="/paper/print?day=${values.day}"><input type="hidden" name="csrf" value="${values.csrf}"><div class="row print-bar no-print"><label for="field-printer">Printer</label><select id="field-printer" name="printer">${values.printers.map((name) => html`<option>${name}</option>`)}</select><label for="field-from">From page</label><input id="field-from" class="page-number" name="from" inputmode="numeric" value="1">${button('Print the chosen')}${button(`Print all ${values.sheets.length}`, { look: 'quiet', name: 'all', value: '1' })}</div>${sheets}</form>`
}

function kilobytes(sizeBytes: number): string {
  return `${Math.max(1, Math.round(sizeBytes / 1024)).toLocaleString('en-US')} KB`
}

const JOB_TONES: { [State in PrintJob['state']]: { tone: Tone; word: string } } = {
  sending: { tone: 'unknown', word: 'being sent' },
  waiting: { tone: 'unknown', word: 'waiting at the printer' },
  held: { tone: 'watch', word: 'held by the printer' },
  printing: { tone: 'unknown', word: 'printing' },
  stopped: { tone: 'act', word: 'stopped' },
  cancelled: { tone: 'watch', word: 'cancelled' },
  aborted: { tone: 'act', word: 'aborted by the printer' },
  completed: { tone: 'fine', word: 'completed' },
  failed: { tone: 'act', word: 'not printed' },
  unclear: { tone: 'act', word: 'unclear: look at the printer' },
  unknown: { tone: 'unknown', word: 'unknown' },
}

function printing({ moment }: Surroundings, { jobs }: PaperValues): Html {
  if (jobs.length === 0) return nothing
  return html`<section class="stack"><h2>Prints since this program started</h2><p>After a jam: count what came out, choose that one sheet again, and print it from the page after.</p>${table<PrintJob>(
    {
      caption: 'Prints',
      hideCaption: true,
      rows: jobs,
      tone: (job) => JOB_TONES[job.state].tone,
      columns: [
        { heading: 'Sheet', cell: (job) => job.label },
        { heading: 'Printer', cell: (job) => `${job.printer}${job.jobId === undefined ? '' : `, job ${job.jobId}`}` },
        {
          heading: 'State',
          cell: (job) =>
            html`${status(JOB_TONES[job.state].tone, JOB_TONES[job.state].word)} <span class="small soft">${job.because}</span>`,
        },
        {
          heading: 'Pages counted',
          number: true,
          cell: (job) => (job.pages === undefined ? 'not counted' : String(job.pages)),
        },
        { heading: 'From page', number: true, cell: (job) => String(job.fromPage) },
        { heading: 'Asked', cell: (job) => html`${job.askedBy}, ${when(job.askedAt, moment)}` },
      ],
      empty: { heading: 'Nothing was printed', body: '' },
    },
  )}</section>`
}
