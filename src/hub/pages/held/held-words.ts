import type { Instant } from '../../../base/time.ts'
import type { JoinLine } from '../../../chart/joins/joins.ts'
import { button, form } from '../../../look/form.ts'
import { type Html, html, nothing } from '../../../look/html.ts'
import { status } from '../../../look/status.ts'
import { table } from '../../../look/table.ts'
import { type Moment, when } from '../../../look/when.ts'
import type { HeldBack } from '../../held/held.ts'

export const AT = '/held'

export type SourceNames = (sourceId: string) => string

/** Where something that is held back is in its life: the same words in the list and on its page. */
export function heldStatus({ kind, status: of }: Pick<HeldBack, 'kind' | 'status'>): Html {
  if (of === 'open') return kind === 'shrink' ? status('act', 'held back') : status('watch', 'kept out')
  if (of === 'recovered') return status('fine', 'recovered')
  if (of === 'approved') return status('fine', kind === 'shrink' ? 'removed' : 'used')
  return status('fine', kind === 'shrink' ? 'undone' : 'rejected')
}

export function joinStatus({ state, decision }: Pick<JoinLine, 'state' | 'decision'>): Html {
  if (decision !== undefined && state === 'decided')
    return status('fine', decision.decision === 'same' ? 'joined' : 'kept apart')
  return state === 'twice' ? status('watch', 'repair in the source') : status('watch', 'not joined')
}

export type Made = { at: Instant; login: string; what: string; reason: string }

const DECISIONS: { [Kind in HeldBack['kind']]: { [Decision in HeldBack['decisions'][number]['decision']]: string } } = {
  shrink: { approve: 'approved the removal', reject: 'rejected', undo: 'undid the removal' },
  identity: { approve: 'same person', reject: 'different person', undo: 'undid the decision' },
}

export function madeOf({ kind, decisions }: HeldBack): Made[] {
  return decisions.map(({ at, login, decision, reason }) => ({ at, login, reason, what: DECISIONS[kind][decision] }))
}

export function decisionsTable(made: readonly Made[], moment: Moment): Html {
  return html`<section class="stack"><h2>Decisions</h2>${table<Made>({
    caption: 'Decisions, newest first',
    hideCaption: true,
    rows: made.toReversed(),
    columns: [
      { heading: 'When', cell: ({ at }) => when(at, moment) },
      { heading: 'Who', cell: ({ login }) => login },
      { heading: 'Decision', cell: ({ what }) => what },
      { heading: 'Reason', cell: ({ reason }) => reason },
    ],
    empty: { heading: 'No decisions yet', body: 'Each decision is listed here with its reason.' },
  })}</section>`
}

/** A reason, and one button for each decision. `because`: why this person cannot press one. */
export function decisionForm(values: {
  action: string
  csrf: string
  buttons: readonly { value: string; label: string; look?: 'quiet' | 'danger' }[]
  because: string | undefined
  sent: string
  hint: string
  wrong: string | undefined
  more?: Html
}): Html {
  const { buttons, because, wrong } = values
  const reason = html`<div class="field"><label for="field-reason">Reason</label><p class="hint" id="reason-hint">${values.hint}</p>${
    wrong === undefined ? nothing : html`<p class="wrong" id="reason-wrong">${wrong}</p>`
  }<textarea id="field-reason" name="reason" rows="2" maxlength="500" required aria-describedby="reason-hint${wrong === undefined ? '' : ' reason-wrong'}"${wrong === undefined ? nothing : html` aria-invalid="true"`}>${values.sent}</textarea></div>`
  if (because !== undefined)
    return html`<div class="row">${buttons.map(({ label, look }) => html`<button type="button" disabled${look === undefined ? nothing : html` class="${look}"`}>${label}</button>`)}<span class="because">${because}</span></div>`
  return form(
    values.action,
    values.csrf,
    html`${reason}${values.more ?? nothing}<div class="row">${buttons.map(({ value, label, look }) =>
      button(label, { name: 'decision', value, ...(look === undefined ? {} : { look }) }),
    )}</div>`,
  )
}
