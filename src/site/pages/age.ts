import { spanInWords } from '../../base/ago.ts'
import type { Instant } from '../../base/time.ts'
import { type Html, html } from '../../look/html.ts'
import { status, type Tone } from '../../look/status.ts'
import { clinicAbsolute, type Moment } from '../../look/when.ts'
import { type FreshnessState, freshnessOf } from '../../pack/freshness.ts'
import type { Freshness, Limits, SiteSettings } from '../../pack/pack.ts'
import type { ClockState } from '../local/site-clock.ts'

/** How old one class of data is, in the words that every page uses. `words` goes into the frame: "as of 6:05 AM (47 min old)". */
export type Age = { what: string; asOf: Instant | undefined; state: FreshnessState; words: string }

export type AgeRules = { moment: Moment; clock: ClockState }

/** With a clock that lost time, an age is a lower bound, and says so. */
export function ageOf(what: string, asOf: Instant | undefined, limits: Limits, rules: AgeRules): Age {
  const state = freshnessOf(asOf, rules.moment.now, limits)
  if (asOf === undefined) return { what, asOf, state, words: 'age unknown: nothing was received' }
  const past = state === 'expired' ? `. TOO OLD: past the limit of ${spanInWords(limits.expiredAfterMs)}` : ''
  const stale = state === 'stale' ? `. Older than ${spanInWords(limits.staleAfterMs)}` : ''
  return { what, asOf, state, words: `${shortAge(asOf, rules)}${past}${stale}` }
}

/** `as of 6:05 AM (47 min old)` without what it means: where the status stands beside it. */
export function shortAge(asOf: Instant, { moment, clock }: AgeRules): string {
  const least = clock.kind === 'behind' ? 'at least ' : ''
  return `as of ${clinicAbsolute(asOf, moment)} (${least}${spanInWords(Math.max(0, moment.now - asOf))} old)`
}

export type Ages = { schedule: Age; keyData: Age; roster: Age }

export function agesOf(freshness: Freshness | undefined, settings: SiteSettings, rules: AgeRules): Ages {
  const { limits } = settings
  return {
    schedule: ageOf('Schedule', freshness?.schedule, limits.schedule, rules),
    keyData: ageOf('Key data', freshness?.keyData, limits.keyData, rules),
    roster: ageOf('Roster', freshness?.roster, limits.roster, rules),
  }
}

const RANK: { [State in FreshnessState]: number } = { current: 0, stale: 1, unknown: 2, expired: 3 }

/** The one to worry about most; of equals the oldest. */
export function worst(ages: readonly Age[]): Age | undefined {
  return ages.toSorted((a, b) => RANK[b.state] - RANK[a.state] || (a.asOf ?? 0) - (b.asOf ?? 0))[0]
}

const TONES: { [State in FreshnessState]: { tone: Tone; word: string } } = {
  current: { tone: 'fine', word: 'current' },
  stale: { tone: 'watch', word: 'stale' },
  expired: { tone: 'act', word: 'expired' },
  unknown: { tone: 'unknown', word: 'unknown age' },
}

export function ageStatus(age: Age): Html {
  const { tone, word } = TONES[age.state]
  return status(tone, word)
}

/** All three classes in one line, each with its shape, word and age. */
export function ageLine({ schedule, keyData, roster }: Ages): Html {
  return html`<ul class="freshness" aria-label="How old the data is">${[schedule, keyData, roster].map(
    (age) => html`<li>${ageStatus(age)} <strong>${age.what}</strong> ${age.words}</li>`,
  )}</ul>`
}
