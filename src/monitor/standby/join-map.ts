import { faultsOfKey } from '../cause-key.ts'
import type { Wiring } from '../failing.ts'
import type { DependencyMap } from '../map.ts'
import type { Cause } from '../monitor.ts'
import { classOfFault } from './fault-words.ts'
import { type Fault, LIMITS } from './standby.ts'
import { pairOfCause, type WatchedPair } from './standby-causes.ts'

/** What a pair shows when one of its servers is down, and says nothing more than that. */
const FOLLOWS: ReadonlySet<Fault> = new Set([
  'primary-unreachable',
  'standby-unreachable',
  'receiver-gone',
  'receiver-deaf',
  'synchronous-degraded',
])

/**
 * The map with what the pairs know of their standbys in the plan's answers: one that turns to a standby is named only when that is proven to have what its
 * primary had when it last answered. Otherwise its place is taken by the verdict, and by where to look.
 */
export function withVerdicts(map: DependencyMap, pairs: readonly WatchedPair[]): DependencyMap {
  if (map.answers === undefined) return map
  const answers = map.answers.map((answer) => {
    const drawn = map.pairs?.find(({ standby }) => standby === answer.turnsTo)
    const pair = pairs.find(({ id }) => id === drawn?.id)
    if (pair === undefined || answer.turnsTo === undefined) return answer
    return { ...answer, says: `${isReady(pair) ? answer.says : 'Do not turn to the standby yet.'} ${verdictOf(pair)}` }
  })
  return { ...map, answers }
}

/** The standby answers, has all that its primary had when that last answered, and nothing else is wrong with it. */
function isReady({ state }: WatchedPair): boolean {
  if (state?.proven === undefined || !state.sides.standby.answered) return false
  const { verdict, proven, primaryAnsweredAt, findings } = state
  if (findings.some(({ fault }) => !FOLLOWS.has(fault) && classOfFault(fault) !== 'later')) return false
  if (verdict.verdict === 'PROVEN') return true
  return (
    !state.sides.primary.answered && primaryAnsweredAt !== undefined && primaryAnsweredAt - proven.at <= LIMITS.provenMs
  )
}

function verdictOf({ id, name, state }: WatchedPair): string {
  const page = `See the page of ${name}: /standby/${id}.`
  return state === undefined
    ? `Nobody has asked the two yet what the standby has. ${page}`
    : `What the standby has is ${state.verdict.verdict}: ${state.verdict.because} ${page}`
}

/**
 * A pair in trouble because one of its servers is down, and the map's word that the server is down, are one: the map's cause goes on with what the pair knows.
 * `known`: causes of the map among them; `standbys`: those of the pairs. Gives both, each told once.
 */
export function joinPairs(
  known: readonly Cause[],
  standbys: readonly Cause[],
  pairs: readonly WatchedPair[],
  map: Pick<DependencyMap, 'pairs'>,
  wiring: Wiring | undefined,
  open: readonly string[],
): { known: Cause[]; standbys: Cause[] } {
  let joined = [...known]
  let left = [...standbys]
  for (const drawn of map.pairs ?? []) {
    const pair = pairs.find(({ id }) => id === drawn.id)
    if (pair?.state === undefined || wiring === undefined) continue
    const isAbout = (key: string): boolean => {
      const down = wiring.failing(faultsOfKey(key).toSorted())
      return down.has(drawn.primary) || down.has(drawn.standby)
    }
    const taken = joined.find(({ key }) => isAbout(key))
    const own = left.filter(({ key }) => pairOfCause(key) === pair.id && follows(pair))
    if (taken === undefined) {
      // What was down is up again and its alarm is about to end: the pair needs a moment as well.
      if (open.some((key) => pairOfCause(key) === undefined && isAbout(key)))
        left = left.filter((cause) => !own.includes(cause) || open.includes(cause.key))
      continue
    }
    left = left.filter((cause) => !own.includes(cause))
    const keys = open.filter((key) => pairOfCause(key) === pair.id && (own.length > 0 || follows(pair)))
    const readers = own.length > 0 ? pair.readBy.map((source) => `source:${source}`) : []
    const old = joined.filter((cause) => cause !== taken && readers.includes(cause.key))
    const whole = taking(taken, pair, keys, open)
    const symptoms = [...whole.symptoms, ...old.flatMap((cause) => [`${cause.headline}.`, ...cause.symptoms])]
    joined = joined
      .filter((cause) => !old.includes(cause))
      .map((cause) => (cause === taken ? { ...whole, symptoms } : cause))
  }
  return { known: joined, standbys: left }
}

function follows({ state }: WatchedPair): boolean {
  return state?.findings.every(({ fault }) => FOLLOWS.has(fault)) === true && state.verdict.verdict !== 'DIVERGED'
}

function taking(cause: Cause, pair: WatchedPair, keys: readonly string[], open: readonly string[]): Cause {
  const isOpen = open.includes(cause.key) || cause.replaces !== undefined
  const replaces = isOpen ? cause.replaces : keys[0]
  const takesIn = [...(cause.takesIn ?? []), ...keys.filter((key) => key !== replaces)]
  const said = verdictOf(pair)
  return {
    ...cause,
    symptoms: cause.advice.includes(said) ? cause.symptoms : [...cause.symptoms, said],
    ...(replaces === undefined ? {} : { replaces }),
    ...(takesIn.length === 0 ? {} : { takesIn }),
  }
}
