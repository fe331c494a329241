import { type Day, yearsBetween } from '../base/zone.ts'
import type { Chart, PersonName } from '../chart/chart.ts'
import { withAges } from '../chart/list-age.ts'
import type { DataKeys } from './keyring.ts'
import { type Layer, livePatients, markDead, type OpenFile, openLayer, panelFilesOf } from './layers.ts'
import type { FileName, Manifest } from './pack.ts'
import type { PatientRow } from './row.ts'
import { findIn, type Hit, type Reason } from './search/find.ts'
import { nameWords } from './search/fold.ts'
import { parseQuery } from './search/query.ts'
import { has } from './search/row-set.ts'

/** A patient in a list of results, with why: `formerName` is the earlier name that fitted. `ageYears` on `today`. */
export type SearchRow = PatientRow & { ageYears: number | undefined; why: Reason; formerName: PersonName | undefined }
/** `total`: how many fit; more than there are rows when the list was cut. */
export type SearchResult = { rows: SearchRow[]; total: number }

/**
 * Every chart of the practice, open for reading from sealed files on this machine. Rows and search index are in memory, charts stay on disk.
 * What a chart says is as of `asOf`: the later of the chart's own and its source's, as the manifest tells; and its lists that are older say so.
 */
export type Panel = {
  readonly manifest: Manifest
  readonly patients: number
  /** All of the words must fit: name parts in any order, former names, dates of birth, phone numbers or their ends, record numbers. */
  search(query: string, options: { limit?: number; today: Day }): SearchResult
  row(patientId: string): PatientRow | undefined
  /** A masked chart is a stub whose `restriction` is not `none`. undefined: not in the panel. */
  chart(patientId: string): Promise<Chart | undefined>
  /** What the stub masks; ask only after break-glass with a reason. undefined where nothing is masked. */
  restrictedChart(patientId: string): Promise<Chart | undefined>
  /** Every chart, as `chart` gives them, in no order; for taking a whole panel out with the recovery key. */
  charts(): AsyncIterable<Chart>
  /** Goes on to a newer manifest of this pack: opens only what is new. Until it is done the panel answers as before; throws `Failure` and stays. */
  apply(manifest: Manifest, keys: DataKeys): Promise<void>
  close(): Promise<void>
}

export type OpenPanelRequest = { manifest: Manifest; keys: DataKeys; open: OpenFile }

/** Throws `permanent` when a file is missing, changed or sealed for somebody else. */
export async function openPanel(request: OpenPanelRequest): Promise<Panel> {
  let manifest = request.manifest
  let layers: Layer[] = []
  let patients = 0
  const users = new Map<FileName, number>()
  const retired = new Map<FileName, Layer>()

  const closeIfUnused = async (layer: Layer): Promise<void> => {
    if ((users.get(layer.name) ?? 0) > 0 || !retired.delete(layer.name)) return
    await layer.file.close()
  }
  const using = async <Result>(layer: Layer, read: () => Promise<Result>): Promise<Result> => {
    users.set(layer.name, (users.get(layer.name) ?? 0) + 1)
    try {
      return await read()
    } finally {
      users.set(layer.name, (users.get(layer.name) ?? 1) - 1)
      await closeIfUnused(layer)
    }
  }
  const retire = async (old: readonly Layer[]): Promise<void> => {
    for (const layer of old) retired.set(layer.name, layer)
    for (const layer of old) await closeIfUnused(layer)
  }

  const apply = async (next: Manifest, keys: DataKeys): Promise<void> => {
    const held = new Map(layers.map((layer) => [layer.name, layer]))
    const fresh: Layer[] = []
    const opened: Layer[] = []
    try {
      for (const file of panelFilesOf(next)) {
        const layer = held.get(file.name) ?? (await openLayer(next, file, keys, request.open))
        if (!held.has(file.name)) fresh.push(layer)
        opened.push(layer)
      }
    } catch (thrown) {
      for (const layer of fresh) await layer.file.close()
      throw thrown
    }
    markDead(opened, new Set(fresh.map((layer) => layer.name)))
    const dropped = layers.filter((layer) => !opened.includes(layer))
    layers = opened
    manifest = next
    patients = livePatients(opened)
    await retire(dropped)
  }
  await apply(request.manifest, request.keys)

  const find = (patientId: string): { layer: Layer; row: number } | undefined => {
    for (const layer of layers.toReversed()) {
      const row = layer.file.find(patientId)
      if (row >= 0) return has(layer.dead, row) ? undefined : { layer, row }
      if (layer.file.gone.includes(patientId)) return undefined
    }
    return undefined
  }
  const read = async (
    patientId: string,
    textOf: (layer: Layer, row: number) => Promise<string | undefined>,
  ): Promise<Chart | undefined> => {
    const found = find(patientId)
    if (found === undefined) return undefined
    const { sources } = manifest.freshness
    const text = await using(found.layer, () => textOf(found.layer, found.row))
    if (text === undefined) return undefined
    const chart: Chart = JSON.parse(text)
    return withAges(chart, sources)
  }

  return {
    get manifest() {
      return manifest
    },
    get patients() {
      return patients
    },
    search: (query, { limit = 50, today }) => searchIn(layers, query, limit, today),
    row(patientId) {
      const found = find(patientId)
      return found === undefined ? undefined : found.layer.file.rowAt(found.row)
    },
    chart: (patientId) => read(patientId, (layer, row) => layer.file.chartText(row)),
    restrictedChart: (patientId) => read(patientId, (layer, row) => layer.file.maskedText(row)),
    async *charts() {
      const { sources } = manifest.freshness
      for (const layer of layers) {
        for (const rows of layer.file.blocks()) {
          const texts = await using(layer, () => layer.file.chartTexts(rows))
          for (const [at, row] of rows.entries()) {
            if (has(layer.dead, row)) continue
            const chart: Chart = JSON.parse(texts[at] ?? 'null')
            yield withAges(chart, sources)
          }
        }
      }
    },
    apply,
    close: () => retire(layers.splice(0)),
  }
}

function searchIn(layers: readonly Layer[], query: string, limit: number, today: Day): SearchResult {
  const terms = parseQuery(query)
  let total = 0
  const found: { hit: Hit; row: PatientRow; name: string }[] = []
  for (const { file, dead } of layers) {
    const { hits, total: here } = findIn(file.index, dead, terms, limit)
    total += here
    for (const hit of hits) {
      const row = file.rowAt(hit.row)
      found.push({ hit, row, name: sortName(row) })
    }
  }
  found.sort((a, b) => a.hit.cost - b.hit.cost || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return { rows: found.slice(0, limit).map(({ hit, row }) => ({ ...row, ...shown(hit, row, today) })), total }
}

function sortName({ name, birthDate }: PatientRow): string {
  return `${name.family}\n${name.given.join(' ')}\n${birthDate ?? ''}`.toLowerCase()
}

function shown(hit: Hit, row: PatientRow, today: Day): Pick<SearchRow, 'ageYears' | 'why' | 'formerName'> {
  const { former } = hit
  return {
    ageYears: row.birthDate?.length === 10 ? yearsBetween(row.birthDate, today) : undefined,
    why: hit.why,
    formerName:
      former === undefined
        ? undefined
        : row.formerNames.find(
            (name) =>
              nameWords(`${name.family} ${name.given.join(' ')}`).includes(former) ||
              nameWords(name.family).includes(former),
          ),
  }
}
