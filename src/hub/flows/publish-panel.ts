import type { Chart } from '../../chart/chart.ts'
import { chartHorizon, chartsChangedBetween } from '../../chart/records/store.ts'
import { readManifest } from '../../pack/manifest.ts'
import { type BuiltBase, buildBase, PANEL, type PanelChange, preparePanel } from '../../pack/publish-panel.ts'
import type { Publisher } from '../../pack/publisher.ts'
import { sequenceAfter } from '../../pack/sequence.ts'
import { lastPublication, notePublication, type Publication } from '../publications/store.ts'
import { heardOfAll, sites } from '../sites/store.ts'
import type { SourceState } from '../sources/sources.ts'
import { sourceStates } from '../sources/store.ts'
import { takeTurn } from '../turn/store.ts'
import type { Centre } from './centre.ts'
import { movedOn, packFreshness } from './pack-freshness.ts'

/** What the last panel was made of: charts up to this change, under this policy, for these readers. */
export type PanelMadeOf = {
  through: number
  restrictedPolicy: string
  readers: string
  rebuildDue: boolean
}

/** `ready`: a panel is out, so site packs may follow. Nothing is published before a source was read whole once. */
export async function publishPanel(
  centre: Centre,
  publisher: Publisher,
): Promise<{ ready: boolean; published: boolean }> {
  const states = await sourceStates(centre.db)
  const last = await lastPublication<PanelMadeOf>(centre.db, PANEL)
  if (last === undefined && !states.some((state) => state.readAt !== undefined))
    return { ready: false, published: false }
  const freshness = packFreshness(states, centre.clock.now())
  const recipients = await readers(centre)
  const through = await chartHorizon(centre.db)
  const samePolicy = last?.madeOf.restrictedPolicy === publisher.restrictedPolicy
  const sameReaders = last?.madeOf.readers === allReaders(publisher, recipients)
  if (last !== undefined && samePolicy && sameReaders && through === last.madeOf.through) {
    if (!movedOn(readManifest(last.signed).freshness, freshness)) return { ready: true, published: false }
  }
  const base = samePolicy ? undefined : await baseUpTo(centre, publisher, last, through)
  const published = await publishChanges(centre, publisher, {
    last,
    base,
    through,
    recipients,
    freshness,
    loading: isLoading(states),
  })
  return { ready: true, published }
}

/** True when a new base was due and is published. */
export async function rebuildPanel(centre: Centre, publisher: Publisher): Promise<boolean> {
  const before = await lastPublication<PanelMadeOf>(centre.db, PANEL)
  if (before?.madeOf.rebuildDue !== true) return false
  const base = await baseUpTo(centre, publisher, before, await chartHorizon(centre.db))
  const published = await takeTurn(centre.db, 'publish', async () => {
    const last = await lastPublication<PanelMadeOf>(centre.db, PANEL)
    const through = await chartHorizon(centre.db)
    const states = await sourceStates(centre.db)
    const freshness = packFreshness(states, centre.clock.now())
    const loading = isLoading(states)
    return publishChanges(centre, publisher, {
      last,
      base,
      through,
      recipients: await readers(centre),
      freshness,
      loading,
    })
  })
  if (published === true) await centre.changed(centre.db, ['packs'])
  return published ?? false
}

type Request = {
  last: Publication<PanelMadeOf> | undefined
  base: BuiltBase | undefined
  through: number
  recipients: string[]
  freshness: ReturnType<typeof packFreshness>
  loading: boolean
}

function isLoading(states: readonly SourceState[]): boolean {
  return states.some((state) => state.readAt === undefined)
}

async function publishChanges(centre: Centre, publisher: Publisher, request: Request): Promise<boolean> {
  const { last, base, through, recipients, freshness, loading } = request
  const leap = sequenceAfter(last?.sequence ?? 0, await sequencesSaid(centre))
  const prepared = await preparePanel(publisher, {
    previous: last?.signed,
    changes: changesAfter(centre, last?.madeOf.through ?? through, through),
    recipients,
    freshness,
    loading,
    ...(base === undefined ? {} : { base }),
    ...(leap === undefined ? {} : { sequenceAtLeast: leap }),
  })
  const { manifest, signed } = prepared
  const noted = await notePublication(centre.db, {
    packId: PANEL,
    sequence: manifest.sequence,
    publishedAt: manifest.publishedAt,
    signed,
    madeOf: {
      through,
      restrictedPolicy: publisher.restrictedPolicy,
      readers: allReaders(publisher, recipients),
      rebuildDue: prepared.rebuildDue,
    },
    sizeBytes: manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0),
  })
  if (noted) centre.log.debug({ sequence: manifest.sequence, ...prepared.wrote }, 'panel published')
  return noted
}

async function baseUpTo(
  centre: Centre,
  publisher: Publisher,
  last: Publication<PanelMadeOf> | undefined,
  through: number,
): Promise<BuiltBase> {
  return buildBase(publisher, { previous: last?.signed, charts: livingCharts(centre, through) })
}

async function* livingCharts(centre: Centre, through: number): AsyncIterable<Chart> {
  for await (const batch of chartsChangedBetween(centre.db, 0, through, 'living'))
    for (const { chart } of batch) if (chart !== undefined) yield plain(chart)
}

async function* changesAfter(centre: Centre, after: number, through: number): AsyncIterable<PanelChange> {
  for await (const batch of chartsChangedBetween(centre.db, after, through))
    for (const { patientId, chart } of batch)
      yield chart === undefined ? { type: 'gone', patientId } : { type: 'chart', chart: plain(chart) }
}

/** When single events were heard is the hub's own business. */
function plain(chart: Chart): Chart {
  const { heard: _heard, ...said } = chart
  return said
}

async function readers(centre: Centre): Promise<string[]> {
  const all = await sites(centre.db)
  return all.flatMap((site) => (site.status === 'enrolled' && site.recipient !== undefined ? [site.recipient] : []))
}

function allReaders(publisher: Publisher, recipients: string[]): string {
  return [...recipients, ...publisher.recoveryRecipients].toSorted().join(' ')
}

async function sequencesSaid(centre: Centre): Promise<(number | undefined)[]> {
  const heard = await heardOfAll(centre.db)
  return [...heard.values()].map(({ heartbeat }) => heartbeat.panelSequence)
}
