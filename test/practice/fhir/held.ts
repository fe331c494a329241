import assert from 'node:assert/strict'
import { outcomes } from '../../../src/chart/apply.ts'
import type { Chart } from '../../../src/chart/chart.ts'
import type { Cursor, EhrSource, SourcePart } from '../../../src/connect/ehr.ts'
import { FarSide } from './far-side.ts'
import { type FhirRecord, NOON, practiceRecords, WINDOW } from './records.ts'
import { type HeldWorld, heldWorld, sourceOn } from './source.ts'

/** A far side, a source on it, and the charts and appointments that its readings have made, as a hub keeps them. */
class Held implements AsyncDisposable {
  readonly side: FarSide
  readonly world: HeldWorld
  readonly source: EhrSource
  readonly charts = new Map<string, Chart>()
  appointments = new Set<string>()
  cursor: Cursor | null = null

  constructor(side: FarSide, world: HeldWorld, more: object) {
    this.side = side
    this.world = world
    this.source = sourceOn(side.base, more, world)
  }

  async read(): Promise<SourcePart[]> {
    const parts: SourcePart[] = []
    for await (const part of this.source.read({ cursor: this.cursor, window: WINDOW })) {
      parts.push(part)
      this.apply(part)
    }
    return parts
  }

  private apply(part: SourcePart): void {
    if (part.type === 'end') this.cursor = JSON.parse(JSON.stringify(part.cursor))
    if (part.type === 'schedule') this.appointments = new Set(part.appointments.map(({ id }) => id))
    if (part.type === 'panel') {
      for (const id of this.charts.keys()) if (!part.patientIds.includes(id)) this.charts.delete(id)
    }
    if (part.type === 'appointments') {
      for (const change of part.changes) {
        if (change.type === 'appointment') this.appointments.add(change.appointment.id)
        if (change.type === 'appointment-gone') this.appointments.delete(change.appointmentId)
      }
    }
    for (const change of part.type === 'charts' ? part.changes : []) {
      for (const { patientId, chart } of outcomes(change, (id) => this.charts.get(id))) {
        if (chart === undefined) this.charts.delete(patientId)
        else this.charts.set(patientId, chart)
      }
    }
  }

  /** Time goes by on both sides, then somebody changes something. */
  later(ms: number, ...records: FhirRecord[]): void {
    this.world.now += ms
    this.side.shelf.now = this.world.now
    for (const record of records) this.side.shelf.put(record)
    this.world.now += 1000
  }

  chart(id: string): Chart {
    const chart = this.charts.get(id)
    assert.ok(chart, `no chart of ${id}`)
    return chart
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.source[Symbol.asyncDispose]()
    await this.side.stop()
  }
}

export async function hold(
  records = practiceRecords(6),
  more: object = {},
  change = (_side: FarSide): void => {},
): Promise<Held> {
  const side = new FarSide(records, NOON)
  change(side)
  // The overlap of a first poll would meet everything that the test has just put there.
  return new Held(await side.start(), heldWorld(), { overlapMs: 100, ...more })
}

/** The entries of a list; none where it is not listed. */
export function entries<Entry>(section: { status: string; entries?: Entry[] }): Entry[] {
  return section.entries ?? []
}
