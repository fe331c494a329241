import type { Path } from '../../base/yaml-text.ts'
import { type Plan, type PlanPart, partNames } from '../readiness.ts'

export const LISTED = [
  'site',
  'role',
  'person',
  'roster',
  'escalation',
  'vendor',
  'system',
  'credential',
  'node',
  'standby',
  'backup',
  'ups',
  'line',
  'antivirus',
  'scenario',
  'runbook',
  'drill',
  'form',
] as const
export type Listed = (typeof LISTED)[number]

/** The list in which each kind of id is looked up, and what one of it is called. */
export const LISTS: Readonly<Record<Listed, { part: PlanPart; list: string; word: string }>> = {
  site: { part: 'sites', list: 'sites', word: 'site' },
  role: { part: 'people', list: 'roles', word: 'role' },
  person: { part: 'people', list: 'people', word: 'person' },
  roster: { part: 'roster', list: 'rosters', word: 'roster' },
  escalation: { part: 'roster', list: 'escalations', word: 'escalation' },
  vendor: { part: 'vendors', list: 'vendors', word: 'vendor' },
  system: { part: 'systems', list: 'systems', word: 'system' },
  credential: { part: 'systems', list: 'credentials', word: 'credential' },
  node: { part: 'map', list: 'nodes', word: 'node of the map' },
  standby: { part: 'protections', list: 'standbys', word: 'standby' },
  backup: { part: 'protections', list: 'backups', word: 'backup' },
  ups: { part: 'protections', list: 'ups', word: 'UPS' },
  line: { part: 'protections', list: 'lines', word: 'line' },
  antivirus: { part: 'protections', list: 'antivirus', word: 'anti-virus' },
  scenario: { part: 'scenarios', list: 'scenarios', word: 'scenario' },
  runbook: { part: 'runbooks', list: 'runbooks', word: 'runbook' },
  drill: { part: 'drills', list: 'drills', word: 'drill' },
  form: { part: 'forms', list: 'forms', word: 'form' },
}

/** Everything of one kind in the plan, in the order in which it is written. */
export function idsOf(plan: Plan, kind: Listed): string[] {
  const { part, list } = LISTS[kind]
  const listed: unknown = Reflect.get(plan[part], list)
  return Array.isArray(listed) ? listed.map(({ id }: { id: string }) => id) : []
}

/** Where each kind of reference stands: `*` is each entry of a list. */
const REFERENCES: Readonly<Record<PlanPart, readonly (readonly [path: string, to: Listed])[]>> = {
  practice: [
    ['coordinator', 'person'],
    ['deputy', 'person'],
    ['securityOfficial', 'person'],
    ['approved.by', 'person'],
    ['declare.roles.*', 'role'],
    ['copies.*.site', 'site'],
    ['copies.*.person', 'person'],
    ['exclusions.*.owner', 'person'],
  ],
  sites: [
    ['sites.*.leads.*', 'person'],
    ['sites.*.lockbox.keys.*', 'person'],
    ['sites.*.lockbox.node', 'node'],
    ['sites.*.ehr', 'node'],
  ],
  people: [
    ['people.*.site', 'site'],
    ['people.*.roles.*', 'role'],
  ],
  roster: [
    ['rosters.*.rotations.*.people.*', 'person'],
    ['rosters.*.shifts.*.person', 'person'],
    ['rosters.*.overrides.*.person', 'person'],
    ['escalations.*.steps.*.roster', 'roster'],
    ['escalations.*.steps.*.role', 'role'],
    ['escalations.*.steps.*.person', 'person'],
    ['escalations.*.steps.*.vendor', 'vendor'],
  ],
  vendors: [],
  systems: [
    ['systems.*.owner', 'person'],
    ['systems.*.vendor', 'vendor'],
    ['credentials.*.opens.*', 'system'],
    ['credentials.*.heldBy.*', 'person'],
    ['credentials.*.sealed.*.openedBy.*', 'person'],
  ],
  map: [
    ['nodes.*.site', 'site'],
    ['nodes.*.system', 'system'],
    ['nodes.*.person', 'person'],
    ['nodes.*.vendor', 'vendor'],
    ['nodes.*.needs.*', 'node'],
    ['nodes.*.needsOneOf.*.*', 'node'],
  ],
  protections: [
    ['standbys.*.owner', 'person'],
    ['standbys.*.primary', 'node'],
    ['standbys.*.standby', 'node'],
    ['standbys.*.failover', 'runbook'],
    ['backups.*.owner', 'person'],
    ['backups.*.of.*', 'system'],
    ['ups.*.owner', 'person'],
    ['ups.*.feeds.*', 'node'],
    ['lines.*.owner', 'person'],
    ['lines.*.site', 'site'],
    ['lines.*.node', 'node'],
    ['lines.*.vendor', 'vendor'],
    ['antivirus.*.owner', 'person'],
    ['antivirus.*.on.*', 'node'],
  ],
  scenarios: [
    ['scenarios.*.sites.*', 'site'],
    ['scenarios.*.takesOut.*', 'node'],
    ['scenarios.*.runbook', 'runbook'],
  ],
  runbooks: [
    ['runbooks.*.systems.*', 'system'],
    ['runbooks.*.lead', 'person'],
    ['runbooks.*.backup', 'person'],
    ['runbooks.*.also.*', 'person'],
    ['runbooks.*.rehearsed.*.person', 'person'],
    ['runbooks.*.steps.*.roles.*', 'role'],
    ['runbooks.*.steps.*.credentials.*', 'credential'],
    ['runbooks.*.steps.*.with.*', 'node'],
    ['runbooks.*.steps.*.vendors.*', 'vendor'],
  ],
  drills: [
    ['drills.*.sites.*', 'site'],
    ['drills.*.scenario', 'scenario'],
    ['drills.*.owner', 'person'],
  ],
  forms: [],
}

/** What kind of thing is named at a place of a part; undefined where words stand. */
export function listedAs(part: PlanPart, path: Path): Listed | undefined {
  const steps = path.map((step) => (typeof step === 'number' ? '*' : step)).join('.')
  return REFERENCES[part].find(([place]) => place === steps)?.[1]
}

/** What a thing of the plan is called; undefined when there is none of that id. */
export function nameOf(plan: Plan, kind: Listed, id: string): string | undefined {
  const { part, list } = LISTS[kind]
  const listed: unknown = Reflect.get(plan[part], list)
  if (!Array.isArray(listed)) return undefined
  return listed.find((one: { id: string; name: string }) => one.id === id)?.name
}

export type Reference = { part: PlanPart; path: Path; id: string; to: Listed }

/** Every place of the plan that names something by its id. */
export function* referencesIn(plan: Plan): Iterable<Reference> {
  for (const part of partNames)
    for (const [path, to] of REFERENCES[part])
      for (const found of follow(plan[part], path.split('.'), [])) yield { part, to, ...found }
}

function* follow(held: unknown, steps: readonly string[], path: Path): Iterable<{ path: Path; id: string }> {
  const [step, ...rest] = steps
  if (step === undefined) {
    if (typeof held === 'string') yield { path, id: held }
  } else if (step === '*') {
    if (Array.isArray(held)) for (const [nth, one] of held.entries()) yield* follow(one, rest, [...path, nth])
  } else if (typeof held === 'object' && held !== null) yield* follow(Reflect.get(held, step), rest, [...path, step])
}
