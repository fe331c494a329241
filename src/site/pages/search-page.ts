import { displayName, personName } from '../../chart/name.ts'
import { displayPhone } from '../../chart/phone.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note } from '../../look/status.ts'
import { table } from '../../look/table.ts'
import type { SearchResult, SearchRow } from '../../pack/panel.ts'
import { doubtTags } from './doubts.ts'
import { framed, type Surroundings } from './frame.ts'

export type SearchValues = {
  query: string
  patients: number
  /** When the pack was published, a source had not been read to its end yet. */
  loading: boolean
  result: SearchResult | undefined
  hrefOf: (row: SearchRow) => string
}

const SEX = { female: 'F', male: 'M', other: 'X', unknown: 'sex unknown' } as const

/** One box for name parts, former names, sound, date of birth, phone and MRN; enough in each row to tell two people of one name apart. */
export function searchPage(around: Surroundings, values: SearchValues): Html {
  const { query, result } = values
  const title = query === '' ? 'Find a patient' : `“${query}”`
  const body = html`<div class="stack-wide"><header class="stack"><h1>Find a patient</h1>${
    result === undefined
      ? html`<p class="headline">${values.patients.toLocaleString('en-US')} patients of the practice can be found here, booked or not.</p>${howTo()}`
      : html`<p class="headline">${countWords(result)}</p>`
  }</header>${values.loading ? loadingNote : nothing}${result === undefined ? nothing : rowsOf(values, result)}</div>`
  return framed(around, { title, at: '/search', age: around.ages.keyData, body, search: query })
}

const loadingNote = note(
  'watch',
  'The practice was still being loaded',
  'When this pack was published, not everybody had been read yet. Whoever is not found here may still be a patient of the practice.',
)

function howTo(): Html {
  return html`<p>Type into the box at the top: parts of the name in any order (also a former name, or as it sounds), a date of birth, a phone number or its end, or the MRN. Several words narrow it down: <kbd>rivera 4/12/1961</kbd></p>`
}

function countWords({ rows, total }: SearchResult): string {
  if (total === 0) return 'Nobody was found.'
  const found = total === 1 ? 'One patient fits.' : `${total.toLocaleString('en-US')} patients fit.`
  const cut =
    total > rows.length ? ` The ${rows.length} nearest are shown: add a date of birth or another part of the name.` : ''
  return `${found}${cut}${total > 1 ? ' Ask for the date of birth before you open one.' : ''}`
}

function rowsOf(values: SearchValues, result: SearchResult): Html {
  return html`<h2 class="visually-hidden">Patients who fit</h2>${table<SearchRow>({
    caption: 'Patients who fit',
    hideCaption: true,
    rows: result.rows,
    href: values.hrefOf,
    columns: [
      { heading: 'Patient', cell: (row) => nameCell(row) },
      { heading: 'Born', cell: (row) => bornCell(row) },
      { heading: 'Sex', cell: (row) => SEX[row.sex] },
      {
        heading: 'Phone',
        cell: (row) =>
          row.phones.length === 0
            ? 'none received'
            : html`${[...new Set(row.phones.map(displayPhone))].map((phone, at) => html`${at === 0 ? nothing : ', '}<span class="nowrap">${phone}</span>`)}`,
      },
      { heading: 'MRN', cell: (row) => html`<span class="mono">${row.mrn}</span>` },
      { heading: 'Lives in', cell: (row) => row.city ?? 'not received' },
    ],
    empty: {
      heading: 'Nobody in the panel fits',
      body: html`Try fewer letters, the date of birth alone (4/12/1961), the phone number, or a former name. If still nobody fits, the person may be new, or registered after the pack’s time at the top: register on the walk-in form with a downtime number, and note that the search found nobody. Do not assume that there are no allergies.`,
    },
  })}`
}

function nameCell(row: SearchRow): Html {
  const former =
    row.formerName === undefined
      ? nothing
      : html` <span class="small">formerly <strong>${personName(row.formerName)}</strong></span>`
  const near =
    row.why === 'sounds like' || row.why === 'close spelling'
      ? html` <span class="soft small">${row.why}</span>`
      : nothing
  const tags = [
    ...(row.restriction === 'none' ? [] : [html` <span class="tag watch">Restricted</span>`]),
    ...(row.deceased ? [html` <span class="tag act">Deceased</span>`] : []),
  ]
  return html`${displayName({ name: row.name, ...(row.preferredName === undefined ? {} : { preferredName: row.preferredName }) })}${former}${near}${tags}${doubtTags(row.doubts)}`
}

function bornCell(row: SearchRow): Html {
  if (row.birthDate === undefined) return html`<span class="missing">not received</span>`
  const age = row.ageYears === undefined ? '' : ` (${row.ageYears} y)`
  return html`<span class="nowrap">${row.birthDate}${age}</span>`
}
