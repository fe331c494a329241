import { Failure } from '../../base/failure.ts'
import type { Instant } from '../../base/time.ts'
import type { Json } from '../../chart/fhir/json.ts'
import { countsRows, lastUpdatedOf, notWhole, type Page, pageOf, stateKey, stepBack } from './page.ts'
import { Refused } from './refusal.ts'
import type { FhirServer, Params } from './server.ts'

export type Search = {
  resourceType: string
  params: Params
  /** Only what was changed at or after this. */
  from: Instant | undefined
  signal: AbortSignal | undefined
  /** Looks at the first page: `true` asks again without `_elements`, which the server read wrongly. */
  misread?: (entries: unknown[]) => boolean
}

/** What a search has given anew: `total` as the server counts, where it does. */
export type Found = { fresh: unknown[]; total: number | undefined; newest: Instant | undefined }

const MOST_COUNT = 10_000
const MOST_RESTARTS = 5
const MOST_EMPTY_PAGES = 50

/**
 * Every match of a search, page by page, through changes that happen meanwhile.
 *
 * Results are sorted by `_lastUpdated`, so whatever changes moves to the end, and is met again there. Links that carry a cursor are
 * followed. Links that count rows would skip one row for each that moved away: instead the next page is asked for by the time of the last
 * row seen, and what that repeats is known by id and version. The same step takes over when a link has expired, when an offset is refused,
 * and when there is no link at all. A server that does not sort is followed link by link, and begun again when a link expires.
 */
export async function* searchAll(server: FhirServer, search: Search): AsyncGenerator<Found> {
  const walk = new Walk(server.config.pageSize, search.from)
  let dropElements = false
  let link: string | undefined
  for (let first = true; ; first = false) {
    const page = await pageAt(server, search, walk, link, dropElements)
    if (page === undefined) {
      link = undefined
      continue
    }
    if (first && !dropElements && search.misread?.(page.entries) === true) {
      dropElements = true
      continue
    }
    const fresh = walk.take(page, search.resourceType)
    if (fresh.length > 0 || first) yield { fresh, total: page.total, newest: walk.newest }
    const step = walk.next(page, search.resourceType)
    if (step === 'done') return
    link = step === 'by-time' ? undefined : step.link
  }
}

async function pageAt(
  server: FhirServer,
  search: Search,
  walk: Walk,
  link: string | undefined,
  dropElements: boolean,
): Promise<Page | undefined> {
  const { resourceType, signal } = search
  if (link === undefined) {
    const asked = dropElements ? search.params.filter(([name]) => name !== '_elements') : search.params
    return pageOf(await server.ask(resourceType, [...asked, ...walk.params()], signal), resourceType, 'whole')
  }
  try {
    return pageOf(await server.follow(link, resourceType, signal), resourceType, 'whole')
  } catch (thrown) {
    // An expired link, or an offset beyond what the server allows: begin again from where we are.
    const expired =
      thrown instanceof Refused && thrown.kind === 'permanent' && [400, 404, 410, 422].includes(thrown.status)
    if (!expired) throw thrown
    walk.restart(resourceType)
    return undefined
  }
}

/** Where a search stands. */
class Walk {
  newest: Instant | undefined
  private bound: Instant | undefined
  private count: number
  private sorted = true
  private restarts = 0
  private emptyPages = 0
  private last: unknown
  private readonly begun: Instant | undefined
  private readonly links = new Set<string>()
  private seen = new Map<string, Instant>()
  private atThisBound = 0

  constructor(count: number, from: Instant | undefined) {
    this.count = count
    this.bound = from
    this.begun = from
  }

  params(): Params {
    this.atThisBound = 0
    const from: Params = this.bound === undefined ? [] : [['_lastUpdated', `ge${new Date(this.bound).toISOString()}`]]
    return [...from, ['_sort', '_lastUpdated'], ['_count', String(this.count)]]
  }

  /** What of a page was not seen yet. */
  take(page: Page, resourceType: string): unknown[] {
    this.look(page, resourceType)
    this.atThisBound += page.entries.length
    const fresh = page.entries.filter((resource) => {
      const key = stateKey(resource)
      if (key === undefined) return true
      if (this.seen.has(key)) return false
      this.seen.set(key, lastUpdatedOf(resource) ?? Number.POSITIVE_INFINITY)
      return true
    })
    this.emptyPages = fresh.length === 0 ? this.emptyPages + 1 : 0
    if (this.emptyPages > MOST_EMPTY_PAGES) {
      throw new Failure('permanent', `The FHIR server gives page after page of ${resourceType} with nothing new in it.`)
    }
    return fresh
  }

  /** Checks that the server keeps the order that we build on. */
  private look(page: Page, resourceType: string): void {
    let before = Number.NEGATIVE_INFINITY
    for (const resource of page.entries) {
      const at = lastUpdatedOf(resource)
      if (at === undefined || at < before) this.sorted = false
      if (at === undefined) continue
      // A second's grace: stamps may be rounded in the answer.
      if (this.bound !== undefined && at < this.bound - 1000) {
        throw new Failure(
          'permanent',
          `The FHIR server does not heed _lastUpdated for ${resourceType}; changes cannot be polled.`,
        )
      }
      before = at
      this.newest = Math.max(this.newest ?? at, at)
      this.last = resource
    }
  }

  next(page: Page, resourceType: string): 'done' | 'by-time' | { link: string } {
    const more = page.total !== undefined && page.total > this.atThisBound
    if (page.next === undefined && !this.isCut(page) && !more) return 'done'
    if (page.next !== undefined && !(this.sorted && countsRows(page.next)))
      return this.followed(page.next, resourceType)
    if (this.stepForward()) return 'by-time'
    if (page.next !== undefined) return this.followed(page.next, resourceType)
    const full = page.entries.length >= this.count
    if (full && this.sorted && this.count < MOST_COUNT) {
      this.count = Math.min(MOST_COUNT, this.count * 4)
      return 'by-time'
    }
    if (more) {
      throw notWhole(resourceType, `it counts ${page.total}, gave ${this.atThisBound} and names no further page`)
    }
    if (!full) return 'done'
    throw new Failure(
      'permanent',
      `The FHIR server gives no way to the rest of ${resourceType}: no next page, and too many of one time of change. Use its bulk export.`,
    )
  }

  /**
   * Whether a page without a link may have been cut: it is as long as was asked for, as long as the server says that its pages are, or it is a round
   * number of rows, as limits are. Asking once more from the last row costs little, and tells.
   */
  private isCut({ entries, ownCount, total }: Page): boolean {
    const rows = entries.length
    if (rows >= this.count) return true
    if (total !== undefined || rows === 0) return false
    return rows === ownCount || (rows >= 10 && rows % 10 === 0)
  }

  restart(resourceType: string): void {
    this.restarts++
    if (this.restarts > MOST_RESTARTS) {
      throw new Failure('transient', `The FHIR server's pages of ${resourceType} expire faster than they can be read.`)
    }
    if (!this.stepForward() && !this.sorted) this.bound = this.begun
    this.links.clear()
  }

  /** Moves the lower bound up to the last row; false when that is where it stands already. */
  private stepForward(): boolean {
    const to = this.sorted ? stepBack(this.last) : undefined
    if (to === undefined || (this.bound !== undefined && to <= this.bound)) return false
    this.bound = to
    this.seen = new Map([...this.seen].filter(([, at]) => at >= to))
    return true
  }

  private followed(link: string, resourceType: string): { link: string } {
    if (this.links.has(link)) {
      throw new Failure('permanent', `The FHIR server's links for ${resourceType} go round in a circle.`)
    }
    this.links.add(link)
    return { link }
  }
}

/** One page of a question that is known to fit on it, such as a handful of ids. */
export async function searchOnce(
  server: FhirServer,
  resourceType: string,
  params: Params,
  signal: AbortSignal | undefined,
): Promise<unknown[]> {
  const found: unknown[] = []
  const links = new Set<string>()
  let bundle: Json = await server.ask(resourceType, params, signal)
  for (;;) {
    const page = pageOf(bundle, resourceType, 'some')
    found.push(...page.entries)
    if (page.next === undefined || links.has(page.next)) return found
    links.add(page.next)
    bundle = await server.follow(page.next, resourceType, signal)
  }
}
