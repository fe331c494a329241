import { randomBytes } from 'node:crypto'
import { Failure } from '../base/failure.ts'
import type { Chart } from '../chart/chart.ts'
import { type DataKeys, dataKey, dataKeysOf, type Keyring, keyringFor, newKeyring, withKey } from './keyring.ts'
import { type Layer, markDead, openLayer, panelFilesOf } from './layers.ts'
import type { FileName, Freshness, Manifest, PackFile, SignedManifest } from './pack.ts'
import { type PanelFile, readDirectory } from './panel-reader.ts'
import { type PanelEntry, type PanelWriter, writePanelFile } from './panel-writer.ts'
import { allRecipients, keyringOf, type Prepared, type Publisher, previousManifest, publication } from './publisher.ts'
import { publishable } from './restricted.ts'
import { rowOf, writeRow } from './row.ts'
import { makeSealer, openSealed } from './seal.ts'
import { has, put, type RowSet } from './search/row-set.ts'
import { isRebuildDue, mergeFrom } from './tiers.ts'

export const PANEL = 'panel'

export type PanelChange = { type: 'chart'; chart: Chart } | { type: 'gone'; patientId: string }

/** A new base that nobody knows of yet, sealed by a data key of its own. `replaces`: what it was built instead of. */
export type BuiltBase = {
  file: PackFile
  key: Keyring['keys'][number]
  replaces: ReadonlySet<FileName>
  charts: number
}

/**
 * Seals all charts as a new base. `previous` must have been read before the charts are, so that no change falls between the two; increments that are
 * published while this runs are kept. Costs O(panel), in the background; nothing changes for anybody until `preparePanel` publishes it.
 */
export async function buildBase(
  publisher: Publisher,
  request: { previous: SignedManifest | undefined; charts: AsyncIterable<Chart> | Iterable<Chart> },
): Promise<BuiltBase> {
  const before = previousManifest(publisher, request.previous, PANEL)
  const key = { id: randomBytes(8).toString('hex'), key: randomBytes(32).toString('base64') }
  const { file, charts } = await writeSealed(
    publisher,
    'base',
    key.id,
    Buffer.from(key.key, 'base64'),
    async (writer) => {
      for await (const chart of request.charts) {
        const entry = entryOf(publisher, chart)
        if (entry !== undefined) await writer.add(entry)
      }
      return []
    },
  )
  return { file, key, replaces: new Set(before?.files.map((old) => old.name)), charts }
}

export type PanelPublication = Prepared & { rebuildDue: boolean }

/**
 * Prepares the next panel manifest: `changes` (the last of each patient counts) as one increment, merged with small ones before it. Costs O(changes), amortised.
 * The first publication needs a `base`. Leaving out a recipient who could read before rotates the data key.
 */
export async function preparePanel(
  publisher: Publisher,
  request: {
    previous: SignedManifest | undefined
    changes: AsyncIterable<PanelChange> | Iterable<PanelChange>
    /** age recipients of the sites that may read; the hub and the recovery keys are added. */
    recipients: readonly string[]
    freshness: Freshness
    loading?: boolean
    base?: BuiltBase
    rotateKey?: boolean
    /** One more than any site says it has, after the hub came back from a backup that is older than the sites' packs. */
    sequenceAtLeast?: number
  },
): Promise<PanelPublication> {
  const before = previousManifest(publisher, request.previous, PANEL)
  if (before === undefined && request.base === undefined)
    throw new Failure('permanent', 'The first panel needs a base; build one from all charts.')
  const known = before === undefined ? undefined : await keyringOf(publisher, before)
  const recipients = allRecipients(publisher, request.recipients)
  const kept = (before === undefined ? [] : panelFilesOf(before)).filter(
    (file) => request.base === undefined || (file.role === 'increment' && !request.base.replaces.has(file.name)),
  )
  const files = request.base === undefined ? kept : [request.base.file, ...kept]
  const keyring = nextKeyring(publisher, known, recipients, files, request.base, request.rotateKey ?? false)
  const made = await addIncrement(publisher, before, files, keyring, request.changes)
  const due = keyringFor(keyring, recipients, new Set(made.files.map((file) => file.keyId)))
  const prepared = await publication(publisher, {
    before,
    kind: 'panel',
    packId: PANEL,
    files: made.files,
    freshness: request.freshness,
    keyring: { known, due },
    sequenceAtLeast: request.sequenceAtLeast,
    ...(request.loading === undefined ? {} : { loading: request.loading }),
  })
  return { ...prepared, rebuildDue: made.rebuildDue }
}

function nextKeyring(
  publisher: Publisher,
  known: Keyring | undefined,
  recipients: readonly string[],
  files: readonly PackFile[],
  base: BuiltBase | undefined,
  rotate: boolean,
): Keyring {
  const start = known ?? newKeyring(publisher.practiceId, PANEL, recipients)
  // A base's key has never been given to anybody: taking it into use is a rotation in itself.
  if (base !== undefined) return withKey(start, base.key, recipients)
  return keyringFor(start, recipients, new Set(files.map((file) => file.keyId)), rotate)
}

type Increment = { files: PackFile[]; rebuildDue: boolean }

async function addIncrement(
  publisher: Publisher,
  before: Manifest | undefined,
  files: readonly PackFile[],
  keyring: Keyring,
  changes: AsyncIterable<PanelChange> | Iterable<PanelChange>,
): Promise<Increment> {
  const latest = new Map<string, PanelEntry | undefined>()
  for await (const change of changes) {
    const patientId = change.type === 'gone' ? change.patientId : change.chart.patient.id
    // What may not be published (any more) is taken out, whatever was published before.
    latest.set(patientId, change.type === 'gone' ? undefined : entryOf(publisher, change.chart))
  }
  const keys = dataKeysOf(keyring)
  const sizes = await Promise.all(files.map((file) => chartsIn(publisher, file, keys)))
  const [base = 0, ...increments] = sizes
  if (latest.size === 0 || before === undefined)
    return { files: [...files], rebuildDue: isRebuildDue(base, increments) }

  const from = 1 + mergeFrom(increments, latest.size, base)
  const merged = files.slice(from)
  const { file, charts, gone } = await writeSealed(
    publisher,
    'increment',
    keyring.currentKeyId,
    dataKey(keys, keyring.currentKeyId),
    async (writer) => {
      const taken = await copyLive(publisher, before, merged, keys, latest, writer)
      for (const [patientId, entry] of latest) {
        if (entry === undefined) taken.add(patientId)
        else await writer.add(entry)
      }
      return taken
    },
  )
  return {
    files: [...files.slice(0, from), file],
    rebuildDue: isRebuildDue(base, [...increments.slice(0, from - 1), charts + gone]),
  }
}

/** Copies what is still true of the merged increments as it stands, and gives the patients whom they took out. */
async function copyLive(
  publisher: Publisher,
  manifest: Manifest,
  files: readonly PackFile[],
  keys: DataKeys,
  latest: ReadonlyMap<string, unknown>,
  writer: PanelWriter,
): Promise<Set<string>> {
  const layers: Layer[] = []
  try {
    for (const file of files) layers.push(await openLayer(manifest, file, keys, (name) => publisher.vault.open(name)))
    markDead(layers, new Set(layers.map((layer) => layer.name)))
    for (const { file, dead } of layers) {
      for (const patientId of latest.keys()) {
        const row = file.find(patientId)
        if (row >= 0) put(dead, row)
      }
    }
    const gone = new Set(layers.flatMap((layer) => layer.file.gone).filter((patientId) => !latest.has(patientId)))
    for (const { file, dead } of layers) {
      await copyBlocks(file, dead, writer)
    }
    for (const { file, dead } of layers) {
      for (const patientId of gone) {
        const row = file.find(patientId)
        if (row >= 0 && !has(dead, row)) gone.delete(patientId)
      }
    }
    return gone
  } finally {
    for (const layer of layers) await layer.file.close()
  }
}

/** A block of which everything is still true goes over as it is; of others, what is still true. */
async function copyBlocks(file: PanelFile, dead: RowSet, writer: PanelWriter): Promise<void> {
  for (const rows of file.blocks()) {
    const live = rows.filter((row) => !has(dead, row))
    if (live.length === 0) continue
    const entries = await Promise.all(
      live.map(async (row) => ({ row: file.rowText(row), masked: await file.maskedText(row) })),
    )
    if (live.length === rows.length) {
      await writer.addBlock(await file.packedBlock(rows), entries)
      continue
    }
    const texts = await file.chartTexts(rows)
    for (const [at, row] of live.entries()) {
      const [entry, chart] = [entries[at], texts[rows.indexOf(row)]]
      if (entry !== undefined && chart !== undefined) await writer.add({ ...entry, chart })
    }
  }
}

async function chartsIn(publisher: Publisher, file: PackFile, keys: DataKeys): Promise<number> {
  const context = { practiceId: publisher.practiceId, kind: 'panel', packId: PANEL, role: file.role } as const
  const raw = await publisher.vault.open(file.name)
  try {
    const directory = await readDirectory(await openSealed(dataKey(keys, file.keyId), context, raw))
    return directory.charts + directory.gone
  } finally {
    await raw.close()
  }
}

function entryOf(publisher: Publisher, chart: Chart): PanelEntry | undefined {
  const published = publishable(chart, publisher.restrictedPolicy)
  if (published === undefined) return undefined
  return {
    row: writeRow(rowOf(published.chart)),
    chart: JSON.stringify(published.chart),
    masked: published.masked === undefined ? undefined : JSON.stringify(published.masked),
  }
}

/** Writes a sealed panel file while it grows. `fill` adds the charts and gives the patients whom the file takes out. */
async function writeSealed(
  publisher: Publisher,
  role: 'base' | 'increment',
  keyId: string,
  key: Uint8Array,
  fill: (writer: PanelWriter) => Promise<Iterable<string>>,
): Promise<{ file: PackFile; charts: number; gone: number }> {
  const sealer = makeSealer(key, { practiceId: publisher.practiceId, kind: 'panel', packId: PANEL, role })
  const draft = await publisher.vault.create()
  try {
    const writer = writePanelFile(async (plain) => {
      for (const sealed of sealer.push(plain)) await draft.write(sealed)
    })
    const counts = await writer.finish(await fill(writer))
    for (const sealed of sealer.finish()) await draft.write(sealed)
    return { file: { ...(await draft.finish()), role, keyId }, ...counts }
  } catch (thrown) {
    await draft.drop()
    throw thrown
  }
}
