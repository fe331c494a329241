import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Chart, Patient, Section } from '../../src/chart/chart.ts'
import { readAll, type Vault } from '../../src/pack/files.ts'
import { type DataKeys, dataKeysOf, openKeyring } from '../../src/pack/keyring.ts'
import { type AgeKey, newAgeKey } from '../../src/pack/keys.ts'
import type { Freshness, Manifest } from '../../src/pack/pack.ts'
import { openPanel, type Panel } from '../../src/pack/panel.ts'
import { buildBase, type PanelChange, type PanelPublication, preparePanel } from '../../src/pack/publish-panel.ts'
import type { Publisher } from '../../src/pack/publisher.ts'
import { newSigningKey } from '../../src/pack/signing.ts'
import { openVault } from '../../src/pack/vault/store.ts'

/** A hub that publishes into a folder of its own, one site and one recovery key; for tests of packs. */
export type SmallPractice = AsyncDisposable & {
  folder: string
  vault: Vault
  publisher: Publisher
  site: AgeKey
  recovery: AgeKey
  /** Publishes and remembers it; the first call builds the base from the charts among the changes. */
  publish(changes: PanelChange[], options?: PublishOptions): Promise<PanelPublication>
  keys(manifest: Manifest, key?: AgeKey): Promise<DataKeys>
  open(manifest: Manifest, key?: AgeKey): Promise<Panel>
}

type PublishOptions = { recipients?: string[]; freshness?: Partial<Freshness>; rotateKey?: boolean; rebuild?: boolean }

export const NO_FRESHNESS: Freshness = {
  schedule: undefined,
  keyData: undefined,
  roster: undefined,
  sources: [],
  canary: undefined,
}

export async function smallPractice(more: Partial<Publisher> = {}): Promise<SmallPractice> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-pack-'))
  const vault = await openVault(folder)
  const [site, recovery, hub] = await Promise.all([newAgeKey(), newAgeKey(), newAgeKey()])
  const publisher: Publisher = {
    practiceId: 'harbor',
    keys: { signing: newSigningKey(), ...hub },
    recoveryRecipients: [recovery.recipient],
    vault,
    clock: { now: () => Date.parse('2026-11-23T11:00:00Z') },
    restrictedPolicy: 'mask',
    ...more,
  }
  let last: PanelPublication | undefined
  const keys = async (manifest: Manifest, key = site): Promise<DataKeys> =>
    dataKeysOf(await openKeyring(await readAll(await vault.open(manifest.keyring)), key.identity, manifest.packId))
  return {
    folder,
    vault,
    publisher,
    site,
    recovery,
    keys,
    async publish(changes, { recipients = [site.recipient], freshness = {}, rotateKey = false, rebuild = false } = {}) {
      const first = last === undefined || rebuild
      const charts = changes.flatMap((change) => (change.type === 'chart' ? [change.chart] : []))
      const base = first ? await buildBase(publisher, { previous: last?.signed, charts }) : undefined
      last = await preparePanel(publisher, {
        previous: last?.signed,
        changes: first ? [] : changes,
        recipients,
        freshness: { ...NO_FRESHNESS, ...freshness },
        rotateKey,
        ...(base === undefined ? {} : { base }),
      })
      return last
    },
    open: async (manifest, key = site) =>
      openPanel({ manifest, keys: await keys(manifest, key), open: (name) => vault.open(name) }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

const NOT_RECEIVED: Section<never> = { status: 'not-received' }

/** A chart with little in it. `note` is its one note, by which a test tells versions apart. */
export function chartOf(
  patient: Partial<Patient> & { id: string },
  more: Partial<Chart> & { note?: string } = {},
): Chart {
  const { note, ...rest } = more
  return {
    patient: {
      mrn: `M-${patient.id}`,
      name: { family: 'Sample', given: ['Pat'] },
      formerNames: [],
      birthDate: '1980-03-07',
      sex: 'unknown',
      phones: [],
      ...patient,
    },
    sourceId: 'ehr',
    asOf: 1000,
    restriction: 'none',
    alerts: NOT_RECEIVED,
    allergies: { status: 'none-known' },
    medications: NOT_RECEIVED,
    problems: NOT_RECEIVED,
    notes:
      note === undefined
        ? NOT_RECEIVED
        : { status: 'listed', entries: [{ id: 'n1', kind: 'Progress note', at: 900, text: note }] },
    pending: NOT_RECEIVED,
    vitals: NOT_RECEIVED,
    results: NOT_RECEIVED,
    immunizations: NOT_RECEIVED,
    procedures: NOT_RECEIVED,
    coverage: NOT_RECEIVED,
    ...rest,
  }
}

export function changed(chart: Chart): PanelChange {
  return { type: 'chart', chart }
}

export function noteOf(chart: Chart | undefined): string | undefined {
  return chart?.notes.status === 'listed' ? chart.notes.entries[0]?.text : undefined
}
