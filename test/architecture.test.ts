import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'

/** docs/map.md draws this table. Each folder of src may import from itself and from those named; nothing else. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  base: [],
  look: ['base'],
  chart: ['base'],
  codeset: ['base'],
  access: ['chart', 'codeset', 'base'],
  pack: ['chart', 'codeset', 'base'],
  monitor: ['chart', 'codeset', 'base'],
  readiness: ['chart', 'codeset', 'base'],
  runbook: ['chart', 'codeset', 'base'],
  downtime: ['chart', 'codeset', 'base'],
  reconcile: ['chart', 'codeset', 'base'],
  paper: ['chart', 'codeset', 'base'],
  connect: ['chart', 'codeset', 'base'],
  site: ['reconcile', 'downtime', 'pack', 'access', 'codeset', 'chart', 'look', 'base'],
  hub: [
    'access',
    'pack',
    'monitor',
    'readiness',
    'runbook',
    'downtime',
    'reconcile',
    'paper',
    'connect',
    'codeset',
    'chart',
    'look',
    'base',
  ],
  cli: [
    'hub',
    'site',
    'access',
    'pack',
    'monitor',
    'readiness',
    'runbook',
    'downtime',
    'reconcile',
    'paper',
    'connect',
    'codeset',
    'chart',
    'look',
    'base',
  ],
}

/** What reaches the world: only the edge may import these. */
const WORLD =
  /^(node:(fs|fs\/promises|net|tls|http|https|http2|dgram|child_process|dns|readline|os)|pg|mysql2.*|net-snmp|nodemailer|@hono\/node-server|aws4fetch)$/
const EDGE = [
  /^connect\//,
  /(^|\/)store\.ts$/,
  /^hub\//,
  /^site\//,
  /^cli\//,
  /^pack\/carriers\//,
  /^paper\/(engine|engine-child)\.ts$/,
  /^look\/assets\.ts$/,
  /^base\/(durable|log|database)\.ts$/,
]

const root = resolve(import.meta.dirname, '../src')
const files = walk(root).filter((file) => file.endsWith('.ts'))

function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? walk(path) : [path]
  })
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [
    ...text.matchAll(
      /^\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

function inSrc(file: string, imported: string): string | undefined {
  return imported.startsWith('.') ? relative(root, resolve(dirname(file), imported)) : undefined
}

const graph = new Map(
  files.map(
    (file) => [relative(root, file), importsOf(file).flatMap((imported) => inSrc(file, imported) ?? [])] as const,
  ),
)
const sources = [...graph].filter(([file]) => !file.endsWith('.test.ts'))

function cyclesIn(edges: Map<string, Set<string>>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (node: string, path: string[]): void => {
    const at = path.indexOf(node)
    if (at >= 0) {
      found.push([...path.slice(at), node].join(' -> '))
      return
    }
    if (done.has(node)) return
    for (const next of edges.get(node) ?? []) visit(next, [...path, node])
    done.add(node)
  }
  for (const node of edges.keys()) visit(node, [])
  return found
}

test('there is something to hold against the rule', () => {
  assert.ok(sources.length > 10, `only ${sources.length} files found under src`)
})

test('arrows go down only: every import is in the dependency table', () => {
  const broken = sources.flatMap(([file, imported]) => {
    const from = file.split('/')[0] ?? ''
    assert.ok(from in MAY_IMPORT, `src/${from} is not in the dependency table`)
    return imported.flatMap((target) => {
      const to = target.split('/')[0] ?? ''
      return to === from || MAY_IMPORT[from]?.includes(to) ? [] : [`${file} imports ${target}`]
    })
  })
  assert.deepEqual(broken, [])
})

test('connectors are siblings: none imports another', () => {
  const broken = sources.flatMap(([file, imported]) => {
    const own = /^connect\/([^/]+)\//.exec(file)?.[1]
    return own === undefined
      ? []
      : imported
          .filter((target) => {
            const other = /^connect\/([^/]+)\//.exec(target)?.[1]
            return other !== undefined && other !== own
          })
          .map((target) => `${file} imports ${target}`)
  })
  assert.deepEqual(broken, [])
})

test('no file imports itself through others', () => {
  assert.deepEqual(cyclesIn(new Map(sources.map(([file, imported]) => [file, new Set(imported)]))), [])
})

test('no folder imports itself through others', () => {
  const folders = new Map<string, Set<string>>()
  for (const [file, imported] of sources) {
    const from = dirname(file)
    const known = folders.get(from) ?? new Set<string>()
    for (const target of imported) if (dirname(target) !== from) known.add(dirname(target))
    folders.set(from, known)
  }
  assert.deepEqual(cyclesIn(folders), [])
})

test('only the edge touches the world', () => {
  const broken = files
    .map((file) => relative(root, file))
    .filter((file) => !file.endsWith('.test.ts') && !EDGE.some((edge) => edge.test(file)))
    .flatMap((file) =>
      importsOf(join(root, file))
        .filter((imported) => WORLD.test(imported))
        .map((imported) => `${file} imports ${imported}`),
    )
  assert.deepEqual(broken, [])
})

test('SQL stands in store.ts, in migrations.ts and in connectors', () => {
  const broken = files
    .map((file) => relative(root, file))
    .filter(
      (file) =>
        !file.endsWith('.test.ts') &&
        !/(^|\/)(store|migrations)\.ts$|^connect\/|^base\/database\.ts$|^hub\/database\//.test(file),
    )
    .filter((file) =>
      /\bsql`|\b(select(?! ?[,}])|insert into|update|delete from)\b[^'"\n]*\b(from|values|set|where)\b[^'"\n]*[`'"]/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    )
  assert.deepEqual(broken, [])
})

test('the wall clock is read in one place', () => {
  const broken = files
    .map((file) => relative(root, file))
    .filter((file) => !file.endsWith('.test.ts') && file !== 'base/time.ts')
    .filter((file) => /\bDate\.now\(\)|new Date\(\)/.test(readFileSync(join(root, file), 'utf8')))
  assert.deepEqual(broken, [])
})

test('no file has a name that says nothing', () => {
  const empty = /(^|\/)(index|utils?|helpers?|types|common|manager|misc)\.ts$/
  assert.deepEqual(
    [...graph.keys()].filter((file) => empty.test(file)),
    [],
  )
})

test('no file outgrows its subject: 400 lines at the most', () => {
  const long = files
    .filter((file) => readFileSync(file, 'utf8').split('\n').length > 400)
    .map((file) => relative(root, file))
  assert.deepEqual(long, [])
})
