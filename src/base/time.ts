/**
 * Time without a trade. An `Instant` is milliseconds since 1970-01-01T00:00:00Z. Every rule takes the clock or the
 * instant that it needs, so a test holds the clock in its hand; `Date.now()` stands here and nowhere else.
 */
export type Instant = number

export type Clock = { now(): Instant }

export const systemClock: Clock = { now: () => Date.now() }

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
