import type { Instant } from '../../base/time.ts'
import type { Freshness } from '../../pack/pack.ts'
import type { SourceState } from '../sources/sources.ts'

/**
 * How old what is published is: no newer than the oldest of its sources. A source that was never read whole makes the answer unknown, and
 * a source without a canary says nothing about canaries.
 */
export function packFreshness(states: readonly SourceState[], now: Instant): Freshness {
  const schedules = states.flatMap((state) => state.scheduleAsOf ?? [])
  const canaries = states.flatMap((state) => state.canary ?? [])
  const allRead = states.every((state) => state.asOf !== undefined)
  return {
    schedule: schedules.length === 0 ? undefined : Math.min(...schedules),
    keyData: allRead && states.length > 0 ? Math.min(...states.map((state) => state.asOf ?? now)) : undefined,
    roster: now,
    sources: states.flatMap(({ sourceId, asOf, sections }) =>
      asOf === undefined ? [] : [{ sourceId, asOf, ...(Object.keys(sections).length === 0 ? {} : { sections }) }],
    ),
    canary: canaries.length === 0 ? undefined : Math.min(...canaries),
  }
}

const ROSTER_EVERY_MS = 60_000

/** Whether a manifest is worth publishing for its freshness alone. */
export function movedOn(before: Freshness, after: Freshness): boolean {
  const told = ({ schedule, keyData, canary, sources }: Freshness) =>
    JSON.stringify([schedule, keyData, canary, sources])
  return told(before) !== told(after) || (after.roster ?? 0) - (before.roster ?? 0) >= ROSTER_EVERY_MS
}
