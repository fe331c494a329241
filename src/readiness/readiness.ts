import { z } from 'zod'
import type { Instant } from '../base/time.ts'
import type { Path, Place } from '../base/yaml-text.ts'
import { drillsFile } from './shape/drills.ts'
import { formsFile } from './shape/forms.ts'
import { mapFile } from './shape/map.ts'
import { peopleFile } from './shape/people.ts'
import { practiceFile } from './shape/practice.ts'
import { protectionsFile } from './shape/protections.ts'
import { rosterFile } from './shape/roster.ts'
import { runbooksFile } from './shape/runbooks.ts'
import { scenariosFile } from './shape/scenarios.ts'
import { sitesFile } from './shape/sites.ts'
import { systemsFile } from './shape/systems.ts'
import { vendorsFile } from './shape/vendors.ts'

/**
 * Readiness begins with the practice's contingency plan, which is one folder of YAML and Markdown that people write. It says who is there and
 * who is on call, which systems matter how much, what needs what, what protects it, what may happen and which written answer each has.
 *
 * `plan/read-plan.ts` reads the folder and tells everything that is wrong with how it is written. `rules/` holds it against itself, one file for each
 * rule: a plan may be well written and still name somebody who left. `duty/` answers who is on call, who is on leave, which site is open, at an
 * instant. `store.ts` keeps the folder in versions, and `versions/` says what a change of it obliges people to look at again.
 *
 * Each part of the plan is one file. A file that is missing or cannot be understood is its empty self here, and `unread` names it; of one in which a key
 * or an entry is wrong, that alone is left out. A rule that needs what is not there is not judged, which is never the same as met.
 */
export const planShape = z.object({
  practice: practiceFile,
  sites: sitesFile,
  people: peopleFile,
  roster: rosterFile,
  vendors: vendorsFile,
  systems: systemsFile,
  map: mapFile,
  protections: protectionsFile,
  scenarios: scenariosFile,
  runbooks: runbooksFile,
  drills: drillsFile,
  forms: formsFile,
})
export type Plan = z.output<typeof planShape>
export type PlanPart = keyof Plan
export const partNames: readonly PlanPart[] = planShape.keyof().options

/** A plan's folder as values: the text of each file by its path in the folder (`people.yaml`, `runbooks/failover.md`). */
export type PlanFiles = ReadonlyMap<string, string>

/** Something wrong with the plan, at a place in one of its parts. `instead` is what to write. */
export type Finding = {
  part: PlanPart
  path: Path
  weight: 'error' | 'warning'
  says: string
  instead: string
}

/**
 * A rule of the plan. `serves` cites what asks for it; `reads` are the parts without which it cannot be judged. `each`: what it says of an entry of a
 * list comes from that entry alone, so that one which was not read whole takes no other with it.
 */
export type PlanRule = {
  name: string
  serves: string
  reads: readonly PlanPart[]
  each?: true
  judge(plan: Plan, at: PlanMoment): Iterable<Finding>
}

/**
 * Something that is written in the plan and was left out so that the rest could be read: it cannot be understood, or a blank stands where it cannot be
 * without one. `path`: its key, or the list in which it stood, as `from` says; `ids`: what is there all the same. At a place in the part's file.
 */
export type LeftOut = Place & {
  part: PlanPart
  because: 'fault' | 'blank'
  path: Path
  from: 'group' | 'list'
  ids: readonly string[]
}

/** The clock in hand; the files beside the parts (procedures in Markdown); the parts that could not be read, and what was left out of others. */
export type PlanMoment = {
  now: Instant
  documents: ReadonlySet<string>
  unread: ReadonlySet<PlanPart>
  leftOut: readonly LeftOut[]
}
