import type { Log } from '../../base/log.ts'
import type { Clock } from '../../base/time.ts'

/** What the program hands to a site: its clock, its log, and how long it has been running (a count that never goes back). */
export type SiteWorld = {
  clock: Clock
  log: Log
  runMs: () => number
  random: () => number
  version: string
  /** Instead of what the settings say. */
  pullEveryMs?: number
  /** Folders in which sticks appear; those of the system where undefined. */
  stickPlaces?: readonly string[] | undefined
}
