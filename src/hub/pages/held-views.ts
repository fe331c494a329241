import { type Shrink, shareOf } from '../../chart/losses.ts'
import { personName } from '../../chart/name.ts'
import type { JoinDecision } from '../../chart/persons/store.ts'
import { SECTION_TITLES } from '../../chart/section-words.ts'
import { button, field, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { status } from '../../look/status.ts'
import { empty, facts, table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import { approvalsOf, type HeldBack, type Move, movesOf, type NamedPerson, seenText } from '../held/held.ts'
import { countOf, mono } from './words.ts'

/** One patient of whom something is held back: what is shown, and what the source says now. */
export type HeldPatient = { mrn: string; name: string; shown: string; says: string }

export type HeldLine = HeldBack & { sourceName: string; patients: readonly HeldPatient[]; patientCount: number }

/** Records under one record number that could not be joined. */
export type NotJoined = {
  number: string
  records: readonly { sourceId: string; sourceName: string; patientId: string; person: NamedPerson; because: string }[]
}

export type HeldPage = {
  open: readonly HeldLine[]
  ended: readonly HeldLine[]
  notJoined: readonly NotJoined[]
  decisions: readonly JoinDecision[]
  moment: Moment
  csrf: string
  personId: string
  whyNotDecide: string | undefined
  /** Names of patients are for those who may see charts. */
  maySeePatients: boolean
}

export function heldHeadline({ open, notJoined }: Pick<HeldPage, 'open' | 'notJoined'>): string {
  const shrinks = open.filter(({ kind }) => kind === 'shrink')
  const questions = open.length - shrinks.length + notJoined.length
  const later =
    questions === 0 ? '' : ` ${countOf(questions, 'question')} about who a patient is can wait for the morning.`
  if (shrinks.length > 0)
    return `${shrinks.map(({ sourceName }) => sourceName).join(' and ')} would take away too much at once. Charts keep what they had and say so.${later}`
  return questions === 0 ? 'Nothing is held back.' : `Nothing is missing from a chart.${later}`
}

export function heldPage(values: HeldPage): Html {
  const { open, ended, notJoined, decisions } = values
  const shrinks = open.filter(({ kind }) => kind === 'shrink')
  const identities = open.filter(({ kind }) => kind === 'identity')
  return html`<section class="stack"><h2>Less than before</h2>${shrinks.length === 0 ? empty('No open question', 'Every source still gives what it gave before.') : shrinks.map((one) => shrinkCard(one, values))}</section>
<section class="stack"><h2>Another person under the same number</h2>${identities.length === 0 ? empty('No open question', 'Every record number names the person it named before.') : identities.map((one) => identityCard(one, values))}</section>
<section class="stack"><h2>Records that were not joined</h2>${notJoined.length === 0 ? empty('No open question', 'No two sources disagree about who has a record number.') : notJoined.map((one) => joinCard(one, values))}</section>
<section class="stack"><h2>History</h2>${historyTable(ended, values)}${decisions.length === 0 ? nothing : joinTable(decisions, values)}</section>`
}

const WHAT: { [Kind in 'charts' | 'visits']: string } = { charts: 'Charts', visits: 'Visits' }

function whatWords({ what }: Shrink): string {
  return what === 'charts' || what === 'visits' ? WHAT[what] : SECTION_TITLES[what]
}

function shrinkCard(held: HeldLine, values: HeldPage): Html {
  const { moment, csrf, personId, whyNotDecide } = values
  const { needed, by } = approvalsOf(held)
  const mine = by.some((one) => one.personId === personId)
  const because = whyNotDecide ?? (mine ? 'You approved it. It needs another person.' : undefined)
  return html`<article class="card stack" id="${held.id}"><h3>${held.sourceName}</h3><p>${status('act', 'held back')} since ${when(held.raisedAt, moment)}. The newest answer has less than the one before. The last state stays in the charts and is marked there. If nobody acts, it stays so; it ends by itself when the source has everything again.</p>${table<Shrink>(
    {
      caption: `What ${held.sourceName} would take away`,
      hideCaption: true,
      rows: held.shrinks,
      columns: [
        { heading: 'What', cell: whatWords },
        {
          heading: 'Would go',
          cell: ({ entries, of }) => `${entries.toLocaleString('en-US')} of ${of.toLocaleString('en-US')}`,
          number: true,
        },
        { heading: 'Share', cell: (shrink) => `${Math.round(shareOf(shrink) * 100)} %`, number: true },
        {
          heading: 'From charts',
          cell: ({ what, charts }) => (what === 'visits' ? '' : charts.toLocaleString('en-US')),
          number: true,
        },
      ],
      empty: { heading: '', body: '' },
    },
  )}${patientsTable(held, values)}<p><strong>First look at the source.</strong> Is a restore or an import under way? Did the account lose a right? Then leave this as it is.</p>${facts(
    [
      ['Needs', needed === 2 ? 'two people' : 'one person'],
      ['Approved by', by.length === 0 ? 'nobody yet' : by.map(({ login }) => login).join(', ')],
    ],
  )}${form(
    `/held/${held.id}/approve`,
    csrf,
    html`<input type="hidden" name="seen" value="${seenText(held.shrinks)}">${field({ name: 'reason', label: 'Reason', hint: 'What you saw in the source.', required: true })}${field({ name: 'typed', label: `Type ${held.sourceId} to confirm`, code: true, required: true })}${button('Remove from charts', { look: 'danger', because })}`,
  )}</article>`
}

function patientsTable({ patients, patientCount, sourceName }: HeldLine, { maySeePatients }: HeldPage): Html {
  if (!maySeePatients) return html`<p class="soft small">Names of patients are shown to those who may see charts.</p>`
  if (patients.length === 0) return nothing
  return html`<details><summary>${patientCount > patients.length ? `The first ${patients.length} of ${countOf(patientCount, 'patient')}` : countOf(patientCount, 'patient')}</summary>${table<HeldPatient>(
    {
      caption: `Patients of ${sourceName}`,
      hideCaption: true,
      rows: patients,
      columns: [
        { heading: 'Patient', cell: ({ name }) => name },
        { heading: 'MRN', cell: ({ mrn }) => mono(mrn) },
        { heading: 'Shown', cell: ({ shown }) => shown },
        { heading: 'The source says now', cell: ({ says }) => says },
      ],
      empty: { heading: '', body: '' },
    },
  )}</details>`
}

function identityCard(held: HeldLine, values: HeldPage): Html {
  const { moment, csrf, whyNotDecide, maySeePatients } = values
  const because = whyNotDecide ?? (maySeePatients ? undefined : 'This needs the right to see charts.')
  const [known, named] = held.people
  const act = (move: Move, label: string, look?: 'danger' | 'quiet'): Html =>
    form(
      `/held/${held.id}/${move}`,
      csrf,
      html`${field({ name: 'reason', label: 'Reason', required: true })}${button(label, { ...(look === undefined ? {} : { look }), because })}`,
    )
  return html`<article class="card stack" id="${held.id}"><h3>${held.sourceName}</h3><p>${status('watch', 'kept out')} since ${when(held.raisedAt, moment)}. One record number names two people. ${countOf(held.times, 'change')} kept out of the chart, which says so. If nobody acts, it stays so.</p>${
    maySeePatients && known !== undefined && named !== undefined
      ? peopleTable([
          { who: 'The chart', ...known },
          { who: 'The new messages', ...named },
        ])
      : html`<p class="soft small">Names of patients are shown to those who may see charts.</p>`
  }<div class="columns"><div>${act('approve', 'Same person: use these changes', 'danger')}</div><div>${act('reject', 'Different person: keep out', 'quiet')}</div></div></article>`
}

function peopleTable(rows: readonly (NamedPerson & { who: string })[]): Html {
  return table<NamedPerson & { who: string }>({
    caption: 'Both people',
    hideCaption: true,
    rows,
    columns: [
      { heading: 'Said by', cell: ({ who }) => who },
      { heading: 'Name', cell: ({ name }) => personName(name) },
      { heading: 'Born', cell: ({ birthDate }) => birthDate ?? 'not received' },
      { heading: 'Sex', cell: ({ sex }) => sex },
      { heading: 'MRN', cell: ({ mrn }) => mono(mrn === '' ? 'none' : mrn) },
    ],
    empty: { heading: '', body: '' },
  })
}

function joinCard({ number, records }: NotJoined, values: HeldPage): Html {
  const { csrf, whyNotDecide, maySeePatients } = values
  const because = whyNotDecide ?? (maySeePatients ? undefined : 'This needs the right to see charts.')
  const [lead, ...others] = records
  if (lead === undefined) return nothing
  return html`<article class="card stack"><h3>${others.map(({ sourceName }) => sourceName).join(', ')} and ${lead.sourceName}</h3><p>${status('watch', 'two charts')} One record number, two records that do not agree (${others[0]?.because ?? lead.because}). Each is a chart of its own, and both say so.</p>${
    maySeePatients
      ? peopleTable(records.map(({ sourceName, person }) => ({ who: sourceName, ...person })))
      : html`<p class="soft small">Names of patients are shown to those who may see charts.</p>`
  }${others.map((record) =>
    form(
      '/held/join',
      csrf,
      html`<input type="hidden" name="number" value="${number}"><input type="hidden" name="source" value="${record.sourceId}"><input type="hidden" name="record" value="${record.patientId}">${field({ name: 'reason', label: 'Reason', required: true })}<div class="row">${button('Same person: join', { name: 'decision', value: 'same', look: 'danger', because })}${button('Different people: keep apart', { name: 'decision', value: 'different', look: 'quiet', because })}</div>`,
    ),
  )}</article>`
}

const ENDED: { [Status in HeldBack['status']]: Html } = {
  open: status('act', 'open'),
  approved: status('fine', 'approved'),
  rejected: status('fine', 'kept out'),
  recovered: status('fine', 'recovered'),
}

function historyTable(ended: readonly HeldLine[], { moment, csrf, whyNotDecide }: HeldPage): Html {
  return table<HeldLine>({
    caption: 'Earlier questions',
    hideCaption: true,
    rows: ended,
    columns: [
      { heading: 'Source', cell: ({ sourceName }) => sourceName },
      {
        heading: 'What',
        cell: ({ kind, shrinks }) => (kind === 'shrink' ? shrinks.map(whatWords).join(', ') : 'Another person'),
      },
      { heading: 'Since', cell: ({ raisedAt }) => when(raisedAt, moment) },
      { heading: 'Outcome', cell: ({ status: of, endedAt }) => html`${ENDED[of]} ${when(endedAt, moment, '')}` },
      {
        heading: 'Decided by',
        cell: ({ decisions }) =>
          decisions.map(({ login, decision, reason }) => `${login} (${decision}: ${reason})`).join('; ') || 'nobody',
      },
      {
        heading: 'Undo',
        cell: (held) =>
          movesOf(held).includes('undo')
            ? form(
                `/held/${held.id}/undo`,
                csrf,
                html`${field({ name: 'reason', label: 'Reason', required: true })}${button('Undo', { look: 'quiet', because: whyNotDecide })}`,
              )
            : '',
      },
    ],
    empty: { heading: 'Nothing yet', body: 'What was held back and how it ended will be listed here.' },
  })
}

function joinTable(decisions: readonly JoinDecision[], { moment, csrf, whyNotDecide }: HeldPage): Html {
  return table<JoinDecision>({
    caption: 'Decisions about records',
    rows: decisions,
    columns: [
      { heading: 'Record', cell: ({ sourceId, patientId }) => mono(`${sourceId} ${patientId}`) },
      { heading: 'Decision', cell: ({ decision }) => (decision === 'same' ? 'same person' : 'different people') },
      { heading: 'By', cell: ({ decidedBy, decidedAt }) => html`${decidedBy}, ${when(decidedAt, moment)}` },
      { heading: 'Reason', cell: ({ reason }) => reason },
      {
        heading: 'Undo',
        cell: ({ number, sourceId, patientId }) =>
          form(
            '/held/join',
            csrf,
            html`<input type="hidden" name="number" value="${number}"><input type="hidden" name="source" value="${sourceId}"><input type="hidden" name="record" value="${patientId}">${field({ name: 'reason', label: 'Reason', required: true })}${button('Undo', { name: 'decision', value: 'undo', look: 'quiet', because: whyNotDecide })}`,
          ),
      },
    ],
    empty: { heading: '', body: '' },
  })
}
