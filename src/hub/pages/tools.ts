import type { Context } from 'hono'
import { type Act, type Person } from '../../access/access.ts'
import { may, mayAnywhere, whoMay } from '../../access/may.ts'
import type { Session } from '../../access/sessions/store.ts'
import { openJoinCount } from '../../chart/joins/store.ts'
import type { Html } from '../../look/html.ts'
import { type NavEntry, type PageFrame, page } from '../../look/page.ts'
import type { Moment } from '../../look/when.ts'
import type { PowerOrder } from '../../monitor/power/power.ts'
import type { ReachPlan } from '../../monitor/reach-tests/reach-plan.ts'
import { openAlarms } from '../../monitor/store.ts'
import { openPlanReviews } from '../../readiness/store.ts'
import type { Actor, Centre } from '../flows/centre.ts'
import type { WatchedSource } from '../flows/watch-freshness.ts'
import { openCounts } from '../held/store.ts'
import type { Live } from '../live/live.ts'
import type { ProbesAtWork } from '../work/probes-at-work.ts'
import type { SourcesAtWork } from '../work/sources-at-work.ts'
import type { StandbysAtWork } from '../work/standbys-at-work.ts'

/** What pages work with besides the centre. */
export type PageTools = {
  centre: Centre
  live: Live
  atWork: SourcesAtWork
  probesAtWork: ProbesAtWork
  standbysAtWork: StandbysAtWork
  /** As configured; what is secret in it is for nobody’s page. */
  standbys: readonly { id: string; name: string; engine: 'postgres' | 'mariadb'; everyMs: number }[]
  /** When people are tested by themselves; undefined where nobody is. */
  reachPlan: ReachPlan | undefined
  /** What is done when a UPS runs on its battery. */
  powerOrders: readonly PowerOrder[]
  /** Asks for what an order wants to be done soon. */
  powerSoon: () => void
  /** Of the scripts that may call. */
  beatTokens: { token: string; observerId: string }[]
  watched: () => WatchedSource[]
  /** How people reach the hub: for links in invitations. */
  hubUrl: string
  /** Where packs go besides the hub, for the packs page. */
  carriers: { name: string; where: string }[]
  addressOf: (c: Context) => string
}

/** Who looks: set by the door for every page behind it. */
export type Viewer = { person: Person; session: Session }
export type PageEnv = { Variables: { viewer: Viewer } }
export type PageContext = Context<PageEnv>

export function momentOf(tools: PageTools): Moment {
  return { now: tools.centre.clock.now(), zone: tools.centre.practice.zone }
}

export function actorOf(c: PageContext): Actor {
  const { person } = c.var.viewer
  return { personId: person.id, login: person.login }
}

/** Why this person may not do this, for a disabled button; undefined when they may. */
export function whyNot(c: PageContext, act: Act, siteId?: string): string | undefined {
  return may(c.var.viewer.person, act, siteId) ? undefined : whoMay(act)
}

const NAV: { group: string; href: string; label: string; icon: string; act: Act | undefined }[] = [
  { group: 'Now', href: '/sites', label: 'Sites', icon: 'hospital', act: 'see-sites' },
  { group: 'Now', href: '/alarms', label: 'Alarms', icon: 'bell', act: 'see-sites' },
  { group: 'Now', href: '/systems', label: 'Systems', icon: 'activity', act: 'see-sources' },
  { group: 'Now', href: '/standby', label: 'Standby', icon: 'arrow-left-right', act: 'see-sources' },
  { group: 'Now', href: '/power', label: 'Power', icon: 'plug-zap', act: 'see-sources' },
  { group: 'Readiness', href: '/ready', label: 'Are we ready?', icon: 'shield-check', act: 'see-sources' },
  { group: 'Readiness', href: '/plan', label: 'Plan', icon: 'book-open-check', act: 'see-plan' },
  { group: 'Readiness', href: '/evidence', label: 'Evidence', icon: 'file-check', act: 'see-sources' },
  { group: 'Data', href: '/sources', label: 'Sources', icon: 'database', act: 'see-sources' },
  { group: 'Data', href: '/held', label: 'Held back', icon: 'archive-restore', act: 'see-sources' },
  { group: 'Data', href: '/packs', label: 'Packs', icon: 'package', act: 'see-packs' },
  { group: 'This hub', href: '/people', label: 'People', icon: 'users', act: 'see-people' },
  { group: 'This hub', href: '/audit', label: 'Audit trail', icon: 'scroll-text', act: 'see-audit' },
  { group: 'This hub', href: '/settings', label: 'Settings', icon: 'settings-2', act: 'change-settings' },
]

type Shown = Pick<PageFrame, 'title' | 'headline' | 'crumbs' | 'at'> & {
  body: Html
  subjects?: string[]
  status?: 200 | 400 | 403 | 404 | 409
}

/** Sends a page of the hub in its frame, with what this person may open. */
export async function show(c: PageContext, tools: PageTools, shown: Shown): Promise<Response> {
  const { person, session } = c.var.viewer
  const { body, subjects, status, ...frame } = shown
  const alarms = (await openAlarms(tools.centre.db)).length
  const reviews = await openPlanReviews(tools.centre.db)
  const held = await openCounts(tools.centre.db)
  const heldCount = held.reduce((sum, { count }) => sum + count, await openJoinCount(tools.centre.db))
  const nav: NavEntry[] = NAV.filter(({ act }) => act === undefined || mayAnywhere(person, act)).map(
    ({ group, href, label, icon }) => ({
      group,
      href,
      label,
      icon,
      ...(href === '/alarms' ? { count: alarms } : {}),
      ...(href === '/plan' ? { count: reviews, calm: true } : {}),
      // What somebody must act on is an alarm besides, and counted there.
      ...(href === '/held' ? { count: heldCount, calm: true } : {}),
    }),
  )
  const text = await page({
    ...frame,
    body,
    practiceName: tools.centre.practice.name,
    sample: tools.centre.sample,
    nav,
    person: { name: person.name, csrf: session.csrf },
    help: '/help',
    ...(subjects === undefined ? {} : { live: `/live?subjects=${[...subjects, 'alarms'].join(',')}` }),
  })
  return c.html(String(text), status ?? 200)
}

export type SentFields = { text: (name: string) => string; all: (name: string) => string[] }

/**
 * The text of a form's field; empty when it was not sent, or the whole was broken off or garbled on the way. A NUL, which nobody types and no database
 * takes, is left out.
 */
export async function fieldsOf(c: Context): Promise<SentFields> {
  const form: { [name: string]: unknown } = await c.req.parseBody({ all: true }).catch((thrown: unknown) => {
    // So fetch says that a body is no form.
    if (thrown instanceof TypeError) return {}
    throw thrown
  })
  const all = (name: string): string[] => {
    const value = form[name]
    return (Array.isArray(value) ? value : [value]).flatMap((one) =>
      typeof one === 'string' ? [one.replaceAll('\0', '')] : [],
    )
  }
  return { text: (name) => (all(name)[0] ?? '').trim(), all }
}
