import type { Instant } from '../../base/time.ts'
import { dayOf, wallClock } from '../../base/zone.ts'
import type { PlannedChange } from './plan.ts'
import type { SqlSession, Values } from './session.ts'
import { parseStatement, type Statement } from './statement.ts'

/** What `:now`, `:nowLocal` and `:today` stand for. */
export function timeValues(now: Instant, zone: string, session: Pick<SqlSession, 'instantText'>): Values {
  return { now: session.instantText(now), nowLocal: localText(now, zone), today: dayOf(now, zone) }
}

/**
 * What `:since` and `:sinceLocal` stand for. Times without an offset run twice through an hour when clocks go back, so the earlier reading of the
 * two is taken: more is read again, nothing is missed.
 */
export function sinceValues(
  since: Instant,
  now: Instant,
  zone: string,
  session: Pick<SqlSession, 'instantText'>,
): Values {
  const offset = Math.min(offsetOf(since, zone), offsetOf(now, zone))
  return {
    since: session.instantText(since),
    sinceLocal: new Date(Math.floor(since / 1000) * 1000 + offset).toISOString().slice(0, 19).replace('T', ' '),
  }
}

/** The schedule's window in every form that a mapping may ask for; `toDay` is the last day in it. */
export function windowValues(
  window: { from: Instant; to: Instant },
  zone: string,
  session: Pick<SqlSession, 'instantText'>,
): Values {
  return {
    from: session.instantText(window.from),
    to: session.instantText(window.to),
    fromLocal: localText(window.from, zone),
    toLocal: localText(window.to, zone),
    ...daysOf(window, zone),
  }
}

export function daysOf(window: { from: Instant; to: Instant }, zone: string): { fromDay: string; toDay: string } {
  const fromDay = dayOf(window.from, zone)
  const toDay = dayOf(Math.max(window.from, window.to - 1), zone)
  return { fromDay, toDay }
}

/** The statement that finds the patients whom a change concerns: their id, the newest time, how many rows. */
export function changeStatement(change: PlannedChange, session: Pick<SqlSession, 'quote'>): Statement {
  if ('statement' in change) return change.statement
  const table = change.table
    .split('.')
    .map((part) => session.quote(part))
    .join('.')
  const [patient, watermark] = [session.quote(change.patientId), session.quote(change.watermark)]
  const since = change.local ? ':sinceLocal' : ':since'
  return parseStatement(
    `SELECT ${patient}, max(${watermark}), count(*) FROM ${table} WHERE ${watermark} >= ${since} GROUP BY ${patient}`,
    'postgres',
  )
}

function localText(at: Instant, zone: string): string {
  const { day, hour, minute, second } = wallClock(at, zone)
  return `${day} ${[hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':')}`
}

/** How far the wall of `zone` is ahead of UTC. */
function offsetOf(at: Instant, zone: string): number {
  return Date.parse(`${localText(at, zone).replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000
}
