import type { WritableCarrier } from '../../pack/carrier.ts'
import type { Vault } from '../../pack/files.ts'
import type { PaperPart } from '../../pack/publish-site.ts'
import type { StandbysPart } from '../../pack/standby-known.ts'
import type { Site } from '../sites/sites.ts'

/** What publishing needs besides the centre. */
export type Press = {
  vault: Vault
  /** Finished sheets for a site; none until the paper of this practice is set. */
  paperFor(site: Site): Promise<readonly PaperPart[]>
  /** What is known of the standbys, for every site's pack; undefined where none is watched. */
  standbysKnown?(): Promise<StandbysPart | undefined>
  /** Where packs are brought besides the hub itself, by the names of the configuration. */
  carriers: { name: string; carrier: WritableCarrier }[]
}
