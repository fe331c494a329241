import type { JoinLine } from '../../../chart/joins/joins.ts'
import { type Html, html, nothing } from '../../../look/html.ts'
import { empty, table } from '../../../look/table.ts'
import { type Moment, when, whenInWords } from '../../../look/when.ts'
import { approvalsOf, type HeldBack } from '../../held/held.ts'
import { shrinkWords } from '../../held/held-words.ts'
import { countOf, listInWords, mono } from '../words.ts'
import { AT, heldStatus, joinStatus, type SourceNames } from './held-words.ts'

export type HeldList = {
  held: readonly HeldBack[]
  joins: readonly JoinLine[]
  /** How many records name a different person: all of them, where the list shows the newest. */
  identities: number
  /** Record numbers that name a patient. */
  patients: boolean
  /** Ids of those who may decide now. */
  deciders: ReadonlySet<string>
  nameOf: SourceNames
  moment: Moment
}

export function heldHeadline({
  held,
  joins,
  identities,
  nameOf,
  moment,
}: Omit<HeldList, 'patients' | 'deciders'>): string {
  const open = held.filter(({ status }) => status === 'open')
  const shrinks = open.filter(({ kind }) => kind === 'shrink')
  const apart = joins.filter(({ state }) => state !== 'decided').length
  const [first] = shrinks
  const parts = [
    ...(first === undefined
      ? []
      : [
          `${nameOf(first.sourceId)} would remove ${listInWords(first.shrinks.map(shrinkWords))}, since ${whenInWords(first.raisedAt, moment)}.`,
        ]),
    ...(shrinks.length > 1 ? [`${countOf(shrinks.length - 1, 'other source')} would remove data too.`] : []),
    ...(identities === 0 ? [] : [`${countOf(identities, 'record names', 'records name')} a different person.`]),
    ...(apart === 0 ? [] : [`${countOf(apart, 'record was', 'records were')} not joined.`]),
  ]
  return parts.length === 0 ? 'Nothing is held back.' : parts.join(' ')
}

export function heldListPage(values: HeldList): Html {
  const open = values.held.filter(({ status }) => status === 'open')
  const asked = values.joins.filter(({ state }) => state !== 'decided')
  const nothingOpen = open.length + asked.length === 0
  return html`<p>What a source says is not used at once where it would take much away, or where it names a different person. Charts show what is held back, and packs are published as always.</p>
${nothingOpen ? empty('Nothing is held back', 'Everything that the sources say is in the charts.') : nothing}${shrinkSection(
  open.filter(({ kind }) => kind === 'shrink'),
  values,
)}${identitySection(
  open.filter(({ kind }) => kind === 'identity'),
  values,
)}${joinSection(asked, values)}${decidedSection(values)}`
}

function shrinkSection(rows: HeldBack[], { nameOf, moment, deciders }: HeldList): Html {
  if (rows.length === 0) return nothing
  return html`<section class="stack"><h2>Removals</h2>${table<HeldBack>({
    caption: 'Removals that are held back',
    hideCaption: true,
    rows,
    href: ({ id }) => `${AT}/${id}`,
    tone: () => 'act',
    columns: [
      { heading: 'Source', cell: ({ sourceId }) => nameOf(sourceId) },
      {
        heading: 'Would remove',
        cell: ({ shrinks }) => html`${shrinks.map((shrink) => html`<div>${shrinkWords(shrink)}</div>`)}`,
      },
      { heading: 'Since', cell: ({ raisedAt }) => when(raisedAt, moment) },
      { heading: 'Needs', cell: (held) => needsWords(held, deciders) },
    ],
    empty: { heading: '', body: '' },
  })}</section>`
}

function needsWords(held: HeldBack, deciders: ReadonlySet<string>): string {
  const { needed, by } = approvalsOf(held, deciders)
  const people = needed === 2 ? 'two people' : 'one person'
  return by.length === 0 ? people : `${people}; ${listInWords(by.map(({ login }) => login))} approved`
}

function identitySection(rows: HeldBack[], { nameOf, moment, patients, identities }: HeldList): Html {
  if (rows.length === 0) return nothing
  return html`<section class="stack"><h2>Different person under the same record number</h2>${
    identities > rows.length
      ? html`<p>The newest ${rows.length.toLocaleString('en-US')} of ${identities.toLocaleString('en-US')} are shown.</p>`
      : nothing
  }${table<HeldBack>({
    caption: 'Records that name a different person',
    hideCaption: true,
    rows,
    href: ({ id }) => `${AT}/${id}`,
    columns: [
      {
        heading: 'Record',
        cell: ({ sourceId, subject }) =>
          patients
            ? html`${mono(subject)} <span class="soft small">${nameOf(sourceId)}</span>`
            : html`A record of ${nameOf(sourceId)}`,
      },
      { heading: 'Kept out', cell: ({ times }) => countOf(times, 'change') },
      { heading: 'Since', cell: ({ raisedAt }) => when(raisedAt, moment) },
      { heading: 'Needs', cell: () => 'one person who may see patients' },
    ],
    empty: { heading: '', body: '' },
  })}</section>`
}

function joinSection(rows: JoinLine[], { nameOf }: HeldList): Html {
  if (rows.length === 0) return nothing
  return html`<section class="stack"><h2>Records that were not joined</h2><p>Two sources use the same record number, and name or birth date differ. Each record stays a chart of its own.</p>${table<JoinLine>(
    {
      caption: 'Records that were not joined',
      hideCaption: true,
      rows,
      href: ({ key }) => `${AT}/join/${key}`,
      columns: [
        { heading: 'Records', cell: ({ sourceId, leadSourceId }) => `${nameOf(sourceId)} and ${nameOf(leadSourceId)}` },
        { heading: 'What differs', cell: ({ because }) => because },
        { heading: 'Status', cell: (line) => joinStatus(line) },
      ],
      empty: { heading: '', body: '' },
    },
  )}</section>`
}

type Decided = { href: string; what: string; status: Html; at: number; by: string }

function decidedSection({ held, joins, nameOf, moment }: HeldList): Html {
  const rows: Decided[] = [
    ...held
      .filter(({ status }) => status !== 'open')
      .map((one) => ({
        href: `${AT}/${one.id}`,
        what:
          one.kind === 'shrink'
            ? `${nameOf(one.sourceId)}: ${one.shrinks.map(shrinkWords).join(', ')}`
            : `${nameOf(one.sourceId)}: a record with a different person`,
        status: heldStatus(one),
        at: one.endedAt ?? one.raisedAt,
        by: one.status === 'recovered' ? '' : (one.decisions.at(-1)?.login ?? ''),
      })),
    ...joins
      .filter(({ state }) => state === 'decided')
      .map((one) => ({
        href: `${AT}/join/${one.key}`,
        what: `${nameOf(one.sourceId)} and ${nameOf(one.leadSourceId)}: two records of one number`,
        status: joinStatus(one),
        at: one.decision?.at ?? 0,
        by: one.decision?.by ?? '',
      })),
  ]
  if (rows.length === 0) return nothing
  return html`<section class="stack"><h2>History</h2>${table<Decided>({
    caption: 'What was decided or ended, newest first',
    hideCaption: true,
    rows: rows.toSorted((a, b) => b.at - a.at).slice(0, 100),
    href: ({ href }) => href,
    columns: [
      { heading: 'What', cell: ({ what }) => what },
      { heading: 'Status', cell: (row) => row.status },
      { heading: 'Ended', cell: ({ at }) => when(at, moment) },
      { heading: 'By', cell: ({ by }) => (by === '' ? html`<span class="soft">nobody</span>` : by) },
    ],
    empty: { heading: '', body: '' },
  })}</section>`
}
