import { Failure } from '../base/failure.ts'
import type { RandomAccess } from './files.ts'
import { type DataKeys, dataKey } from './keyring.ts'
import type { FileName, Manifest, PackFile } from './pack.ts'
import { openPanelFile, type PanelFile } from './panel-reader.ts'
import { openSealed } from './seal.ts'
import { emptySet, put, type RowSet, sizeOf } from './search/row-set.ts'

/** A panel file among others: a row is dead when a newer file has the patient, or took the patient out. */
export type Layer = { name: FileName; file: PanelFile; dead: RowSet }

export type OpenFile = (name: FileName) => Promise<RandomAccess>

/** The panel files of a manifest, oldest first: the base and its increments. */
export function panelFilesOf(manifest: Manifest): PackFile[] {
  const base = manifest.files.filter((file) => file.role === 'base')
  if (manifest.kind !== 'panel' || base.length !== 1)
    throw new Failure('permanent', 'This manifest is not that of a panel pack: it has no single base.')
  return [...base, ...manifest.files.filter((file) => file.role === 'increment')]
}

export async function openLayer(manifest: Manifest, file: PackFile, keys: DataKeys, open: OpenFile): Promise<Layer> {
  const { practiceId, kind, packId } = manifest
  const raw = await open(file.name)
  try {
    if (raw.sizeBytes !== file.sizeBytes)
      throw new Failure('permanent', 'A pack file has another size than its manifest says; fetch the pack again.')
    const context = { practiceId, kind, packId, role: file.role }
    const panelFile = await openPanelFile(await openSealed(dataKey(keys, file.keyId), context, raw))
    return { name: file.name, file: panelFile, dead: emptySet(panelFile.charts) }
  } catch (thrown) {
    await raw.close()
    throw thrown
  }
}

/**
 * Marks what newer layers make dead, oldest layer first. Pairs in which neither layer is in `fresh` were marked before, so an increment costs what
 * it holds and not what the panel holds.
 */
export function markDead(layers: readonly Layer[], fresh: ReadonlySet<FileName>): void {
  for (const [at, newer] of layers.entries()) {
    for (const older of layers.slice(0, at)) {
      if (fresh.has(newer.name) || fresh.has(older.name)) markPair(older, newer)
    }
  }
}

function markPair(older: Layer, newer: Layer): void {
  for (const row of older.file.rowsAlsoIn(newer.file)) put(older.dead, row)
  for (const patientId of newer.file.gone) {
    const row = older.file.find(patientId)
    if (row >= 0) put(older.dead, row)
  }
}

export function livePatients(layers: readonly Layer[]): number {
  return layers.reduce((sum, { file, dead }) => sum + file.charts - sizeOf(dead), 0)
}
