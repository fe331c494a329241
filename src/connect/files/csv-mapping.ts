import { isMap, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { didYouMean } from '../../base/did-you-mean.ts'
import { type ShapeFault, shapeFaults } from '../../base/shape-faults.ts'
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

const rule = z.strictObject({
  match: z.string().min(1),
  holds: z.enum(HOLDINGS),
  encoding: z.string().default('utf-8').refine(isEncoding, 'is not an encoding that we can read'),
  delimiter: z.string().length(1).default(','),
  dates: z.string().default('YYYY-MM-DD').refine(isDateShape, 'must hold YYYY, MM and DD once each'),
  fields: z.record(z.string(), field),
})

const shape = z.strictObject({ csv: z.literal(1), files: z.array(rule) })

/** Whether a text is a mapping of CSV files, right or wrong, and not one of a database. */
export function isCsvMapping(text: string): boolean {
  const document = parseDocument(text, { logLevel: 'error' })
  return isMap(document.contents) && document.contents.has('csv')
}

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
  const read = shape.safeParse(raw, { reportInput: true })
  const misshapen = read.success ? [] : shapeFaults(shape, read.error, 'the mapping')
  const complaints = [...misshapen, ...fieldFaults(raw)].map(({ path, says }) => at(path, says))
  return read.success && complaints.length === 0 ? { mapping: { rules: read.data.files } } : { complaints }
}

/** Fields that there are not, and fields that are missing, of every rule whose fields can be read: a slip elsewhere must not hide them. */
function fieldFaults(raw: unknown): ShapeFault[] {
  const files = z.object({ files: z.array(z.unknown()) }).safeParse(raw).data?.files ?? []
  return files.flatMap((one, index) => {
    const { holds, fields } = rule.pick({ holds: true, fields: true }).strip().safeParse(one).data ?? {}
    const known = holds === undefined ? undefined : fieldsOf(holds)
    if (fields === undefined || known === undefined) return []
    const path = ['files', index, 'fields']
    const strange = Object.keys(fields).filter((name) => !known.all.includes(name))
    const missing = known.needed.filter((name) => fields[name] === undefined)
    return [
      ...strange.map((name) => ({
        path: [...path, name],
        says: `"${name}" is no field of ${holds}.${didYouMean(name, known.all) || ` There are ${known.all.join(', ')}.`}`,
      })),
      ...missing.map((name) => ({ path, says: `${holds} need the field "${name}".` })),
    ]
  })
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
