import type { Instant } from '../base/time.ts'
import { type Asker, waitsUntil } from './askers.ts'
import { faultOfKey, keyOfFault } from './cause-key.ts'
import { causeInWords } from './cause-words.ts'
import { beganAt, type Diagnosed, diagnose, seenDown, speaksAgainst } from './diagnose.ts'
import { type Wiring, wiringOf } from './failing.ts'
import type { DependencyMap, Sighting } from './map.ts'
import type { Alarm, Cause } from './monitor.ts'
import { tellingProbes } from './next-probe.ts'

export type NamingPace = {
  /** An answer older than this is none. */
  freshMs: number
  /** No cause is held back for longer than this after its first symptom. */
  settleMs: number
  /** Who is asked by itself: for a probe that tells and has not spoken since the first symptom, a naming waits. */
  askers: readonly Asker[]
}

export type Named = {
  causes: Cause[]
  /** Seen, but not told yet: a probe that has not spoken since will tell which it is. */
  settling: { thing: string; until: Instant }[]
  /** Keys of alarms that are not over yet: something that they took down has not been looked at since. */
  notOver: string[]
  /** Not down and not fine: nobody knows. */
  unseen: readonly string[]
}

type OpenCause = Pick<Alarm, 'key' | 'cause' | 'clearSince'>

/** So sure of a cause, one waits for no further answer. */
const SURE = 0.98
/**
 * The causes to be told, one for each fault of the likeliest diagnosis. One that is open stays until something that needs it was seen up after it
 * began: that nobody can look is no recovery. What an ended cause explained is blamed on nothing else before it was looked at again.
 * A cause that turns out to be another one takes its alarm over (`replaces`).
 */
export function nameCauses(
  map: DependencyMap,
  sightings: readonly Sighting[],
  open: readonly OpenCause[],
  now: Instant,
  { freshMs, settleMs, askers }: NamingPace,
  wiring = wiringOf(map),
): Named {
  const known = new Set(map.things.map(({ id }) => id))
  const standing = open.flatMap((one) => {
    const fault = faultOfKey(one.key)
    return fault !== one.key || known.has(fault) ? [{ ...one, fault }] : []
  })
  const faultsOpen = standing.map(({ fault }) => fault).toSorted()
  const ended = new Map(standing.map((one) => [one.fault, endedAt(one, faultsOpen, sightings, wiring)]))
  const leftBy = (one: Sighting): string[] =>
    one.answer !== 'down' || now - one.at > freshMs
      ? []
      : [...ended].flatMap(([fault, at]) =>
          at !== undefined && one.at < at && seenDown(wiring, [fault], one) ? [keyOfFault(fault)] : [],
        )
  const left = new Map(sightings.map((one) => [one, leftBy(one)]))
  const seen = sightings.filter((one) => left.get(one)?.length === 0)
  const believed = new Set(faultsOpen.filter((fault) => ended.get(fault) === undefined))
  const found = diagnose(map, seen, { now, freshMs, believed }, wiring)
  const [best] = found.diagnoses
  const causes: Cause[] = []
  const settling: Named['settling'] = []
  const faults = best?.faults ?? []
  const taken = new Set<string>()
  const programs = map.probes.filter(({ by }) => by === undefined)
  for (const fault of faults) {
    const since = beganAt(fault, faults, found.downs, wiring) ?? now
    const before = standing.find((one) => one.fault === fault)
    const telling = tellingProbes(fault, found.diagnoses, programs, wiring).map(({ probe }) => probe)
    const until = waitsUntil(telling, askers, since, since + settleMs)
    if (before === undefined && shareOf(fault, found) < SURE && now < until) {
      settling.push({ thing: fault, until })
      continue
    }
    const replaced =
      before === undefined ? standing.find((one) => isReplacedBy(one, fault, faults, found, taken)) : undefined
    if (replaced !== undefined) taken.add(replaced.key)
    causes.push({
      ...causeInWords(map, found, fault, before?.cause.since ?? since),
      ...(replaced === undefined ? {} : { replaces: replaced.key }),
    })
  }
  const unknown = standing.filter(
    ({ fault, key }) => !faults.includes(fault) && ended.get(fault) === undefined && !taken.has(key),
  )
  for (const { fault, cause } of unknown) causes.push(isUnseen(fault, found) ? { ...cause, because: NOT_KNOWN } : cause)
  return { causes, settling, notOver: [...new Set([...left.values()].flat())].toSorted(), unseen: found.unseen }
}

const NOT_KNOWN =
  'Whether it still is so is not known: nothing that needs it has answered or failed lately. Look at the probes themselves.'

function shareOf(fault: string, { diagnoses }: Diagnosed): number {
  return diagnoses.reduce((sum, { faults, share }) => sum + (faults.includes(fault) ? share : 0), 0)
}

/** When it was first seen to be over: something that cannot be up with it was seen up after it began. */
function endedAt(
  { fault, cause: { since }, clearSince }: OpenCause & { fault: string },
  all: readonly string[],
  sightings: readonly Sighting[],
  wiring: Wiring,
): Instant | undefined {
  const others = all.filter((one) => one !== fault)
  const ups = sightings.filter(
    (one) =>
      one.answer === 'up' &&
      one.at > since &&
      (speaksAgainst(wiring, [fault], one) || (speaksAgainst(wiring, all, one) && !speaksAgainst(wiring, others, one))),
  )
  if (ups.length === 0) return undefined
  // An observer that was cut off itself has seen nothing but up: all that counts is when it said so again.
  return Math.min(...ups.map((up) => (up.since > since ? up.since : up.at)), clearSince ?? Number.POSITIVE_INFINITY)
}

/** What that alarm explained is still down, and this explains it now. */
function isReplacedBy(
  { fault: before, key }: { fault: string; key: string },
  fault: string,
  faults: readonly string[],
  { downs, wiring }: Diagnosed,
  taken: ReadonlySet<string>,
): boolean {
  if (faults.includes(before) || taken.has(key)) return false
  return downs.some((down) => seenDown(wiring, [before], down) && seenDown(wiring, [fault], down))
}

function isUnseen(fault: string, { downs, ups, wiring }: Diagnosed): boolean {
  return ![...downs, ...ups].some((one) => seenDown(wiring, [fault], one))
}
