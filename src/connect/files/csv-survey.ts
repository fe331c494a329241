import { csvLines, namesIn } from './csv-lines.ts'
import type { CsvRule } from './csv-mapping.ts'
import { type DecimalMark, makeMarkFinder } from './csv-number.ts'
import { isNothing } from './words-for-nothing.ts'

/** What only a whole file tells: which of several columns of one name is filled, and how its numbers are written. */
export type Survey = { columns: (string | undefined)[]; marks: Map<string, DecimalMark>; filledTwice: string[] }

const AMOUNTS = ['balanceDue', 'minutes']

/** Reads a file through, where its rule or its first line needs that. Columns of one name are one while only one of them holds anything. */
export async function surveyed(path: string, name: string, rule: CsvRule, mostBytes: number): Promise<Survey> {
  const amounts = AMOUNTS.flatMap((field) => {
    const column = rule.fields[field]?.column
    return column === undefined ? [] : [{ field, column, finder: makeMarkFinder() }]
  })
  let columns: string[] | undefined
  let doubled: number[] = []
  const filled = new Set<number>()
  for await (const line of csvLines(path, name, rule, mostBytes)) {
    if ('because' in line) continue
    if (columns === undefined) {
      columns = namesIn(line.cells)
      doubled = doubledAmong(columns, rule)
      if (doubled.length === 0 && amounts.length === 0) break
      continue
    }
    for (const at of doubled) if (!isNothing((line.cells[at] ?? '').trim())) filled.add(at)
    for (const { column, finder } of amounts) for (const cell of cellsOf(line.cells, columns, column)) finder.see(cell)
  }
  const named = columns ?? []
  return {
    columns: named.map((column, at) => (isMeant(at, doubled, named, filled) ? column : undefined)),
    marks: new Map(
      amounts.flatMap(({ field, finder }): [string, DecimalMark][] => {
        const mark = finder.found()
        return mark === undefined ? [] : [[field, mark]]
      }),
    ),
    filledTwice: [...new Set(named.filter((column) => countFilled(column, named, filled) > 1))],
  }
}

/** The places of columns whose name another has too, as far as the rule reads them. */
function doubledAmong(columns: string[], rule: CsvRule): number[] {
  const read = new Set(Object.values(rule.fields).map(({ column }) => column))
  return columns.flatMap((column, at) =>
    read.has(column) && columns.indexOf(column) !== columns.lastIndexOf(column) ? [at] : [],
  )
}

function cellsOf(cells: string[], columns: string[], wanted: string): string[] {
  return cells.flatMap((cell, at) => (columns[at] === wanted ? cell : []))
}

function isMeant(at: number, doubled: number[], columns: string[], filled: ReadonlySet<number>): boolean {
  if (!doubled.includes(at)) return true
  const same = doubled.filter((other) => columns[other] === columns[at])
  return at === (same.find((other) => filled.has(other)) ?? same[0])
}

function countFilled(column: string, columns: string[], filled: ReadonlySet<number>): number {
  return columns.filter((other, at) => other === column && filled.has(at)).length
}
