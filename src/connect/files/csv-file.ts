import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { reasonOf } from '../../base/failure.ts'
import type { FhirContext } from '../../chart/fhir/mapped.ts'
import type { Checked } from './checked.ts'
import { mappedRow } from './csv-entry.ts'
import { type CsvMapping, type CsvRule, ruleFor } from './csv-mapping.ts'
import { rowOf } from './csv-row.ts'
import type { TakenFile } from './drop-folder.ts'
import { bytesOf } from './lines.ts'
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
  for await (const first of csvLines(path, name, rule, mostBytes)) {
    // A line further down that cannot be taken apart is told before the lines above it; the rest of the file is used.
    if ('because' in first && first.line > 1) continue
    if ('because' in first) return { type: 'bad', because: `Line ${first.line}: ${first.because}` }
    const columns = new Set(namesIn(first.cells))
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
    if (one.cells.length !== columns.length) {
      yield misunderstood(`The line has ${one.cells.length} columns, and line 1 has ${columns.length}.`, where, one.raw)
      continue
    }
    const cells = Object.fromEntries(columns.map((column, at) => [column, one.cells[at] ?? '']))
    const row = rowOf(cells, rule, context.zone)
    const mapped = mappedRow(rule.holds, row, context)
    for (const fault of row.faults) yield misunderstood(fault, where, one.raw)
    if (mapped.type !== 'set-aside' || row.faults.length === 0) yield { mapped, where, raw: () => one.raw }
  }
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
  const decoder = new TextDecoder(encoding)
  // NUL means nothing in a table, and the hub's database cannot hold it.
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true }).replaceAll('\0', '\uFFFD')
  yield decoder.decode()
}
