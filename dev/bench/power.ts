import { powerRounds } from '../../test/crash/power/rounds.ts'
import type { Bench, Measured } from './measured.ts'

/** Power failures in which the hub that carries the order out is killed, once or twice in each, at points that the seed chooses. */
export const benches = [
  { name: 'power', about: 'stops never begun twice over kill points of the hub', run: power },
] satisfies Bench[]

const ROUNDS = Number(process.env.HOLDFAST_BENCH_ROUNDS ?? 100)
const SEED = 1

async function* power({ signal }: { signal: AbortSignal }): AsyncIterable<Measured> {
  const done = await powerRounds(ROUNDS, SEED, signal)
  const none = { of: 'value', most: 0 } as const
  yield { measure: 'power failures', value: done.rounds, unit: 'failures' }
  yield { measure: 'kill -9 of the hub', value: done.kills, unit: 'kills' }
  yield { measure: 'stops begun twice', value: done.repeated, unit: 'stops', bar: none }
  yield { measure: 'record wrong', value: done.wrong, unit: 'stops', bar: none }
  yield { measure: 'orders that did not come to their end', value: done.unended, unit: 'orders', bar: none }
  yield { measure: 'asked of a person although the hub knew', value: done.unclearWithoutCut, unit: 'stops', bar: none }
  yield { measure: 'asked of a person', value: done.unclear / Math.max(1, done.kills), unit: 'of kills' }
}
