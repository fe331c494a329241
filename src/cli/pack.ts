import { Command } from 'commander'
import { Failure, reasonOf } from '../base/failure.ts'
import { folderCarrier } from '../pack/carriers/folder.ts'
import { exportToStick } from '../pack/carriers/stick.ts'
import { checkPack } from '../pack/check.ts'
import { readManifest } from '../pack/manifest.ts'
import type { SignedManifest } from '../pack/pack.ts'
import { type Received, receivePack } from '../pack/receive.ts'
import { isSignedBy } from '../pack/signing.ts'
import { openVault } from '../pack/vault/store.ts'
import { readFacts, type SiteFacts } from '../site/local/facts.ts'
import { defaultSiteFolder, siteFolder } from '../site/local/folder.ts'
import { openWithRecoveryKey } from './pack-open.ts'
import { megabytes, packIdsIn, published } from './pack-words.ts'

/** Packs by hand: onto a stick, from a stick, held against their hashes, opened with the recovery key. */
export function packCommand(): Command {
  const pack = new Command('pack').description(
    'sealed packs: carry them by hand, check them, open them with the recovery key',
  )
  pack
    .command('export')
    .description('write packs onto a stick or into a folder, and read them back')
    .requiredOption('--to <dir>', 'the stick')
    .option('--data <dir>', `a site's folder (default: ${defaultSiteFolder()})`)
    .option('--config <file>', "the hub's configuration: exports the packs of all sites")
    .option('--pack <id...>', 'only these: panel, or a site id')
    .action(exportPacks)
  pack
    .command('import')
    .description('bring packs from a stick into this site')
    .requiredOption('--from <dir>', 'the stick')
    .option('--data <dir>', "the site's folder", defaultSiteFolder())
    .action(importPacks)
  pack
    .command('verify')
    .description(
      'read every file of the packs in a folder and hold it against its name; exit 1 if one is missing or damaged',
    )
    .argument('<dir>')
    .option('--hub-key <base64>', "the hub's public signing key; without it signatures are not checked")
    .action(verifyPacks)
  pack
    .command('open')
    .description('open packs with the recovery key, when hub and sites are gone')
    .requiredOption('--recovery-key <file>', 'what was printed when the key was made (or any age identity file)')
    .requiredOption('--from <dir>', 'a stick, a folder, or the packs folder of a hub or site')
    .option('--hub-key <base64>', "the hub's public signing key, if the recovery key's file does not name it")
    .option('--search <text>', 'find patients')
    .option('--patient <id>', 'print one chart as JSON')
    .option('--restricted', 'with --patient or --out: restricted charts whole')
    .option('--out <dir>', 'write everything out IN THE CLEAR: charts.ndjson, schedules, PDFs')
    .action(openWithRecoveryKey)
  return pack
}

async function exportPacks(options: { to: string; data?: string; config?: string; pack?: string[] }): Promise<void> {
  if (options.config !== undefined && options.data !== undefined)
    throw new Failure('permanent', 'Say either --config (the hub) or --data (a site), not both.')
  const { folder, packs } =
    options.config === undefined
      ? await packsOfSite(options.data ?? defaultSiteFolder())
      : await (await import('./pack-of-hub.ts')).packsOfHub(options.config)
  const chosen = packs.filter((signed) => options.pack?.includes(readManifest(signed).packId) ?? true)
  if (chosen.length === 0)
    throw new Failure('permanent', `There is no such pack in ${folder} yet. Nothing was written.`)
  for (const { packId, sequence, files, bytes } of await exportToStick(await openVault(folder), chosen, options.to))
    console.log(
      `${packId}, no. ${sequence}: ${files} files (${megabytes(bytes)}) written, the whole read back and right`,
    )
  console.log(
    `You may take ${options.to} out now (after the system has let go of it). It holds nothing that can be read without a key.`,
  )
}

async function packsOfSite(data: string): Promise<{ folder: string; packs: SignedManifest[] }> {
  const { packs: folder } = siteFolder(data)
  const vault = await openVault(folder)
  const packs: SignedManifest[] = []
  for (const packId of await packIdsIn(folder)) {
    const signed = await vault.current(packId)
    if (signed !== undefined) packs.push(signed)
  }
  return { folder, packs }
}

async function importPacks(options: { from: string; data: string }): Promise<void> {
  const folder = siteFolder(options.data)
  const facts = await readFacts(folder)
  if (facts === undefined)
    throw new Failure(
      'permanent',
      `There is no site in ${options.data} yet; a stick cannot enrol one. Enrol it first: holdfast site enrol.`,
    )
  const vault = await openVault(folder.packs)
  const carrier = folderCarrier(options.from)
  for (const packId of [facts.siteId, 'panel']) {
    const received = await receivePack({ carrier, vault, expected: expectedOf(facts, packId) })
    console.log(`${packId}: ${toldOf(received)}`)
  }
}

function toldOf(received: Received): string {
  const { outcome, manifest } = received
  const here = manifest === undefined ? 'none' : `no. ${manifest.sequence}, ${published(manifest)}`
  if (outcome === 'adopted') return `${here}, adopted`
  const there = outcome === 'older' ? `it has no. ${received.offered}; ` : ''
  return `nothing newer on the stick (${there}here: ${here})`
}

function expectedOf(facts: SiteFacts, packId: string) {
  const kind = packId === 'panel' ? ('panel' as const) : ('site' as const)
  return { practiceId: facts.practiceId, kind, packId, hubKeys: facts.hubSigningKeys }
}

async function verifyPacks(folder: string, options: { hubKey?: string }): Promise<void> {
  const vault = await openVault(folder, true)
  const packIds = await packIdsIn(folder)
  if (packIds.length === 0) throw new Failure('permanent', `No pack is in ${folder}.`)
  for (const packId of packIds) {
    const complaint = await faultsOf(folder, vault, packId, options.hubKey).catch((thrown: unknown) => reasonOf(thrown))
    if (complaint === undefined) continue
    console.log(`NOT WHOLE  ${packId}: ${complaint}`)
    process.exitCode = 1
  }
}

async function faultsOf(
  folder: string,
  vault: Awaited<ReturnType<typeof openVault>>,
  packId: string,
  hubKey: string | undefined,
): Promise<string | undefined> {
  const signed = await folderCarrier(folder).manifest(packId)
  if (signed === null) return 'its manifest is gone'
  if (hubKey !== undefined && !isSignedBy(signed.manifest, signed.signature, hubKey))
    return 'not signed by that hub key'
  const manifest = readManifest(signed)
  const { files, bytes, missing, damaged } = await checkPack(vault, manifest)
  if (missing.length + damaged.length > 0)
    return `${missing.length} files missing, ${damaged.length} damaged. Export it again.`
  const signature = hubKey === undefined ? 'signature not checked (no --hub-key)' : 'signature right'
  console.log(
    `whole      ${packId}, no. ${manifest.sequence}, ${published(manifest)}: ${files} files, ${megabytes(bytes)}, ${signature}`,
  )
  return undefined
}
