import { parted, takesOurWrite } from '../parted.ts'
import type { Finding } from '../standby.ts'
import type { View } from '../view.ts'

const REMEDY: Record<NonNullable<ReturnType<typeof parted>>['fault'], string> = {
  'wrong-host':
    'Correct the address, or the name that leads there. Before anything destructive on either machine, look twice which one it is.',
  'roles-swapped':
    'If this was a switchover, swap the two in the configuration of the hub. If nobody did it, find out who did.',
  'both-writable':
    'Stop the writers of one side now, and choose with somebody who may. Save the data directory of the other side before anything else: pg_rewind throws its newest rows away without a word.',
  'standby-writable':
    'Find out whether somebody promoted it. Keep applications away from it; a write here is missing on the primary.',
  'wrong-timeline':
    'It cannot follow any more. Save its data directory, list what only it has, then rewind it (pg_rewind) or copy it anew.',
  'errant-transactions':
    'Do not promote or rebuild it yet: save its binary log and list these transactions (mysqlbinlog), since they may be entries that somebody made. Enter on the primary what matters, then copy the standby anew. FLUSH and ANALYZE without NO_WRITE_TO_BINLOG look the same and change nothing. Keep read_only on, and accounts with READ_ONLY ADMIN away from it.',
  'standby-ahead':
    'Do not restart or rewind the standby: it may hold the only copy of writes that the primary has lost. Save its data directory first.',
}

/** Two histories where there should be one. A standby that has writes of its own and still takes more is told as both. */
export function history(view: View): Finding[] {
  const apart = parted(view)
  if (apart === undefined) return []
  const found = [{ fault: apart.fault, because: apart.because, remedy: REMEDY[apart.fault] }]
  if (apart.fault !== 'errant-transactions' || view.standby === undefined || !takesOurWrite(view.standby)) return found
  const because = 'The standby still takes writes: one that we tried was accepted (and taken back).'
  return [...found, { fault: 'standby-writable', because, remedy: REMEDY['standby-writable'] }]
}
