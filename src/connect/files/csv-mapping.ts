import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { fieldsOf, HOLDINGS } from './csv-fields.ts'

/** Where a field's text stands, and what its words mean (`map`; a word that is not in it is told as a fault of the row). */
type CsvField = { column: string; map?: { [word: string]: string } }

/** What the CSV files of one name mean. */
export type CsvRule = {
  match: string
  holds: string
  encoding: string
  delimiter: string
  /** How days are written: YYYY, MM, DD with any marks between. */
  dates: string
  fields: { [field: string]: CsvField }
}

export type CsvMapping = { rules: CsvRule[] }

const field = z.union([
  z
    .string()
    .min(1)
    .transform((column): CsvField => ({ column })),
  z
    .strictObject({ column: z.string().min(1), map: z.record(z.string(), z.string()).optional() })
    .transform(({ column, map }): CsvField => ({ column, ...(map === undefined ? {} : { map }) })),
])

const shape = z.strictObject({
  csv: z.literal(1),
  files: z.array(
    z.strictObject({
      match: z.string().min(1),
      holds: z.enum(HOLDINGS),
      encoding: z.string().default('utf-8').refine(isEncoding, 'is not an encoding that we can read'),
      delimiter: z.string().length(1).default(','),
      dates: z.string().default('YYYY-MM-DD').refine(isDateShape, 'must hold YYYY, MM and DD once each'),
      fields: z.record(z.string(), field),
    }),
  ),
})

/** Reads a mapping; everything that is wrong with it at once, each with `file:line:column`. */
export function readCsvMapping(text: string, file: string): { mapping: CsvMapping } | { complaints: string[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const placed = (offset: number, says: string): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col} ${says}`
  }
  if (document.errors.length > 0)
    return { complaints: document.errors.map(({ pos, message }) => placed(pos[0], message)) }
  const at = (path: PropertyKey[], says: string): string => placed(offsetOf(document, path), says)
  const raw: unknown = document.toJS()
  const read = shape.safeParse(raw)
  if (!read.success)
    return {
      complaints: read.error.issues.map((issue) =>
        at(issue.path, `${issue.path.join('.') || 'the file'}: ${issue.message}`),
      ),
    }
  const complaints = read.data.files.flatMap((rule, index) => {
    const known = fieldsOf(rule.holds)
    const strange = Object.keys(rule.fields).filter((name) => known?.all.includes(name) !== true)
    const missing = (known?.needed ?? []).filter((name) => rule.fields[name] === undefined)
    return [
      ...strange.map((name) =>
        at(
          ['files', index, 'fields', name],
          `"${name}" is no field of ${rule.holds}; there are ${known?.all.join(', ')}`,
        ),
      ),
      ...missing.map((name) => at(['files', index, 'fields'], `${rule.holds} need the field "${name}"`)),
    ]
  })
  return complaints.length > 0 ? { complaints } : { mapping: { rules: read.data.files } }
}

/** The first rule whose `match` (with `*` and `?`, as shells have them) fits a name, without regard to case. */
export function ruleFor(name: string, mapping: CsvMapping | undefined): CsvRule | undefined {
  const plain = name.toLowerCase().replace(/\.gz$/, '')
  return mapping?.rules.find(({ match }) => {
    const pattern = match
      .toLowerCase()
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    return new RegExp(`^${pattern}$`, 's').test(plain)
  })
}

function offsetOf(document: ReturnType<typeof parseDocument>, path: PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0])
  }
  return 0
}

function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label) instanceof TextDecoder
  } catch {
    return false
  }
}

function isDateShape(written: string): boolean {
  return ['YYYY', 'MM', 'DD'].every((part) => written.split(part).length === 2)
}
