import { spanInWords } from '../../../base/ago.ts'
import { type Html, html, nothing } from '../../../look/html.ts'
import { note, status } from '../../../look/status.ts'
import { empty, table } from '../../../look/table.ts'
import { phonesAway } from '../../../readiness/duty/reachable.ts'
import type { RosterAhead, Turn } from '../../../readiness/duty/roster-ahead.ts'
import { momentInWords } from '../../../readiness/duty/said.ts'
import type { Plan } from '../../../readiness/readiness.ts'
import { countOf, listInWords } from '../words.ts'
import { rosterDrawing } from './roster-drawing.ts'

/** "On call now: Lila Ingfell (IT), Nadia Renlock (Physician). Nobody is on call from ..." */
export function rostersHeadline(plan: Plan, rosters: readonly RosterAhead[]): string {
  if (rosters.length === 0) return 'The plan has no roster, so nobody is on call.'
  const missing = rosters.filter(({ now }) => now.needed && now.onCall.status === 'nobody')
  const [gap] = rosters.flatMap(({ roster, zone, gaps }) => gaps.map((one) => ({ roster, zone, one })))
  const mute = unreachable(plan, rosters)
  const first =
    missing.length > 0
      ? `Nobody is on call now on: ${listInWords(missing.map(({ roster }) => roster.name))}.`
      : `Somebody is on call now on ${rosters.length === 1 ? 'the one roster' : `all ${rosters.length} rosters`}.`
  const next =
    gap === undefined
      ? ' Every hour that must be covered in the next 30 days has a name.'
      : ` ${gap.roster.name}: nobody from ${momentInWords(gap.one.from, gap.zone)} for ${roundedSpan(gap.one)}.`
  const silent =
    mute.length === 0
      ? ''
      : ` ${listInWords(mute)} ${mute.length === 1 ? 'has' : 'have'} no number that rings at night.`
  return `${first}${next}${silent}`
}

function unreachable(plan: Plan, rosters: readonly RosterAhead[]): string[] {
  const mute = rosters.flatMap(({ lanes }) =>
    lanes.flatMap(({ person, turns }) => {
      const known = plan.people.people.find(({ id }) => id === person.id)
      return turns.length > 0 && (known === undefined || phonesAway(known).length === 0)
        ? [known?.name ?? person.id]
        : []
    }),
  )
  return [...new Set(mute)]
}

/** Whom to call now, roster by roster: for the top of the plan. */
export function onCallNowView(plan: Plan, rosters: readonly RosterAhead[]): Html {
  return table<RosterAhead>({
    caption: 'On call now',
    rows: rosters,
    tone: ({ now }) => (now.onCall.status === 'nobody' && now.needed ? 'act' : undefined),
    columns: [
      { heading: 'Roster', cell: ({ roster }) => roster.name },
      { heading: 'Who', cell: ({ now }) => whoView(plan, now) },
      { heading: 'Telephone, in this order', cell: ({ now }) => phonesView(plan, now) },
      { heading: 'Until', cell: ({ now, zone, within }) => endInWords(now, zone, within.to) },
    ],
    empty: { heading: 'No roster', body: 'The plan does not say who is on call. Rosters stand in roster.yaml.' },
  })
}

/** Each roster drawn for the days ahead, and every turn in words. */
export function rostersView(plan: Plan, rosters: readonly RosterAhead[], now: number): Html {
  if (rosters.length === 0)
    return empty('No roster', 'The plan does not say who is on call. Rosters stand in roster.yaml.')
  return html`${rosters.map(
    (ahead) =>
      html`<section class="stack" id="roster-${ahead.roster.id}"><h2>${ahead.roster.name}</h2>${gapsNote(ahead)}${rosterDrawing(ahead, now)}${turnsTable(plan, ahead)}</section>`,
  )}`
}

function gapsNote({ gaps, zone }: RosterAhead): Html {
  if (gaps.length === 0) return nothing
  return note(
    'act',
    `Nobody is on call in ${countOf(gaps.length, 'stretch', 'stretches')} of the next 30 days`,
    html`<ul>${gaps
      .slice(0, 6)
      .map(
        (gap) => html`<li>From ${momentInWords(gap.from, zone)} for ${roundedSpan(gap)}</li>`,
      )}</ul>${gaps.length > 6 ? html`<p>And ${gaps.length - 6} more, in the table below.</p>` : nothing}<p><a href="/plan/edit">Write an exchange</a>, or let a second turn stand in.</p>`,
  )
}

function turnsTable(plan: Plan, { turns, zone, within, roster }: RosterAhead): Html {
  return table<Turn>({
    caption: `Turns of ${roster.name}, times as on the wall in ${zone}`,
    hideCaption: true,
    rows: turns.filter(({ onCall, needed }) => onCall.status === 'on-call' || needed),
    tone: ({ onCall }) => (onCall.status === 'nobody' ? 'act' : undefined),
    columns: [
      { heading: 'From', cell: ({ from }) => momentInWords(from, zone) },
      { heading: 'Until', cell: (turn) => endInWords(turn, zone, within.to) },
      { heading: 'Who', cell: (turn) => whoView(plan, turn) },
      { heading: 'Telephone, in this order', cell: (turn) => phonesView(plan, turn) },
      { heading: 'Because', cell: (turn) => becauseView(plan, turn) },
    ],
    empty: { heading: 'No turns', body: 'Nobody has a turn in these days.' },
  })
}

function whoView(plan: Plan, { onCall, needed }: Turn): Html {
  if (onCall.status === 'on-call') return html`${nameOf(plan, onCall.person)}`
  return needed ? status('act', 'nobody') : html`<span class="soft">nobody is needed</span>`
}

function phonesView(plan: Plan, { onCall }: Turn): Html {
  if (onCall.status === 'nobody') return nothing
  const person = plan.people.people.find(({ id }) => id === onCall.person)
  const phones = person === undefined ? [] : phonesAway(person)
  if (phones.length === 0) return status('act', 'no number that rings at night')
  return html`<span class="nowrap">${phones[0]}</span>${phones.slice(1).map((number) => html`, <span class="nowrap">${number}</span>`)}`
}

function becauseView(plan: Plan, { onCall, because }: Turn): string {
  const away = onCall.passedOver.map((id) => nameOf(plan, id))
  const instead = away.length === 0 ? '' : `${listInWords(away)} ${away.length === 1 ? 'is' : 'are'} on leave`
  const by = { override: 'exchange', shift: 'shift', rotation: 'turn' } as const
  const own = onCall.status === 'nobody' ? '' : by[onCall.by]
  return [because === undefined ? own : `${own}: ${because}`, instead].filter((one) => one !== '').join('; ')
}

function endInWords({ to }: Turn, zone: string, last: number): string {
  return to > last ? `after ${momentInWords(last, zone)}` : momentInWords(to, zone)
}

function roundedSpan({ from, to }: Turn): string {
  return spanInWords(to - from)
}

function nameOf(plan: Plan, id: string): string {
  return plan.people.people.find((person) => person.id === id)?.name ?? id
}
