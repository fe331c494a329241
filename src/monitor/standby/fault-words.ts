import type { Fault } from './standby.ts'

/**
 * How much a trouble matters, worst first. One alarm is open for a pair; people are told again only when something of a worse class comes to it.
 */
export const CLASSES = ['histories', 'writes', 'log', 'reading', 'later'] as const
export type Class = (typeof CLASSES)[number]

const CLASS_OF: Record<Fault, Class> = {
  'both-writable': 'histories',
  'standby-writable': 'histories',
  'standby-ahead': 'histories',
  'errant-transactions': 'histories',
  'wrong-timeline': 'histories',
  'wrong-host': 'histories',
  'roles-swapped': 'histories',
  'commits-hang': 'writes',
  'heartbeat-stopped': 'writes',
  'primary-unreachable': 'writes',
  'standby-unreachable': 'log',
  'synchronous-degraded': 'log',
  'receiver-gone': 'log',
  'receiver-deaf': 'log',
  'standby-disk-full': 'log',
  'log-removed': 'log',
  'follows-another': 'log',
  'slot-lost': 'log',
  'slot-eats-disk': 'log',
  'credentials-expired': 'reading',
  'replay-paused': 'reading',
  'replay-stopped': 'reading',
  'replay-stalled': 'reading',
  'archive-failing': 'later',
  'credentials-expiring': 'later',
  'clock-skew': 'later',
}

/** What goes on working, so that nobody does in haste what cannot be undone. */
export const STILL: Record<Class, string> = {
  histories: 'The primary serves as before. Promote, rewind or delete nothing until somebody has looked at both.',
  writes: 'The standby keeps what it has.',
  log: 'People work on the primary as before. What the standby does not have yet exists only there.',
  reading:
    'People work on the primary as before, and what the standby has on its disk is safe. Whoever reads the standby may see an old state.',
  later: 'Both servers work as before.',
}

/** Each fault as a headline says it. */
export const FAULT_WORDS: Record<Fault, string> = {
  'both-writable': 'both servers take writes',
  'standby-writable': 'the standby takes writes',
  'standby-ahead': 'the standby is ahead of its primary',
  'errant-transactions': 'the standby has writes of its own',
  'wrong-timeline': 'the two have different histories',
  'wrong-host': 'an address leads to the wrong server',
  'roles-swapped': 'primary and standby have changed places',
  'commits-hang': 'commits hang, waiting for the standby',
  'heartbeat-stopped': 'the primary takes no writes',
  'primary-unreachable': 'the primary does not answer',
  'standby-unreachable': 'the standby does not answer',
  'synchronous-degraded': 'commits no longer wait for the standby',
  'receiver-gone': 'the standby receives nothing',
  'receiver-deaf': 'the standby receives nothing, over a connection that looks open',
  'standby-disk-full': 'the disk of the standby is full',
  'log-removed': 'log that the standby needs has been removed',
  'follows-another': 'the standby follows another server',
  'slot-lost': 'a slot has lost its log',
  'slot-eats-disk': 'a slot keeps log until the disk is full',
  'credentials-expired': 'a sign-in is refused',
  'replay-paused': 'replay on the standby is paused',
  'replay-stopped': 'replay on the standby has stopped',
  'replay-stalled': 'replay on the standby stands still',
  'archive-failing': 'the archive takes no log',
  'credentials-expiring': 'the sign-in of Holdfast ends soon',
  'clock-skew': 'a clock is off',
}

export function classOfFault(fault: Fault): Class {
  return CLASS_OF[fault]
}
