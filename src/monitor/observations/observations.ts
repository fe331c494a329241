import type { Instant } from '../../base/time.ts'

/**
 * What is known of systems by asking them. An *observer* asks one system again and again; each answer is an *observation*. What one observer
 * concludes is a status, and what all that can see the system conclude together is the system's. Unknown is not down, and it is not fine.
 */
export type Observation = {
  tookMs: number
  because: string
  measured: Measured[]
  /** When what it says was so, where that was before the look: somebody else looked then, and told. */
  asOf?: Instant
} & ({ answer: 'answered'; findings: Finding[] } | { answer: 'not-answered' | 'not-observable' })

export type Finding = { weight: 'watch' | 'act'; because: string }

/** `unit`: `ms`, `s`, `d`, `%`, `bytes`, `V`, `count`, or `text`. */
export type Measured = { what: string; value: number | string; unit: string }

export type ObserverFacts = {
  observerId: string
  name: string
  kind: string
  systemId: string
  /** The vantage point that it looks from: `hub`, or another one of the dependency map. */
  from: string
  everyMs: number
  /** How long an answer may take. Where somebody else looks and tells: how often that is, at least. */
  deadlineMs: number
  /** How many looks in a row have to stay without an answer before the system counts as down. */
  misses: number
  /** For so long after it was first asked, since a hub started, a system that has not answered yet does not count as down. */
  firstAnswerMs: number
  /** When it was first asked since a hub started, if it has not answered since. */
  unheardSince: Instant | undefined
  /** Since when it has been observed at all. */
  since: Instant
  /** The looks in a row, up to the last one, that were not answered. */
  missed: number
  last: { at: Instant; observation: Observation } | undefined
  /** Since when it has given the same answer, look after look. */
  sameSince: Instant | undefined
}

/**
 * `well`: answered, with nothing to complain about. `watch`: it will not stay so. `failing`: it answers, or some see it answer, and something is wrong. `down`: it does not
 * answer anybody who can ask. `not-observable`: nobody can ask. `unknown`: nobody has asked lately, it is just being asked again, or it has not answered yet.
 */
export const SYSTEM_STATUSES = ['down', 'failing', 'watch', 'unknown', 'not-observable', 'well'] as const
export type SystemStatusWord = (typeof SYSTEM_STATUSES)[number]

export type ObserverStatus = { observer: ObserverFacts; status: SystemStatusWord; because: string }

/** `agree` of the `observers` that can see it say the same. */
export type SystemStatus = {
  systemId: string
  status: SystemStatusWord
  because: string
  agree: number
  observers: number
  seen: ObserverStatus[]
}
