import type { Join, JoinSide } from '../../../chart/joins/joins.ts'
import { personName } from '../../../chart/name.ts'
import { type Html, html, nothing } from '../../../look/html.ts'
import { note } from '../../../look/status.ts'
import { facts } from '../../../look/table.ts'
import { type Moment, when } from '../../../look/when.ts'
import type { HeldBack, NamedPerson } from '../../held/held.ts'
import { seenPeople } from '../../held/people-now.ts'
import { countOf, mono } from '../words.ts'
import { AT, decisionForm, decisionsTable, heldStatus, joinStatus, madeOf, type SourceNames } from './held-words.ts'

type Common = {
  nameOf: SourceNames
  /** Who they are is shown to those who may see patients of all sites. */
  patients: boolean
  mayNot: string | undefined
  moment: Moment
  csrf: string
  wrong: string | undefined
  sent: string
}

export type IdentityDetail = Common & {
  held: HeldBack
  /** Who the chart is about now, and who the new changes name. */
  people: readonly NamedPerson[]
  /** How many of the changes are kept; the oldest are, where there are very many. */
  kept: number
}

export function identityHeadline({ held, nameOf }: Pick<IdentityDetail, 'held' | 'nameOf'>): string {
  const source = nameOf(held.sourceId)
  if (held.status === 'open')
    return `${source} used one record number for a different person. ${countOf(held.times, 'change was', 'changes were')} kept out of the chart.`
  if (held.status === 'recovered') return `${source} names the known person again. What it said before was not used.`
  return held.status === 'approved'
    ? 'The changes were used: both names are the same person.'
    : 'The changes stay out: they are about a different person.'
}

export function identityPage(values: IdentityDetail): Html {
  const { held, people, kept, nameOf, moment } = values
  return html`<section class="stack"><h2>Status</h2>${facts([
    ['Status', heldStatus(held)],
    ['Source', html`<a href="/sources/${held.sourceId}">${nameOf(held.sourceId)}</a>`],
    ...(values.patients ? ([['Record', mono(held.subject)]] as const) : []),
    ['Kept out since', when(held.raisedAt, moment)],
    ...(held.endedAt === undefined ? [] : ([['Ended', when(held.endedAt, moment)]] as const)),
    [
      'Changes kept out',
      `${held.times.toLocaleString('en-US')}${kept < held.times ? `; the first ${kept.toLocaleString('en-US')} can be used` : ''}`,
    ],
    ['Who must decide', 'One person who may see patients of all sites.'],
    ['If nobody acts', 'The chart stays as it was and says how much was kept out.'],
  ])}</section>
${values.patients ? sides('In the chart', people[0], 'In the new changes', people[1]) : hiddenSides()}
${identityActions(values)}${decisionsTable(madeOf(held), moment)}`
}

function identityActions({ held, people, mayNot, csrf, sent, wrong }: IdentityDetail): Html {
  const common = { action: `${AT}/${held.id}`, csrf, because: mayNot, sent, wrong }
  if (held.status === 'open')
    return html`<section class="stack"><h2>Decide</h2><p>Same person: the changes go into the chart. This cannot be undone here. Different person: the changes stay out, and so does what comes next for that person.</p>${decisionForm(
      {
        ...common,
        buttons: [
          { value: 'approve', label: 'Same person: use these changes', look: 'quiet' },
          { value: 'reject', label: 'Different person: keep out', look: 'quiet' },
        ],
        hint: 'How you know, such as from the patient or from the EHR.',
        more: seenField(people),
      },
    )}</section>`
  if (held.status !== 'rejected') return nothing
  return html`<section class="stack"><h2>Undo</h2><p>The question is open again. The changes stay out until somebody decides.</p>${decisionForm({ ...common, buttons: [{ value: 'undo', label: 'Undo' }], hint: 'Why it must be decided again.' })}</section>`
}

export type JoinDetail = Common & { join: Join }

export function joinHeadline({ join, nameOf }: Pick<JoinDetail, 'join' | 'nameOf'>): string {
  const [record, lead] = [nameOf(join.record.sourceId), nameOf(join.lead.sourceId)]
  if (join.decision !== undefined && join.state === 'decided')
    return join.decision.decision === 'same'
      ? `The records of ${record} and ${lead} are one chart.`
      : `The records of ${record} and ${lead} are two charts.`
  return `${record} and ${lead} use one record number. Their records were not joined.`
}

export function joinPage(values: JoinDetail): Html {
  const { join, nameOf, patients, moment } = values
  const { decision, state } = join
  return html`<section class="stack"><h2>Status</h2>${facts([
    ['Status', joinStatus(join)],
    ...(join.because === '' ? [] : ([['What differs', join.because]] as const)),
    ['Who must decide', state === 'twice' ? 'Nobody here.' : 'One person who may see patients of all sites.'],
    ['If nobody acts', 'Each record stays a chart of its own, and both say so.'],
  ])}</section>
${
  patients
    ? sides(nameOf(join.lead.sourceId), join.lead.who, nameOf(join.record.sourceId), join.record.who, join)
    : hiddenSides()
}
${joinActions(values)}${decisionsTable(
  decision === undefined
    ? []
    : [
        {
          at: decision.at,
          login: decision.by,
          what: decision.decision === 'same' ? 'same person' : 'different people',
          reason: decision.reason,
        },
      ],
  moment,
)}`
}

function joinActions({ join, mayNot, csrf, sent, wrong }: JoinDetail): Html {
  if (join.state === 'twice')
    return note(
      'watch',
      'Repair this in the source',
      'One source has two records under this number. Merge them there, or give one its own number. Then the records are joined by themselves.',
    )
  const common = { action: `${AT}/join/${join.key}`, csrf, because: mayNot, sent, wrong }
  if (join.state === 'open')
    return html`<section class="stack"><h2>Decide</h2><p>Same person: both records become one chart. Different people: they stay two charts. Both can be undone.</p>${decisionForm(
      {
        ...common,
        buttons: [
          { value: 'same', label: 'Same person: join', look: 'quiet' },
          { value: 'different', label: 'Different people: keep apart', look: 'quiet' },
        ],
        hint: 'How you know, such as from the patient or from the EHR.',
        more: seenField([join.record, join.lead]),
      },
    )}</section>`
  return html`<section class="stack"><h2>Undo</h2><p>The records are joined or kept apart as they would be without this decision.</p>${decisionForm({ ...common, buttons: [{ value: 'undo', label: 'Undo' }], hint: 'Why the decision was wrong.' })}</section>`
}

function seenField(shown: unknown): Html {
  return html`<input type="hidden" name="seen" value="${seenPeople(shown)}">`
}

function hiddenSides(): Html {
  return html`<p class="soft">Who they are is shown to those who may see patients of all sites.</p>`
}

function sides(
  title: string,
  person: NamedPerson | undefined,
  otherTitle: string,
  other: NamedPerson | undefined,
  join?: Join,
): Html {
  return html`<p class="small">Viewing this is written to the audit trail. What differs is marked.</p><div class="columns">${card(title, person, other, join?.lead)}${card(otherTitle, other, person, join?.record)}</div>`
}

function card(
  title: string,
  person: NamedPerson | undefined,
  other: NamedPerson | undefined,
  side: JoinSide | undefined,
): Html {
  if (person === undefined) return html`<section class="card"><h2>${title}</h2><p class="soft">Not known.</p></section>`
  const restricted = side !== undefined && side.restriction !== 'none'
  const rows = LINES.map(([label, text]): readonly [string, Html] => {
    const [mine, theirs] = [text(person), other === undefined ? '' : text(other)]
    if (mine === '') return [label, html`<span class="soft">not given</span>`]
    return [
      label,
      mine === theirs || theirs === ''
        ? html`${mine}`
        : html`<strong>${mine}</strong> <span class="tag watch">differs</span>`,
    ]
  })
  return html`<section class="card"><h2>${title}${restricted ? html` <span class="tag watch">Restricted</span>` : nothing}</h2>${facts(rows)}</section>`
}

const LINES: readonly (readonly [string, (person: NamedPerson) => string])[] = [
  ['Name', ({ name }) => personName(name)],
  ['Born', ({ birthDate }) => birthDateWords(birthDate)],
  ['Sex', ({ sex }) => (sex === 'unknown' ? '' : sex)],
  ['MRN', ({ mrn }) => mrn],
]

/** MM/DD/YYYY; a date that is not whole, as it is. */
function birthDateWords(day: string | undefined): string {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '') ?? []
  return year === undefined ? (day ?? '') : `${month}/${date}/${year}`
}
