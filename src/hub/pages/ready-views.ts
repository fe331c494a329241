import type { Instant } from '../../base/time.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note, status } from '../../look/status.ts'
import { facts, table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import { CHECK_GROUPS, type Shown } from '../../readiness/judge/check.ts'
import { CITATIONS } from '../../readiness/judge/citations.ts'
import type { Help } from '../../readiness/ready/help-most.ts'
import type { Counted, Judged } from '../../readiness/ready/judge-checks.ts'
import { becauseOf, citationWords, judgedTone, judgedWord } from './ready-words.ts'

/** Pages that go on from the answer: what would happen now, and without whom or what. */
export const FURTHER: readonly { href: string; label: string; says: string }[] = []

export type ReadyPage = { judged: readonly Judged[]; counted: Counted; help: readonly Help[]; moment: Moment }

export function readyPage({ judged, counted, help, moment }: ReadyPage): Html {
  return html`<section class="stack" aria-label="Counts"><ul class="tally">${(
    ['failed', 'missing', 'excluded', 'met'] as const
  ).map((word) => html`<li>${status(judgedTone(word), `${counted[word]} ${word}`)}</li>`)}</ul></section>
${helpList(help)}
${FURTHER.length === 0 ? nothing : html`<section class="stack"><h2>Look further</h2><ul>${FURTHER.map(({ href, label, says }) => html`<li><a href="${href}">${label}</a>: ${says}</li>`)}</ul></section>`}
<section class="stack"><h2>Every check at a glance</h2><dl class="glance">${CHECK_GROUPS.map((group) => glance(group, judged))}</dl>
<p class="small soft">${judgedWord('met')}; ${judgedWord('failed')}: something shows that it is not so; ${judgedWord('missing')}: nothing shows it, or nothing young enough; ${judgedWord('excluded')} for a time, with an owner. Missing never counts as met.</p></section>
${CHECK_GROUPS.map((group) => groupTable(group, judged, moment))}
<p><a href="/evidence">All evidence</a> · <a href="/evidence/export?as=oscal">The verdicts as OSCAL assessment results</a></p>`
}

function helpList(help: readonly Help[]): Html {
  if (help.length === 0) return nothing
  return html`<section class="stack"><h2>What would help most</h2><ol class="helps">${help.map(
    ({ does, settles, because, failed }) =>
      html`<li><strong>${does}</strong><br>${because}<br><span class="small soft">Would settle ${settles.map((id, nth) => html`${nth === 0 ? nothing : ', '}<a href="/ready/check/${id}">${id}</a>`)}${failed === 0 ? nothing : html`; ${failed} of ${settles.length} failed`}.</span></li>`,
  )}</ol></section>`
}

function glance(group: string, judged: readonly Judged[]): Html {
  const its = judged.filter(({ check }) => check.group === group)
  return html`<div><dt>${group}</dt><dd>${its.map(
    ({ check, status: word }) =>
      html`<a href="/ready/check/${check.id}" aria-label="${check.id}, ${word}: ${check.says}" title="${check.says}">${status(judgedTone(word), check.id)}</a> `,
  )}</dd></div>`
}

function groupTable(group: string, judged: readonly Judged[], moment: Moment): Html {
  return html`<section class="stack"><h2>${group}</h2>${table<Judged>({
    caption: group,
    hideCaption: true,
    rows: judged.filter(({ check }) => check.group === group),
    href: ({ check }) => `/ready/check/${check.id}`,
    tone: ({ status: word }) => (word === 'failed' ? 'act' : undefined),
    columns: [
      { heading: 'Check', cell: ({ check }) => `${check.id} ${check.says}` },
      {
        heading: 'Verdict',
        cell: (one) => html`${judgedWord(one.status)}<br><span class="small">${becauseOf(one)}</span>`,
      },
      { heading: 'Oldest proof', cell: (one) => when(oldestOf(one), moment, 'none') },
      {
        heading: 'Serves',
        cell: ({ check }) => html`<span class="small">${firstCitation(check.serves)}</span>`,
        extra: true,
      },
    ],
    empty: { heading: '', body: '' },
  })}</section>`
}

function firstCitation(serves: Judged['check']['serves']): string {
  const [first] = serves
  if (first === undefined) return ''
  return `${CITATIONS[first].cite}${serves.length === 1 ? '' : ` and ${serves.length - 1} more`}`
}

function shownOf(one: Judged): readonly Shown[] {
  return (one.status === 'excluded' ? one.otherwise : one.verdict).shown
}

function oldestOf(one: Judged): Instant | undefined {
  const times = shownOf(one).flatMap(({ at }) => at ?? [])
  return times.length === 0 ? undefined : Math.min(...times)
}

const SHOWN_BY = {
  Holdfast: 'Holdfast, as far as it is connected; a person otherwise',
  'Holdfast and people': 'Holdfast in part, as far as it is connected; people for the rest',
  people: 'people, who write down what they saw',
} as const

/** One check: what it rests on, how old that is, until when it counts, and what it serves. */
export function checkPage(one: Judged, moment: Moment): Html {
  const { check } = one
  return html`${one.status === 'excluded' ? note('watch', 'Left out for a time', html`<p>${becauseOf(one)}</p>`) : nothing}
<section class="stack"><h2>How it stands</h2>${facts([
    ['Verdict', html`${judgedWord(one.status)}<br><span class="small">${becauseOf(one)}</span>`],
    ['To be shown', check.every === 'each time' ? 'with each event, and once a year at the least' : check.every],
    ['Shown by', SHOWN_BY[check.shownBy]],
    [
      'Serves',
      html`<ul class="plain">${check.serves.map((key) => html`<li>${citationWords(CITATIONS[key])}</li>`)}</ul>`,
    ],
  ])}</section>
<section class="stack"><h2>What it rests on</h2>${table<Shown>({
    caption: 'What must be shown, and what shows it',
    hideCaption: true,
    rows: shownOf(one),
    href: ({ record }) => (record === undefined ? undefined : `/evidence/${record}`),
    tone: ({ status: word }) => (word === 'failed' ? 'act' : undefined),
    columns: [
      { heading: 'What', cell: ({ name }) => name },
      {
        heading: 'Verdict',
        cell: ({ status: word, because }) => html`${judgedWord(word)}<br><span class="small">${because}</span>`,
      },
      { heading: 'Measured', cell: ({ at }) => when(at, moment) },
      {
        heading: 'Counts until',
        cell: (shown) =>
          shown.status === 'met' ? when(shown.until, moment) : html`<span class="soft">no longer</span>`,
      },
      { heading: 'About', cell: ({ subject }) => html`<span class="id">${subject}</span>`, extra: true },
    ],
    empty: { heading: 'Nothing that could be shown', body: becauseOf(one) },
  })}</section>
<p class="small soft">Somebody saw it? <code>holdfast evidence add</code> writes it down, with a file if there is one.</p>`
}
