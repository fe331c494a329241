import type { Instant } from '../base/time.ts'
import { keyOfFault } from './cause-key.ts'
import { type Diagnosed, seenDown } from './diagnose.ts'
import type { DependencyMap, Sighting, Thing } from './map.ts'
import type { Cause } from './monitor.ts'
import { type NextProbe, nextProbe } from './next-probe.ts'
import { answerTo } from './written-answer.ts'

/** A fault of the likeliest diagnosis as people are told of it: what it is, why it is believed, what follows, what to do next. */
export function causeInWords(map: DependencyMap, found: Diagnosed, fault: string, since: Instant): Cause {
  const things = new Map(map.things.map((thing) => [thing.id, thing]))
  const thing = things.get(fault)
  const nameOf = (id: string): string => faultName(id, things)
  const { wiring, downs, diagnoses } = found
  const its = downs.filter((down) => seenDown(wiring, [fault], down))
  const direct = its.filter((down) => down.thing === fault)
  const others = rivals(fault, found)
  const probe = nextProbe(fault, diagnoses, map.probes, wiring)
  return {
    key: keyOfFault(fault),
    since,
    headline: `${thing === undefined ? nameOf(fault) : thing.name} ${thing === undefined ? 'is broken' : DOWN_WORDS[thing.kind]}`,
    because: becauseOf(its, direct, fault, others.map(nameOf), found),
    symptoms: symptomsOf(map, found, fault),
    advice: [
      ...(probe === undefined ? [] : [adviceOf(probe, nameOf)]),
      ...whatToDo([...writtenFor(map, found, fault, nameOf), ...(thing?.advice === undefined ? [] : [thing.advice])]),
    ].join(' '),
    ...(thing?.canWait === true ? { canWait: true } : {}),
  }
}

const DOWN_WORDS: Record<Thing['kind'], string> = {
  power: 'has failed',
  line: 'is down',
  switch: 'is down',
  host: 'is down',
  database: 'is down',
  application: 'does not work',
  interface: 'does not work',
  portal: 'does not work',
  person: 'cannot be reached',
  vantage: 'sees nothing',
}

export function faultName(id: string, things: ReadonlyMap<string, Thing>): string {
  const [, observer, thing] = /^between:([^|]*)\|(.*)$/.exec(id) ?? []
  const nameOf = (one: string): string => things.get(one)?.name ?? one
  if (observer === undefined || thing === undefined) return nameOf(id)
  return `Something between ${nameOf(observer)} and ${nameOf(thing)} that the map does not show`
}

function becauseOf(
  its: readonly Sighting[],
  direct: readonly Sighting[],
  fault: string,
  rivalNames: readonly string[],
  { ups, wiring }: Diagnosed,
): string {
  const count = new Set(its.map(({ thing }) => thing)).size
  const observers = new Set(its.map(({ observer }) => observer)).size
  const looked = new Set([...its, ...ups.filter((up) => seenDown(wiring, [fault], up))].map(({ observer }) => observer))
    .size
  const seen =
    direct.length > 0
      ? `It is seen down from ${places(new Set(direct.map(({ observer }) => observer)).size)}`
      : 'It is not asked itself'
  const rest = count - (direct.length > 0 ? 1 : 0)
  const follow =
    rest === 0
      ? ''
      : `${direct.length > 0 ? ', and' : ';'} ${rest === 1 ? 'one thing that needs it is' : `${rest} things that need it are`} down`
  const agree = observers < looked ? ` (${observers} of ${looked} observers agree)` : ''
  const or = rivalNames.length === 0 ? '' : ` It may also be: ${rivalNames.join('; ')}.`
  return `${seen}${follow}${agree}.${or}`
}

function places(count: number): string {
  return count === 1 ? 'one place' : `${count} places`
}

/** What else it may be: what stands in its stead in diagnoses that are not much less likely. */
export function rivals(fault: string, { diagnoses }: Diagnosed): string[] {
  const [best] = diagnoses
  if (best === undefined) return []
  const found = diagnoses.flatMap(({ faults, share }) =>
    share * 20 >= best.share && !faults.includes(fault) ? faults.filter((one) => !best.faults.includes(one)) : [],
  )
  return [...new Set(found)].slice(0, 4)
}

function symptomsOf(map: DependencyMap, { wiring, downs, ups, diagnoses }: Diagnosed, fault: string): string[] {
  const all = diagnoses[0]?.faults ?? [fault]
  const without = wiring.failing(all.filter((one) => one !== fault))
  const affected = wiring.failing(all)
  const isUp = new Set(ups.map(({ thing }) => thing))
  return map.things.flatMap(({ id, name, kind }) => {
    if (id === fault || all.includes(id) || !affected.has(id) || (without.has(id) && !wiring.failing([fault]).has(id)))
      return []
    const from = new Set(downs.filter(({ thing }) => thing === id).map(({ observer }) => observer)).size
    if (from > 0) return [`${name} ${DOWN_WORDS[kind]} (seen from ${places(from)}).`]
    return isUp.has(id) ? [`${name} needs it; it has not been asked since.`] : [`${name} needs it; nobody has seen it.`]
  })
}

function whatToDo(written: readonly string[]): readonly string[] {
  return written.length > 0 ? written : ['Look at it first: what is listed below it needs it.']
}

function writtenFor(
  { answers = [] }: DependencyMap,
  { diagnoses, wiring }: Diagnosed,
  fault: string,
  nameOf: (id: string) => string,
): string[] {
  const { answer, lost } = answerTo(answers, fault, diagnoses[0]?.faults ?? [fault], wiring)
  if (answer !== undefined) return [answer.says]
  return lost?.turnsTo === undefined
    ? []
    : [`What the plan says for this turns to ${nameOf(lost.turnsTo)}, which is down too: do not begin it.`]
}

function adviceOf({ probe, ifDown, ifUp }: NextProbe, nameOf: (id: string) => string): string {
  const how =
    probe.by === 'person'
      ? `Have somebody look at ${nameOf(probe.thing)} from ${nameOf(probe.observer)}`
      : `Ask ${nameOf(probe.thing)} from ${nameOf(probe.observer)}`
  return `${how}: if it does not answer, it is ${list(ifDown, nameOf)}; if it does, ${list(ifUp, nameOf)}.`
}

function list(faults: readonly string[], nameOf: (id: string) => string): string {
  return faults.map(nameOf).join(' and ')
}
