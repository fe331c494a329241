import { Failure } from '../../base/failure.ts'
import type { Carrier } from '../../pack/carrier.ts'
import type { ManifestsAnswer } from '../../pack/link.ts'
import type { HubLine } from '../link/hub-line.ts'

/** The hub as a carrier, for the manifests that it has just answered with. */
export function hubCarrier(line: HubLine, answer: ManifestsAnswer): Carrier {
  return {
    where: 'the hub',
    manifest: async (packId) => (packId === 'panel' ? answer.panel : answer.site),
    async file(name, from, signal) {
      const { status, bytes } = await line.file(name, from, signal)
      if (from > 0 && status !== 206)
        throw new Failure('transient', 'The hub cannot go on in the middle of a file. It is fetched anew.')
      return bytes
    },
  }
}
