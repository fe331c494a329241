import type { Instant } from '../base/time.ts'
import { type Cut, type Wiring, wiringOf } from './failing.ts'
import type { DependencyMap, Sighting, ThingKind } from './map.ts'

/**
 * Which failures explain what was seen: de Kleer's and Williams's diagnosis ("Diagnosing multiple faults", 1987) over a map of needs. Every
 * `down` must follow from the failures; no `up` that was seen while they lasted may contradict them; the likeliest come first. The same
 * sightings give the same answer, in whatever order they came.
 */
export type Diagnosis = {
  /** Ids of things, or `between:<observer>|<thing>` for a fault that the map does not show. In order. */
  faults: Cut
  /** Among the diagnoses found, 0 to 1. */
  share: number
}

export type Diagnosed = {
  wiring: Wiring
  /** The likeliest first; empty when nothing is down. */
  diagnoses: readonly Diagnosis[]
  downs: readonly Sighting[]
  /** Seen up, not too long ago. */
  ups: readonly Sighting[]
  /** Things of which nobody knows anything at the moment: not down, and not fine. */
  unseen: readonly string[]
}

/**
 * How likely it is that one of these is broken at a given moment, by kind, only as against each other. Order after the causes that 400
 * hospitals gave (OIG OEI-01-14-00570: hardware 59 %, Internet 44 %, power 33 %); the number of failures weighs far more.
 */
const LIKELY: Record<ThingKind, number> = {
  line: 0.03,
  application: 0.03,
  interface: 0.03,
  portal: 0.03,
  host: 0.02,
  database: 0.02,
  person: 0.02,
  switch: 0.01,
  power: 0.01,
  vantage: 0.01,
}
const LIKELY_BETWEEN = 0.000_1
const LIKELY_BELIEVED = 0.9
/** A diagnosis so many times less likely than the best one is not looked at. */
const LEAST_RATIO = 1 / 3000
const MOST_DIAGNOSES = 64
const MOST_STEPS = 4000

export function betweenId(observer: string, thing: string): string {
  return `between:${observer}|${thing}`
}

export type DiagnoseAt = {
  now: Instant
  /** An answer older than this is none. */
  freshMs: number
  /** Faults that are known already: what they explain needs no other. */
  believed?: ReadonlySet<string>
}

export function diagnose(
  map: DependencyMap,
  sightings: readonly Sighting[],
  { now, freshMs, believed }: DiagnoseAt,
  wiring = wiringOf(map),
): Diagnosed {
  const known = new Set(map.things.map(({ id }) => id))
  const current = latest(sightings).filter(
    ({ thing, observer, at }) => known.has(thing) && known.has(observer) && now - at <= freshMs,
  )
  const downs = current.filter(({ answer }) => answer === 'down')
  const ups = current.filter(({ answer }) => answer === 'up')
  const answered = new Set([...downs, ...ups].map(({ thing }) => thing))
  const asked = new Set([...map.probes, ...sightings].map(({ thing }) => thing).filter((id) => known.has(id)))
  const unseen = [...asked].filter((id) => !answered.has(id)).toSorted()
  const likely = new Map(map.things.map(({ id, kind }) => [id, LIKELY[kind]]))
  const found = search(
    downs,
    ups,
    wiring,
    (id) => -Math.log(believed?.has(id) === true ? LIKELY_BELIEVED : (likely.get(id) ?? LIKELY_BETWEEN)),
  )
  return { wiring, diagnoses: found, downs, ups, unseen }
}

type Pair = Pick<Sighting, 'thing' | 'observer'>

/** Whether this observer says `down` of this thing when these have failed. */
export function seenDown(wiring: Wiring, faults: Cut, { thing, observer }: Pair): boolean {
  const down = wiring.failing(faults)
  if (down.has(thing) || faults.includes(betweenId(observer, thing))) return true
  return down.has(observer) && !wiring.knowing.has(observer)
}

/** Whether this answer cannot be given while these have failed. */
export function speaksAgainst(wiring: Wiring, faults: Cut, one: Pair & Pick<Sighting, 'answer'>): boolean {
  const blind = wiring.failing(faults).has(one.observer)
  if (one.answer === 'up') return blind || seenDown(wiring, faults, one)
  return one.answer === 'down' && blind && wiring.knowing.has(one.observer)
}

/** The last word of each observer on each thing, in one order. */
function latest(sightings: readonly Sighting[]): Sighting[] {
  const last = new Map<string, Sighting>()
  for (const one of sightings) {
    const key = `${one.thing}\n${one.observer}`
    const other = last.get(key)
    if (other === undefined || one.at > other.at || (one.at === other.at && rank(one) < rank(other))) last.set(key, one)
  }
  return [...last].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

const ORDER = ['down', 'up', 'unobservable', 'unknown']
function rank({ answer, since }: Sighting): number {
  return ORDER.indexOf(answer) + since / 1e15
}

type Node = { faults: Cut; cost: number }

/** Best first: the cheapest set of failures is opened, and for a `down` that it leaves open each way to bring that about is tried. */
function search(
  downs: readonly Sighting[],
  ups: readonly Sighting[],
  wiring: Wiring,
  costOf: (id: string) => number,
): Diagnosis[] {
  if (downs.length === 0) return []
  const waysOf = new Map(downs.map((down) => [down, ways(down, wiring)]))
  // What can come about in few ways settles most.
  const hardest = downs.toSorted((a, b) => (waysOf.get(a)?.length ?? 0) - (waysOf.get(b)?.length ?? 0))
  const found: Node[] = []
  const open: Node[] = [{ faults: [], cost: 0 }]
  const seen = new Set<string>()
  for (let step = 0; step < MOST_STEPS && open.length > 0 && found.length < MOST_DIAGNOSES; step++) {
    const node = takeCheapest(open)
    const [best] = found
    if (best !== undefined && node.cost > best.cost - Math.log(LEAST_RATIO)) break
    const left = hardest.find((down) => !seenDown(wiring, node.faults, down))
    if (left === undefined) {
      if (isLeast(node.faults, downs, ups, wiring)) found.push(node)
      continue
    }
    for (const way of waysOf.get(left) ?? []) {
      const faults = [...new Set([...node.faults, ...way])].toSorted()
      const key = faults.join('\n')
      if (seen.has(key)) continue
      seen.add(key)
      if (isContradicted(faults, downs, ups, wiring)) continue
      open.push({ faults, cost: faults.reduce((sum, id) => sum + costOf(id), 0) })
    }
  }
  const weights = found.map(({ cost }) => Math.exp((found[0]?.cost ?? 0) - cost))
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  return found.map(({ faults }, at) => ({ faults, share: (weights[at] ?? 0) / all }))
}

function ways({ thing, observer }: Sighting, wiring: Wiring): Cut[] {
  const blindness = wiring.knowing.has(observer) ? [] : wiring.cuts(observer)
  return [...wiring.cuts(thing), ...blindness, [betweenId(observer, thing)]]
}

function takeCheapest(open: Node[]): Node {
  let best = 0
  for (const [at, node] of open.entries()) {
    const other = open[best]
    if (other === undefined || node.cost < other.cost - 1e-9) best = at
    else if (Math.abs(node.cost - other.cost) <= 1e-9 && node.faults.join('\n') < other.faults.join('\n')) best = at
  }
  const [node] = open.splice(best, 1)
  return node ?? { faults: [], cost: Number.POSITIVE_INFINITY }
}

/** None of them could be left out. */
function isLeast(faults: Cut, downs: readonly Sighting[], ups: readonly Sighting[], wiring: Wiring): boolean {
  return faults.every((fault) => {
    const others = faults.filter((one) => one !== fault)
    return downs.some((down) => !seenDown(wiring, others, down)) || isContradicted(others, downs, ups, wiring)
  })
}

/**
 * An answer speaks against failures that had begun when it was seen; when they began, the first `down` tells that needs them. One from before
 * only tells that nobody has looked since.
 */
function isContradicted(faults: Cut, downs: readonly Sighting[], ups: readonly Sighting[], wiring: Wiring): boolean {
  const against = [...ups, ...downs].filter((one) => speaksAgainst(wiring, faults, one))
  if (against.length === 0) return false
  const began = new Map(faults.map((fault) => [fault, beganAt(fault, faults, downs, wiring)]))
  return against.some((one) => {
    const then = faults.filter((fault) => (began.get(fault) ?? one.at) <= one.at)
    return speaksAgainst(wiring, then, one)
  })
}

/** When a fault had begun at the latest: the first time that something was seen down which would not be without it. */
export function beganAt(fault: string, faults: Cut, downs: readonly Sighting[], wiring: Wiring): Instant | undefined {
  const others = faults.filter((one) => one !== fault)
  const its = downs.filter((down) => seenDown(wiring, faults, down) && !seenDown(wiring, others, down))
  const all = its.length > 0 ? its : downs.filter((down) => seenDown(wiring, [fault], down))
  return all.length === 0 ? undefined : Math.min(...all.map(({ since }) => since))
}
