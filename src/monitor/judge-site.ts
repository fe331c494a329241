import { agoInWords, spanInWords } from '../base/ago.ts'
import type { Instant } from '../base/time.ts'
import type { SiteFacts, SiteStatus } from './monitor.ts'
import { behindAfterMs, watchedSpan } from './pace.ts'

/** What a site is, worst first: what it last said is worth less the longer ago it said it. */
export function judgeSite(facts: SiteFacts, now: Instant): SiteStatus {
  const { siteId, name } = facts
  if (facts.enrolment === 'planned')
    return { siteId, name, status: 'planned', because: 'No lockbox has been enrolled yet.' }
  if (facts.enrolment === 'revoked')
    return { siteId, name, status: 'revoked', because: 'Its lockbox was revoked and gets no more packs.' }
  if (facts.heardAt === undefined) {
    const since = facts.enrolledAt ?? now
    return { siteId, name, status: 'waiting', since, because: 'It was enrolled and has not spoken yet.' }
  }
  if (watchedSpan(facts.heardAt, facts.watchedSince, now) > facts.silentAfterMs)
    return {
      siteId,
      name,
      status: 'silent',
      since: facts.heardAt,
      because: `It has not spoken for ${spanInWords(now - facts.heardAt)}; it speaks every ${spanInWords(facts.pullEveryMs)}. ${facts.held === undefined ? 'It had no pack.' : 'It serves the pack that it has.'}`,
    }
  if (now - facts.heardAt > facts.silentAfterMs)
    return {
      siteId,
      name,
      status: 'waiting',
      since: facts.heardAt,
      because: `It last spoke ${agoInWords(now - facts.heardAt)}; the hub has begun to listen again.`,
    }
  return behind(facts, now) ?? stale(facts, now) ?? well(facts)
}

/** It speaks, but does not take what was published for it. */
function behind(facts: SiteFacts, now: Instant): SiteStatus | undefined {
  const { siteId, name, published } = facts
  if (published === undefined) return undefined
  const graceMs = stale(facts, now) === undefined ? behindAfterMs(facts.pullEveryMs) : 2 * facts.pullEveryMs
  const missing = facts.held === undefined
  if (missing && now - (facts.enrolledAt ?? now) <= graceMs)
    return { siteId, name, status: 'waiting', since: facts.enrolledAt ?? now, because: 'It is taking its first pack.' }
  const since = missing ? facts.enrolledAt : published.untakenSince
  if (!missing && (since === undefined || watchedSpan(since, facts.watchedSince, now) <= graceMs)) return undefined
  const because = missing
    ? 'It speaks to the hub but has taken no pack.'
    : `It speaks to the hub but does not take the packs: for ${spanInWords(now - (since ?? now))} there has been a newer one than it holds.`
  return { siteId, name, status: 'behind', since: since ?? now, because }
}

function stale(facts: SiteFacts, now: Instant): SiteStatus | undefined {
  const { siteId, name, held, limits } = facts
  const old = (['schedule', 'keyData'] as const).flatMap((part) => {
    const asOf = held?.[part]
    return asOf !== undefined && now - asOf > limits[part].staleAfterMs ? [{ part, asOf }] : []
  })
  const [worst] = old.toSorted((a, b) => a.asOf - b.asOf)
  if (worst === undefined) return undefined
  const what = worst.part === 'schedule' ? 'schedule' : 'key data'
  const because = `Its ${what} is ${spanInWords(now - worst.asOf)} old; the limit is ${spanInWords(limits[worst.part].staleAfterMs)}.`
  return { siteId, name, status: 'stale', since: worst.asOf, because }
}

function well(facts: SiteFacts): SiteStatus {
  const { siteId, name } = facts
  if (facts.held === undefined)
    return {
      siteId,
      name,
      status: 'waiting',
      since: facts.enrolledAt ?? 0,
      because: 'Nothing has been published for it yet.',
    }
  if (facts.locked)
    return {
      siteId,
      name,
      status: 'locked',
      because: 'Its packs are fresh. Nobody has unlocked it since it started; anyone of that site can.',
    }
  return { siteId, name, status: 'fresh', because: 'It speaks, and its packs are as new as what was published.' }
}
