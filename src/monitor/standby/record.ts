import type { Instant } from '../../base/time.ts'
import type { LogPosition } from './position.ts'
import type { Look, Verdict } from './standby.ts'
import { hasOf } from './view.ts'

/** One look as it is kept off the box: what must still be known when both databases are gone. No patient data is in it. */
export type LookRecord = {
  at: Instant
  verdict: Verdict['verdict']
  because: string
  primaryAt: Instant | undefined
  primaryPosition: LogPosition | undefined
  has: LogPosition | undefined
  replayed: LogPosition | undefined
  replayedAt: Instant | undefined
  provenAt: Instant | undefined
  provenTo: LogPosition | undefined
  heartbeatAt: Instant | undefined
  atWork: AtWork[]
}

/** What was open on the primary at `asOf`: `what` as the practice calls it (sessions, unsigned encounters), `who` are people of its staff. */
export type AtWork = { what: string; count: number; who: string[]; asOf: Instant }

export function recordOf(look: Look, verdict: Verdict, atWork: AtWork[] = []): LookRecord {
  const primary = look.primary.answered && look.primary.said.role === 'primary' ? look.primary.said : undefined
  const standby = look.standby.answered && look.standby.said.role === 'standby' ? look.standby.said : undefined
  return {
    at: look.standby.answeredAt,
    verdict: verdict.verdict,
    because: verdict.because,
    primaryAt: primary?.current === undefined ? undefined : look.primary.askedAt,
    primaryPosition: primary?.current,
    has: standby === undefined ? undefined : hasOf(standby),
    replayed: standby?.replayed,
    replayedAt: standby?.replayedAt,
    provenAt: verdict.provenAt,
    provenTo: verdict.provenTo,
    heartbeatAt: standby?.heartbeat?.at,
    atWork,
  }
}
