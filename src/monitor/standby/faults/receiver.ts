import { spanInWords } from '../../../base/ago.ts'
import { distance, type LogPosition } from '../position.ts'
import { type Finding, LIMITS, type Look, type Said } from '../standby.ts'
import { hasOf, lasts, lookBefore, receives, standsStill, type View } from '../view.ts'

/** What should bring the log and does not. A standby that is idle because its primary is idle has nothing wrong with it. */
export function receiver(view: View): Finding[] {
  const { primary, standby } = view
  if (standby === undefined || standby.role === 'primary') return []
  const told = toldWhy(standby.complaint)
  const isGoneFor = (ms: number): boolean => lasts(view, ms, (look) => not(brings(look)))
  // While the primary does not answer us either, that it does not is the name of it, as soon as that has lasted.
  const isOther = primary !== undefined || isGoneFor(LIMITS.silentMs)
  if (told !== undefined && !brings(view.look) && (isOther || told.fault !== 'receiver-gone')) return [told]
  if (isOther && isGoneFor(LIMITS.patienceMs / 2)) return [told ?? gone(view)]
  if (primary === undefined || standby.receiver === undefined) return []
  const { heardMs, from } = standby.receiver
  const has = hasOf(standby)
  const missing = has === undefined || primary.current === undefined ? 'other-line' : distance(has, primary.current)
  // MariaDB does not say when it heard something last; that nothing comes while something is written says the same.
  const deaf = heardMs === undefined ? hearsNothing(view, standby) : heardMs > LIMITS.patienceMs
  if (deaf && missing !== 'other-line' && missing.amount > 0)
    return [
      {
        fault: 'receiver-deaf',
        because: `The standby calls itself ${standby.receiver.status}, but has heard nothing for ${spanInWords(heardMs ?? LIMITS.patienceMs)} while the primary wrote on: the connection is open and dead.`,
        remedy:
          'Look at the line between the two machines. The engines notice by themselves only after wal_receiver_timeout and wal_sender_timeout, or slave_net_timeout (60 s); 10 s is better.',
      },
    ]
  const heard = heardMs !== undefined && heardMs < LIMITS.patienceMs
  if (heard && lasts(view, LIMITS.patienceMs, noSender))
    return [
      {
        fault: 'follows-another',
        because: `The standby hears its log from ${from ?? 'somebody'}, and the primary sends to nobody: it follows another server.`,
        remedy: 'Compare primary_conninfo on the standby with the primary that the applications use.',
      },
    ]
  return []
}

/**
 * By what it received, in the domains in which the primary writes; where it goes by files and places, by how far it has read in them, if the primary
 * wrote meanwhile. What was replayed tells nothing: replay may be paused while the log arrives.
 */
function hearsNothing(view: View, { received, receiver: its }: Said): boolean {
  const { primary } = view
  const wanted = primary?.current
  if (received !== undefined)
    return standsStill(view, (said) => (said.received === undefined ? undefined : within(said.received, wanted)))
  const before = lookBefore(view)
  if (before === undefined || its?.place === undefined || wanted === undefined) return false
  const then = before.primary.answered ? before.primary.said.current : undefined
  const written = then === undefined ? 'other-line' : distance(then, wanted)
  const placeThen = before.standby.answered ? before.standby.said.receiver?.place : undefined
  return placeThen === its.place && written !== 'other-line' && written.amount > 0
}

function within(position: LogPosition, wanted: LogPosition | undefined): LogPosition {
  if (position.kind === 'lsn' || wanted?.kind !== 'gtid') return position
  const kept = Object.entries(position.domains).filter(([domain]) => domain in wanted.domains)
  return { kind: 'gtid', domains: Object.fromEntries(kept) }
}

function not(so: boolean | undefined): boolean | undefined {
  return so === undefined ? undefined : !so
}

/** PostgreSQL leaves no row when nothing receives; NO ROW is a fault, not "no lag". */
function brings({ standby }: Look): boolean | undefined {
  if (!standby.answered) return undefined
  return standby.said.role === 'primary' || receives(standby.said)
}

function noSender({ primary }: Look): boolean | undefined {
  return primary.answered && primary.said.role === 'primary' ? primary.said.senders.length === 0 : undefined
}

function gone(view: View): Finding {
  const asPrimarySays = view.primary === undefined ? '' : ' The primary has no row for it.'
  return {
    fault: 'receiver-gone',
    because: `${gonePart(view)}${view.primary?.senders.length === 0 ? asPrimarySays : ''}`,
    remedy:
      'Read the newest lines of its log: a full disk, a removed segment, another timeline and a refused sign-in are all told there and nowhere else. The README of this connector has a function that lets Holdfast see which.',
  }
}

function gonePart({ standby }: View): string {
  if (standby?.role === 'unknown')
    return 'The standby takes no writes and has no replication connection: it follows nobody.'
  const { receiver: its } = standby ?? {}
  return its?.name === undefined
    ? 'Nothing receives on the standby.'
    : `The replication connection ${its.name} of the standby does not receive (${its.status}).`
}

function toldWhy(complaint: string | undefined): Finding | undefined {
  return complaint === undefined ? undefined : TOLD[complaint]
}

/** What the standby's own log says, by the connector's word for it. */
const TOLD: { [complaint: string]: Finding | undefined } = {
  'disk-full': {
    fault: 'standby-disk-full',
    because:
      'The disk of the standby is full: its receiver dies again and again, while reads go on and connections are accepted.',
    remedy:
      'Give it room, then CHECKPOINT on the standby: freeing a little is not enough, old log is only removed at a restartpoint.',
  },
  'log-removed': {
    fault: 'log-removed',
    because:
      'The primary has removed log that the standby still needs: it asks again and again and stays as old as it is.',
    remedy:
      'Give the standby a restore_command into the archive (it catches up by itself), or copy it anew. Then use a slot and wal_keep_size.',
  },
  'slot-gone': {
    fault: 'slot-lost',
    because: 'The slot that the standby asks for is not there, or was invalidated.',
    remedy: 'Create it anew on the primary; with a restore_command into the archive no new copy is needed.',
  },
  'sign-in-refused': {
    fault: 'credentials-expired',
    because: 'The primary refuses the sign-in of the standby: no log comes any more.',
    remedy: 'Renew the password of the replication account in primary_conninfo, or its VALID UNTIL on the primary.',
  },
}
