import { reasonOf } from '../../base/failure.ts'
import { HOUR, MINUTE } from '../../base/time.ts'
import { fillRestricted } from '../../chart/restrictions/store.ts'
import { namesOf } from '../../pack/files.ts'
import { readManifest } from '../../pack/manifest.ts'
import { mirrorPack } from '../../pack/mirror.ts'
import type { SignedManifest } from '../../pack/pack.ts'
import type { Publisher } from '../../pack/publisher.ts'
import { recoveryKeys } from '../keys/store.ts'
import type { Policy } from '../policy/policy.ts'
import { policyInForce } from '../policy/store.ts'
import {
  currentPublications,
  forgetPublicationsBefore,
  manifestsSince,
  noteMirrored,
  notePublishFault,
  publishFault,
} from '../publications/store.ts'
import { takeTurn } from '../turn/store.ts'
import type { Centre } from './centre.ts'
import type { Press } from './press.ts'
import { publishPanel, rebuildPanel } from './publish-panel.ts'
import { publishSites } from './publish-sites.ts'

/**
 * Publishes what changed: the panel first, then the pack of each enrolled site. One hub does it at a time; undefined when another is at it.
 * Gives the packs that have a new manifest. A failure is kept, so that the watch tells of it, and thrown.
 */
export async function publish(centre: Centre, press: Press): Promise<string[] | undefined> {
  return takeTurn(centre.db, 'publish', async () => {
    try {
      const { policy } = await policyInForce(centre.db)
      const publisher = await publisherOf(centre, press, policy)
      await fillRestricted(centre.db)
      const panel = await publishPanel(centre, publisher)
      const sites = panel.ready ? await publishSites(centre, press, publisher, policy) : []
      const packs = [...(panel.published ? ['panel'] : []), ...sites]
      if ((await publishFault(centre.db)) !== undefined) await notePublishFault(centre.db, undefined)
      if (packs.length > 0) {
        await forgetPublicationsBefore(centre.db, centre.clock.now() - 10 * MINUTE)
        await centre.changed(centre.db, ['packs', ...sites.map((siteId) => `site:${siteId}`)])
      }
      return packs
    } catch (thrown) {
      const because = reasonOf(thrown)
      centre.log.error({ because }, 'packs could not be published; sites go on with what they have')
      await notePublishFault(centre.db, { at: centre.clock.now(), because })
      throw thrown
    }
  })
}

/** When increments have grown to a part of the base worth the work, seals a new base; publishing goes on meanwhile. */
export async function rebuild(centre: Centre, press: Press): Promise<boolean | undefined> {
  return takeTurn(centre.db, 'rebuild', async () => {
    const { policy } = await policyInForce(centre.db)
    return rebuildPanel(centre, await publisherOf(centre, press, policy))
  })
}

/**
 * Puts the newest manifests beside the sealed files, so that the packs folder opens with the recovery key when the database is lost, and brings both
 * to every carrier that does not have them; failures are kept for the packs page.
 */
export async function mirror(centre: Centre, press: Press): Promise<void> {
  await takeTurn(centre.db, 'mirror', async () => {
    const publications = await currentPublications(centre.db)
    for (const { packId, sequence, signed } of publications)
      if ((await press.vault.current(packId))?.signature !== signed.signature)
        await press.vault.adopt(packId, signed, sequence)
    for (const { name, carrier } of press.carriers) {
      for (const { packId, sequence, signed } of publications) {
        try {
          await mirrorPack(press.vault, carrier, signed)
          await noteMirrored(centre.db, { carrier: name, packId, sequence, at: centre.clock.now(), because: undefined })
        } catch (thrown) {
          const because = reasonOf(thrown)
          centre.log.warn({ carrier: name, packId, because }, 'a carrier did not take a pack; it is tried again')
          await noteMirrored(centre.db, { carrier: name, packId, sequence, at: centre.clock.now(), because })
          break
        }
      }
    }
  })
}

/** Removes sealed files that no manifest of the last while names. A site may still be fetching those of an hour ago. */
export async function sweepFiles(centre: Centre, press: Press): Promise<number> {
  const before = centre.clock.now() - HOUR
  const wanted: SignedManifest[] = [
    ...(await currentPublications(centre.db)).map((publication) => publication.signed),
    ...(await manifestsSince(centre.db, before)),
  ]
  const keep = new Set(wanted.flatMap((signed) => [...namesOf(readManifest(signed))]))
  return press.vault.sweep(keep, before)
}

async function publisherOf(centre: Centre, press: Press, policy: Policy): Promise<Publisher> {
  return {
    practiceId: centre.practice.id,
    keys: centre.keys,
    recoveryRecipients: (await recoveryKeys(centre.db)).map((key) => key.recipient),
    vault: press.vault,
    clock: centre.clock,
    restrictedPolicy: policy.restrictedPolicy,
  }
}
