import { lostSpanInWords } from '../../base/lost-span.ts'
import type { Instant } from '../../base/time.ts'
import { amountInWords, distance, holds, type LogPosition, positionInWords } from './position.ts'
import type { AtWork, LookRecord } from './record.ts'
import type { Sample } from './standby.ts'

/** A transaction by its number; what it wrote is patient data and not here. */
export type Commit = { xid: string; at: Instant; position: LogPosition }

/** What still exists after the crash, each of it optional but the record, which is kept off the box. */
export type Remains = {
  /** 1. The standby answers. */
  standbySays?: { has: LogPosition; lastCommitAt: Instant | undefined }
  /** 2. Its server does not run, its disk can be read. */
  standbyDisk?: { reaches: LogPosition; lastCommit: Commit | undefined }
  /** 3. The primary is dead, its disk can be read: every commit in its log from what the standby has. */
  primaryDisk?: { commits: readonly Commit[] }
  /** 4. What we kept: positions of the primary, and the newest look in which the standby spoke. */
  samples: readonly Sample[]
  lastHeard: LookRecord | undefined
  /** When the primary was last known to work, or is known to have died. */
  endedAt: Instant | undefined
  /** When the primary last answered us; left out: at its newest sample. */
  primaryAnsweredAt?: Instant | undefined
}

export type Loss = {
  /** Everything committed before this is on the standby. Undefined: never proven. */
  everythingUntil: Instant | undefined
  standbyHas: LogPosition | undefined
  by: 'the standby itself' | 'the disk of the standby' | 'the record kept off the box' | 'nothing'
  lastCommit: { at: Instant; xid: string | undefined } | undefined
  /** Exactly what is missing, oldest first, when the disk of the primary could be read. */
  missing: readonly Commit[] | undefined
  /** Otherwise: no more than what was written in this span, and at least this much of it. */
  atMostMs: number | undefined
  primaryAnsweredAt: Instant | undefined
  atLeast: { amount: number; unit: 'bytes' | 'transactions' } | undefined
  atWork: AtWork[]
}

/** What was lost with the primary, never less than it was: where something is not known, all that may be missing counts as missing. */
export function lossAfterCrash(remains: Remains): Loss {
  const { standbySays, standbyDisk, primaryDisk, samples, lastHeard, endedAt } = remains
  const [has, by] = reach(remains)
  const held = has === undefined ? [] : samples.filter((sample) => holds(has, sample.position))
  const everythingUntil = held.reduce<Instant | undefined>(
    (newest, { at }) => Math.max(newest ?? at, at),
    lastHeard?.provenAt,
  )
  const newest = samples.toSorted((a, b) => a.at - b.at).at(-1)
  const lacking = has === undefined || newest === undefined ? undefined : distance(has, newest.position)
  const after = standbyDisk?.lastCommit?.position ?? has
  return {
    everythingUntil,
    standbyHas: has,
    by,
    lastCommit: lastCommitOf(standbySays, standbyDisk),
    missing:
      primaryDisk === undefined || after === undefined
        ? undefined
        : primaryDisk.commits.filter(({ position }) => !holds(after, position)),
    atMostMs:
      everythingUntil === undefined || endedAt === undefined ? undefined : Math.max(0, endedAt - everythingUntil),
    primaryAnsweredAt: remains.primaryAnsweredAt ?? newest?.at,
    atLeast: lacking === undefined || lacking === 'other-line' ? undefined : lacking,
    atWork: lastHeard?.atWork ?? [],
  }
}

function reach({ standbySays, standbyDisk, lastHeard }: Remains): [LogPosition | undefined, Loss['by']] {
  if (standbySays !== undefined) return [standbySays.has, 'the standby itself']
  if (standbyDisk !== undefined) return [standbyDisk.reaches, 'the disk of the standby']
  if (lastHeard?.has !== undefined) return [lastHeard.has, 'the record kept off the box']
  return [undefined, 'nothing']
}

function lastCommitOf(says: Remains['standbySays'], disk: Remains['standbyDisk']): Loss['lastCommit'] {
  if (disk?.lastCommit !== undefined) return { at: disk.lastCommit.at, xid: disk.lastCommit.xid }
  return says?.lastCommitAt === undefined ? undefined : { at: says.lastCommitAt, xid: undefined }
}

/** The same as sentences; `timeOf` writes an instant as the practice's wall clock shows it. */
export function lossInWords(loss: Loss, timeOf: (at: Instant) => string): string[] {
  const { everythingUntil, standbyHas, by, lastCommit, atWork } = loss
  const position = standbyHas === undefined ? '' : ` (${positionInWords(standbyHas)})`
  return [
    everythingUntil === undefined
      ? 'It is not known up to when the standby has everything: it was never proven.'
      : `The standby has everything up to ${timeOf(everythingUntil)}${position}, by ${by}.`,
    ...(lastCommit === undefined
      ? []
      : [`The last transaction that it has was committed at ${timeOf(lastCommit.at)}.`]),
    ...lost(loss, timeOf),
    ...atWork.map((one) => atWorkInWords(one, timeOf)),
  ]
}

/** `3 people signed in at 00:41:05: Ada Okafor, Lee Birch.` */
export function atWorkInWords({ what, count, who, asOf }: AtWork, timeOf: (at: Instant) => string): string {
  return `${count} ${what} at ${timeOf(asOf)}${who.length === 0 ? '' : `: ${who.join(', ')}`}.`
}

function lost(
  { missing, everythingUntil, primaryAnsweredAt, atLeast }: Loss,
  timeOf: (at: Instant) => string,
): string[] {
  if (missing !== undefined) {
    const [first] = missing
    const last = missing.at(-1)
    return first === undefined || last === undefined
      ? ['It lacks no transaction of the primary.']
      : [
          `It lacks ${missing.length} ${missing.length === 1 ? 'transaction' : 'transactions'} of the primary, committed from ${timeOf(first.at)} to ${timeOf(last.at)}.`,
        ]
  }
  if (everythingUntil === undefined) return ['How much is lost is not known.']
  const least = atLeast === undefined || atLeast.amount === 0 ? undefined : amountInWords(atLeast)
  return [lostSpanInWords(everythingUntil, primaryAnsweredAt, timeOf, least)]
}
