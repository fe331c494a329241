import { DAY, type Instant } from '../../base/time.ts'
import type { Day } from '../../base/zone.ts'
import type { Site } from '../shape/sites.ts'
import type { DaySpan } from '../shape/week.ts'
import { hoursByWeek, type Interval, intervalsOf } from './week-spans.ts'

/** `unknown`: the plan does not say when this site is open. Never read as closed. */
export type SiteHours =
  | { status: 'open'; until: Instant }
  | { status: 'closed'; opensAt: Instant | undefined }
  | { status: 'unknown' }

const LOOK_AHEAD = 31 * DAY

/** Whether a site sees patients at an instant, and until when that stays so (looked up to a month ahead). */
export function siteAt(site: Site, at: Instant, practiceZone: string): SiteHours {
  if (site.hours === undefined) return { status: 'unknown' }
  const zone = site.zone ?? practiceZone
  const [next] = intervalsOf(hoursOf(site, hoursByWeek(site.hours)), { from: at, to: at + LOOK_AHEAD }, zone)
  if (next === undefined) return { status: 'closed', opensAt: undefined }
  return next.from <= at ? { status: 'open', until: next.to } : { status: 'closed', opensAt: next.from }
}

/** When a site sees patients within a stretch of time; undefined when the plan does not say. */
export function openHours(site: Site, within: Interval, practiceZone: string): Interval[] | undefined {
  if (site.hours === undefined) return undefined
  return intervalsOf(hoursOf(site, hoursByWeek(site.hours)), within, site.zone ?? practiceZone)
}

function hoursOf(site: Site, usual: (day: Day) => readonly DaySpan[]): (day: Day) => readonly DaySpan[] {
  return (day) => site.exceptions.find(({ on, to = on }) => on <= day && day <= to)?.hours ?? usual(day)
}
