import { spanInWords } from '../../base/ago.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note, status } from '../../look/status.ts'
import { table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import type { Alarm, Cause } from '../../monitor/monitor.ts'
import { OVERTAKEN } from '../../monitor/notice.ts'
import type { ReachPlan } from '../../monitor/reach-tests/reach-plan.ts'
import type { Reached } from '../../monitor/reached.ts'
import type { Notice } from '../../monitor/store.ts'
import { type Asked, askedWords, reachedTable } from './asked-views.ts'
import { countOf } from './words.ts'

const CHANNEL_WORDS: { [channel: string]: string } = { email: 'e-mail', sms: 'text message', voice: 'call' }

/** What is still there before what looks over. */
export function openFirst(alarms: readonly Alarm[]): Alarm[] {
  const open = alarms.filter((alarm) => alarm.closedAt === undefined)
  return open.toSorted((a, b) => Number(a.clearSince !== undefined) - Number(b.clearSince !== undefined))
}

export function alarmsHeadline(open: readonly Alarm[]): string {
  const [first] = open
  if (first === undefined) return 'Nothing needs anyone.'
  const more = open.length === 1 ? '' : ` ${countOf(open.length - 1, 'other alarm is', 'other alarms are')} open.`
  return `${first.cause.headline}.${more}`
}

export function alarmsPage(values: {
  alarms: readonly Alarm[]
  notices: readonly Notice[]
  moment: Moment
  targets: boolean
  asked: ReadonlyMap<string, Asked>
  /** Why notices about an alarm are held back now. */
  held: ReadonlyMap<string, string>
  reached: readonly Reached[]
  reachPlan: ReachPlan | undefined
  nameOf: (person: string) => string
  csrf: string
}): Html {
  const { alarms, notices, moment } = values
  const open = openFirst(alarms)
  return html`${open.map((alarm) => openAlarm(alarm, values))}
${values.targets ? nothing : note('watch', 'Nobody is told', html`<p>Alarms show here only. Name people under <a href="/settings">Settings</a> and a mail server or webhook in the configuration.</p>`)}
<p><a href="/alarms/maintenance">Maintenance windows</a> hold notices back while something is worked on. <a href="/settings#test">Send a test</a> under Settings to see who can be reached.</p>
${values.reached.length === 0 && values.reachPlan === undefined ? nothing : reachedTable(values.reached, values.nameOf, moment, values.reachPlan)}
<section class="stack"><h2>Notices</h2>${table<Notice>({
    caption: 'Notices, newest first',
    hideCaption: true,
    rows: notices,
    columns: [
      { heading: 'Notice', cell: (notice) => notice.text.subject },
      {
        heading: 'To',
        cell: (notice) =>
          html`${notice.person === undefined ? notice.target : values.nameOf(notice.person)} <span class="soft small">${CHANNEL_WORDS[notice.channel] ?? notice.channel}</span>`,
      },
      { heading: 'Made', cell: (notice) => when(notice.madeAt, moment) },
      { heading: 'State', cell: (notice) => noticeState(notice, moment) },
    ],
    empty: {
      heading: 'No notices yet',
      body: 'Each alarm is told once to everyone named in the settings, and once when it is over.',
    },
  })}</section>
<section class="stack"><h2>Alarms that are over</h2>${table<Alarm>({
    caption: 'Alarms that are over, newest first',
    hideCaption: true,
    rows: alarms.filter((alarm) => alarm.closedAt !== undefined),
    columns: [
      { heading: 'Alarm', cell: ({ cause }) => namesCell(cause, moment) },
      { heading: 'Since', cell: ({ cause }) => when((cause.toldAs ?? cause).since, moment) },
      { heading: 'Raised', cell: (alarm) => when(alarm.raisedAt, moment) },
      { heading: 'Over', cell: (alarm) => when(alarm.closedAt, moment) },
      {
        heading: 'Lasted',
        cell: ({ cause, closedAt }) => spanInWords((closedAt ?? moment.now) - (cause.toldAs ?? cause).since),
        number: true,
      },
    ],
    empty: { heading: 'None', body: 'Alarms that ended stand here with how long they lasted.' },
  })}</section>`
}

function openAlarm(alarm: Alarm, { moment, asked, held, csrf }: Parameters<typeof alarmsPage>[0]): Html {
  const { cause } = alarm
  const because = held.get(alarm.id)
  const ask = asked.get(alarm.id)
  const clearing =
    alarm.clearSince === undefined
      ? nothing
      : html`<p>${status('watch', 'looks over')} since ${when(alarm.clearSince, moment)}; it is closed when it stays so.</p>`
  return note(
    'act',
    cause.headline,
    html`<p>${cause.because}</p>${cause.symptoms.length === 0 ? nothing : html`<ul>${cause.symptoms.map((symptom) => html`<li>${symptom}</li>`)}</ul>`}<p>${cause.advice}${aboutLink(cause.key)}</p><p class="small">Since ${when(cause.since, moment)}. Raised ${when(alarm.raisedAt, moment)}.</p>${clearing}${because === undefined ? nothing : html`<p>${status('watch', 'nobody is told')} ${because}</p>`}${ask === undefined ? nothing : askedWords(alarm, ask, moment, csrf)}`,
  )
}

/** What it was told as, and each other name that it had while it lasted. */
function namesCell(cause: Cause, moment: Moment): Html {
  const { toldAs, earlier = [] } = cause
  const first = (toldAs ?? cause).headline
  const others = [
    ...earlier
      .filter(({ headline }) => headline !== first)
      .map(({ headline, until }) => html`${headline}, until ${when(until, moment)}`),
    ...(cause.headline === first || earlier.length === 0 ? [] : [html`${cause.headline}, to the end`]),
  ]
  return html`${first}${others.map((one) => html`<br><span class="small">It was also: ${one}</span>`)}`
}

/** The way from an alarm to what it is about. */
function aboutLink(key: string): Html {
  const [kind, id] = key.split(':')
  if (kind === 'standby' && id !== undefined) return html` <a href="/standby/${id}">Open this standby</a>`
  if (kind === 'held-back') return html` <a href="/held">Open Held back</a>`
  if (id === undefined || (kind !== 'site' && kind !== 'source')) return nothing
  return html` <a href="/${kind}s/${id}">Open this ${kind}</a>`
}

function noticeState(notice: Notice, moment: Moment): Html {
  if (notice.deliveredAt !== undefined)
    return html`${status('fine', 'delivered')} ${when(notice.deliveredAt, moment)}${notice.tries > 1 ? html` <span class="soft small">at try ${notice.tries}</span>` : nothing}`
  if (notice.because === OVERTAKEN)
    return html`${status('fine', 'not needed')}<br><span class="small">${OVERTAKEN}</span>`
  if (notice.givenUpAt !== undefined)
    return html`${status('act', 'given up')}<br><span class="small">${notice.because}</span>`
  if (notice.because === undefined) return status('unknown', 'on its way')
  return html`${status('watch', 'tried again')} ${when(notice.dueAt, moment)}<br><span class="small">${notice.because}</span>`
}
