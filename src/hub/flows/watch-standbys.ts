import type { Instant } from '../../base/time.ts'
import type { Alarm, Cause } from '../../monitor/monitor.ts'
import { joinPairs } from '../../monitor/standby/join-map.ts'
import { type PairState, stateAfter, stateAt, stateWord } from '../../monitor/standby/pair-state.ts'
import { type AtWork, recordOf } from '../../monitor/standby/record.ts'
import type { Finding, Look, Verdict, WentBack } from '../../monitor/standby/standby.ts'
import { joinStandbys, standbyCauses, type WatchedPair } from '../../monitor/standby/standby-causes.ts'
import { keepLook, keepPairState, pairState, pinPair } from '../../monitor/standby/store.ts'
import { noteStatuses, watchedSince } from '../../monitor/store.ts'
import type { Centre } from './centre.ts'
import type { Causes } from './watch-causes.ts'

/** A configured pair as it is watched. */
export type WatchedStandby = Omit<WatchedPair, 'state' | 'watchedSince'>

export type Judged = {
  systemId: string | undefined
  verdict: Verdict
  findings: Finding[]
  atWork: AtWork[]
  wentBack?: WentBack | undefined
}

/** Both sides were asked: what they said is kept, and a row where it means another thing than before. True when it does. */
export async function keepLookAtPair(centre: Centre, pair: string, look: Look, judged: Judged): Promise<boolean> {
  return centre.db.transaction().execute(async (db) => {
    const { systemId, ...concluded } = judged
    await pinPair(db, pair, systemId, look.primary.askedAt)
    const before = await pairState(db, pair)
    const state = stateAfter(before, look, concluded)
    await keepLook(db, pair, recordOf(look, judged.verdict, judged.atWork))
    await keepPairState(db, pair, state)
    const because = state.findings[0]?.because ?? state.verdict.because
    const changed = await noteStatuses(
      db,
      [{ subject: subjectOf(pair), status: stateWord(state), because }],
      state.lookedAt,
    )
    await centre.changed(db, ['standbys', subjectOf(pair)])
    return changed.length > 0
  })
}

/** How a pair stands at this moment; undefined when nobody has ever asked it. */
export async function pairNow(centre: Pick<Centre, 'db' | 'clock'>, pair: string): Promise<PairState | undefined> {
  const state = await pairState(centre.db, pair)
  return state === undefined ? undefined : stateAt(state, centre.clock.now())
}

/** The configured pairs with how each stands at this moment. */
export async function watchedPairs(
  centre: Pick<Centre, 'db' | 'clock'>,
  watched: readonly WatchedStandby[],
): Promise<WatchedPair[]> {
  const since = await watchedSince(centre.db)
  const pairs: WatchedPair[] = []
  for (const one of watched) pairs.push({ ...one, state: await pairNow(centre, one.id), watchedSince: since })
  return pairs
}

/**
 * The causes to be told, those of standbys among them, each once: who reads from a standby in trouble is a symptom of it, and a pair of which the map says
 * that a server is down is one with that.
 */
export function withStandbys(
  { causes, wiring, pairs: drawn }: Causes,
  open: readonly Alarm[],
  pairs: readonly WatchedPair[],
  now: Instant,
): Cause[] {
  const keys = open.map(({ key }) => key)
  const { known, standbys } = joinPairs(causes, standbyCauses(pairs, keys, now), pairs, { pairs: drawn }, wiring, keys)
  return joinStandbys(known, standbys, pairs, keys)
}

/** Its history stands under this name. */
export function subjectOf(pair: string): string {
  return `standby:${pair}`
}
