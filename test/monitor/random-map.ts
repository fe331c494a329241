import { type Chance, chanceOf } from '../../dev/practice/chance.ts'
import { type Wiring, wiringOf } from '../../src/monitor/failing.ts'
import type { DependencyMap, Need, Probe, Sighting, Thing, ThingKind } from '../../src/monitor/map.ts'

/** A practice that nobody drew: a map, a thing in it that will fail, and how each place that looks behaves. All from one seed. */
export type RandomPractice = {
  map: DependencyMap
  wiring: Wiring
  /** What fails. */
  planted: string
  /** What an observer says when it cannot see: it is dead, knows that it is blind, or takes everything for down. */
  blindness: ReadonlyMap<string, 'silent' | 'knows' | 'blames'>
}

const LAYERS: readonly { kind: ThingKind; least: number; most: number }[] = [
  { kind: 'power', least: 1, most: 3 },
  { kind: 'line', least: 0, most: 3 },
  { kind: 'switch', least: 1, most: 4 },
  { kind: 'host', least: 2, most: 6 },
  { kind: 'database', least: 1, most: 3 },
  { kind: 'application', least: 2, most: 6 },
  { kind: 'interface', least: 0, most: 3 },
  { kind: 'portal', least: 0, most: 2 },
]

export function randomPractice(seed: number): RandomPractice {
  for (let attempt = 0; ; attempt++) {
    const chance = chanceOf('map', seed, attempt)
    const things = randomThings(chance)
    const blindness = new Map<string, 'silent' | 'knows' | 'blames'>()
    const vantages = Array.from({ length: chance.whole(1, 4) }, (_, at): Thing => {
      const below = things.filter(({ kind }) => ['power', 'line', 'switch'].includes(kind))
      const how = chance.pick(['silent', 'knows', 'blames'] as const)
      blindness.set(`place-${at}`, how)
      return {
        id: `place-${at}`,
        name: `Place ${at}`,
        kind: 'vantage',
        needs: at === 0 ? [] : [chance.pick(below).id],
        knowsBlindness: how !== 'blames',
      }
    })
    const map = { things: [...things, ...vantages], probes: randomProbes(things, vantages, chance) }
    const planted = chance.pick(things).id
    const practice = { map, wiring: wiringOf(map), planted, blindness }
    // A fault that nobody can see is nobody's notice.
    if (map.probes.some((probe) => answerOf(practice, probe, [planted]) === 'down')) return practice
  }
}

function randomThings(chance: Chance): Thing[] {
  const things: Thing[] = []
  for (const { kind, least, most } of LAYERS) {
    const below = [...things]
    const count = chance.whole(least, most)
    for (let at = 0; at < count; at++)
      things.push({ id: `${kind}-${at}`, name: `The ${kind} ${at}`, kind, needs: randomNeeds(below, chance) })
  }
  return things
}

function randomNeeds(below: readonly Thing[], chance: Chance): Need[] {
  if (below.length === 0) return []
  // Mostly on what lies just beneath.
  const near = (): string => chance.pick(chance.happens(0.7) ? below.slice(-6) : below).id
  return Array.from({ length: chance.whole(1, 3) }, () => {
    const [first, second] = [near(), near()]
    return chance.happens(0.2) && first !== second ? { anyOf: [first, second] } : first
  })
}

function randomProbes(things: readonly Thing[], vantages: readonly Thing[], chance: Chance): Probe[] {
  const [hub, ...others] = vantages.map(({ id }) => id)
  // The first hears whether the others speak.
  const heartbeats = others.map((thing) => ({ thing, observer: hub ?? '' }))
  const asked = things.flatMap(({ id: thing }) =>
    chance.happens(0.15)
      ? []
      : vantages.filter((_, at) => at === 0 || chance.happens(0.6)).map(({ id: observer }) => ({ thing, observer })),
  )
  return [...asked, ...heartbeats]
}

/** What a probe finds while these have failed; undefined when its observer is dead. */
export function answerOf(
  { wiring, blindness }: Pick<RandomPractice, 'wiring' | 'blindness'>,
  { thing, observer }: Probe,
  failed: readonly string[],
): Sighting['answer'] | undefined {
  const down = wiring.failing(failed)
  if (!down.has(observer)) return down.has(thing) ? 'down' : 'up'
  const how = blindness.get(observer)
  return how === 'silent' ? undefined : how === 'knows' ? 'unobservable' : 'down'
}

/** What else, failing alone, would give each answer that comes now: nobody can tell these apart from afar. */
export function twinsOf(practice: RandomPractice): string[] {
  const { map, planted } = practice
  const answers = map.probes.flatMap((probe) => {
    const answer = answerOf(practice, probe, [planted])
    return answer === 'up' || answer === 'down' ? [{ probe, answer }] : []
  })
  return map.things
    .filter(
      ({ id }) => id !== planted && answers.every(({ probe, answer }) => answerOf(practice, probe, [id]) === answer),
    )
    .map(({ id }) => id)
}
