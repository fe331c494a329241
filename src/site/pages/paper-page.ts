import type { Day } from '../../base/zone.ts'
import { button, errorSummary } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { status, type Tone } from '../../look/status.ts'
import { type Column, table } from '../../look/table.ts'
import { when } from '../../look/when.ts'
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
  }${dayChoice(values)}</header>${sheetTable(values)}${printing(around, values)}</div>`
  return framed(around, { title, at: '/paper', age: around.ages.schedule, body })
}

function headline({ sheets, day, today, printers }: PaperValues): string {
  const how =
    printers.length === 0
      ? 'Open one and print it from the browser.'
      : 'Print from here, or open one and print it from the browser.'
  return sheets.length === 0
    ? `No sheets came with the pack for ${dayInWords(day, today)}.`
    : `${sheets.length} ${sheets.length === 1 ? 'sheet is' : 'sheets are'} ready for ${dayInWords(day, today)}. ${how}`
}

function dayChoice({ days, day, today }: PaperValues): Html {
  if (days.length < 2) return nothing
  return html`<form method="get" action="/paper" class="row no-print"><label for="field-day">Day</label><select id="field-day" name="day">${days.map(
    (one) => html`<option value="${one}"${one === day ? html` selected` : nothing}>${dayInWords(one, today)}</option>`,
  )}</select><button class="quiet">Show</button></form>`
}

function sheetTable(values: PaperValues): Html {
  const print: Column<PaperSheet> = {
    heading: 'Print',
    cell: (sheet) =>
      html`<form method="post" action="/paper/print" class="row"><input type="hidden" name="csrf" value="${values.csrf}"><input type="hidden" name="label" value="${sheet.label}"><select name="printer" aria-label="Printer for ${sheet.label}">${values.printers.map((name) => html`<option>${name}</option>`)}</select><label class="small">from page <input class="page-number" name="from" inputmode="numeric" size="3" value="1"></label>${button('Print', { look: 'quiet' })}</form>`,
  }
  return table<PaperSheet>({
    caption: 'Sheets in the pack',
    hideCaption: true,
    rows: values.sheets,
    columns: [
      { heading: 'Sheet', cell: (sheet) => KINDS[sheet.kind] },
      { heading: 'For', cell: (sheet) => sheet.of },
      {
        heading: 'Size',
        number: true,
        cell: (sheet) => `${Math.max(1, Math.round(sheet.sizeBytes / 1024)).toLocaleString('en-US')} KB`,
      },
      {
        heading: 'Open',
        cell: (sheet) =>
          html`<a href="/paper/sheet?label=${encodeURIComponent(sheet.label)}" target="_blank" rel="noopener">PDF (new tab)</a>`,
      },
      ...(values.printers.length === 0 ? [] : [print]),
    ],
    empty: {
      heading: 'Nothing is ready for this day',
      body: 'Sheets are made at the hub for the days that the practice chose, and come with the pack. A patient’s page can be printed for anybody at any time.',
    },
  })
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
  return html`<section class="stack"><h2>Prints since this program started</h2><p>After a jam: count what came out, and print the sheet again from the page after.</p>${table<PrintJob>(
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
