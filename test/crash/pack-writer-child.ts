import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readManifest } from '../../src/pack/manifest.ts'
import { preparePanel } from '../../src/pack/publish-panel.ts'
import type { Publisher } from '../../src/pack/publisher.ts'
import { openVault } from '../../src/pack/vault/store.ts'
import { changed, chartOf, NO_FRESHNESS } from '../pack/small-practice.ts'

/** Publishes into the folder until it is killed; every chart says the number of the publication that it came with. */
const [folder = ''] = process.argv.slice(2)
const kept: { keys: Publisher['keys']; recipients: string[] } = JSON.parse(
  await readFile(join(folder, 'writer-keys.json'), 'utf8'),
)
const vault = await openVault(folder)
const publisher: Publisher = {
  practiceId: 'harbor',
  keys: kept.keys,
  recoveryRecipients: [],
  vault,
  clock: { now: () => 1 },
  restrictedPolicy: 'mask',
}
console.log('writing')
while (true) {
  const previous = await vault.current('panel')
  if (previous === undefined) throw new Error('the manifest is gone')
  const sequence = readManifest(previous).sequence + 1
  const { signed } = await preparePanel(publisher, {
    previous,
    changes: ['a', 'b'].map((id) => changed(chartOf({ id }, { note: `${sequence}` }))),
    recipients: kept.recipients,
    freshness: NO_FRESHNESS,
    // Often enough a new key and a new keyring too, so that those are cut as well.
    rotateKey: sequence % 3 === 0,
  })
  await vault.adopt('panel', signed, sequence)
  console.log(sequence)
}
