import { type Html, html, nothing } from './html.ts'

export type Field = {
  name: string
  label: string
  hint?: string
  wrong?: string | undefined
  value?: string
  kind?: 'text' | 'password' | 'email' | 'search' | 'number' | 'date' | 'datetime-local' | 'tel'
  autocomplete?: string
  inputmode?: 'numeric' | 'text' | 'decimal'
  /** Ids and codes; `capitals` shows what is typed in capitals, for codes that are read so whatever was typed. */
  code?: boolean | 'capitals'
  required?: boolean
  autofocus?: boolean
}

/** One labelled input with its hint, and what is wrong with it when something is. */
export function field(values: Field): Html {
  const id = `field-${values.name}`
  const described = [values.hint === undefined ? '' : `${id}-hint`, values.wrong === undefined ? '' : `${id}-wrong`]
    .join(' ')
    .trim()
  return html`<div class="field"><label for="${id}">${values.label}</label>${values.hint === undefined ? nothing : html`<p class="hint" id="${id}-hint">${values.hint}</p>`}${
    values.wrong === undefined ? nothing : html`<p class="wrong" id="${id}-wrong">${values.wrong}</p>`
  }<input id="${id}" name="${values.name}" type="${values.kind ?? 'text'}" value="${values.value ?? ''}"${codeClass(values)}${
    described === '' ? nothing : html` aria-describedby="${described}"`
  }${values.wrong === undefined ? nothing : html` aria-invalid="true"`}${values.autocomplete === undefined ? nothing : html` autocomplete="${values.autocomplete}"`}${
    values.inputmode === undefined ? nothing : html` inputmode="${values.inputmode}"`
  }${values.required === true ? html` required` : nothing}${values.autofocus === true ? html` autofocus` : nothing}></div>`
}

/** Telephones begin a word with a capital; ids and sign-in names must stay as they are typed. */
function codeClass({ code, autocomplete }: Field): Html {
  const plain =
    autocomplete === 'username' || code !== undefined ? html` autocapitalize="none" spellcheck="false"` : nothing
  if (code === undefined || code === false) return plain
  return html` class="${code === 'capitals' ? 'code capitals' : 'code'}"${plain}`
}

export function select(
  name: string,
  label: string,
  options: readonly { value: string; label: string }[],
  chosen?: string,
): Html {
  return html`<div class="field"><label for="field-${name}">${label}</label><select id="field-${name}" name="${name}">${options.map(
    (option) =>
      html`<option value="${option.value}"${option.value === chosen ? html` selected` : nothing}>${option.label}</option>`,
  )}</select></div>`
}

export function choices(
  kind: 'checkbox' | 'radio',
  name: string,
  legend: string,
  options: readonly { value: string; label: string; chosen?: boolean; hint?: string }[],
): Html {
  return html`<fieldset class="field"><legend>${legend}</legend>${options.map(
    (option) =>
      html`<label class="choice"><input type="${kind}" name="${name}" value="${option.value}"${option.chosen === true ? html` checked` : nothing}>${option.label}${
        option.hint === undefined ? nothing : html` <span class="soft small">${option.hint}</span>`
      }</label>`,
  )}</fieldset>`
}

/** A form that posts, with its token against forgery. */
export function form(action: string, csrf: string, body: Html, look = 'stack'): Html {
  return html`<form method="post" action="${action}" class="${look}"><input type="hidden" name="csrf" value="${csrf}">${body}</form>`
}

/** A button. Give `because` to disable it with its reason in place. */
export function button(
  label: Html | string,
  options: { look?: 'quiet' | 'danger' | 'link'; name?: string; value?: string; because?: string | undefined } = {},
): Html {
  const because = options.because
  return html`<button type="submit"${options.look === undefined ? nothing : html` class="${options.look}"`}${
    options.name === undefined ? nothing : html` name="${options.name}" value="${options.value ?? ''}"`
  }${because === undefined ? nothing : html` disabled`}>${label}</button>${because === undefined ? nothing : html` <span class="because">${because}</span>`}`
}

/** All that is wrong with what was sent, at the top, each leading to its field. */
export function errorSummary(wrong: readonly { field?: string; because: string }[]): Html {
  if (wrong.length === 0) return nothing
  return html`<div class="error-summary" role="alert" tabindex="-1"><h2>Please look at this again</h2><ul>${wrong.map(
    (one) =>
      html`<li>${one.field === undefined ? one.because : html`<a href="#field-${one.field}">${one.because}</a>`}</li>`,
  )}</ul></div>`
}
