import { fork } from 'node:child_process'
import { globSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { reasonOf } from '../../src/base/failure.ts'
import { asked } from '../asked.ts'
import { type Bench, type BenchRow, rowOf } from './measured.ts'

/**
 * `npm run bench -- NAME... [--check] [--json FILE] [--patients 20000,200000]`, `npm run bench -- --list`. Every file of this folder that
 * exports `benches` takes part. With `--check` the exit code is 1 when a bar falls short or a bench breaks.
 */
const { values: options, positionals } = asked(
  'npm run bench -- NAME... [--all] [--check] [--json FILE] [--patients 20000,200000]',
  {
    allowPositionals: true,
    options: {
      list: { type: 'boolean' },
      check: { type: 'boolean' },
      json: { type: 'string' },
      patients: { type: 'string' },
      all: { type: 'boolean' },
      // How the runner calls itself: one bench at one size.
      alone: { type: 'string' },
    },
  },
)
const benches = await findBenches()
if (options.alone !== undefined) await runAlone(options.alone, Number(options.patients))
else if (options.list === true || (positionals.length === 0 && options.all !== true)) list()
else await runAll()

async function findBenches(): Promise<Bench[]> {
  const files = globSync('*.ts', { cwd: import.meta.dirname }).toSorted()
  const found = await Promise.all(
    files
      .filter((file) => !file.endsWith('.test.ts') && !['bench.ts', 'measured.ts'].includes(basename(file)))
      .map(async (file) => {
        const held: unknown = await import(join(import.meta.dirname, file))
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bench files say `satisfies Bench[]`
        return typeof held === 'object' && held !== null && 'benches' in held ? (held.benches as readonly Bench[]) : []
      }),
  )
  return found.flat()
}

function list(): void {
  const width = Math.max(10, ...benches.map((bench) => bench.name.length))
  for (const bench of benches) console.log(`${bench.name.padEnd(width)}  ${bench.about}`)
  console.log(`\nnpm run bench -- NAME... [--all] [--check] [--json FILE] [--patients 20000,200000]`)
}

async function runAll(): Promise<void> {
  const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name))
  if (unknown.length > 0) {
    console.error(`There is no bench named ${unknown.join(', ')}. npm run bench -- --list names them.`)
    process.exitCode = 2
    return
  }
  const sizes = options.patients?.split(',').map(Number)
  const rows: BenchRow[] = []
  const broken: string[] = []
  for (const bench of benches.filter((one) => options.all === true || positionals.includes(one.name))) {
    for (const patients of bench.patients === undefined ? [0] : (sizes ?? bench.patients)) {
      console.error(`${bench.name}${patients === 0 ? '' : ` at ${patients.toLocaleString('en')} patients`} ...`)
      const made = await inItsOwnProcess(bench.name, patients, (row) => rows.push(row))
      if (made !== undefined) broken.push(`${bench.name}: ${made}`)
    }
  }
  printTable(rows)
  for (const row of rows) console.log(JSON.stringify(row))
  if (options.json !== undefined) await writeFile(options.json, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  for (const line of broken) console.error(`Broke: ${line}`)
  const short = rows.filter((row) => row.holds === false)
  for (const row of short)
    console.error(`Falls short: ${row.bench}, ${row.measure}: ${shown(row.value)} ${row.unit}, bar ${row.bar}`)
  if (broken.length > 0 || (options.check === true && short.length > 0)) process.exitCode = 1
}

/** Why it broke, or undefined. */
function inItsOwnProcess(name: string, patients: number, take: (row: BenchRow) => void): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = fork(import.meta.filename, ['--alone', name, '--patients', String(patients)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--expose-gc'],
    })
    let because: string | undefined
    child.on('message', (said: { row?: BenchRow; broke?: string }) => {
      if (said.row !== undefined) take(said.row)
      because = said.broke ?? because
    })
    child.once('error', (thrown) => resolve(thrown.message))
    child.once('exit', (code, signal) =>
      resolve(code === 0 ? undefined : (because ?? `it ended with ${signal ?? code}`)),
    )
  })
}

async function runAlone(name: string, patients: number): Promise<void> {
  const bench = benches.find((one) => one.name === name)
  const ended = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(signal, () => ended.abort())
  try {
    const measured = await bench?.run({ patients, signal: ended.signal })
    for await (const one of measured ?? []) process.send?.({ row: rowOf(name, patients, one) })
  } catch (thrown) {
    process.send?.({ broke: reasonOf(thrown) })
    console.error(thrown)
    process.exitCode = 1
  }
  process.disconnect?.()
}

function printTable(rows: BenchRow[]): void {
  const lines = rows.map((row) => [
    row.bench,
    row.patients?.toLocaleString('en') ?? '',
    row.measure,
    `${shown(row.value)} ${row.unit}`,
    row.peer === undefined ? '' : `${row.peer}: ${shown(row.peerValue ?? 0)} ${row.unit}`,
    row.ratio === undefined ? '' : `${shown(row.ratio)} x`,
    row.bar ?? '',
    row.holds === undefined ? '' : row.holds ? 'holds' : 'FALLS SHORT',
  ])
  const head = ['bench', 'patients', 'measure', 'value', 'peer', 'ratio', 'bar', '']
  const widths = head.map((word, at) => Math.max(word.length, ...lines.map((line) => line[at]?.length ?? 0)))
  for (const line of [head, widths.map((width) => '-'.repeat(width)), ...lines])
    console.log(
      line
        .map((word, at) => word.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  console.log()
}

function shown(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en')
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 1 ? value.toFixed(2) : value.toPrecision(2)
}
