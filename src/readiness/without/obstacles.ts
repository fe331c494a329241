import type { Plan } from '../readiness.ts'
import type { Person } from '../shape/people.ts'
import type { Runbook, RunbookStep } from '../shape/runbooks.ts'
import type { Credential } from '../shape/systems.ts'
import { namedFor } from './rehearsal.ts'
import { keyOf, type Removal } from './without.ts'

/** Who and what is left to work with: `down` are nodes of the map that do not work, `gone` the keys of what was taken out. */
export type Left = {
  plan: Plan
  there: readonly Person[]
  down: ReadonlySet<string>
  gone: ReadonlySet<string>
}

/** Why a runbook cannot be carried through. `gate`: the step asks for two people or for roles. `step` undefined: it cannot even begin. */
export type Obstacle = { step: RunbookStep | undefined; gate: boolean; says: string }

/** A runbook that cannot be taken back is begun by two (the story's A1); any other by one. */
const OPENED_BY = { dangerous: 2, other: 1 }

export function obstaclesOf(runbook: Runbook, left: Left): Obstacle[] {
  const able = ableFor(runbook, left)
  const opening = runbook.dangerous ? OPENED_BY.dangerous : OPENED_BY.other
  const obstacles: Obstacle[] = []
  if (able.length < opening)
    obstacles.push({ step: undefined, gate: runbook.dangerous, says: tooFew(runbook, able, opening, left) })
  for (const step of runbook.steps ?? []) {
    const gate = isGate(step)
    const lacks = [
      ...(step.people > 1 && able.length < step.people ? [tooFew(runbook, able, step.people, left)] : []),
      ...rolesLacking(step, left),
      ...step.credentials.filter((id) => !isUsable(id, left)).map((id) => `nobody can use ${credentialName(id, left)}`),
      ...step.with.filter((id) => left.down.has(id)).map((id) => `${nodeName(id, left)} is down`),
      ...step.vendors
        .filter((id) => left.gone.has(keyOf({ kind: 'vendor', id })))
        .map((id) => `${left.plan.vendors.vendors.find((one) => one.id === id)?.name ?? id} does not answer`),
    ]
    if (lacks.length > 0) obstacles.push({ step, gate, says: lacks.join('; ') })
  }
  return obstacles
}

export function isGate({ people, roles }: RunbookStep): boolean {
  return people > 1 || roles.length > 0
}

/** Who of those named for a runbook is there. */
export function ableFor(runbook: Runbook, { there }: Pick<Left, 'there'>): Person[] {
  const named = namedFor(runbook)
  return there.filter(({ id }) => named.includes(id))
}

function tooFew(runbook: Runbook, able: readonly Person[], wanted: number, { plan }: Left): string {
  const away = namedFor(runbook)
    .filter((id) => !able.some((person) => person.id === id))
    .map((id) => plan.people.people.find((person) => person.id === id)?.name ?? id)
  const left =
    able.length === 0 ? 'nobody who can do it is there' : `only ${able.map(({ name }) => name).join(', ')} is there`
  return `it needs ${wanted === 1 ? 'somebody' : 'two people'} who can do it, and ${left}${away.length === 0 ? '' : `, without ${away.join(' and ')}`}`
}

/** Roles of a step that nobody can speak for, each by a different person. */
function rolesLacking({ roles }: RunbookStep, { plan, there }: Left): string[] {
  const name = (role: string): string => plan.people.roles.find(({ id }) => id === role)?.name ?? role
  const holders = new Map(
    roles.map((role) => [role, there.filter((person) => person.roles.includes(role)).map(({ id }) => id)]),
  )
  const empty = roles.filter((role) => holders.get(role)?.length === 0)
  if (empty.length > 0) return empty.map((role) => `no ${name(role)} is there`)
  return canBeShared(roles, holders, new Set())
    ? []
    : [`${roles.map(name).join(' and ')} must be different people, and too few are there`]
}

function canBeShared(
  roles: readonly string[],
  holders: ReadonlyMap<string, readonly string[]>,
  taken: ReadonlySet<string>,
): boolean {
  const [role, ...rest] = roles
  if (role === undefined) return true
  return (holders.get(role) ?? []).some(
    (person) => !taken.has(person) && canBeShared(rest, holders, new Set([...taken, person])),
  )
}

function isUsable(id: string, { plan, there, gone }: Left): boolean {
  const credential = plan.systems.credentials.find((one) => one.id === id)
  if (credential === undefined || gone.has(keyOf({ kind: 'credential', id }))) return false
  return whoCanUse(credential).some((person) => there.some((one) => one.id === person))
}

/** Whoever holds it, and whoever can open a sealed copy. */
export function whoCanUse({ heldBy, sealed }: Credential): string[] {
  return [...new Set([...heldBy, ...sealed.flatMap(({ openedBy }) => openedBy)])]
}

function credentialName(id: string, { plan }: Left): string {
  return plan.systems.credentials.find((one) => one.id === id)?.name ?? id
}

function nodeName(id: string, { plan }: Left): string {
  return plan.map.nodes.find((node) => node.id === id)?.name ?? id
}

export function goneKeys(removed: readonly Removal[]): Set<string> {
  return new Set(removed.map(keyOf))
}
