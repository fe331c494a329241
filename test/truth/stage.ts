import type { Database } from '../../src/base/database.ts'
import { Failure } from '../../src/base/failure.ts'
import { silentLog } from '../../src/base/log.ts'
import { blankChart } from '../../src/chart/blank-chart.ts'
import type { ChartChange } from '../../src/chart/change.ts'
import {
  type Appointment,
  type Chart,
  type EntryOf,
  SECTION_NAMES,
  type Section,
  type SectionName,
} from '../../src/chart/chart.ts'
import { declareSources } from '../../src/chart/persons/store.ts'
import { chartHorizon, chartsChangedBetween } from '../../src/chart/records/store.ts'
import type { EhrSource, SourcePart } from '../../src/connect/ehr.ts'
import { readSource } from '../../src/hub/flows/read-source.ts'
import { nameSources } from '../../src/hub/sources/store.ts'

export const NOW = Date.parse('2026-11-23T15:00:00Z')

export type Stage = Awaited<ReturnType<typeof stageOn>>

/** A hub's store with some sources, each read as its script says; the clock is in the hand. */
export async function stageOn(db: Database, sources: { id: string; kind?: EhrSource['kind']; issuer?: string }[]) {
  let now = NOW
  const clock = { now: () => now }
  await nameSources(
    db,
    sources.map(({ id, kind = 'sql' }) => ({ id, kind, name: id })),
  )
  await declareSources(db, sources)
  return {
    db,
    clock,
    pass: (ms: number) => void (now += ms),
    /** One whole read of a source that says these parts and ends. */
    read: async (id: string, parts: (SourcePart | Failure)[], end: Partial<SourcePart & { type: 'end' }> = {}) => {
      now += 1000
      const source: EhrSource = {
        id,
        kind: sources.find((one) => one.id === id)?.kind ?? 'sql',
        probe: async () => ({ answered: true, asOf: now, tookMs: 1, because: '' }),
        async *read() {
          for (const part of parts) {
            if (part instanceof Failure) throw part
            yield part
          }
          yield { type: 'end', asOf: now, cursor: { at: now }, ...end }
        },
        async [Symbol.asyncDispose]() {},
      }
      return readSource({ db, clock, log: silentLog, zone: 'America/New_York' }, source)
    },
    /** Every chart as packs would hold it, by person. */
    panel: async () => {
      const charts = new Map<string, Chart>()
      for await (const batch of chartsChangedBetween(db, 0, await chartHorizon(db), 'living'))
        for (const { patientId, chart } of batch) if (chart !== undefined) charts.set(patientId, chart)
      return charts
    },
  }
}

export type Who = { family?: string; given?: string; born?: string; mrn?: string }

export function chartOf(sourceId: string, id: string, who: Who = {}, lists: Partial<Chart> = {}, asOf = NOW): Chart {
  const blank = blankChart(id, sourceId, asOf)
  const { family = `Family${id}`, given = 'Ann', born = '1980-03-01', mrn = id } = who
  return {
    ...blank,
    ...lists,
    patient: { ...blank.patient, mrn, name: { family, given: [given] }, birthDate: born },
  }
}

export const charts = (...all: Chart[]): SourcePart => ({
  type: 'charts',
  changes: all.map((chart) => ({ type: 'chart', chart })),
})

export const changes = (...all: ChartChange[]): SourcePart => ({ type: 'charts', changes: all })

export const panelOf = (...all: Chart[]): SourcePart => ({
  type: 'panel',
  patientIds: all.map(({ patient }) => patient.id),
})

/** An entry of any list, as far as charts need it. */
export function listOf<Name extends SectionName>(
  name: Name,
  ids: string[],
): Section<EntryOf<Name>> & { status: 'listed' } {
  const code = (id: string) => ({ text: id, codings: [] })
  const make: { [Name in SectionName]: (id: string) => EntryOf<Name> } = {
    alerts: (id) => ({ id, text: id, kind: 'other' }),
    allergies: (id) => ({ id, code: code(id), criticality: 'unknown', verified: true }),
    medications: (id) => ({ id, code: code(id), dosage: undefined }),
    problems: (id) => ({ id, code: code(id), clinicalStatus: 'active' }),
    notes: (id) => ({ id, kind: 'Note', at: 1, text: id }),
    pending: (id) => ({ id, code: code(id), kind: 'lab', status: 'ordered', orderedAt: 1 }),
    vitals: (id) => ({ id, code: code(id), value: '1', status: 'final', at: 1 }),
    results: (id) => ({ id, code: code(id), value: '1', status: 'final', at: 1 }),
    immunizations: (id) => ({ id, code: code(id), day: undefined }),
    procedures: (id) => ({ id, code: code(id), day: undefined }),
    coverage: (id) => ({ id, rank: 'primary', payer: id, memberId: id }),
  }
  return { status: 'listed', entries: ids.map((id) => make[name](id)) }
}

export function idsIn(chart: Chart | undefined, name: SectionName): string[] {
  const list = chart?.[name]
  return list?.status === 'listed' ? list.entries.map(({ id }) => id) : []
}

export function entriesIn(panel: ReadonlyMap<string, Chart>): { [Name in SectionName]?: number } {
  return Object.fromEntries(
    SECTION_NAMES.map((name) => [name, [...panel.values()].reduce((sum, chart) => sum + idsIn(chart, name).length, 0)]),
  )
}

export function visitOf(sourceId: string, id: string, more: Partial<Appointment> = {}): Appointment {
  return {
    id,
    sourceId,
    asOf: NOW,
    locationId: 'main',
    patientId: id,
    patientName: `Family${id}, Ann`,
    providerId: 'p1',
    providerName: 'Dr. Hale',
    start: NOW + 3_600_000,
    end: NOW + 4_500_000,
    status: 'booked',
    type: 'Visit',
    ...more,
  }
}
