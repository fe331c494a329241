import { button, errorSummary, field, form } from '../../../look/form.ts'
import { type Html, html, nothing } from '../../../look/html.ts'
import { note } from '../../../look/status.ts'
import { table } from '../../../look/table.ts'
import { nameOf } from '../../../readiness/edit/card-values.ts'
import { CARDS, type Card } from '../../../readiness/edit/cards.ts'
import type { FieldWrong } from '../../../readiness/edit/edit-plan.ts'
import type { Meanwhile } from '../../../readiness/edit/merge-values.ts'
import { groupIn, type Row, rowsIn, type Value, type Values, wordsIn } from '../../../readiness/edit/value-parts.ts'
import type { PlanComplaint } from '../../../readiness/plan/plan-complaint.ts'
import type { PlanVersion } from '../../../readiness/store.ts'
import { askedField, type Choices } from './edit-fields.ts'

/** What can be changed here, thing by thing; the rest of the plan is changed in its files. */
export function editListView(
  entries: { card: Card; things: readonly { id: string; name: string; said: string }[] }[],
  because: string | undefined,
): Html {
  return html`<p>Changes made here are written into the plan's own files, as its next version, with your name and why. Systems, the map, protections, scenarios and procedures are changed in the files: <span class="id">holdfast plan take-out</span>, then <span class="id">holdfast plan keep</span>.</p>${
    because === undefined ? nothing : html`<p class="soft">To change something: ${because}</p>`
  }${entries.map(
    ({ card, things }) =>
      html`<section class="stack"><h2>${card.title}</h2>${table({
        caption: card.title,
        hideCaption: true,
        rows: things,
        href: ({ id }) => `/plan/edit/${card.kind}/${id}`,
        columns: [
          { heading: 'Name', cell: ({ name }) => name },
          { heading: 'Now', cell: ({ said }) => said },
        ],
        empty: { heading: 'None yet', body: 'Nothing of this kind is written in the plan.' },
      })}${card.begins && because === undefined ? html`<p><a class="button quiet" href="/plan/edit/${card.kind}">${card.kind === 'person' ? 'Add a person' : 'Add a vendor'}</a></p>` : nothing}</section>`,
  )}`
}

export type EditForm = {
  card: Card
  id: string | undefined
  version: PlanVersion
  values: Values
  blanks: ReadonlyMap<string, string>
  choices: Choices
  because: string
  csrf: string
  /** Why this person may not, on every button. */
  mayNot: string | undefined
  wrong: readonly FieldWrong[]
  meanwhile: readonly Meanwhile[]
  follows: readonly PlanComplaint[]
  stops: boolean
  removing: boolean
}

/** One thing of the plan as a form: what is wrong, what others changed and what would follow stand above it. */
export function editFormView(edit: EditForm): Html {
  const { card, id, version, values, choices, wrong, mayNot } = edit
  const path = `/plan/edit/${card.kind}${id === undefined ? '' : `/${id}`}`
  const base = html`<input type="hidden" name="base" value="${version.version}">`
  const why = wrong.find((one) => one.field === 'because')?.because
  return html`${errorSummary(wrong.map(({ field: at, because }) => ({ field: at, because })))}${meanwhileNote(edit)}${followsNote(edit)}${form(
    path,
    edit.csrf,
    html`${base}${card.asks.map((asked) =>
      askedField(asked, values[asked.key] ?? '', { choices, wrong, hint: edit.blanks.get(asked.key) }),
    )}${field({ name: 'because', label: 'Why you change it', hint: 'Kept with the version, for whoever looks later.', value: edit.removing ? '' : edit.because, wrong: why })}<div class="row">${button(edit.follows.length > 0 && !edit.removing ? 'Look again, then keep it' : 'Keep this', { because: mayNot })}<a href="/plan/edit">Leave it as it was</a></div>${
      edit.follows.length > 0 && !edit.stops && !edit.removing
        ? html`<label class="choice"><input type="checkbox" name="anyway" value="yes">I know what follows, and want it so</label>`
        : nothing
    }`,
    'stack-wide wide edit',
  )}${id !== undefined && card.begins ? removeForm(edit, path, base) : nothing}`
}

function removeForm(
  { csrf, values, mayNot, removing, because, wrong, follows, stops }: EditForm,
  path: string,
  base: Html,
): Html {
  const name = typeof values.name === 'string' && values.name !== '' ? values.name : 'this'
  const why = wrong.find((one) => one.field === 'gone-because')?.because
  return html`<details class="act"${removing ? html` open` : nothing}><summary>Take ${name} out of the plan?</summary><div class="note act"><p>Everything that is written of ${name} goes from the plan in force; older versions keep it. What still names ${name} must be changed first, and is told.</p>${form(
    `${path}/gone`,
    csrf,
    html`${base}${field({ name: 'gone-because', label: 'Why', value: removing ? because : '', wrong: why })}${
      removing && follows.length > 0 && !stops
        ? html`<label class="choice"><input type="checkbox" name="anyway" value="yes">I know what follows, and want it so</label>`
        : nothing
    }${button(`Take ${name} out`, { look: 'danger', because: mayNot })}`,
  )}</div></details>`
}

/** What somebody else kept while this was being written. */
function meanwhileNote({ meanwhile, version, card, choices }: EditForm): Html {
  if (meanwhile.length === 0) return nothing
  const said = (one: Meanwhile, value: Value): string => valueInWords(card, one.key, value, choices)
  return note(
    'watch',
    `While you were writing, ${version.keptBy} kept version ${version.version}`,
    html`<p>Because: ${version.because}. It changed this too, and nothing of yours is lost: look it over, and keep it again.</p><ul>${meanwhile.map(
      (one) =>
        html`<li><strong>${one.label}</strong>: was ${said(one, one.was)}; ${version.keptBy} wrote ${said(one, one.is)}. ${one.clash ? 'Below stands what you wrote.' : 'It stands below.'}</li>`,
    )}</ul>`,
  )
}

function followsNote({ follows, stops, removing }: EditForm): Html {
  if (follows.length === 0) return nothing
  return note(
    stops ? 'act' : 'watch',
    stops ? 'This cannot be kept so' : 'This is what would follow',
    html`<ul>${follows.map(({ says, file, line, instead }) => html`<li>${says} <span class="soft">(${file}, line ${line})</span>${instead === '' ? nothing : html`. Better: ${instead}`}</li>`)}</ul><p>${
      stops
        ? removing
          ? 'Change what still names it first.'
          : 'Choose something that is in the plan.'
        : 'Change it, or tick that you want it so, and keep it.'
    }</p>`,
  )
}

/** A value in a sentence: "(414) 555-0100, mobile; (262) 555-0100, home". */
function valueInWords(card: Card, key: string, value: Value, choices: Choices): string {
  const asked = CARDS[card.kind].asks.find((one) => one.key === key)
  const known = [...choices.person, ...choices.site, ...choices.role]
  const word = (text: string): string => known.find(({ id }) => id === text)?.name ?? text
  const words = (one: string | Row): string =>
    typeof one === 'string'
      ? word(one)
      : Object.values(one)
          .flatMap((cell) => (typeof cell === 'string' ? [cell] : cell))
          .filter((cell) => cell !== '')
          .map(word)
          .join(', ')
  const texts = Object.entries(groupIn(value)).filter(([, cell]) => cell !== '')
  const said =
    typeof value === 'string'
      ? word(value)
      : Array.isArray(value)
        ? [...wordsIn(value), ...rowsIn(value)].map(words).join('; ')
        : texts.map(([name, cell]) => `${nameOf(name)} ${cell}`).join(', ')
  return said === '' || asked === undefined ? 'nothing' : said
}
