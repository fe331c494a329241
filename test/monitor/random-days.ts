import { chanceOf } from '../../dev/practice/chance.ts'
import { MINUTE, SECOND } from '../../src/base/time.ts'
import { alarmMoves } from '../../src/monitor/alarms.ts'
import type { Asker } from '../../src/monitor/askers.ts'
import type { DependencyMap, Sighting } from '../../src/monitor/map.ts'
import type { Alarm } from '../../src/monitor/monitor.ts'
import { nameCauses } from '../../src/monitor/name-causes.ts'
import { askedAgainMs } from '../../src/monitor/observations/judge-system.ts'
import { answerOf, type RandomPractice } from './random-map.ts'

const EVERY_MS = MINUTE
const AGAIN_MS = askedAgainMs(EVERY_MS)
const FROM = Date.parse('2026-11-23T15:00:00Z')
const FAILS_AT = FROM + 3.3 * MINUTE
const HEALS_AT = FAILS_AT + 9 * MINUTE
const ENDS_AT = HEALS_AT + 6 * MINUTE
const WATCH_EVERY_MS = 10 * SECOND

export type Told = { at: number; kind: 'raised' | 'changed' | 'over'; key: string; because: string }

/** `down`: things seen down at all. `parents`: told by the rule of Nagios, a thing that is down while nothing it needs is known to be. */
export type Day = { told: Told[]; down: number; parents: number; firstDownAt: number | undefined }

/**
 * One day of a random practice: each probe asks once a minute in an order of its own, one answer in twenty does not come and is asked for
 * again, once and soon, as the hub does; the planted thing fails and is mended. The hub looks every ten seconds, and tells.
 */
export function randomDay(practice: RandomPractice, seed: number): Day {
  const { map, wiring, planted } = practice
  const chance = chanceOf('day', seed)
  const asks = map.probes.flatMap((probe) => {
    const phase = chance.next() * EVERY_MS
    const times = Math.floor((ENDS_AT - FROM - phase) / EVERY_MS)
    return Array.from({ length: times }, (_, turn) => FROM + phase + turn * EVERY_MS).flatMap((at) => {
      const look = { probe, at, lost: chance.happens(0.05) }
      return look.lost ? [look, { probe, at: at + AGAIN_MS, lost: chance.happens(0.05) }] : [look]
    })
  })
  asks.sort((a, b) => a.at - b.at)
  const held = new Map<string, Sighting>()
  const downs = new Set<string>()
  const parents = parentsRule(practice)
  const day: Day = { told: [], down: 0, parents: 0, firstDownAt: undefined }
  let open: Alarm[] = []
  let next = 0
  for (let now = FROM; now <= ENDS_AT; now += WATCH_EVERY_MS) {
    for (let ask = asks[next]; ask !== undefined && ask.at <= now; ask = asks[++next]) {
      const failed = ask.at >= FAILS_AT && ask.at < HEALS_AT ? [planted] : []
      const answer = ask.lost ? 'unknown' : answerOf(practice, ask.probe, failed)
      if (answer === undefined) continue
      keep(held, { ...ask.probe, answer, at: ask.at })
      if (answer === 'down') {
        downs.add(ask.probe.thing)
        day.firstDownAt ??= ask.at
      }
      parents.hear(ask.probe.thing, answer)
    }
    const pace = { freshMs: 3 * EVERY_MS, settleMs: 2 * EVERY_MS, askers: askersIn(map, held) }
    const { causes, notOver } = nameCauses(map, [...held.values()], open, now, pace, wiring)
    const moves = alarmMoves(open, causes, now, 2 * MINUTE, notOver)
    const tell = (kind: Told['kind'], key: string, because: string) => day.told.push({ at: now, kind, key, because })
    for (const cause of moves.raise) tell('raised', cause.key, cause.because)
    for (const { cause } of moves.rename) tell('changed', cause.key, cause.because)
    for (const alarm of moves.close) tell('over', alarm.key, '')
    open = [
      ...moves.raise.map(
        (cause): Alarm => ({
          id: cause.key,
          key: cause.key,
          raisedAt: now,
          cause,
          clearSince: undefined,
          closedAt: undefined,
          toldAt: now,
        }),
      ),
      ...[...moves.keep, ...moves.rename].map(({ alarm, cause }) => ({
        ...alarm,
        key: cause.key,
        cause,
        clearSince: undefined,
      })),
      ...moves.clearing.map((alarm) => ({ ...alarm, clearSince: alarm.clearSince ?? now })),
    ]
  }
  return { ...day, down: downs.size, parents: parents.told() }
}

/** Each probe by its own clock: it has spoken when its last answer came. */
function askersIn(map: DependencyMap, held: ReadonlyMap<string, Sighting>): Asker[] {
  return map.probes.map(({ thing, observer }) => {
    const last = held.get(`${thing}\n${observer}`)
    return { thing, observer, toldAt: last?.at, nextAt: (last?.at ?? FROM) + EVERY_MS, turnMs: EVERY_MS + AGAIN_MS }
  })
}

function keep(held: Map<string, Sighting>, one: Omit<Sighting, 'since'>): void {
  const key = `${one.thing}\n${one.observer}`
  const before = held.get(key)
  // One question that stayed without an answer takes nothing back; staleness does.
  if (one.answer === 'unknown' && before !== undefined) return
  held.set(key, { ...one, since: before?.answer === one.answer ? before.since : one.at })
}

function parentsRule({ map }: RandomPractice) {
  const down = new Set<string>()
  let told = 0
  return {
    hear(thing: string, answer: Sighting['answer']) {
      if (answer === 'up') down.delete(thing)
      if (answer !== 'down' || down.has(thing)) return
      down.add(thing)
      const needs = (map.things.find(({ id }) => id === thing)?.needs ?? []).flatMap((need) =>
        typeof need === 'string' ? [need] : need.anyOf,
      )
      if (!needs.some((id) => down.has(id))) told++
    },
    told: () => told,
  }
}
