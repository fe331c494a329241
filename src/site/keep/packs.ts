import { readSitePeople, type SitePeople } from '../../access/site-people.ts'
import type { Clock } from '../../base/time.ts'
import { HOUR } from '../../base/time.ts'
import type { Carrier } from '../../pack/carrier.ts'
import { readAll, type Vault } from '../../pack/files.ts'
import { type DataKeys, dataKeysOf, openKeyring } from '../../pack/keyring.ts'
import type { Freshness, Manifest } from '../../pack/pack.ts'
import { openPanel, type Panel } from '../../pack/panel.ts'
import { heldManifest, type Received, receivePack, sweepVault } from '../../pack/receive.ts'
import { openSitePack, type SitePack } from '../../pack/site-pack.ts'
import type { SiteFacts } from '../local/facts.ts'

/** What an unlocked site reads from. A pack that has not come yet is undefined. */
export type OpenPacks = { panel: Panel | undefined; site: SitePack | undefined; people: SitePeople | undefined }

/**
 * The packs on this machine. Locked or not, it takes what carriers bring, verifies it and keeps the last good; with the site's identity it
 * also opens them, and goes on to newer ones while people read.
 */
export type Packs = {
  manifests(): { panel: Manifest | undefined; site: Manifest | undefined }
  opened(): OpenPacks
  /** How old what is held is, by class. */
  freshness(): Freshness | undefined
  /** Brings what is newer, and leaves what is older where it is. Throws `Failure`, and the last good packs stay. */
  receive(carrier: Carrier, signal?: AbortSignal): Promise<Brought>
  /** Goes on to what another program brought into the folder (`holdfast pack import`); true when something was newer. */
  reread(): Promise<boolean>
  /** Opens what is held. Throws `Failure` when this identity does not open it. */
  open(identity: string): Promise<void>
  close(): Promise<void>
}

/** Whether anything newer came, and whether anything on the carrier was older than what is here. */
export type Brought = { newer: boolean; older: boolean }

/** Files that no manifest names stay for so long: a stick may be filling, a reader may be reading. */
const SWEEP_AFTER_MS = HOUR

export async function openPacks(options: {
  vault: Vault
  facts: SiteFacts
  clock: Clock
  /** The site's pack was opened or replaced; people may have come or gone. */
  changed: (opened: OpenPacks) => Promise<void>
}): Promise<Packs> {
  const { vault, facts, clock, changed } = options
  const expected = (packId: string) => ({
    practiceId: facts.practiceId,
    kind: packId === 'panel' ? ('panel' as const) : ('site' as const),
    packId,
    hubKeys: facts.hubSigningKeys,
  })
  const held = async (packId: string) => (await heldManifest(vault, expected(packId)))?.manifest
  const manifests = { panel: await held('panel'), site: await held(facts.siteId) }
  let identity: string | undefined
  let opened: OpenPacks = { panel: undefined, site: undefined, people: undefined }
  /** One change at a time: a pull, an unlocking and an import may meet. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(act: () => Promise<Value>): Promise<Value> => {
    const mine = turn.then(act)
    turn = mine.catch(() => {})
    return mine
  }

  const keysFor = async (manifest: Manifest, secret: string): Promise<DataKeys> => {
    const sealed = await readAll(await vault.open(manifest.keyring))
    return dataKeysOf(await openKeyring(sealed, secret, manifest.packId))
  }
  const openFile = (name: string) => vault.open(name)
  const takePanel = async (manifest: Manifest, secret: string): Promise<void> => {
    const keys = await keysFor(manifest, secret)
    if (opened.panel === undefined) opened = { ...opened, panel: await openPanel({ manifest, keys, open: openFile }) }
    else await opened.panel.apply(manifest, keys)
  }
  const takeSite = async (manifest: Manifest, secret: string): Promise<void> => {
    const site = await openSitePack({ manifest, keys: await keysFor(manifest, secret), open: openFile })
    opened = { ...opened, site, people: readSitePeople(site.people) }
  }
  const receiveOne = async (
    carrier: Carrier,
    packId: string,
    signal: AbortSignal | undefined,
  ): Promise<Received['outcome']> => {
    const secret = identity
    const take = packId === 'panel' ? takePanel : takeSite
    const received = await receivePack({
      carrier,
      vault,
      expected: expected(packId),
      ...(secret === undefined ? {} : { tryOut: (manifest: Manifest) => take(manifest, secret) }),
      ...(signal === undefined ? {} : { signal }),
    })
    if (received.outcome === 'adopted') manifests[packId === 'panel' ? 'panel' : 'site'] = received.manifest
    return received.outcome
  }

  const rereadOne = async (packId: string): Promise<boolean> => {
    const which = packId === 'panel' ? 'panel' : 'site'
    const found = await held(packId)
    if (found === undefined || found.sequence <= (manifests[which]?.sequence ?? -1)) return false
    if (identity !== undefined) await (which === 'panel' ? takePanel : takeSite)(found, identity)
    manifests[which] = found
    return true
  }

  return {
    reread: () =>
      inTurn(async () => {
        const site = await rereadOne(facts.siteId)
        if (site && opened.site !== undefined) await changed(opened)
        return (await rereadOne('panel')) || site
      }),
    manifests: () => ({ ...manifests }),
    opened: () => opened,
    freshness: () => freshnessOf(manifests.panel, manifests.site),
    receive: (carrier, signal) =>
      inTurn(async () => {
        // The small pack first: it says who may enter and who is expected.
        const site = await receiveOne(carrier, facts.siteId, signal)
        if (site === 'adopted' && opened.site !== undefined) await changed(opened)
        // A panel that was published before this site could read is not for it; the one that is comes before the site's own pack.
        if (manifests.site === undefined) return { newer: false, older: site === 'older' }
        const outcomes = [site, await receiveOne(carrier, 'panel', signal)]
        const newer = outcomes.includes('adopted')
        if (newer) await sweepVault(vault, ['panel', facts.siteId], clock.now() - SWEEP_AFTER_MS)
        return { newer, older: outcomes.includes('older') }
      }),
    open: (secret) =>
      inTurn(async () => {
        identity = secret
        if (manifests.site !== undefined && opened.site === undefined) await takeSite(manifests.site, secret)
        if (manifests.panel !== undefined && opened.panel === undefined) await takePanel(manifests.panel, secret)
        if (opened.site !== undefined) await changed(opened)
      }),
    close: () =>
      inTurn(async () => {
        identity = undefined
        const panel = opened.panel
        opened = { panel: undefined, site: undefined, people: undefined }
        await panel?.close()
      }),
  }
}

/** Each class from the pack that carries it. */
function freshnessOf(panel: Manifest | undefined, site: Manifest | undefined): Freshness | undefined {
  if (panel === undefined && site === undefined) return undefined
  return {
    schedule: site?.freshness.schedule,
    keyData: panel?.freshness.keyData,
    roster: site?.freshness.roster,
    sources: panel?.freshness.sources ?? site?.freshness.sources ?? [],
    canary: site?.freshness.canary ?? panel?.freshness.canary,
  }
}
