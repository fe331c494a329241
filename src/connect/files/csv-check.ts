import type { Checked } from './checked.ts'
import { wrongBytesIn } from './csv-bytes.ts'
import { csvLines, namesIn } from './csv-lines.ts'
import { type CsvMapping, type CsvRule, ruleFor } from './csv-mapping.ts'
import { surveyed } from './csv-survey.ts'

/** A CSV file must fit a rule, be in its encoding, and its first line must name every column that the rule reads, one time. */
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
  const because =
    (await wrongBytesIn(path, name, rule.encoding)) ??
    (await wrongHeadIn(path, name, rule, mostBytes)) ??
    (await doubledColumnIn(path, name, rule, mostBytes))
  return because === undefined ? { type: 'good' } : { type: 'bad', because }
}

async function wrongHeadIn(path: string, name: string, rule: CsvRule, mostBytes: number): Promise<string | undefined> {
  for await (const first of csvLines(path, name, rule, mostBytes)) {
    // A line further down that cannot be taken apart is told before the lines above it; the rest of the file is used.
    if ('because' in first && first.line > 1) continue
    if ('because' in first) return `Line ${first.line}: ${first.because}`
    const columns = new Set(namesIn(first.cells))
    const missing = Object.values(rule.fields)
      .map(({ column }) => column)
      .filter((column) => !columns.has(column))
    if (missing.length === 0) return undefined
    const list = [...new Set(missing)].map((column) => `"${column}"`).join(', ')
    return `Line 1 does not name the columns ${list}. Is the delimiter "${rule.delimiter}" right?`
  }
  return 'It has no lines.'
}

async function doubledColumnIn(
  path: string,
  name: string,
  rule: CsvRule,
  mostBytes: number,
): Promise<string | undefined> {
  const [column] = (await surveyed(path, name, rule, mostBytes)).filledTwice
  return column === undefined
    ? undefined
    : `Line 1 names the column "${column}" twice, and both are filled. Rename one of them, or the mapping cannot say which is meant.`
}
