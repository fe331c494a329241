import { type Clock, type Instant, MINUTE } from '../../base/time.ts'

/** `good`; `off`: the machine's clock differs from the hub's; `behind`: it shows less than was seen before, so ages are at least what is said. */
export type ClockState = { kind: 'good' } | { kind: 'off'; byMs: number } | { kind: 'behind'; byMs: number }

/**
 * The time that ages are counted with. A machine's clock may be wrong, stand still or jump; stale data must not look fresh because of it.
 *
 * Once the hub has told its time, that time goes on by whichever has moved more: the machine's clock or the time that the program has run.
 * Before that, it is the machine's clock, but never less than the newest time that this site has ever seen.
 */
export type SiteClock = Clock & {
  /** The hub said `hubNow`, over a line that only the hub can speak on. */
  heard(hubNow: Instant): void
  /** Something signed by the hub is from `at`: it cannot be earlier than that now. */
  saw(at: Instant): void
  state(): ClockState
  /** To keep across restarts. */
  newestSeen(): Instant
}

const TOLERANCE_MS = 2 * MINUTE

/** `runMs` counts how long the program has run; it never goes back. */
export function siteClock(wall: Clock, newestSeen: Instant | undefined, runMs: () => number): SiteClock {
  type Anchor = { at: Instant; wall: Instant; run: number; fromHub: boolean }
  let anchor: Anchor = { at: Math.max(newestSeen ?? 0, wall.now()), wall: wall.now(), run: runMs(), fromHub: false }

  const now = (): Instant => {
    const shown = wall.now()
    const ran = runMs() - anchor.run
    if (anchor.fromHub) return Math.round(anchor.at + Math.max(ran, shown - anchor.wall))
    return Math.round(Math.max(shown, anchor.at + ran))
  }
  return {
    now,
    heard(hubNow) {
      anchor = { at: hubNow, wall: wall.now(), run: runMs(), fromHub: true }
    },
    saw(at) {
      if (at > now()) anchor = { at, wall: wall.now(), run: runMs(), fromHub: anchor.fromHub }
    },
    state() {
      const byMs = wall.now() - now()
      if (Math.abs(byMs) <= TOLERANCE_MS) return { kind: 'good' }
      return anchor.fromHub ? { kind: 'off', byMs } : { kind: 'behind', byMs: -byMs }
    },
    newestSeen: now,
  }
}
