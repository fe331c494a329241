import type { Day } from '../../base/zone.ts'
import type { Appointment } from '../../chart/chart.ts'
import type { DoubtMark } from '../../chart/doubt-words.ts'
import { maskedAppointment } from '../../chart/restricted.ts'
import {
  byProvider,
  countDoubtful,
  countVisits,
  isExpected,
  patientNameOf,
  placeMissing,
} from '../../chart/schedule.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { empty } from '../../look/table.ts'
import { clinicTime } from '../../look/when.ts'
import { doubtTags } from './doubts.ts'
import { framed, type Surroundings } from './frame.ts'
import { visitTags } from './patient-page.ts'

export type TodayValues = {
  day: Day
  today: Day
  /** Days that the pack holds, in order. */
  days: readonly Day[]
  /** Visits of that day at this site. */
  appointments: Appointment[]
  /** One provider only. */
  providerId: string | undefined
  hrefOf: (appointment: Appointment) => string | undefined
  restricted: (patientId: string) => boolean
  /** What of this patient's chart is in doubt. */
  doubtsOf: (patientId: string) => readonly DoubtMark[]
}

/** The day's schedule, a column for each provider; on a phone the columns stand under each other. */
export function todayPage(around: Surroundings, values: TodayValues): Html {
  const lists = byProvider(values.appointments)
  const shown =
    values.providerId === undefined ? lists : lists.filter(({ providerId }) => providerId === values.providerId)
  const count = countVisits(values.appointments)
  const title = dayInWords(values.day, values.today)
  const zone = around.settings.zone
  const body = html`<div class="stack-wide"><header class="stack"><h1>${title}</h1>
<p class="headline">${[`${count.visits} with ${lists.length} ${lists.length === 1 ? 'provider' : 'providers'}`, ...(count.notSeen === undefined ? [] : [count.notSeen]), ...countDoubtful(values.appointments)].join(', ')}.</p>${dayNav(values)}${providerChoice(values, lists)}</header>${
    values.appointments.length === 0
      ? html`<h2 class="visually-hidden">Visits</h2>${empty(
          'Nobody is on the schedule for this day',
          'That is what was received, and it may be old: see the age at the top. Walk-ins: find the patient with the search box.',
        )}`
      : html`<div class="provider-columns">${shown.map(
          (list) =>
            html`<section class="provider-day" aria-label="${list.providerName}"><h2>${list.providerName} <span class="soft small">${[list.appointments.length, ...countDoubtful(list.appointments)].join(', ')}</span></h2><ol class="visits">${list.appointments.map((visit) => visitLine(visit, values, zone))}</ol></section>`,
        )}</div>`
  }</div>`
  return framed(around, { title, at: '/today', age: around.ages.schedule, body })
}

function visitLine(booked: Appointment, values: TodayValues, zone: string): Html {
  const restricted = booked.patientId !== undefined && values.restricted(booked.patientId)
  const visit = restricted ? maskedAppointment(booked) : booked
  const href = values.hrefOf(visit)
  const name = html`<span class="visit-name">${patientNameOf(visit)}</span>`
  const gone = !isExpected(visit)
  return html`<li${gone ? html` class="gone"` : nothing}><time datetime="${new Date(visit.start).toISOString()}">${clinicTime(visit.start, zone)}</time><div>${
    href === undefined ? name : html`<a href="${href}">${name}</a>`
  }<span class="soft small">${[visit.patientBirthDate, visit.patientMrn].filter((part) => part !== undefined).join(' · ')}</span><span class="small">${[
    visit.type,
    visit.reason,
    visit.room,
    placeMissing(visit),
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ')}</span>${visit.status === 'booked' && visit.heldBack !== true ? nothing : visitTags(visit)}${
    restricted ? html` <span class="tag watch">Restricted</span>` : nothing
  }${visit.patientId === undefined ? nothing : doubtTags(values.doubtsOf(visit.patientId))}</div></li>`
}

function dayNav(values: TodayValues): Html {
  const at = values.days.indexOf(values.day)
  const [before, after] = [at > 0 ? values.days[at - 1] : undefined, values.days[at + 1]]
  const link = (day: Day | undefined, words: string): Html =>
    day === undefined ? html`<span class="soft">${words}</span>` : html`<a href="/today?day=${day}">${words}</a>`
  return html`<nav aria-label="Days" class="day-nav no-print">${link(before, '‹ Day before')}<form method="get" action="/today" class="row"><label class="visually-hidden" for="field-day">Day</label><select id="field-day" name="day">${values.days.map(
    (day) =>
      html`<option value="${day}"${day === values.day ? html` selected` : nothing}>${dayInWords(day, values.today)}</option>`,
  )}</select><button class="quiet">Show</button></form>${link(after, 'Day after ›')}</nav>`
}

function providerChoice(values: TodayValues, lists: ReturnType<typeof byProvider>): Html {
  if (lists.length < 2) return nothing
  return html`<form method="get" action="/today" class="row no-print"><input type="hidden" name="day" value="${values.day}"><label for="field-provider">Provider</label><select id="field-provider" name="provider"><option value="">All ${lists.length}</option>${lists.map(
    (list) =>
      html`<option value="${list.providerId}"${list.providerId === values.providerId ? html` selected` : nothing}>${list.providerName}</option>`,
  )}</select><button class="quiet">Show</button></form>`
}

const longDay = new Intl.DateTimeFormat('en-US', { weekday: 'long', month: 'long', day: 'numeric', timeZone: 'UTC' })

/** `Today, Monday, November 23`. */
export function dayInWords(day: Day, today: Day): string {
  const span = Math.round((Date.parse(day) - Date.parse(today)) / 86_400_000)
  const near = span === 0 ? 'Today, ' : span === 1 ? 'Tomorrow, ' : span === -1 ? 'Yesterday, ' : ''
  return `${near}${longDay.format(Date.parse(day))}`
}
