import type { Doubt } from '../../chart/chart.ts'
import type { Loss } from '../../chart/losses.ts'
import type { What } from './held.ts'

/** What a chart says of its own lists that are held back. */
export function heldDoubts(sourceId: string, { held, lost }: { held: readonly What[]; lost: Loss }): Doubt[] {
  return held.map((what): Doubt => {
    if (what === 'charts' || what === 'visits')
      return {
        kind: 'held-back',
        sourceId,
        count: 1,
        because: 'the source’s last answer no longer has this patient, nor many others; it is not believed yet',
      }
    return {
      kind: 'held-back',
      section: what,
      sourceId,
      count: lost.sections[what] ?? 0,
      because: 'the source’s last answer takes this away from many charts at once; it is not believed yet',
    }
  })
}
