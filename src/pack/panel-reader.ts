import { zstdDecompressSync } from 'node:zlib'
import { Failure } from '../base/failure.ts'
import { BLOCK_BYTES, CHARTS_IN_BLOCK, directoryShape, type PanelDirectory, type SectionOfPanel } from './panel-file.ts'
import { type PatientRow, readRow } from './row.ts'
import type { OpenedFile } from './seal.ts'
import { type NameIndex, openNameIndex } from './search/name-index.ts'

/** One panel file, open: its rows and search index in memory, its charts on disk. */
export type PanelFile = {
  readonly charts: number
  readonly gone: readonly string[]
  readonly index: NameIndex
  /** The row of a patient, or -1. */
  find(patientId: string): number
  rowAt(row: number): PatientRow
  /** The row's own text, as written. */
  rowText(row: number): string
  /** Rows of this file and another that are the same patient. */
  rowsAlsoIn(newer: PanelFile): Iterable<number>
  chartText(row: number): Promise<string>
  /** The masked chart's text, or undefined where nothing is masked. */
  maskedText(row: number): Promise<string | undefined>
  /** The rows of each block of charts, in the order of its lines. */
  blocks(): Iterable<number[]>
  /** The block that holds exactly these rows, as it stands. */
  packedBlock(rows: readonly number[]): Promise<Buffer>
  /** The charts' texts of a block's rows. */
  chartTexts(rows: readonly number[]): Promise<string[]>
  idBytes(row: number): Buffer
  close(): Promise<void>
}

/** A block's text may be longer than BLOCK_BYTES by its last chart; nothing is decompressed past this. */
const MOST_BLOCK_BYTES = 64 * 1024 * 1024

export async function openPanelFile(file: OpenedFile): Promise<PanelFile> {
  try {
    return await open(file)
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown
    throw unreadable(thrown)
  }
}

async function open(file: OpenedFile): Promise<PanelFile> {
  const directory = await readDirectory(file)
  const read = await readSections(file, directory)
  const column = (name: SectionOfPanel): Uint32Array => numbers(read(name))
  const rows = read('rows')
  const starts = column('rowStarts')
  const places = column('places')
  const masked = column('masked')
  const blockAt = offsets(column('blockSizes'))
  const index = openNameIndex({
    names: read('names').toString('utf8'),
    sounds: column('sounds'),
    nameStarts: column('nameStarts'),
    nameEntries: column('nameEntries'),
    births: column('births'),
    phones: column('phones'),
    mrns: read('mrns').toString('utf8'),
    mrnRows: column('mrnRows'),
  })
  if (
    starts.length !== directory.charts + 1 ||
    places.length !== directory.charts ||
    index.rowCount !== directory.charts
  )
    throw unreadable()
  const goneText = read('gone').toString('utf8')
  const gone = goneText === '' ? [] : goneText.split('\n').map((line) => String(JSON.parse(line)))

  const rowText = (row: number): string => rows.toString('utf8', starts[row] ?? 0, (starts[row + 1] ?? 1) - 1)
  const packed = async (number: number): Promise<Buffer> => {
    const [from, to] = [blockAt[number], blockAt[number + 1]]
    if (from === undefined || to === undefined) throw unreadable()
    return file.read(from, to - from)
  }
  const block = async (number: number): Promise<Buffer> => {
    const bytes = await packed(number)
    try {
      return zstdDecompressSync(bytes, { chunkSize: BLOCK_BYTES + 16 * 1024, maxOutputLength: MOST_BLOCK_BYTES })
    } catch (thrown) {
      throw unreadable(thrown)
    }
  }
  const textAt = async (place: number): Promise<string> =>
    lineOf(await block(Math.floor(place / CHARTS_IN_BLOCK)), place % CHARTS_IN_BLOCK)
  const idBytes = (row: number): Buffer => {
    const start = (starts[row] ?? 0) + 1
    return rows.subarray(start, endOfId(rows, start))
  }
  /** Where `wanted` (an id's JSON) stands or would stand, from row `low` on. */
  const seek = (wanted: Buffer, low: number): number => {
    let high = directory.charts
    while (low < high) {
      const middle = (low + high) >>> 1
      const start = (starts[middle] ?? 0) + 1
      if (rows.compare(wanted, 0, wanted.length, start, Math.min(start + wanted.length, rows.length)) < 0)
        low = middle + 1
      else high = middle
    }
    return low
  }
  const isAt = (wanted: Buffer, row: number): boolean => {
    const start = (starts[row] ?? 0) + 1
    return (
      row < directory.charts &&
      rows.compare(wanted, 0, wanted.length, start, Math.min(start + wanted.length, rows.length)) === 0
    )
  }

  return {
    charts: directory.charts,
    gone,
    index,
    find(patientId) {
      const wanted = Buffer.from(JSON.stringify(patientId), 'utf8')
      const row = seek(wanted, 0)
      return isAt(wanted, row) ? row : -1
    },
    rowAt: (row) => readRow(rowText(row)),
    rowText,
    idBytes,
    *rowsAlsoIn(newer) {
      let from = 0
      for (let row = 0; row < newer.charts; row++) {
        const wanted = newer.idBytes(row)
        from = seek(wanted, from)
        if (isAt(wanted, from)) yield from
      }
    },
    chartText: (row) => textAt(places[row] ?? 0),
    async maskedText(row) {
      for (let at = 0; at + 1 < masked.length; at += 2) if (masked[at] === row) return textAt(masked[at + 1] ?? 0)
      return undefined
    },
    *blocks() {
      const order = Uint32Array.from(places.keys()).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0))
      let rows: number[] = []
      for (const row of order) {
        const [last] = rows
        if (last !== undefined && blockOf(places, last) !== blockOf(places, row)) {
          yield rows
          rows = []
        }
        rows.push(row)
      }
      if (rows.length > 0) yield rows
    },
    chartTexts: async (rows) => (await block(blockOf(places, rows[0] ?? 0))).toString('utf8').split('\n'),
    packedBlock: (rows) => packed(blockOf(places, rows[0] ?? 0)),
    close: () => file.close(),
  }
}

/** What a panel file holds, at the cost of two small reads. */
export async function readDirectory(file: OpenedFile): Promise<PanelDirectory> {
  if (file.sizeBytes < 4) throw unreadable()
  const length = (await file.read(file.sizeBytes - 4, 4)).readUInt32LE()
  if (length > file.sizeBytes - 4) throw unreadable()
  const text = (await file.read(file.sizeBytes - 4 - length, length)).toString('utf8')
  try {
    return directoryShape.parse(JSON.parse(text))
  } catch (thrown) {
    throw unreadable(thrown)
  }
}

/** All sections stand together: one read, and each is unpacked when it is asked for. */
async function readSections(file: OpenedFile, directory: PanelDirectory): Promise<(name: SectionOfPanel) => Buffer> {
  const extents = Object.values(directory.sections)
  const start = Math.min(...extents.map((extent) => extent.at))
  const end = Math.max(...extents.map((extent) => extent.at + extent.size))
  const packed = await file.read(start, end - start)
  return (name) => {
    const { at, size, rawSize } = directory.sections[name]
    const plain = zstdDecompressSync(packed.subarray(at - start, at - start + size), {
      chunkSize: Math.max(64, rawSize),
      maxOutputLength: Math.max(64, rawSize),
    })
    if (plain.length !== rawSize) throw unreadable()
    return plain
  }
}

function numbers(bytes: Buffer): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer)
  return new Uint32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / 4))
}

function blockOf(places: Uint32Array, row: number): number {
  return Math.floor((places[row] ?? 0) / CHARTS_IN_BLOCK)
}

function offsets(sizes: Uint32Array): Float64Array {
  const at = new Float64Array(sizes.length + 1)
  for (const [number, size] of sizes.entries()) at[number + 1] = (at[number] ?? 0) + size
  return at
}

function lineOf(text: Buffer, line: number): string {
  let start = 0
  for (let skip = line; skip > 0; skip--) {
    const end = text.indexOf(10, start)
    if (end < 0) throw unreadable()
    start = end + 1
  }
  const end = text.indexOf(10, start)
  return text.toString('utf8', start, end < 0 ? text.length : end)
}

function endOfId(rows: Buffer, start: number): number {
  let at = start + 1
  while (at < rows.length && rows[at] !== 0x22) at += rows[at] === 0x5c ? 2 : 1
  return at + 1
}

function unreadable(cause?: unknown): Failure {
  return new Failure(
    'permanent',
    'A panel file opened, but what stands in it is not as the format says. It is not used; fetch the pack again.',
    {
      cause,
    },
  )
}
