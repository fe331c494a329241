import type { Instant } from '../../base/time.ts'
import type { SiteHours } from '../duty/site-open.ts'
import type { Evidence, EvidenceKind } from '../evidence/evidence.ts'
import type { Plan } from '../readiness.ts'
import type { Rehearsed } from '../without/rehearsal.ts'

/**
 * If it happened now: for each scenario of the plan and each site, what evidence allows to be said. A number comes from something that was measured,
 * and carries it; without that it is "not known", whatever the plan promises. A promise is shown beside it, as a promise.
 */
export type ForecastFacts = {
  plan: Plan
  evidence: readonly Evidence[]
  now: Instant
  /** What each site last said that it holds, by the site's id. */
  sites: ReadonlyMap<string, SiteHolds>
  /** What is known of each standby of the plan, by its id. */
  standbys: ReadonlyMap<string, StandbyHas>
  /** When somebody last answered a test notice in time, by the person's id; undefined: asked, and never answered. */
  reached: ReadonlyMap<string, Instant | undefined>
  /** Nodes of the map that are known to be down right now, with why. */
  down: ReadonlyMap<string, string>
}

/** When the source said it; undefined: it holds none. `heardAt`: when the site said so. */
export type SiteHolds = {
  scheduleAsOf: Instant | undefined
  keyDataAsOf: Instant | undefined
  heardAt: Instant | undefined
}

/** `provenAt`: everything that was committed before it is on the standby, by the standby's own word. */
export type StandbyHas = {
  verdict: 'PROVEN' | 'BEHIND' | 'DIVERGED' | 'UNKNOWN'
  because: string
  provenAt: Instant | undefined
  /** As its engine writes it. */
  position: string | undefined
  lookedAt: Instant
}

/** What a number rests on. */
export type Proof = { id: string; kind: EvidenceKind | 'standby'; at: Instant; says: string }

/** `toMs` undefined: there is no upper end. `old`: not to be relied on: measured longer ago than it counts for, or what `doubt` says. */
export type Figure =
  | {
      status: 'measured'
      fromMs: number
      toMs: number | undefined
      because: string
      proof: readonly Proof[]
      newestAt: Instant
      old: boolean
      doubt?: string
    }
  | { status: 'not-known'; because: string }

/** How people at a site read schedule and key data. */
export type SiteReads =
  /** By the plan's map the EHR is not touched there. */
  | { how: 'ehr' }
  /** `until`: how long its power carries it, where that is what fails; `promisedUntilMs` as the plan says. */
  | {
      how: 'lockbox'
      time: Figure
      holds: SiteHolds | undefined
      until: Figure | undefined
      promisedUntilMs: number | undefined
    }
  /** Neither works: what was printed before. */
  | { how: 'paper'; because: string; printed: Proof | undefined }
  | { how: 'not-said'; because: string }

/** What the data of a system would lose, counted back from now. */
export type SystemLoss = { system: string; name: string; figure: Figure; promisedMs: number | undefined }

export type Recovery = {
  /** Systems that are away, with what the plan promises. */
  systems: { id: string; name: string; rtoMs: number | undefined; mtdMs: number | undefined }[]
  /** From drills and rehearsals of the whole answer. */
  figure: Figure
  /** Parts that were measured alone: the whole takes at least as long. */
  parts: { name: string; figure: Figure }[]
  /** As the runbook promises. */
  expectedMs: number | undefined
}

/** `can`: there, reached in a test, and with a current rehearsal where one is needed. `not-proven`: nothing speaks against it, and nothing proves it. */
export type CanAct = 'can' | 'not-proven' | 'doubtful' | 'cannot'

export type Actor = {
  id: string
  name: string
  /** What for: "on call (IT on call)", "leads the runbook". */
  as: string[]
  phones: string[]
  can: CanAct
  because: string[]
  /** Undefined: nobody asks this person to carry out the runbook. */
  rehearsed: Rehearsed | undefined
}

export type SiteForecast = {
  id: string
  name: string
  /** The scenario concerns this site. */
  concerned: boolean
  hours: SiteHours
  reads: SiteReads
  leads: Actor[]
}

export type ScenarioForecast = {
  id: string
  name: string
  runbook: { id: string; name: string } | undefined
  decideWithinMs: number | undefined
  sites: SiteForecast[]
  recovery: Recovery
  losses: SystemLoss[]
  actors: Actor[]
  /** What is known to stand in the way of the answer now; empty when nothing is known, which is no proof. */
  cannotFinish: string[]
}
