import { agoInWords } from '../../../base/ago.ts'
import type { Finding } from '../standby.ts'
import type { View } from '../view.ts'

/** The newest attempt failed: log piles up on the primary, and no restore reaches further than the last segment archived. */
export function archive({ primary }: View): Finding[] {
  const kept = primary?.archive
  if (primary === undefined || kept?.failedAt === undefined) return []
  if (kept.archivedAt !== undefined && kept.archivedAt >= kept.failedAt) return []
  const last = kept.archivedAt === undefined ? 'never' : agoInWords(primary.clock - kept.archivedAt)
  return [
    {
      fault: 'archive-failing',
      because: `The archive takes no log: ${kept.failures} failures, the last segment was archived ${last}.`,
      remedy:
        'Look at the room and the rights of the archive. The primary keeps what was not archived, until its own disk is full.',
    },
  ]
}
