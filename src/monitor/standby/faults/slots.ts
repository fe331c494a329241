import { amountInWords } from '../position.ts'
import { type Finding, LIMITS, type Said } from '../standby.ts'
import type { View } from '../view.ts'

type Slot = Said['slots'][number]

const inWords = (amount: number) => amountInWords({ amount, unit: 'bytes' })

/**
 * A slot keeps log for whoever reads it: too little and the reader is lost, too much and the disk is. A logical slot (change data capture, a reporting
 * copy) keeps it as a physical one does, and so does one on the standby, on the standby's disk.
 */
export function slots({ primary, standby, expected }: View): Finding[] {
  return [
    ...(primary?.slots ?? []).flatMap((slot) => slotFinding(slot, 'primary', expected.slotKeepBytes) ?? []),
    ...(standby?.slots ?? []).flatMap((slot) => slotFinding(slot, 'standby', expected.slotKeepBytes) ?? []),
  ]
}

function slotFinding(slot: Slot, on: 'primary' | 'standby', most: number): Finding | undefined {
  const { active, status, keptBytes, safeBytes } = slot
  if (status === 'lost') return lost(slot, on)
  if (status === 'unreserved' || (!active && safeBytes !== undefined && safeBytes < LIMITS.slotSafeBytes))
    return nearlyLost(slot, on)
  return keptBytes !== undefined && keptBytes > most ? eatsDisk(slot, on, keptBytes) : undefined
}

function lost({ name, logical }: Slot, on: 'primary' | 'standby'): Finding {
  return {
    fault: 'slot-lost',
    because: `The ${kind(logical)} ${name} on the ${on} is lost: log that ${reader(logical)} needs has been removed.`,
    remedy:
      logical === true
        ? 'What reads it has missed changes: drop the slot, create it anew, and have whoever owns its reader load everything again.'
        : 'Drop and create the slot anew; with a restore_command into the archive the standby then catches up without a new copy.',
  }
}

function nearlyLost({ name, logical, safeBytes }: Slot, on: 'primary' | 'standby'): Finding {
  const left = safeBytes === undefined || safeBytes < 0 ? 'nothing' : inWords(safeBytes)
  return {
    fault: 'slot-lost',
    because: `The ${kind(logical)} ${name} on the ${on} is about to be lost: ${left} is left before its log is removed.`,
    remedy: `Bring ${reader(logical)} back now, or raise max_slot_wal_keep_size if the disk of the ${on} has room.`,
  }
}

function eatsDisk({ name, logical, active }: Slot, on: 'primary' | 'standby', keptBytes: number): Finding {
  const how = active ? 'is in use and does not move on: it keeps' : 'is read by nobody and keeps'
  return {
    fault: 'slot-eats-disk',
    because: `The ${kind(logical)} ${name} ${how} ${inWords(keptBytes)} of log on the ${on}, more with every write.`,
    remedy: `Bring ${reader(logical)} back, or have somebody decide to drop the slot before the disk of the ${on} is full. Set max_slot_wal_keep_size.`,
  }
}

const kind = (logical: boolean | undefined) => (logical === true ? 'logical slot' : 'slot')
const reader = (logical: boolean | undefined) => (logical === true ? 'its reader' : 'its standby')
