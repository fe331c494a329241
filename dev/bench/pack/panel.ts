import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newAgeKey } from '../../../src/pack/keys.ts'
import type { SignedManifest } from '../../../src/pack/pack.ts'
import { buildBase, preparePanel } from '../../../src/pack/publish-panel.ts'
import type { Publisher } from '../../../src/pack/publisher.ts'
import { newSigningKey, type SigningKey } from '../../../src/pack/signing.ts'
import { openVault } from '../../../src/pack/vault/store.ts'
import { BENCH_SOURCE, benchCharts } from './charts.ts'

/** A panel that was published once, with the keys to read it and to publish on. */
export type BenchPanel = {
  folder: string
  signed: SignedManifest
  publisher: Publisher
  siteIdentity: string
  recipients: string[]
  baseBuildMs: number
}

type Kept = {
  signed: SignedManifest
  keys: { signing: SigningKey; identity: string; recipient: string }
  site: { identity: string; recipient: string }
  baseBuildMs: number
}

export const BENCH_AS_OF = Date.parse('2026-11-23T11:00:00Z')
export const BENCH_TODAY = '2026-11-23'
/** Raise when the format or the charts change: kept panels of another number are not used. */
const EDITION = 2

/** Builds the panel, or takes the one that an earlier bench of today built: a base of 200,000 takes longer than all benches on it. */
export async function benchPanel(patients: number): Promise<BenchPanel> {
  const folder = join(tmpdir(), `holdfast-bench-panel-${EDITION}-${patients}`)
  const keptPath = join(folder, 'kept.json')
  if (!existsSync(keptPath)) await build(folder, keptPath, patients)
  const kept: Kept = JSON.parse(await readFile(keptPath, 'utf8'))
  const publisher: Publisher = {
    practiceId: 'bench',
    keys: kept.keys,
    recoveryRecipients: [],
    vault: await openVault(folder),
    clock: { now: () => BENCH_AS_OF },
    restrictedPolicy: 'mask',
  }
  return {
    folder,
    signed: kept.signed,
    publisher,
    siteIdentity: kept.site.identity,
    recipients: [kept.site.recipient],
    baseBuildMs: kept.baseBuildMs,
  }
}

async function build(folder: string, keptPath: string, patients: number): Promise<void> {
  const making = `${folder}.${process.pid}`
  await mkdir(making, { recursive: true })
  const site = await newAgeKey()
  const keys = { signing: newSigningKey(), ...(await newAgeKey()) }
  const publisher: Publisher = {
    practiceId: 'bench',
    keys,
    recoveryRecipients: [],
    vault: await openVault(making),
    clock: { now: () => BENCH_AS_OF },
    restrictedPolicy: 'mask',
  }
  const started = performance.now()
  const base = await buildBase(publisher, { previous: undefined, charts: benchCharts(patients, BENCH_AS_OF) })
  const baseBuildMs = performance.now() - started
  const { signed } = await preparePanel(publisher, {
    previous: undefined,
    base,
    changes: [],
    recipients: [site.recipient],
    freshness: {
      schedule: BENCH_AS_OF,
      keyData: BENCH_AS_OF,
      roster: BENCH_AS_OF,
      sources: [{ sourceId: BENCH_SOURCE, asOf: BENCH_AS_OF }],
      canary: undefined,
    },
  })
  const kept: Kept = { signed, keys, site, baseBuildMs }
  await writeFile(join(making, 'kept.json'), JSON.stringify(kept))
  await rm(folder, { recursive: true, force: true })
  await rename(making, folder)
  if (!existsSync(keptPath)) throw new Error(`the bench panel did not come to ${folder}`)
}
