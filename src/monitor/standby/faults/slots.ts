import { amountInWords } from '../position.ts'
import { type Finding, LIMITS } from '../standby.ts'
import type { View } from '../view.ts'

const inWords = (amount: number) => amountInWords({ amount, unit: 'bytes' })

/** A slot keeps log for a standby that is away: too little and the standby is lost, too much and the primary's disk is. */
export function slots({ primary, expected }: View): Finding[] {
  if (primary?.role !== 'primary') return []
  return primary.slots.flatMap(({ name, active, status, keptBytes, safeBytes }): Finding[] => {
    if (status === 'lost')
      return [
        {
          fault: 'slot-lost',
          because: `The slot ${name} is lost: log that its standby needs has been removed.`,
          remedy:
            'Drop and create the slot anew; with a restore_command into the archive the standby then catches up without a new copy.',
        },
      ]
    if (status === 'unreserved' || (!active && safeBytes !== undefined && safeBytes < LIMITS.slotSafeBytes))
      return [
        {
          fault: 'slot-lost',
          because: `The slot ${name} is about to be lost: ${safeBytes === undefined || safeBytes < 0 ? 'nothing' : inWords(safeBytes)} is left before its log is removed.`,
          remedy: 'Bring the standby back now, or raise max_slot_wal_keep_size if the disk of the primary has room.',
        },
      ]
    if (!active && keptBytes !== undefined && keptBytes > expected.slotKeepBytes)
      return [
        {
          fault: 'slot-eats-disk',
          because: `The slot ${name} is read by nobody and keeps ${inWords(keptBytes)} of log on the primary, more with every write.`,
          remedy:
            'Bring its standby back, or have somebody decide to drop the slot before the disk of the primary is full. Set max_slot_wal_keep_size.',
        },
      ]
    return []
  })
}
