import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { reasonOf } from '../../base/failure.ts'
import { SECTION_NAMES, type SectionName } from '../../chart/chart.ts'
import type { FhirContext } from '../../chart/fhir/mapped.ts'
import type { Checked } from './checked.ts'
import { mappedRow } from './csv-entry.ts'
import { type CsvMapping, type CsvRule, ruleFor } from './csv-mapping.ts'
import { type CsvRow, rowOf } from './csv-row.ts'
import type { TakenFile } from './drop-folder.ts'
import { bytesOf } from './lines.ts'
import { type IdsSeen, isSpoiledId } from './spoiled.ts'
import { misunderstood, type Told } from './told.ts'

type Line = { cells: string[]; line: number; raw: string } | { because: string; line: number; raw: string }

/** A CSV file must fit a rule, and its first line must name every column that the rule reads. */
export async function checkCsv(
  path: string,
  name: string,
  mostBytes: number,
  mapping: CsvMapping | undefined,
): Promise<Checked> {
  const rule = ruleFor(name, mapping)
  if (rule === undefined)
    return {
      type: 'bad',
      because: 'No rule of the mapping fits its name. Name the file as the mapping says, or add a rule.',
    }
  const wrongBytes = await wrongBytesIn(path, name, rule.encoding)
  if (wrongBytes !== undefined) return { type: 'bad', because: wrongBytes }
  for await (const first of csvLines(path, name, rule, mostBytes)) {
    // A line further down that cannot be taken apart is told before the lines above it; the rest of the file is used.
    if ('because' in first && first.line > 1) continue
    if ('because' in first) return { type: 'bad', because: `Line ${first.line}: ${first.because}` }
    const names = namesIn(first.cells)
    const columns = new Set(names)
    const twice = Object.values(rule.fields).find(({ column }) => names.filter((one) => one === column).length > 1)
    if (twice !== undefined)
      return {
        type: 'bad',
        because: `Line 1 names the column "${twice.column}" twice. Rename one of them, or the mapping cannot say which is meant.`,
      }
    const missing = Object.values(rule.fields)
      .map(({ column }) => column)
      .filter((column) => !columns.has(column))
    if (missing.length === 0) return { type: 'good' }
    const list = [...new Set(missing)].map((column) => `"${column}"`).join(', ')
    return {
      type: 'bad',
      because: `Line 1 does not name the columns ${list}. Is the delimiter "${rule.delimiter}" right?`,
    }
  }
  return { type: 'bad', because: 'It has no lines.' }
}

const AT_ONCE = 500

/** The rows of a CSV file, some at once. */
export async function* csvTold(...asked: Parameters<typeof rowsTold>): AsyncGenerator<Told[]> {
  let told: Told[] = []
  for await (const one of rowsTold(...asked)) {
    told.push(one)
    if (told.length < AT_ONCE) continue
    yield told
    told = []
  }
  yield told
}

async function* rowsTold(
  file: TakenFile,
  rule: CsvRule,
  context: Pick<FhirContext, 'sourceId' | 'asOf' | 'zone'>,
  mostBytes: number,
  doubled: ReadonlySet<string> = new Set(),
): AsyncGenerator<Told> {
  let columns: string[] | undefined
  for await (const one of csvLines(file.path, file.name, rule, mostBytes)) {
    const where = `${file.name}:${one.line}`
    if ('because' in one) {
      yield misunderstood(one.because, where, one.raw)
      continue
    }
    if (columns === undefined) {
      columns = namesIn(one.cells)
      continue
    }
    const filled = fitted(one.cells, columns)
    if (filled === undefined) {
      yield misunderstood(`The line has ${one.cells.length} columns, and line 1 has ${columns.length}.`, where, one.raw)
      continue
    }
    const cells = Object.fromEntries(columns.map((column, at) => [column, filled[at] ?? '']))
    const row = rowOf(cells, rule, context.zone)
    const mapped = mappedRow(rule.holds, row, context, doubled)
    for (const fault of row.faults) yield misunderstood(fault, where, one.raw, whoseRow(rule, row))
    if (mapped.type !== 'set-aside' || row.faults.length === 0) yield { mapped, where, raw: () => one.raw }
  }
}

/** The patients of a file that may have several rows of one id, for those that name two people. */
export async function seeIds(
  file: TakenFile,
  rule: CsvRule,
  context: Pick<FhirContext, 'sourceId' | 'asOf' | 'zone'>,
  mostBytes: number,
  seen: IdsSeen,
): Promise<void> {
  if (rule.holds !== 'patients') return
  for await (const { mapped } of rowsTold(file, rule, context, mostBytes))
    if (mapped.type === 'patient') seen.see(mapped.patient.id, mapped.patient)
}

/** A line with empty cells too many at its end, as some programs write them, is the line without them. */
function fitted(cells: string[], columns: string[]): string[] | undefined {
  if (cells.length === columns.length) return cells
  const rest = cells.length > columns.length ? cells.slice(columns.length) : columns.slice(cells.length)
  return rest.every((cell) => cell.trim() === '') ? cells.slice(0, columns.length) : undefined
}

function whoseRow(rule: CsvRule, row: CsvRow): { patientId?: string; section?: SectionName } {
  const patientId = row.said(rule.holds === 'patients' ? 'id' : 'patientId')
  const section = SECTION_NAMES.find((name) => name === rule.holds)
  if (patientId === undefined || isSpoiledId(patientId)) return {}
  return { patientId, ...(section === undefined ? {} : { section }) }
}

function namesIn(cells: string[]): string[] {
  return cells.map((cell) => cell.replace(/^\uFEFF/, '').trim())
}

/** Lines as cells. A line that cannot be taken apart is told, and reading goes on after it. */
async function* csvLines(path: string, name: string, rule: CsvRule, mostBytes: number): AsyncGenerator<Line> {
  const skipped: Line[] = []
  const parser = parse({
    delimiter: rule.delimiter,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: mostBytes,
    info: true,
    raw: true,
    on_skip: (thrown, raw) => {
      const line = thrown !== undefined && 'lines' in thrown && typeof thrown.lines === 'number' ? thrown.lines : 0
      skipped.push({ because: 'The line cannot be taken apart into columns (quotes?).', line, raw: raw ?? '' })
      return undefined
    },
  })
  const bytes = Readable.from(decoded(bytesOf(path, name), rule.encoding))
  bytes.on('error', (thrown) => parser.destroy(thrown))
  bytes.pipe(parser)
  try {
    for await (const parsed of parser) {
      yield* skipped.splice(0)
      const { record, info, raw }: { record: string[]; info: { lines: number }; raw: string } = parsed
      // A spreadsheet's word on the delimiter is no line of the table.
      if (info.lines === 1 && /^\uFEFF?sep=/i.test(raw)) continue
      yield { cells: record, line: info.lines, raw: raw.trimEnd() }
    }
    yield* skipped.splice(0)
  } catch (thrown) {
    if (
      thrown instanceof Error &&
      'code' in thrown &&
      typeof thrown.code === 'string' &&
      thrown.code.startsWith('CSV_')
    )
      yield {
        because: `From here on the file cannot be read as CSV (${thrown.code}).`,
        line: 0,
        raw: reasonOf(thrown).slice(0, 200),
      }
    else throw thrown
  } finally {
    bytes.destroy()
    parser.destroy()
  }
}

async function* decoded(bytes: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  for await (const chunk of bytes) {
    decoder ??= new TextDecoder(markedEncoding(chunk) ?? encoding)
    // NUL means nothing in a table, and the hub's database cannot hold it.
    yield decoder.decode(chunk, { stream: true }).replaceAll('\0', '\uFFFD')
  }
  yield decoder?.decode() ?? ''
}

/** What the mark at the beginning of a file says, whatever the mapping says. */
function markedEncoding(first: Buffer): string | undefined {
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le'
  return first[0] === 0xfe && first[1] === 0xff ? 'utf-16be' : undefined
}

/** Why a file is not in the encoding that it should be in: letters would be lost, and names with them. */
async function wrongBytesIn(path: string, name: string, encoding: string): Promise<string | undefined> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  let lines = 1
  for await (const chunk of bytesOf(path, name)) {
    decoder ??= new TextDecoder(markedEncoding(chunk) ?? encoding, { fatal: true })
    try {
      lines += decoder.decode(chunk, { stream: true }).split('\n').length - 1
    } catch {
      lines += linesBeforeFault(chunk, decoder.encoding)
      return `It is not ${encoding} from line ${lines} on. It may be windows-1252: write "encoding: windows-1252" at its rule, or export it as UTF-8.`
    }
  }
  return undefined
}

function linesBeforeFault(chunk: Buffer, encoding: string): number {
  const parts = chunk.toString('latin1').split('\n')
  const isWhole = (part: string): boolean => {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(Buffer.from(part, 'latin1')).length >= 0
    } catch {
      return false
    }
  }
  return Math.max(
    0,
    parts.findIndex((part) => !isWhole(part)),
  )
}
