import type { Person } from '../../../access/access.ts'
import { DAY } from '../../../base/time.ts'
import type { Appointment, Chart, SectionName } from '../../../chart/chart.ts'
import { SECTION_NAMES } from '../../../chart/chart.ts'
import { countsOf, type Shrink, shareOf } from '../../../chart/losses.ts'
import { personName } from '../../../chart/name.ts'
import { SECTION_TITLES } from '../../../chart/section-words.ts'
import { field } from '../../../look/form.ts'
import { type Html, html, nothing } from '../../../look/html.ts'
import { facts, table } from '../../../look/table.ts'
import { type Moment, when } from '../../../look/when.ts'
import { approvalsOf, type HeldBack, seenText, TAKEN_KEPT_MS, type What } from '../../held/held.ts'
import { shrinkWords } from '../../held/held-words.ts'
import type { Waiting } from '../../held/waiting/store.ts'
import { countOf, listInWords, mono } from '../words.ts'
import { AT, decisionForm, decisionsTable, heldStatus, madeOf } from './held-words.ts'

/** A record of a hold: what is shown of it now, and what its source says. */
export type Affected = { waiting: Waiting; shown: Chart | undefined }

export type ShrinkDetail = {
  held: HeldBack
  sourceName: string
  /** Undefined where this person may not see patients. */
  patients: { affected: readonly Affected[]; visits: readonly Appointment[] } | undefined
  affectedCount: number
  /** Those who may approve now. */
  deciders: readonly Pick<Person, 'id' | 'name'>[]
  me: string
  mayNot: string | undefined
  moment: Moment
  csrf: string
  wrong: { reason?: string; confirm?: string }
  sent: string
}

export function shrinkHeadline({ held, sourceName }: Pick<ShrinkDetail, 'held' | 'sourceName'>): string {
  const what = listInWords(held.shrinks.map(shrinkWords))
  if (held.status === 'open') return `${sourceName} would remove ${what}. Nothing was removed.`
  if (held.status === 'recovered') return `${sourceName} has everything again. Nothing was removed.`
  return held.status === 'approved'
    ? `Removed: ${what}.`
    : `The removal was undone: ${what}. It is held back again with what came after it.`
}

export function shrinkPage(values: ShrinkDetail): Html {
  const { held, moment } = values
  return html`<section class="stack"><h2>Status</h2>${statusFacts(values)}</section>
<section class="stack"><h2>What would go</h2>${kindsTable(held.shrinks)}</section>
${actionSection(values)}${decisionsTable(madeOf(held), moment)}${held.status === 'open' ? affectedSection(values) : nothing}`
}

function statusFacts({ held, sourceName, deciders, moment }: ShrinkDetail): Html {
  const { needed, by } = approvalsOf(held, idsOf(deciders))
  const open = held.status === 'open'
  return facts([
    ['Status', heldStatus(held)],
    ['Source', html`<a href="/sources/${held.sourceId}">${sourceName}</a>`],
    ['Held back since', when(held.raisedAt, moment)],
    ...(held.endedAt === undefined ? [] : ([['Ended', when(held.endedAt, moment)]] as const)),
    ...(open
      ? ([
          [
            'Who must decide',
            html`${needed === 2 ? 'Two different people, because allergies or more than half of something would go.' : 'One person.'}<br><span class="small">${
              deciders.length < needed
                ? `Only ${countOf(deciders.length, 'person')} may approve this. Give somebody else the role owner, it or clinician for all sites.`
                : `Can approve: ${listInWords(deciders.map(({ name }) => name))}.`
            }</span>`,
          ],
          [
            'Approved by',
            by.length === 0
              ? html`<span class="soft">nobody yet</span>`
              : html`${by.map(({ login, at }) => html`<div>${login}, ${when(at, moment)}</div>`)}`,
          ],
          [
            'If nobody acts',
            'The last lists stay in the charts and are marked. This ends by itself when the source has everything again.',
          ],
        ] as const)
      : []),
  ])
}

function idsOf(people: ShrinkDetail['deciders']): Set<string> {
  return new Set(people.map(({ id }) => id))
}

function kindsTable(shrinks: readonly Shrink[]): Html {
  return table<Shrink>({
    caption: 'What would go, by kind',
    hideCaption: true,
    rows: shrinks,
    columns: [
      { heading: 'Kind', cell: ({ what }) => kindWords(what) },
      { heading: 'Would go', cell: ({ entries }) => entries.toLocaleString('en-US'), number: true },
      { heading: 'Of', cell: ({ of }) => of.toLocaleString('en-US'), number: true },
      {
        heading: 'Charts affected',
        cell: ({ what, charts }) => (what === 'visits' ? '' : charts.toLocaleString('en-US')),
        number: true,
      },
      { heading: 'Share', cell: (shrink) => `${Math.round(shareOf(shrink) * 100)}%`, number: true },
    ],
    empty: { heading: 'Nothing', body: 'No kind of data would go.' },
  })
}

function kindWords(what: What): string {
  return what === 'charts' ? 'Whole charts' : what === 'visits' ? 'Visits' : SECTION_TITLES[what]
}

function actionSection(values: ShrinkDetail): Html {
  const { held, mayNot, csrf, wrong, sent, me, moment, deciders } = values
  const form = { action: `${AT}/${held.id}`, csrf, sent, wrong: wrong.reason }
  if (held.status === 'approved') {
    const until = (held.endedAt ?? 0) + TAKEN_KEPT_MS
    const tooLate =
      moment.now >= until ? `What was removed is kept for ${TAKEN_KEPT_MS / DAY} days. That time is over.` : undefined
    return html`<section class="stack"><h2>Undo</h2><p>What was removed comes back into the charts and is held back again. One person is enough, until ${when(until, moment)}.</p>${decisionForm(
      {
        ...form,
        buttons: [{ value: 'undo', label: 'Undo the removal' }],
        because: mayNot ?? tooLate,
        hint: 'Why it must come back.',
      },
    )}</section>`
  }
  if (held.status !== 'open') return nothing
  const { needed, by } = approvalsOf(held, idsOf(deciders))
  const already = by.some(({ personId }) => personId === me)
    ? 'You approved already. A different person must approve too.'
    : undefined
  return html`<section class="stack"><h2>Remove</h2><p>${held.shrinks.length === 0 ? nothing : html`This removes ${listInWords(held.shrinks.map(shrinkWords))} from the charts and from the next packs. `}It can be undone for ${TAKEN_KEPT_MS / DAY} days.${needed === 2 ? ` It needs two people${by.length === 0 ? '' : `; ${listInWords(by.map(({ login }) => login))} approved`}.` : ''}</p>${decisionForm(
    {
      ...form,
      buttons: [{ value: 'approve', label: 'Remove from charts', look: 'danger' }],
      because: mayNot ?? already,
      hint: 'How you know that the data is really gone, such as who at the EHR vendor said so.',
      more: html`<input type="hidden" name="seen" value="${seenText(held.shrinks)}">${
        needed === 2
          ? field({
              name: 'confirm',
              label: 'Source id',
              hint: `Type ${held.sourceId} to confirm.`,
              code: true,
              required: true,
              autocomplete: 'off',
              wrong: wrong.confirm,
            })
          : nothing
      }`,
    },
  )}</section>`
}

function affectedSection({ patients, affectedCount, moment }: ShrinkDetail): Html {
  if (patients === undefined)
    return html`<section class="stack"><h2>Affected patients</h2><p>${countOf(affectedCount, 'chart is', 'charts are')} affected. <span class="soft">Names are shown to those who may see patients of all sites.</span></p></section>`
  const { affected, visits } = patients
  const more = affectedCount > affected.length ? ` The first ${affected.length} are shown.` : ''
  return html`${
    affectedCount === 0
      ? nothing
      : html`<section class="stack"><h2>Affected patients</h2><p>${countOf(affectedCount, 'chart is', 'charts are')} affected.${more} Viewing this list is written to the audit trail.</p>${table<Affected>(
          {
            caption: 'Affected patients',
            hideCaption: true,
            rows: affected,
            columns: [
              { heading: 'Patient', cell: ({ shown }) => nameCell(shown) },
              { heading: 'MRN', cell: ({ shown, waiting }) => mono(shown?.patient.mrn || waiting.patientId) },
              { heading: 'In the chart now', cell: ({ shown, waiting }) => countsCell(waiting.held, shown) },
              { heading: 'In the source now', cell: ({ waiting }) => countsCell(waiting.held, waiting.chart) },
            ],
            empty: { heading: '', body: '' },
          },
        )}</section>`
  }${
    visits.length === 0
      ? nothing
      : html`<section class="stack"><h2>Affected visits</h2>${table<Appointment>({
          caption: 'Affected visits',
          hideCaption: true,
          rows: visits,
          columns: [
            { heading: 'Visit', cell: ({ start }) => when(start, moment) },
            { heading: 'Patient', cell: ({ patientName }) => patientName },
            { heading: 'Provider', cell: ({ providerName }) => providerName },
            { heading: 'Place', cell: ({ locationId }) => mono(locationId) },
          ],
          empty: { heading: '', body: '' },
        })}</section>`
  }`
}

function nameCell(shown: Chart | undefined): Html {
  if (shown === undefined) return html`<span class="soft">no chart</span>`
  const tag = shown.restriction === 'none' ? nothing : html` <span class="tag watch">Restricted</span>`
  return html`${personName(shown.patient.name)}${tag}`
}

/** `Allergies: 3`, one line for each list that is held back. */
function countsCell(held: readonly What[], chart: Chart | undefined): Html {
  if (chart === undefined) return html`no chart`
  const counts = countsOf(chart)
  const count = (name: SectionName): number => counts[SECTION_NAMES.indexOf(name)] ?? 0
  return html`${held.map((what) => html`<div>${what === 'charts' || what === 'visits' ? 'chart' : `${SECTION_TITLES[what]}: ${count(what)}`}</div>`)}`
}
