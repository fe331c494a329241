import { randomDay } from '../../test/monitor/random-days.ts'
import { randomPractice, twinsOf } from '../../test/monitor/random-map.ts'
import type { Bench, Measured } from './measured.ts'

/**
 * A thousand practices that nobody drew, one thing failing in each, every probe in an order of its own: how many notices come, and whether they name
 * what was made to fail. Peers, fed the same answers: a notice for each thing that is down, and one for each that is down while nothing that
 * it needs is known to be (the rule of parents, as Nagios has it).
 */
export const benches = [
  { name: 'causes', about: 'one cause, many symptoms: notices and names over random maps', run: causes },
] satisfies Bench[]

const MAPS = 1000

async function* causes({ signal }: { signal: AbortSignal }): AsyncIterable<Measured> {
  const counts = { one: 0, first: 0, named: 0, over: 0, notices: 0, naive: 0, naiveOne: 0, parents: 0, parentsOne: 0 }
  const lateMs: number[] = []
  const began = performance.now()
  for (let seed = 1; seed <= MAPS; seed++) {
    signal.throwIfAborted()
    const practice = randomPractice(seed)
    const day = randomDay(practice, seed)
    const notices = day.told.filter(({ kind }) => kind !== 'over')
    const [first] = notices
    const named = first?.key === `thing:${practice.planted}`
    // Where no answer can tell two things apart, the notice names one and says that it may be the other.
    const twin = twinsOf(practice).find((id) => first?.key === `thing:${id}`)
    counts.one += Number(notices.length === 1)
    counts.first += Number(named)
    counts.named += Number(named || twin !== undefined)
    counts.over += Number(day.told.length - notices.length === 1)
    counts.notices += notices.length
    counts.naive += day.down
    counts.naiveOne += Number(day.down === 1)
    counts.parents += day.parents
    counts.parentsOne += Number(day.parents === 1)
    if (first !== undefined) lateMs.push(first.at - (day.firstDownAt ?? first.at))
  }
  const share = (count: number): number => count / MAPS
  const sorted = lateMs.toSorted((a, b) => a - b)
  yield {
    measure: 'exactly one notice',
    value: share(counts.one),
    unit: 'of maps',
    peer: { name: 'one for each thing that is down', value: share(counts.naiveOne) },
    bar: { of: 'value', least: 0.99 },
  }
  yield {
    measure: 'exactly one notice, against parents',
    value: share(counts.one),
    unit: 'of maps',
    peer: { name: 'the rule of parents', value: share(counts.parentsOne) },
  }
  yield {
    measure: 'the planted cause named, or what no answer tells from it',
    value: share(counts.named),
    unit: 'of maps',
    bar: { of: 'value', least: 0.99 },
  }
  yield { measure: 'the planted cause named first', value: share(counts.first), unit: 'of maps' }
  yield {
    measure: 'told once when it is over',
    value: share(counts.over),
    unit: 'of maps',
    bar: { of: 'value', least: 1 },
  }
  yield {
    measure: 'notices for a fault',
    value: counts.notices / MAPS,
    unit: 'notices',
    peer: { name: 'one for each thing that is down', value: counts.naive / MAPS },
  }
  yield {
    measure: 'notices for a fault, against parents',
    value: counts.notices / MAPS,
    unit: 'notices',
    peer: { name: 'the rule of parents', value: counts.parents / MAPS },
  }
  yield {
    measure: 'first symptom to notice, p50 (probes once a minute)',
    value: (sorted[Math.floor(sorted.length / 2)] ?? 0) / 1000,
    unit: 's',
  }
  yield {
    measure: 'first symptom to notice, p99',
    value: (sorted[Math.floor(sorted.length * 0.99)] ?? 0) / 1000,
    unit: 's',
  }
  yield { measure: 'a simulated day of 18 min', value: (performance.now() - began) / MAPS, unit: 'ms' }
}
