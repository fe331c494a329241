import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import { BLOCK_BYTES, CHARTS_IN_BLOCK, type PanelDirectory, SECTIONS, type SectionOfPanel } from './panel-file.ts'
import { readRow, searchableOf } from './row.ts'
import { buildColumns } from './search/columns.ts'

/** JSON texts, none with a line end in it. `row` is what row.ts writes. */
export type PanelEntry = { row: string; chart: string; masked: string | undefined }

export type PanelWriter = {
  /** Each patient at most once. */
  add(entry: PanelEntry): Promise<void>
  /** A whole block of another panel file as it stands, with the rows of its charts in the order of its lines. */
  addBlock(packed: Buffer, entries: readonly Omit<PanelEntry, 'chart'>[]): Promise<void>
  /** Ids of patients whom this file takes out of the panel, none of them added. */
  finish(gone: Iterable<string>): Promise<{ charts: number; gone: number }>
}

const compress = promisify(zstdCompress)
const OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }
/** Blocks that are compressed at one time, on other threads, while the next charts are read. */
const IN_FLIGHT = 4

/** Writes the inside of a panel file as it grows: memory holds the rows, never the charts. */
export function writePanelFile(write: (plain: Uint8Array) => Promise<void>): PanelWriter {
  let at = 0
  const rows: Row[] = []
  const blockSizes: number[] = []
  const waiting: Promise<Buffer>[] = []
  const open = newBlock()
  const openMasked = newBlock()
  // Masked charts are few; their blocks wait, compressed, until the others are written.
  const maskedBlocks: Promise<Buffer>[] = []

  const put = async (bytes: Uint8Array): Promise<void> => {
    at += bytes.length
    await write(bytes)
  }
  const writeOldest = async (): Promise<void> => {
    const block = await waiting.shift()
    if (block === undefined) return
    blockSizes.push(block.length)
    await put(block)
  }

  const keep = (line: string, place: number, masked: string | undefined): void => {
    rows.push({ line, key: idKey(line), place, masked: masked === undefined ? undefined : lineIn(openMasked, masked) })
    if (isFull(openMasked)) maskedBlocks.push(close(openMasked))
  }

  return {
    async add({ row, chart, masked }) {
      keep(row, lineIn(open, chart), masked)
      if (isFull(open)) waiting.push(close(open))
      while (waiting.length >= IN_FLIGHT) await writeOldest()
    },

    async addBlock(packed, entries) {
      if (open.lines.length > 0) waiting.push(close(open))
      for (const [line, { row, masked }] of entries.entries()) keep(row, open.number * CHARTS_IN_BLOCK + line, masked)
      open.number++
      waiting.push(Promise.resolve(packed))
      while (waiting.length >= IN_FLIGHT) await writeOldest()
    },

    async finish(gone) {
      if (open.lines.length > 0) waiting.push(close(open))
      while (waiting.length > 0) await writeOldest()
      const chartBlocks = blockSizes.length
      if (openMasked.lines.length > 0) maskedBlocks.push(close(openMasked))
      for (const block of await Promise.all(maskedBlocks)) {
        blockSizes.push(block.length)
        await put(block)
      }
      rows.sort(byFirstElement)
      const goneIds = [...gone].map((id) => JSON.stringify(id)).sort()
      const plain: Record<SectionOfPanel, Buffer> = {
        ...rowSections(rows, chartBlocks * CHARTS_IN_BLOCK),
        blockSizes: numbers(blockSizes),
        gone: Buffer.from(goneIds.join('\n'), 'utf8'),
      }
      const sections: Partial<PanelDirectory['sections']> = {}
      for (const name of SECTIONS) {
        const bytes = await compress(plain[name], OPTIONS)
        sections[name] = { at, size: bytes.length, rawSize: plain[name].length }
        await put(bytes)
      }
      const directory = Buffer.from(
        JSON.stringify({ format: 'holdfast-panel/1', charts: rows.length, gone: goneIds.length, sections }),
        'utf8',
      )
      const length = Buffer.alloc(4)
      length.writeUInt32LE(directory.length)
      await put(Buffer.concat([directory, length]))
      return { charts: rows.length, gone: goneIds.length }
    },
  }
}

type Block = { number: number; lines: string[]; length: number }

function newBlock(): Block {
  return { number: 0, lines: [], length: 0 }
}

function lineIn(block: Block, text: string): number {
  block.lines.push(text)
  block.length += text.length
  return block.number * CHARTS_IN_BLOCK + block.lines.length - 1
}

function isFull(block: Block): boolean {
  return block.lines.length >= CHARTS_IN_BLOCK || block.length >= BLOCK_BYTES
}

function close(block: Block): Promise<Buffer> {
  const text = Buffer.from(block.lines.join('\n'), 'utf8')
  block.number++
  block.lines = []
  block.length = 0
  return compress(text, OPTIONS)
}

type Row = { line: string; key: string; place: number; masked: number | undefined }

/** The order of the bytes of the patient's id as it stands in the row. */
function byFirstElement(a: Row, b: Row): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}

/** The id's JSON text, one character a byte of its UTF-8, so that JavaScript compares bytes. */
function idKey(line: string): string {
  const end = endOfString(line, 1)
  const text = line.slice(1, end)
  return /^[\x20-\x7e]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1')
}

/** Just after the JSON string that starts at `start`. */
function endOfString(line: string, start: number): number {
  let at = start + 1
  while (at < line.length && line[at] !== '"') at += line[at] === '\\' ? 2 : 1
  return at + 1
}

function rowSections(
  rows: readonly Row[],
  firstMasked: number,
): Omit<Record<SectionOfPanel, Buffer>, 'blockSizes' | 'gone'> {
  const columns = buildColumns()
  const starts = new Uint32Array(rows.length + 1)
  const lines: Buffer[] = []
  const masked: number[] = []
  let at = 0
  for (const [row, { line, masked: place }] of rows.entries()) {
    const bytes = Buffer.from(`${line}\n`, 'utf8')
    lines.push(bytes)
    at += bytes.length
    starts[row + 1] = at
    if (place !== undefined) masked.push(row, firstMasked + place)
    columns.add(searchableOf(readRow(line)))
  }
  const search = columns.finish()
  return {
    rows: Buffer.concat(lines),
    rowStarts: numbers(starts),
    places: numbers(rows.map((row) => row.place)),
    masked: numbers(masked),
    names: Buffer.from(search.names, 'utf8'),
    sounds: numbers(search.sounds),
    nameStarts: numbers(search.nameStarts),
    nameEntries: numbers(search.nameEntries),
    births: numbers(search.births),
    phones: numbers(search.phones),
    mrns: Buffer.from(search.mrns, 'utf8'),
    mrnRows: numbers(search.mrnRows),
  }
}

/** 32-bit numbers, little-endian, as every machine that runs Node 24 has them in memory. */
function numbers(values: Uint32Array | readonly number[]): Buffer {
  const column = values instanceof Uint32Array ? values : Uint32Array.from(values)
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength)
}
