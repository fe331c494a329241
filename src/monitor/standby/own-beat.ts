import { holds } from './position.ts'
import type { Answer, Look, Said } from './standby.ts'
import type { View } from './view.ts'

/**
 * Whose log the standby repeats, by the row that we write on the primary and that travels with its log. Positions alone do not say it: MariaDB has no
 * id of a cluster, and a copy of a PostgreSQL server keeps the id and the timeline of what it was copied from.
 */
export type Beats = 'ours' | 'of another' | 'not seen'

type Beat = NonNullable<Said['heartbeat']>

export function beatsOnStandby({ look, earlier, standby }: View): Beats {
  if (standby?.role !== 'standby' || standby.heartbeat === undefined) return 'not seen'
  const looks = [...earlier.filter(({ standby: its }) => isServer(its, standby)), look]
  const written = [...earlier, look].flatMap(({ primary }) => beatOf(primary, 'primary') ?? [])
  const shown = looks.flatMap(({ standby: its }) => beatOf(its, 'standby') ?? [])
  if (shown.some((one) => isOfAnother(one, written))) return 'of another'
  if (lateOrEarly(looks, standby.heartbeat)) return 'of another'
  return shown.some((one) => written.some((its) => isSame(its, one))) ? 'ours' : 'not seen'
}

/** One number, and another time: the two rows were never one. A row that was written anew has its number twice. */
function isOfAnother(shown: Beat, written: readonly Beat[]): boolean {
  const numbered = written.filter(({ beat }) => beat === shown.beat)
  return numbered.length > 0 && !numbered.some((one) => isSame(one, shown))
}

/** A number that the primary had not reached a look later, or an older one than lies within what was replayed a look ago. */
function lateOrEarly(looks: readonly Look[], now: Beat): boolean {
  const beats = looks.map(({ primary }) => beatOf(primary, 'primary')?.beat)
  const last = looks.length - 1
  const [before, newest] = [looks[last - 1]?.standby, beats[last]]
  if (before === undefined || newest === undefined) return false
  // Where the numbers of the primary itself went back, somebody wrote the row anew, and they say nothing.
  const since = beats.findLastIndex((beat, nth) => beat !== undefined && beat > newest && nth < last)
  if (since !== -1) return false
  const had = beatOf(before, 'standby')
  if (had !== undefined && had.beat > newest) return true
  const replayed = before.answered ? before.said.replayed : undefined
  return looks.some(({ primary }, nth) => {
    const sure = nth === 0 ? undefined : beats[nth - 1]
    if (sure === undefined || replayed === undefined || !primary.answered || nth === last) return false
    const { current } = primary.said
    return current !== undefined && holds(replayed, current) && now.beat < sure
  })
}

function beatOf(answer: Answer, role: Said['role']): Beat | undefined {
  return answer.answered && answer.said.role === role ? answer.said.heartbeat : undefined
}

function isServer(answer: Answer, { serverId, startedAt }: Said): boolean {
  // A standby that was copied anew was started since.
  return answer.answered && answer.said.serverId === serverId && Math.abs(answer.said.startedAt - startedAt) < 5000
}

function isSame(one: Beat, other: Beat): boolean {
  return one.beat === other.beat && Math.abs(one.at - other.at) < 1
}
