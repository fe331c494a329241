import { agoInWords, spanInWords } from '../base/ago.ts'
import type { Instant } from '../base/time.ts'
import { dayOf, timeOfDay, wallClock } from '../base/zone.ts'
import { type Html, html } from './html.ts'

/** What every page needs to say times: the instant it is drawn at, and the practice's or site's zone. */
export type Moment = { now: Instant; zone: string }

/** `07:41`, or with its day when it is not today: `21 Nov, 07:41`. */
export function absolute(at: Instant, { now, zone }: Moment): string {
  const time = timeOfDay(at, zone)
  if (dayOf(at, zone) === dayOf(now, zone)) return time
  const sameYear = dayOf(at, zone).slice(0, 4) === dayOf(now, zone).slice(0, 4)
  const day = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at)
  return `${day}, ${time}`
}

/** `6:05 AM`: for clinic staff. Operators and logs read 24 hours. */
export function clinicTime(at: Instant, zone: string): string {
  const { hour, minute } = wallClock(at, zone)
  return `${hour % 12 === 0 ? 12 : hour % 12}:${String(minute).padStart(2, '0')} ${hour < 12 ? 'AM' : 'PM'}`
}

/** `6:05 AM`, or with its day when it is not today: `Nov 21, 6:05 AM`. */
export function clinicAbsolute(at: Instant, { now, zone }: Moment): string {
  const [day, today] = [dayOf(at, zone), dayOf(now, zone)]
  if (day === today) return clinicTime(at, zone)
  const sameYear = day.slice(0, 4) === today.slice(0, 4)
  const words = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at)
  return `${words}, ${clinicTime(at, zone)}`
}

/** `00:41:20`, or with its day: for what seconds decide, such as the last moment that a standby has whole. */
export function toTheSecond(at: Instant, moment: Moment): string {
  return `${absolute(at, moment)}:${String(wallClock(at, moment.zone).second).padStart(2, '0')}`
}

/** As `when`, to the second: `00:41:20 · 12 s ago`. */
export function whenToTheSecond(at: Instant | undefined, moment: Moment, otherwise = 'never'): Html {
  if (at === undefined) return html`<span class="soft">${otherwise}</span>`
  const words = `${toTheSecond(at, moment)} · ${agoInWords(Math.max(0, moment.now - at))}`
  return html`<time datetime="${new Date(at).toISOString()}" title="${moment.zone}">${words}</time>`
}

/** `07:41 · 14 min ago`, absolute and relative together; the future reads `in 14 min`. */
export function whenInWords(at: Instant, moment: Moment): string {
  const span = moment.now - at
  return `${absolute(at, moment)} · ${span < -999 ? `in ${spanInWords(-span)}` : agoInWords(span)}`
}

/** A time on a page; `undefined` reads as `otherwise` ("never"). Say beside it what it is the time of. */
export function when(at: Instant | undefined, moment: Moment, otherwise = 'never'): Html {
  if (at === undefined) return html`<span class="soft">${otherwise}</span>`
  return html`<time datetime="${new Date(at).toISOString()}" title="${moment.zone}">${whenInWords(at, moment)}</time>`
}
