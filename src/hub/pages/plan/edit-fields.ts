import { field } from '../../../look/form.ts'
import { type Html, html, nothing } from '../../../look/html.ts'
import { nameOf } from '../../../readiness/edit/card-values.ts'
import type { Asked, Leaf } from '../../../readiness/edit/cards.ts'
import type { FieldWrong } from '../../../readiness/edit/edit-plan.ts'
import { groupIn, type Row, rowsIn, type Value, wordsIn } from '../../../readiness/edit/value-parts.ts'

/** What can be chosen: things of the plan by id. */
export type Choices = { [kind in 'person' | 'site' | 'role']: readonly { id: string; name: string }[] }
type Drawn = { choices: Choices; wrong: readonly FieldWrong[]; hint: string | undefined }

const SPARE_ROWS = 1
const NONE = { person: 'nobody', site: 'no site' } as const
const WEEK = [
  ['mon', 'Monday'],
  ['tue', 'Tuesday'],
  ['wed', 'Wednesday'],
  ['thu', 'Thursday'],
  ['fri', 'Friday'],
  ['sat', 'Saturday'],
  ['sun', 'Sunday'],
] as const

/** The inputs of one key, with its hint and what is wrong with it. */
export function askedField(asked: Asked, value: Value, drawn: Drawn): Html {
  const name = nameOf(asked.key)
  const framed = (body: Html): Html => group(name, asked.label, asked.hint, drawn, body)
  if (asked.kind === 'ticks') return framed(tickFields(name, wordsIn(value), drawn))
  if (asked.kind === 'order') return framed(orderFields(name, asked.label, wordsIn(value), drawn))
  if (asked.kind === 'rows') return framed(rowFields(name, asked, rowsIn(value), drawn))
  if (asked.kind === 'week') return framed(weekFields(name, groupIn(value), drawn))
  if (asked.kind === 'agreement') return framed(agreementFields(name, groupIn(value), drawn))
  return leafField(asked, name, typeof value === 'string' ? value : '', drawn)
}

function tickFields(name: string, chosen: readonly string[], { choices }: Drawn): Html {
  return html`<div class="ticks">${choices.role.map(({ id, name: label }) => tick(name, id, label, chosen.includes(id)))}</div>`
}

function weekFields(name: string, hours: { readonly [key: string]: string }, drawn: Drawn): Html {
  return html`${tick(`${name}-always`, 'yes', 'Always, day and night', hours.always === 'yes')}<div class="week">${WEEK.map(
    ([day, label]) =>
      field({ name: `${name}-${day}`, label, value: hours[day] ?? '', wrong: wrongAt(drawn, `${name}-${day}`) }),
  )}</div>`
}

function agreementFields(name: string, said: { readonly [key: string]: string }, drawn: Drawn): Html {
  const date = (key: 'signed' | 'until', label: string): Html =>
    field({
      name: `${name}-${key}`,
      label,
      kind: 'date',
      value: said[key] ?? '',
      wrong: wrongAt(drawn, `${name}-${key}`),
    })
  const none = 'None is needed: no patient data is theirs to see'
  return html`${tick(`${name}-none`, 'yes', none, said.none === 'yes')}<div class="cells">${date('signed', 'Signed on')}${date('until', 'Good until')}</div>`
}

function tick(name: string, value: string, label: string, isChosen: boolean): Html {
  return html`<label class="choice"><input type="checkbox" name="${name}" value="${value}"${isChosen ? html` checked` : nothing}>${label}</label>`
}

function group(name: string, label: string, hint: string | undefined, drawn: Drawn, body: Html): Html {
  const wrong = wrongAt(drawn, name)
  const ids = [hint === undefined ? '' : `hint-${name}`, wrong === undefined ? '' : `wrong-${name}`].join(' ').trim()
  return html`<fieldset class="asked" id="field-${name}" tabindex="-1"${ids === '' ? nothing : html` aria-describedby="${ids}"`}><legend>${label}</legend>${hint === undefined ? nothing : html`<p class="hint" id="hint-${name}">${hint}</p>`}${wrong === undefined ? nothing : html`<p class="wrong" id="wrong-${name}">${wrong}</p>`}${body}</fieldset>`
}

function rowFields(name: string, asked: Extract<Asked, { kind: 'rows' }>, rows: readonly Row[], drawn: Drawn): Html {
  const count = rows.length + SPARE_ROWS
  const all = [...rows, ...Array.from({ length: SPARE_ROWS }, (): Row => ({}))]
  return html`<input type="hidden" name="${name}-count" value="${count}">${all.map((row, nth) => {
    const isNew = nth >= rows.length
    const wrong = wrongAt(drawn, `${name}-${nth}`)
    return html`<fieldset class="line" id="field-${name}-${nth}"><legend>${isNew ? `One more: ${asked.one.toLowerCase()}` : `${asked.one} ${nth + 1}`}</legend>${wrong === undefined ? nothing : html`<p class="wrong">${wrong}</p>`}<div class="cells">${asked.columns.map(
      (column) => {
        const at = `${name}-${nth}-${column.key}`
        const held = row[column.key] ?? ''
        return column.kind === 'order'
          ? html`<div class="order"><p class="label">${column.label}</p>${orderFields(at, column.label, wordsIn(held), drawn)}</div>`
          : leafField(column, at, typeof held === 'string' ? held : '', drawn)
      },
    )}</div></fieldset>`
  })}`
}

/** A select for each that is named, and one to name another. */
function orderFields(name: string, label: string, ids: readonly string[], drawn: Drawn): Html {
  return html`<div class="cells">${[...ids, ''].map((id, nth) => {
    const wrong = wrongAt(drawn, `${name}-${nth}`)
    return html`<div class="field">${wrong === undefined ? nothing : html`<p class="wrong">${wrong}</p>`}<select id="field-${name}-${nth}" name="${name}" aria-label="${label}: ${nth + 1}"${wrong === undefined ? nothing : html` aria-invalid="true"`}>${options(drawn.choices.person, id, 'nobody')}</select></div>`
  })}</div>`
}

const INPUTS = {
  email: 'email',
  tel: 'tel',
  day: 'date',
  moment: 'datetime-local',
  text: 'text',
  time: 'text',
} as const

function leafField(asked: Leaf, name: string, value: string, drawn: Drawn): Html {
  const wrong = wrongAt(drawn, name)
  const hint = [asked.hint, drawn.hint === undefined ? undefined : `Still to be written: ${drawn.hint}.`]
    .filter((one) => one !== undefined)
    .join(' ')
  if (asked.kind !== 'choice')
    return field({
      name,
      label: asked.label,
      kind: INPUTS[asked.kind],
      value: asked.kind === 'moment' ? value.replace(' ', 'T') : value,
      wrong,
      ...(hint === '' ? {} : { hint }),
    })
  const offered = (asked.options ?? []).map(([id, label]) => ({ id, name: label }))
  const shown = asked.of === undefined ? offered : drawn.choices[asked.of]
  return html`<div class="field"><label for="field-${name}">${asked.label}</label>${wrong === undefined ? nothing : html`<p class="wrong" id="field-${name}-wrong">${wrong}</p>`}<select id="field-${name}" name="${name}"${wrong === undefined ? nothing : html` aria-invalid="true" aria-describedby="field-${name}-wrong"`}>${options(shown, value, asked.of === undefined ? undefined : NONE[asked.of])}</select></div>`
}

/** `none`: what choosing nobody is called. What is named and not known stays to be seen, and chosen. */
function options(known: readonly { id: string; name: string }[], chosen: string, none: string | undefined): Html {
  const strange = chosen !== '' && !known.some(({ id }) => id === chosen)
  const all = [
    ...(none === undefined ? [] : [{ id: '', name: none }]),
    ...known,
    ...(strange ? [{ id: chosen, name: `${chosen} (as it is written)` }] : []),
  ]
  return html`${all.map(({ id, name }) => html`<option value="${id}"${id === chosen ? html` selected` : nothing}>${name}</option>`)}`
}

function wrongAt({ wrong }: Drawn, name: string): string | undefined {
  return wrong.find(({ field: at }) => at === name)?.because
}
