import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { reasonOf } from '../../base/failure.ts'
import { decoded } from './csv-bytes.ts'
import type { CsvRule } from './csv-mapping.ts'
import { bytesOf } from './lines.ts'

export type CsvLine = { cells: string[]; line: number; raw: string } | { because: string; line: number; raw: string }

export function namesIn(cells: string[]): string[] {
  return cells.map((cell) => cell.replace(/^\uFEFF/, '').trim())
}

/** Lines as cells. A line that cannot be taken apart is told, and reading goes on after it. */
export async function* csvLines(path: string, name: string, rule: CsvRule, mostBytes: number): AsyncGenerator<CsvLine> {
  const skipped: CsvLine[] = []
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
