import { crashRounds } from '../../test/crash/notices/rounds.ts'
import type { Bench, Measured } from './measured.ts'

/**
 * Two hundred times the power goes, the hub's or the sink's, at a point that the seed chooses: real hub processes, a real sink on the other side, kill -9.
 * Counted at the sink's own journal: at a sink that keeps the keys it has acted on, and at one that does not. The peer, in the same run, is what would have
 * arrived of a program that tries once and keeps nothing. Cuts come every few seconds, so a notice meets those of the rounds after its own too: what is
 * shown more than once is far more than one cut would cause.
 */
export const benches = [
  { name: 'notices', about: 'notices exactly once over crash points of hub and sink', run: notices },
] satisfies Bench[]

const ROUNDS = Number(process.env.HOLDFAST_BENCH_ROUNDS ?? 200)
const SEED = 1

async function* notices({ signal }: { signal: AbortSignal }): AsyncIterable<Measured> {
  const done = await crashRounds(ROUNDS, SEED, signal)
  const share = (count: number): number => count / done.notices
  yield { measure: 'crash points', value: done.rounds, unit: 'points' }
  yield { measure: 'notices', value: done.notices, unit: 'notices' }
  yield {
    measure: 'acted on exactly once, sink keeps keys',
    value: share(done.once),
    unit: 'of notices',
    peer: { name: 'one try, nothing kept', value: share(done.byOneTry) },
    bar: { of: 'value', least: 1 },
  }
  yield { measure: 'lost', value: done.lost, unit: 'notices', bar: { of: 'value', most: 0 } }
  yield { measure: 'acted on twice, or never put', value: done.wrong, unit: 'notices', bar: { of: 'value', most: 0 } }
  const twice = [...done.shownTwice.values()].reduce((sum, one) => sum + one.twice, 0)
  yield { measure: 'shown more than once, sink keeps no keys', value: share(twice), unit: 'of notices' }
  for (const [crash, one] of done.shownTwice)
    if (one.of > 0)
      yield { measure: `... put before this was cut: ${crash}`, value: one.twice / one.of, unit: 'of notices' }
}
