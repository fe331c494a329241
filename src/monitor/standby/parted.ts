import { errantTransactions, transactionsInWords } from './errant.ts'
import { beatsOnStandby } from './own-beat.ts'
import { distance, holds, positionInWords } from './position.ts'
import type { Said } from './standby.ts'
import { hasOf, type View } from './view.ts'
import { wentBack } from './went-back.ts'

export type Parted = {
  fault:
    | 'wrong-host'
    | 'roles-swapped'
    | 'both-writable'
    | 'standby-writable'
    | 'wrong-timeline'
    | 'standby-ahead'
    | 'errant-transactions'
  /** Their histories have parted; otherwise they cannot be compared, which is less. */
  sure: boolean
  because: string
}

/** A standby that has just been pointed at a new timeline follows within seconds, or not at all. */
const FOLLOWS_WITHIN_MS = 10_000

/** Why the two are not one line of history, most telling reason first; undefined: they are. */
export function parted(view: View): Parted | undefined {
  return wrongHost(view) ?? errant(view) ?? writable(view) ?? otherTimeline(view) ?? ahead(view) ?? otherBeat(view)
}

function wrongHost({ primary, standby, expected }: View): Parted | undefined {
  const wrong = (because: string): Parted => ({ fault: 'wrong-host', sure: false, because })
  if (primary !== undefined && standby !== undefined && primary.serverId === standby.serverId)
    return wrong('Both addresses lead to one and the same server.')
  for (const [name, side] of [
    ['primary', primary],
    ['standby', standby],
  ] as const)
    if (side?.systemId !== undefined && expected.systemId !== undefined && side.systemId !== expected.systemId)
      return wrong(
        `What answers as the ${name} is another database cluster (${side.systemId}, not ${expected.systemId}).`,
      )
  if (primary !== undefined && standby !== undefined && primary.systemId !== standby.systemId)
    return wrong(`The two are no pair: their system ids are ${primary.systemId} and ${standby.systemId}.`)
  return undefined
}

/** Whether it takes writes now or not: what it has of its own is missing on the primary. */
function errant(view: View): Parted | undefined {
  const found = errantTransactions(view)
  if (found.length === 0) return undefined
  return {
    fault: 'errant-transactions',
    sure: true,
    because: `The standby has transactions that the primary does not have: ${transactionsInWords(found)}. They were written on the standby, or came from another server.`,
  }
}

function writable({ primary, standby, look }: View): Parted | undefined {
  if (standby?.role === 'primary' && primary?.role === 'primary')
    return {
      fault: 'both-writable',
      sure: true,
      because:
        'Both servers take writes, and neither sends to the other: what is written on one is missing on the other.',
    }
  if (standby?.role === 'primary' && primary?.role === 'standby')
    return {
      fault: 'roles-swapped',
      sure: false,
      because:
        'The server that is called the standby takes writes, and the one that is called the primary is a standby.',
    }
  if (standby?.role === 'primary')
    return {
      fault: 'standby-writable',
      sure: false,
      because: `The standby takes writes, and the primary cannot be asked${look.primary.answered ? '' : ` (${look.primary.because})`}.`,
    }
  if (standby !== undefined && takesOurWrite(standby) && primary?.role !== 'standby') return openToWrites(standby)
  if (primary?.role === 'standby')
    return {
      fault: 'roles-swapped',
      sure: false,
      because: 'The server that is called the primary is a standby itself and takes no writes.',
    }
  return undefined
}

/** A standby by its own word that is not closed to writes: nothing shows yet that somebody wrote. */
export function takesOurWrite({ role, write }: Said): boolean {
  return role !== 'primary' && write === 'accepted'
}

function openToWrites({ receiver }: Said): Parted {
  const stands = receiver === undefined || receiver.status === 'stopped' ? ' Its replication is stopped.' : ''
  return {
    fault: 'standby-writable',
    sure: false,
    because: `A write that we tried on the standby was accepted (and taken back): it is not read-only.${stands}`,
  }
}

function otherTimeline({ primary, standby }: View): Parted | undefined {
  if (primary === undefined || standby === undefined) return undefined
  if (standby.role === 'standby' && standby.receiver?.status !== 'streaming' && standby.complaint === 'other-history')
    return {
      fault: 'wrong-timeline',
      sure: true,
      because:
        'The standby has transactions that the primary never had: it asks to go on from a place that the primary does not know.',
    }
  const has = hasOf(standby)
  const { current } = primary
  if (has === undefined || current === undefined || distance(has, current) !== 'other-line') return undefined
  if (has.kind === 'gtid')
    return {
      fault: 'wrong-timeline',
      sure: true,
      because: `Under one number they have different transactions: ${positionInWords(current)} and ${positionInWords(has)}.`,
    }
  if (current.kind === 'gtid') return undefined
  const because = `The primary writes timeline ${current.timeline}, the standby is on timeline ${has.timeline}.`
  const young = standby.clock - standby.startedAt < FOLLOWS_WITHIN_MS
  const follows = standby.receiver !== undefined || young
  return follows && (has.timeline ?? 0) < (current.timeline ?? 0)
    ? { fault: 'wrong-timeline', sure: false, because: `${because} It may still follow.` }
    : { fault: 'wrong-timeline', sure: true, because }
}

/** Once the primary went back behind what the standby had, they stay two histories, also when it has written past that. */
function ahead(view: View): Parted | undefined {
  const mark = wentBack(view)
  if (mark === undefined) return undefined
  const seen = holds(mark.to, mark.had)
    ? 'The standby shows a later heartbeat than the primary counts from now'
    : `The standby had ${positionInWords(mark.had)} when the primary only reached ${positionInWords(mark.to)} later`
  return {
    fault: 'standby-ahead',
    sure: true,
    because: `${seen}: the primary lost what it had already sent, or was restored from an older copy. Nothing that it wrote since is known to be on the standby.`,
  }
}

/** Its positions may be as far as those of our primary, and yet be another's. */
function otherBeat(view: View): Parted | undefined {
  if (view.primary === undefined || beatsOnStandby(view) !== 'of another') return undefined
  return {
    fault: 'wrong-host',
    sure: false,
    because:
      'The heartbeat that the standby shows was not written on this primary: it repeats another server, whatever its positions say.',
  }
}
