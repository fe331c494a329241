import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Chart } from '../../src/chart/chart.ts'
import { readAll } from '../../src/pack/files.ts'
import { dataKeysOf, openKeyring } from '../../src/pack/keyring.ts'
import { readManifest } from '../../src/pack/manifest.ts'
import { openPanel, type Panel } from '../../src/pack/panel.ts'
import { type PanelPublication, preparePanel } from '../../src/pack/publish-panel.ts'
import type { Bench, Measured } from './measured.ts'
import { benchChart } from './pack/charts.ts'
import { BENCH_AS_OF, BENCH_TODAY, type BenchPanel, benchPanel } from './pack/panel.ts'
import { deskQueries, HARD, percentile } from './pack/queries.ts'
import { openPeer, sqlitePeer } from './pack/sqlite-peer.ts'

const SQLITE = 'SQLite + FTS5, unencrypted'
const SIZES = [20_000, 200_000]

export const benches = [
  {
    name: 'site-opens',
    about: 'a site opens the panel, against an SQLite file',
    patients: SIZES,
    run: ({ patients }) => siteOpens(patients),
  },
  {
    name: 'name-search',
    about: 'what is typed at a front desk, and one chart, against SQLite with FTS5',
    patients: SIZES,
    run: ({ patients }) => nameSearch(patients),
  },
  {
    name: 'publish-changes',
    about: '1,000 changed charts published, against sealing the whole panel again',
    patients: SIZES,
    run: ({ patients }) => publishChanges(patients),
  },
] satisfies Bench[]

type Opened = { openMs: number; firstAnswerMs: number; residentBytes: number }

/** The middle of five starts, each a process of its own; files are in the page cache for both. */
async function* siteOpens(patients: number): AsyncIterable<Measured> {
  const panel = await benchPanel(patients)
  const path = await sqlitePeer(patients)
  const ours = await middleOf(['panel', String(patients)])
  const theirs = await middleOf(['peer', path])
  const size = readManifest(panel.signed).files.reduce((sum, file) => sum + file.sizeBytes, 0)
  yield {
    measure: 'open',
    value: ours.openMs / 1000,
    unit: 's',
    bar: { of: 'value', most: 1.5 },
    peer: { name: SQLITE, value: theirs.openMs / 1000 },
  }
  yield {
    measure: 'open, first search, first chart',
    value: ours.firstAnswerMs / 1000,
    unit: 's',
    peer: { name: SQLITE, value: theirs.firstAnswerMs / 1000 },
  }
  yield {
    measure: 'most memory resident',
    value: ours.residentBytes / 2 ** 20,
    unit: 'MB',
    bar: { of: 'value', most: 250 },
    peer: { name: SQLITE, value: theirs.residentBytes / 2 ** 20 },
  }
  yield { measure: 'size on disk', value: size / 1e6, unit: 'MB' }
}

async function middleOf(words: string[]): Promise<Opened> {
  const opened: Opened[] = []
  for (let start = 0; start < 5; start++) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(import.meta.dirname, 'pack/open-child.ts'),
      ...words,
    ])
    opened.push(JSON.parse(stdout))
  }
  const middle = (read: (one: Opened) => number): number => percentile(opened.map(read), 0.5)
  return {
    openMs: middle((one) => one.openMs),
    firstAnswerMs: middle((one) => one.firstAnswerMs),
    residentBytes: Math.max(...opened.map((one) => one.residentBytes)),
  }
}

async function* nameSearch(patients: number): AsyncIterable<Measured> {
  const panel = await open(await benchPanel(patients))
  const peer = openPeer(await sqlitePeer(patients))
  const queries = deskQueries(patients, 3000).map((query) => query.text)
  const search = (text: string): unknown => panel.search(text, { today: BENCH_TODAY })
  for (const [share, name] of [
    [0.5, 'p50'],
    [0.99, 'p99'],
  ] as const) {
    const ours = percentile(timesOf(queries, search), share)
    const theirs = percentile(
      timesOf(queries, (text) => peer.search(text)),
      share,
    )
    yield {
      measure: `search ${name}`,
      value: ours,
      unit: 'ms',
      peer: { name: SQLITE, value: theirs },
      ...(share === 0.99 ? { bar: { of: 'value', most: 5 } } : {}),
    }
  }
  const hard = HARD.flatMap((text) => Array.from({ length: 20 }, () => text))
  yield {
    measure: 'search p99, the dearest queries',
    value: percentile(timesOf(hard, search), 0.99),
    unit: 'ms',
    bar: { of: 'value', most: 5 },
    peer: {
      name: SQLITE,
      value: percentile(
        timesOf(hard, (text) => peer.search(text)),
        0.99,
      ),
    },
  }
  const ids = Array.from({ length: 1000 }, (_, at) => `pt-${(at * 7919) % patients}`)
  const charts: number[] = []
  for (const id of ids) {
    const started = performance.now()
    await panel.chart(id)
    charts.push(performance.now() - started)
  }
  const theirs = timesOf(ids, (id) => peer.chart(id))
  yield {
    measure: 'one chart p95',
    value: percentile(charts, 0.95),
    unit: 'ms',
    bar: { of: 'value', most: 5 },
    peer: { name: SQLITE, value: percentile(theirs, 0.95) },
  }
  // One in a hundred meets the memory's cleaning, since charts are read one after the other here and nowhere else.
  yield {
    measure: 'one chart p99',
    value: percentile(charts, 0.99),
    unit: 'ms',
    peer: { name: SQLITE, value: percentile(theirs, 0.99) },
  }
  peer.close()
  await panel.close()
}

function timesOf(questions: readonly string[], ask: (text: string) => unknown): number[] {
  return questions.map((text) => {
    const started = performance.now()
    ask(text)
    return performance.now() - started
  })
}

/** Twelve rounds of 1,000 changed charts, one after the other: merged increments are paid for where they fall. */
async function* publishChanges(patients: number): AsyncIterable<Measured> {
  const bench = await benchPanel(patients)
  const panel = await open(bench)
  const took: number[] = []
  const applied: number[] = []
  let last: PanelPublication | undefined
  for (let round = 0; round < 12; round++) {
    const changes = changedCharts(patients, round)
    const started = performance.now()
    last = await preparePanel(bench.publisher, {
      previous: last?.signed ?? bench.signed,
      changes: changes.map((chart) => ({ type: 'chart' as const, chart })),
      recipients: bench.recipients,
      freshness: readManifest(bench.signed).freshness,
    })
    took.push(performance.now() - started)
    const keys = await keysOf(bench, last.manifest.keyring)
    const before = performance.now()
    await panel.apply(last.manifest, keys)
    applied.push(performance.now() - before)
  }
  const whole = { name: 'the whole panel again', value: bench.baseBuildMs / 1000 }
  yield { measure: '1,000 changed charts, middle', value: percentile(took, 0.5) / 1000, unit: 's', peer: whole }
  yield {
    measure: '1,000 changed charts, longest of 12',
    value: Math.max(...took) / 1000,
    unit: 's',
    bar: { of: 'value', most: 2 },
    peer: whole,
  }
  yield { measure: 'a site goes on to them, longest', value: Math.max(...applied) / 1000, unit: 's' }
  yield { measure: 'increments after 12 rounds', value: (last?.manifest.files.length ?? 1) - 1, unit: 'files' }
  await panel.close()
  await bench.publisher.vault.sweep(
    new Set([readManifest(bench.signed).keyring, ...readManifest(bench.signed).files.map((file) => file.name)]),
    Number.POSITIVE_INFINITY,
  )
}

function changedCharts(patients: number, round: number): Chart[] {
  return Array.from({ length: 1000 }, (_, at) =>
    benchChart((at * 197 + round * 31_337) % patients, BENCH_AS_OF + round, round + 1),
  )
}

async function open(bench: BenchPanel): Promise<Panel> {
  const manifest = readManifest(bench.signed)
  return openPanel({
    manifest,
    keys: await keysOf(bench, manifest.keyring),
    open: (name) => bench.publisher.vault.open(name),
  })
}

async function keysOf(bench: BenchPanel, keyring: string): Promise<ReturnType<typeof dataKeysOf>> {
  const sealed = await readAll(await bench.publisher.vault.open(keyring))
  return dataKeysOf(await openKeyring(sealed, bench.siteIdentity, 'panel'))
}
