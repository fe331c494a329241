import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { outcomes } from '../../src/chart/apply.ts'
import { applyAppointmentChange } from '../../src/chart/apply-appointment.ts'
import type { Appointment, Chart } from '../../src/chart/chart.ts'
import { changesOfGroup, visitIdOf, visitsOfGroup } from '../../src/chart/group-visits.ts'
import type { SetAside, SourcePart } from '../../src/connect/ehr.ts'
import { hl7v2Config } from '../../src/connect/hl7v2/config.ts'
import type { JournalLine } from '../../src/connect/hl7v2/journal-lines.ts'
import { makeLastSaid } from '../../src/connect/hl7v2/last-said.ts'
import { readLines } from '../../src/connect/hl7v2/read.ts'
import { decide } from '../../src/connect/hl7v2/receive.ts'

const ZONE = 'America/New_York'
const ARRIVED = Date.parse('2026-11-23T12:00:00Z')

export type Rules = { zone?: string; reading?: object }

/** The messages of an input file: segments one a line, messages separated by a line of three dashes. */
export function messagesIn(name: string): Buffer[] {
  const file = readFileSync(new URL(`inputs/${name}`, import.meta.url)).toString('latin1')
  return file
    .split(/^---\r?\n/m)
    .map((text) => Buffer.from(text.trimEnd().replaceAll(/\r?\n/g, '\r'), 'latin1'))
    .filter((bytes) => bytes.length > 0)
}

/** What the source tells of some messages, received in this order, as the hub reads it. */
export async function partsOf(messages: Buffer[], rules: Rules = {}, arrived = ARRIVED): Promise<SourcePart[]> {
  const config = hl7v2Config.parse({ id: 'feed', kind: 'hl7v2', journal: { folder: 'x' }, zone: ZONE, ...rules })
  const lastSaid = makeLastSaid()
  const lines: JournalLine[] = messages.map((bytes, offset) => {
    const sense = {
      zone: config.zone,
      fallbackEncoding: config.reading.fallbackEncoding,
      limitBytes: 1e6,
      now: arrived,
      lastSaid: lastSaid.of,
    }
    const decision = decide({ type: 'message', bytes }, sense)
    assert.equal(decision.type, 'take')
    const said = decision.type === 'take' ? decision.said : arrived
    if (decision.type === 'take') lastSaid.note(decision.sender, said)
    const at = { file: 1, offset, hash: '' }
    const next = { file: 1, offset: offset + 1, hash: '' }
    return { received: { at: arrived, said, peer: '127.0.0.1' }, message: bytes, at, next }
  })
  async function* told(): AsyncGenerator<JournalLine> {
    yield* lines
  }
  const parts: SourcePart[] = []
  for await (const part of readLines(told(), { config, signal: undefined })) parts.push(part)
  return parts
}

export type Played = {
  charts: Map<string, Chart>
  visits: Map<string, Appointment>
  quarantined: SetAside[]
  chart: (id: string) => Chart
}

/** What is left of some messages when every change is applied in order. */
export async function played(messages: Buffer[], rules: Rules = {}): Promise<Played> {
  const charts = new Map<string, Chart>()
  const visits = new Map<string, Appointment>()
  const quarantined: SetAside[] = []
  for (const part of await partsOf(messages, rules)) {
    if (part.type === 'charts')
      for (const change of part.changes)
        for (const { patientId, chart } of outcomes(change, (id) => charts.get(id)))
          if (chart === undefined) charts.delete(patientId)
          else charts.set(patientId, chart)
    if (part.type === 'appointments')
      for (const said of part.changes)
        for (const change of changesOfGroup(said, visitsOfGroup(visits.values(), visitIdOf(said)))) {
          const id = visitIdOf(change)
          const left = applyAppointmentChange(visits.get(id), change)
          if (left === undefined) visits.delete(id)
          else visits.set(id, left)
        }
    if (part.type === 'set-aside') quarantined.push(...part.records)
  }
  return {
    charts,
    visits,
    quarantined,
    chart(id) {
      const chart = charts.get(id)
      assert.ok(chart, `no chart ${id}`)
      return chart
    },
  }
}
