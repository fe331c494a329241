import { spanInWords } from '../../base/ago.ts'
import { HOUR, type Instant } from '../../base/time.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import type { SiteStatus, SourceStatus } from '../../monitor/monitor.ts'
import { type SparkPoint, spark } from './spark.ts'
import { countOf, siteTone, siteWord } from './words.ts'

export type SiteLine = {
  id: string
  name: string
  status: SiteStatus
  schedule: Instant | undefined
  keyData: Instant | undefined
  heardAt: Instant | undefined
  /** Ages of its schedule over the last hours. */
  ages: readonly SparkPoint[]
  /** Of today. */
  appointments: number
}

export const SPARK_MS = 3 * HOUR

const SEVERITY: SiteStatus['status'][] = [
  'silent',
  'behind',
  'stale',
  'waiting',
  'fresh',
  'locked',
  'planned',
  'revoked',
]

/** What will make every site old, however fresh they are at this moment; undefined where nothing does. */
export function upstreamTrouble(
  sources: Iterable<SourceStatus>,
  publishing: { because: string } | undefined,
): string | undefined {
  if (publishing !== undefined) return `Packs cannot be published: ${lowerFirst(publishing.because)}`
  const bad = [...sources].find((one) => 'since' in one)
  return bad === undefined ? undefined : `${bad.name} is ${bad.status}: ${lowerFirst(bad.because)}`
}

/** The worst thing first: what stands in the way of all sites, then the sites. "5 of 6 sites are fresh. West: it has not spoken for 14 min ..." */
export function sitesHeadline(statuses: readonly SiteStatus[], trouble?: string): string {
  const own = headlineOfSites(statuses)
  return trouble === undefined ? own : `${trouble} ${own}`
}

function headlineOfSites(statuses: readonly SiteStatus[]): string {
  const working = statuses.filter(({ status }) => status !== 'planned' && status !== 'revoked')
  if (statuses.length === 0) return 'No site has been set up yet.'
  if (working.length === 0)
    return 'No lockbox has been enrolled yet, so no site would have anything to read in a downtime.'
  const fresh = working.filter(({ status }) => status === 'fresh' || status === 'locked')
  const rest = inOrder(working.filter((one) => !fresh.includes(one)))
  if (rest.length === 0)
    return working.length === 1 ? `${working[0]?.name} is fresh.` : `All ${working.length} sites are fresh.`
  const first = rest[0]
  const more = rest.length === 1 ? '' : ` ${countOf(rest.length - 1, 'other needs', 'others need')} a look too.`
  return `${fresh.length} of ${countOf(working.length, 'site is', 'sites are')} fresh. ${first?.name}: ${lowerFirst(first?.because ?? '')}${more}`
}

/** Worst first, then by name. */
export function inOrder<Status extends SiteStatus>(statuses: readonly Status[]): Status[] {
  return statuses.toSorted(
    (a, b) => SEVERITY.indexOf(a.status) - SEVERITY.indexOf(b.status) || a.name.localeCompare(b.name),
  )
}

export function siteListPage(values: {
  lines: readonly SiteLine[]
  moment: Moment
  mayEnrol: string | undefined
  staleAfterMs: number
  road: Html
}): Html {
  const { lines, moment } = values
  const order = new Map(inOrder(lines.map(({ status }) => status)).map(({ siteId }, at) => [siteId, at]))
  const sorted = lines.toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
  return html`${values.road}${table<SiteLine>({
    caption: 'Sites, those that need someone first',
    hideCaption: true,
    rows: sorted,
    href: (line) => `/sites/${line.id}`,
    tone: (line) => {
      const tone = siteTone(line.status.status)
      return tone === 'act' || tone === 'watch' ? tone : undefined
    },
    columns: [
      { heading: 'Site', cell: (line) => line.name },
      { heading: 'Status', cell: (line) => siteWord(line.status.status) },
      { heading: 'Schedule as of', cell: (line) => when(line.schedule, moment, 'nothing yet') },
      {
        heading: `Age, last ${spanInWords(SPARK_MS)}`,
        cell: (line) => (line.ages.length === 0 ? nothing : sparkOf(line, values)),
        extra: true,
      },
      { heading: 'Key data as of', cell: (line) => when(line.keyData, moment, 'nothing yet') },
      { heading: 'Last heard', cell: (line) => when(line.heardAt, moment) },
      { heading: 'Visits today', cell: (line) => String(line.appointments), number: true },
    ],
    empty: {
      heading: 'No sites yet',
      body: html`A site is a clinic with a lockbox in it. ${values.mayEnrol === undefined ? html`<a href="/sites/new">Set up the first one</a>.` : values.mayEnrol}`,
    },
  })}${
    lines.length === 0
      ? nothing
      : html`<p>${values.mayEnrol === undefined ? html`<a class="button quiet" href="/sites/new">Set up a site</a>` : html`<span class="soft small">To set up another site: ${values.mayEnrol}</span>`}</p>`
  }`
}

function sparkOf(line: SiteLine, { moment, staleAfterMs }: { moment: Moment; staleAfterMs: number }): Html {
  const most = Math.max(0, ...line.ages.map((point) => point.value ?? 0))
  const label = `Over the last ${spanInWords(SPARK_MS)} the schedule at ${line.name} was at most ${spanInWords(most)} old when it spoke; the limit is ${spanInWords(staleAfterMs)}.`
  return spark(line.ages, { from: moment.now - SPARK_MS, to: moment.now, limit: staleAfterMs, label })
}

export type Stage = { stage: string; href?: string; status: Html; words: Html | string }

/** How a fact comes to the sites, and whether each part of the road is sound. */
export function roadOf(stages: readonly Stage[]): Html {
  return html`<ol class="road" aria-label="The road from the EHR to the sites">${stages.map(
    (one) =>
      html`<li><p class="stage">${one.href === undefined ? one.stage : html`<a href="${one.href}">${one.stage}</a>`}</p><p>${one.status}</p><p class="small">${one.words}</p></li>`,
  )}</ol>`
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
