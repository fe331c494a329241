import { type Html, html, nothing } from './html.ts'
import type { Tone } from './status.ts'

export type Column<Row> = {
  heading: string
  cell: (row: Row) => Html | string
  number?: boolean
  /** Left out where the window is of middling width: says nothing that the row's own page does not say. */
  extra?: boolean
}

export type Table<Row> = {
  /** Names the table for everybody, also for those who do not see it; `hideCaption` when a heading above says the same. */
  caption: string
  hideCaption?: boolean
  /** The first column identifies the row. */
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  /** The whole row is the link. */
  href?: (row: Row) => string | undefined
  tone?: (row: Row) => Tone | undefined
  /** A list without rows says why and what to do. */
  empty: { heading: string; body: Html | string }
}

/** A table, which folds into lines on a phone. */
export function table<Row>(values: Table<Row>): Html {
  if (values.rows.length === 0) return empty(values.empty.heading, values.empty.body)
  const [first, ...rest] = values.columns
  if (first === undefined) return nothing
  const rowOf = (row: Row): Html => {
    const href = values.href?.(row)
    const classes = [href === undefined ? '' : 'linked', values.tone?.(row) ?? ''].join(' ').trim()
    const name = first.cell(row)
    return html`<tr${classes === '' ? '' : html` class="${classes}"`}><th scope="row">${href === undefined ? name : html`<a class="row-link" href="${href}">${name}</a>`}</th>${rest.map(
      (column) => html`<td data-label="${column.heading}"${classOf(column)}>${column.cell(row)}</td>`,
    )}</tr>`
  }
  return html`<div class="table-wrap"><table class="fold"><caption${values.hideCaption === true ? html` class="visually-hidden"` : ''}>${values.caption}</caption>
<thead><tr>${values.columns.map((column) => html`<th scope="col"${classOf(column)}>${column.heading}</th>`)}</tr></thead>
<tbody>${values.rows.map(rowOf)}</tbody></table></div>`
}

function classOf({ number, extra }: Pick<Column<never>, 'number' | 'extra'>): Html | string {
  const classes = [number === true ? 'number' : '', extra === true ? 'extra' : ''].filter((name) => name !== '')
  return classes.length === 0 ? '' : html` class="${classes.join(' ')}"`
}

/** What stands where a list would be: why it is empty, and what to do. */
export function empty(heading: string, body: Html | string): Html {
  return html`<div class="empty"><h2>${heading}</h2><p>${body}</p></div>`
}

/** Names and values under each other. */
export function facts(pairs: readonly (readonly [name: Html | string, value: Html | string])[]): Html {
  return html`<dl class="facts">${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
}
