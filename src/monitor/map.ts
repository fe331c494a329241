import type { Instant } from '../base/time.ts'

/**
 * What needs what, from the power to the portal, and what was seen of it from where. A thing works when it has not failed itself, all that it
 * needs works, and of each group of stand-ins at least one does. Rings are allowed: two things that need each other fail together.
 */
export const THING_KINDS = [
  'power',
  'line',
  'switch',
  'host',
  'database',
  'application',
  'interface',
  'portal',
  'person',
  'vantage',
] as const
export type ThingKind = (typeof THING_KINDS)[number]

export type Thing = {
  /** Equal to the key of a cause that is found otherwise (`site:west`, `source:ehr`), it stands for that. */
  id: string
  name: string
  kind: ThingKind
  /** The system that people meet in it, by which a probe may name it. */
  system?: string
  /** An id: it cannot do without. `anyOf`: one of them is enough. */
  needs: readonly Need[]
  /** What to do when it is the cause, and what still works; a sentence or two. */
  advice?: string
  /** As an observer: cut off itself, it says so or nothing at all, so what it calls down is not its own blindness. */
  knowsBlindness?: boolean
  /** Nobody need be woken for it. */
  canWait?: boolean
}

export type Need = string | { anyOf: readonly string[] }

export type DependencyMap = {
  things: readonly Thing[]
  /** What can be asked, from where. `by`: a person has to go and look; nothing waits for that. */
  probes: readonly Probe[]
  /** What the practice has written for certain things being down; absent in maps that were kept before there were such. */
  answers?: readonly WrittenAnswer[]
  /** Which things are a primary and its standby, by the id of the pair. */
  pairs?: readonly { id: string; primary: string; standby: string }[]
}

/** What the plan says of a case: of all of `takesOut` being down. */
export type WrittenAnswer = {
  /** The case: `Primary and standby are both gone`. */
  name: string
  takesOut: readonly string[]
  /** What to do: a sentence that names the runbook. */
  says: string
  /** People would turn to this standby: the answer is none while that is down. */
  turnsTo?: string
}

/** `observer` is a thing too, a vantage point or a host: what it needs, its view needs. */
export type Probe = { thing: string; observer: string; by?: 'person' }

/**
 * What one observer last found of one thing. `unknown`: the asking itself failed; `unobservable`: from here it cannot be seen. Neither is
 * down, and neither is fine.
 */
export type Sighting = {
  thing: string
  observer: string
  answer: 'up' | 'down' | 'unknown' | 'unobservable'
  /** Since when this observer has found the same, asking again and again. */
  since: Instant
  /** When it last asked. */
  at: Instant
}

/** All that is wrong with a map, as sentences; empty when it can be used. */
export function mapComplaints(map: DependencyMap): string[] {
  const ids = new Set(map.things.map(({ id }) => id))
  const twice = map.things.filter(({ id }, at) => map.things.findIndex((other) => other.id === id) < at)
  return [
    ...twice.map(({ id }) => `${id} is in the map twice`),
    ...map.things.flatMap((thing) => needsOf(thing, ids)),
    ...map.probes.flatMap(({ thing, observer }) =>
      [thing, observer].filter((id) => !ids.has(id)).map((id) => `a probe names ${id}, which is not in the map`),
    ),
  ]
}

function needsOf({ id, needs }: Thing, ids: ReadonlySet<string>): string[] {
  return needs.flatMap((need) => {
    const named = typeof need === 'string' ? [need] : need.anyOf
    return [
      ...(named.length === 0 ? [`${id} needs one of a group that is empty`] : []),
      ...named.filter((one) => !ids.has(one)).map((one) => `${id} needs ${one}, which is not in the map`),
      ...(named.includes(id) ? [`${id} needs itself`] : []),
    ]
  })
}
