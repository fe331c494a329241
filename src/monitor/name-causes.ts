import type { Instant } from '../base/time.ts'
import { type Asker, waitsUntil } from './askers.ts'
import { faultsOfKey } from './cause-key.ts'
import { causeInWords } from './cause-words.ts'
import { beganAt, type Diagnosed, diagnose, seenDown, speaksAgainst } from './diagnose.ts'
import { type Wiring, wiringOf } from './failing.ts'
import type { DependencyMap, Sighting } from './map.ts'
import type { Alarm, Cause } from './monitor.ts'
import { tellingProbes } from './next-probe.ts'
import { asOne, toldTogether } from './one-notice.ts'

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
  const standing = open.flatMap((one) =>
    faultsOfKey(one.key)
      .filter((fault) => fault !== one.key || known.has(fault))
      .map((fault) => ({ ...one, fault })),
  )
  const faultsOpen = standing.map(({ fault }) => fault).toSorted()
  const ended = new Map(standing.map((one) => [one.fault, endedAt(one, faultsOpen, sightings, wiring)]))
  const keyOf = new Map(standing.map(({ fault, key }) => [fault, key]))
  const leftBy = (one: Sighting): string[] =>
    one.answer !== 'down' || now - one.at > freshMs
      ? []
      : [...ended].flatMap(([fault, at]) =>
          at !== undefined && one.at < at && seenDown(wiring, [fault], one) ? [keyOf.get(fault) ?? fault] : [],
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
  // Nobody can look at it any more: that is no recovery.
  const unknown = standing.filter(({ fault }) => !faults.includes(fault) && ended.get(fault) === undefined)
  for (const together of toldTogether(map, faults, wiring)) {
    const begun = together.map((fault) => ({ fault, since: beganAt(fault, faults, found.downs, wiring) ?? now }))
    const waiting = begun.flatMap(({ fault, since }) => {
      if (keyOf.has(fault) || shareOf(fault, found) >= SURE) return []
      const telling = tellingProbes(fault, found.diagnoses, programs, wiring).map(({ probe }) => probe)
      const until = waitsUntil(telling, askers, since, since + settleMs)
      return now < until ? [{ thing: fault, until }] : []
    })
    settling.push(...waiting)
    const sure = begun.filter(({ fault }) => !waiting.some(({ thing }) => thing === fault))
    if (sure.length === 0) continue
    const before = standing.filter(({ fault }) => together.includes(fault))
    const words = sure.map(({ fault, since }) =>
      causeInWords(map, found, fault, before.find((one) => one.fault === fault)?.cause.since ?? since),
    )
    const cause = asOne(map, words, faults, wiring)
    const replaced = sure.flatMap(({ fault }) =>
      keyOf.has(fault) ? [] : standing.filter((one) => isReplacedBy(one, fault, faults, found)).slice(0, 1),
    )
    const its = [...new Set([...before, ...replaced].map(({ key }) => key))].filter((key) => !taken.has(key))
    // Half of it is not seen any more: the alarm stays as it was told.
    const kept = unknown.find(({ key }) => its.includes(key) && before.some((one) => one.key === key))
    if (kept !== undefined && its.length === 1) continue
    for (const key of its) taken.add(key)
    const others = its.filter((key) => key !== cause.key)
    const replaces = its.includes(cause.key) ? undefined : others[0]
    const more = others.filter((key) => key !== replaces)
    causes.push({
      ...cause,
      ...(replaces === undefined ? {} : { replaces }),
      ...(more.length === 0 ? {} : { takesIn: more }),
    })
  }
  const lingering = new Map(unknown.filter(({ key }) => !taken.has(key)).map((one) => [one.key, one]))
  for (const { key, cause: told } of lingering.values()) {
    const { replaces: _, takesIn: __, ...cause } = told
    const isSeen = faultsOfKey(key).some((fault) => !isUnseen(fault, found))
    causes.push(isSeen ? cause : { ...cause, because: NOT_KNOWN })
  }
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
  { fault: before }: { fault: string },
  fault: string,
  faults: readonly string[],
  { downs, wiring }: Diagnosed,
): boolean {
  if (faults.includes(before)) return false
  return downs.some((down) => seenDown(wiring, [before], down) && seenDown(wiring, [fault], down))
}

function isUnseen(fault: string, { downs, ups, wiring }: Diagnosed): boolean {
  return ![...downs, ...ups].some((one) => seenDown(wiring, [fault], one))
}
