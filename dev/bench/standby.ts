import { SECOND } from '../../src/base/time.ts'
import { PLANTED, timeToName } from '../../test/engines/lab/postgres-faults.ts'
import { postgresPair } from '../../test/engines/lab/postgres-pair.ts'
import { crashRound, type Round } from '../../test/engines/lab/rounds.ts'
import { chanceOf } from '../practice/chance.ts'
import type { Bench, Measured } from './measured.ts'

/**
 * What is said of a standby, held against what happened to it: real PostgreSQL pairs on network namespaces (root; dev/install-engines). The peer of
 * the rounds is what many watch instead, the lag columns of pg_stat_replication, read in the same rounds.
 */
export const benches = [
  {
    name: 'standby-faults',
    about: 'each planted fault of replication: seconds until it is named',
    run: faults,
  },
  {
    name: 'standby-proof',
    about: 'crashes with rows counted by the client: PROVEN never false, no loss greater than predicted',
    run: proof,
  },
] satisfies Bench[]

/** `HOLDFAST_STANDBY_ROUNDS=200` for the figure; a round takes about ten seconds. */
const ROUNDS = Number(process.env.HOLDFAST_STANDBY_ROUNDS ?? 5)
const SEED = Number(process.env.HOLDFAST_STANDBY_SEED ?? 1)

async function* faults({ signal }: { signal: AbortSignal }): AsyncIterable<Measured> {
  for (const planted of PLANTED) {
    signal.throwIfAborted()
    const { tookMs } = await timeToName(planted)
    yield {
      measure: `${planted.fault}: ${planted.what}`,
      value: tookMs / SECOND,
      unit: 's',
      bar: { of: 'value', most: 15 },
    }
  }
}

async function* proof({ signal }: { signal: AbortSignal }): AsyncIterable<Measured> {
  const rounds: Round[] = []
  const chance = chanceOf(SEED)
  await using pair = await postgresPair()
  for (let round = 0; round < ROUNDS; round++) {
    signal.throwIfAborted()
    const one = await crashRound(pair, () => chance.next())
    rounds.push(one)
    console.error(`  round ${round + 1}: ${JSON.stringify(one)}`)
  }
  const sum = (of: (round: Round) => number) => rounds.reduce((total, round) => total + of(round), 0)
  const count = (is: (round: Round) => boolean) => rounds.filter(is).length
  const none = { of: 'value', most: 0 } as const
  yield { measure: 'rounds', value: rounds.length, unit: 'crashes' }
  yield { measure: 'rows acknowledged', value: sum(({ acked }) => acked), unit: 'rows' }
  yield { measure: 'of them lost with the primary', value: sum(({ lost }) => lost), unit: 'rows' }
  yield { measure: 'looks that said PROVEN', value: sum(({ proven }) => proven), unit: 'looks' }
  yield { measure: 'PROVEN and false', value: sum(({ provenFalse }) => provenFalse), unit: 'looks', bar: none }
  yield {
    measure: 'rounds that lost more than predicted, both gone',
    value: count(({ lost, predictedByRecord }) => lost > predictedByRecord),
    unit: 'rounds',
    peer: {
      name: 'lag columns of pg_stat_replication',
      value: count(({ lost, predictedByLagColumns }) => lost > predictedByLagColumns),
    },
    bar: none,
  }
  yield {
    measure: 'rounds that lost more than predicted, standby asked',
    value: count(({ lost, predictedByStandby }) => lost > predictedByStandby),
    unit: 'rounds',
    bar: none,
  }
  yield {
    measure: 'predicted rows for each lost, both gone',
    value:
      sum(({ predictedByRecord }) => predictedByRecord) /
      Math.max(
        1,
        sum(({ lost }) => lost),
      ),
    unit: 'rows',
  }
  yield {
    measure: 'lost rows that the list from the disk does not name',
    value: sum(({ missedByList }) => missedByList),
    unit: 'rows',
    bar: none,
  }
  yield {
    measure: 'rows that it names and that are not lost',
    value: sum(({ wronglyListed }) => wronglyListed),
    unit: 'rows',
    bar: none,
  }
  yield {
    measure: "rounds in which the standby's disk and the standby disagree on the last commit",
    value: count(({ diskAgrees }) => !diskAgrees),
    unit: 'rounds',
    bar: none,
  }
}
