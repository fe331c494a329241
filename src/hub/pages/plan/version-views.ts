import { button, errorSummary, form, select } from '../../../look/form.ts'
import { type Html, html, nothing } from '../../../look/html.ts'
import { status } from '../../../look/status.ts'
import { table } from '../../../look/table.ts'
import { type Moment, when } from '../../../look/when.ts'
import { keyInWords } from '../../../readiness/document/key-words.ts'
import type { KeptReview, PlanVersion } from '../../../readiness/store.ts'
import type { WrittenChange } from '../../../readiness/versions/written-changes.ts'
import { mono } from '../words.ts'

export function versionsView(versions: readonly PlanVersion[], moment: Moment): Html {
  const [last] = versions
  const options = versions.map(({ version, because }) => ({
    value: String(version),
    label: `${version}: ${because.slice(0, 60)}`,
  }))
  return html`${table<PlanVersion>({
    caption: 'Versions, newest first',
    hideCaption: true,
    rows: versions,
    href: ({ version }) => `/plan/versions/${version}`,
    columns: [
      {
        heading: 'Version',
        cell: ({ version }) => (version === last?.version ? `${version}, in force` : String(version)),
      },
      { heading: 'Kept', cell: ({ keptAt }) => when(keptAt, moment) },
      { heading: 'By', cell: ({ keptBy }) => keptBy },
      { heading: 'Because', cell: ({ because }) => because },
      { heading: 'Fingerprint of its files', cell: ({ tree }) => mono(tree.slice(0, 12)), extra: true },
    ],
    empty: { heading: 'No versions', body: 'No plan is kept yet.' },
  })}${
    versions.length < 2
      ? nothing
      : html`<section class="stack no-print"><h2>What changed between two versions</h2><form method="get" action="/plan/changes" class="row filter">${select('from', 'From version', options, options[1]?.value)}${select('to', 'To version', options, options[0]?.value)}${button('Compare', { look: 'quiet' })}</form></section>`
  }<p class="soft small">Nothing that is kept is ever changed; policies are kept six years (45 CFR 164.316(b)(2)). <span class="id">holdfast plan take-out</span> writes the files of any version into a folder.</p>`
}

/** What reads otherwise, thing by thing, with the words that stood there and those that do now. */
export function changesView(changes: readonly WrittenChange[]): Html {
  return table<WrittenChange>({
    caption: 'What changed',
    hideCaption: true,
    rows: changes,
    columns: [
      { heading: 'What', cell: ({ name }) => name },
      { heading: 'Chapter', cell: ({ chapter }) => chapter },
      { heading: 'It is', cell: ({ change }) => change },
      {
        heading: 'Of it',
        cell: ({ lines }) =>
          lines.length === 0
            ? nothing
            : html`<ul class="rows">${lines.map(
                ({ label, was, is }) => html`<li><strong>${label}</strong>: was ${was}; is ${is}</li>`,
              )}</ul>`,
      },
    ],
    empty: {
      heading: 'Nothing reads otherwise',
      body: 'The files differ only in how they are written: order, spaces, comments.',
    },
  })
}

export function reviewsView(values: {
  reviews: readonly KeptReview[]
  moment: Moment
  csrf: string
  because: string | undefined
  wrong: { id: string; because: string } | undefined
}): Html {
  const { reviews, moment } = values
  const open = reviews.filter(({ closed }) => closed === undefined)
  const done = reviews.filter(({ closed }) => closed !== undefined).toReversed()
  return html`${errorSummary(values.wrong === undefined ? [] : [{ field: `outcome-${values.wrong.id}`, because: values.wrong.because }])}<section class="stack"><h2>To be looked over</h2>${
    open.length === 0
      ? html`<p>${status('fine', 'none')}. A review opens when a version of the plan brings a new system, changes one, or changes its place on the map, its backup or its standby.</p>`
      : html`<div class="entries">${open.map((one) => openReview(one, values))}</div>`
  }</section>
<section class="stack"><h2>Looked over</h2>${table<KeptReview>({
    caption: 'Reviews that are closed, newest first',
    hideCaption: true,
    rows: done,
    columns: [
      { heading: 'System', cell: ({ name, change }) => `${name} (${change})` },
      { heading: 'Looked over', cell: ({ closed }) => when(closed?.at, moment) },
      { heading: 'By', cell: ({ closed }) => closed?.by ?? '' },
      { heading: 'What came of it', cell: ({ closed }) => closed?.outcome ?? '' },
      {
        heading: 'It was opened by',
        cell: ({ because, version }) => `version ${version}: ${because.map(reasonInWords).join('; ')}`,
      },
    ],
    empty: { heading: 'None yet', body: 'Who looked over a system, and what came of it, stays here.' },
  })}</section>`
}

function openReview(
  { id, name, system, change, because, lookAt, version, openedAt }: KeptReview,
  values: {
    moment: Moment
    csrf: string
    because: string | undefined
    wrong: { id: string; because: string } | undefined
  },
): Html {
  const wrong = values.wrong?.id === id ? values.wrong.because : undefined
  const words = { new: 'is new', changed: 'changed', gone: 'is gone' } as const
  return html`<article class="card stack" id="review-${id}"><h3>${status('watch', `${name} ${words[change]}`)} <span class="id soft small">${system}</span></h3><p>Opened ${when(openedAt, values.moment)} by <a href="/plan/versions/${version}">version ${version}</a>: ${because.map(reasonInWords).join('; ')}.</p><p>Look at:</p><ul class="points">${lookAt.map((one) => html`<li>${one}</li>`)}</ul>${form(
    `/plan/reviews/${id}`,
    values.csrf,
    html`<div class="field"><label for="field-outcome-${id}">What you looked at, and what was changed</label>${wrong === undefined ? nothing : html`<p class="wrong" id="wrong-${id}">${wrong}</p>`}<textarea id="field-outcome-${id}" name="outcome" rows="2"${wrong === undefined ? nothing : html` aria-invalid="true" aria-describedby="wrong-${id}"`}></textarea></div>${button('I looked it over', { because: values.because })}`,
  )}</article>`
}

/** `system ehr changed (rtoMs)`, with the keys as people call them. */
function reasonInWords(reason: string): string {
  return reason.replace(/\(([\w, ]+)\)$/, (_, keys: string) => {
    const words = keys.split(', ').map((key) => keyInWords(key.replace(/Ms$/, '')).toLowerCase())
    return `(${words.join(', ')})`
  })
}
