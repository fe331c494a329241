import type { Instant } from '../../base/time.ts'
import type { AppointmentChange, ChartChange } from '../../chart/change.ts'
import type { Reading } from './config.ts'

/** What one message tells. `faults`: what of it could not be understood, for a person, without patient data; the rest of it is used. */
export type Told = { charts: ChartChange[]; appointments: AppointmentChange[]; faults: string[] }

/** What a message is read with; `at` is when it was said. */
export type Sense = { sourceId: string; zone: string; at: Instant; reading: Reading }

/** One patient's message, or one patient's part of it. */
export type About = Sense & { patientId: string }

export const NOTHING: Told = { charts: [], appointments: [], faults: [] }

export function together(...tellings: Told[]): Told {
  return {
    charts: tellings.flatMap(({ charts }) => charts),
    appointments: tellings.flatMap(({ appointments }) => appointments),
    faults: tellings.flatMap(({ faults }) => faults),
  }
}

export function fault(because: string): Told {
  return { ...NOTHING, faults: [because] }
}

/** Who said what about whom, when: the head of every change. */
export function saidOf({ patientId, sourceId, at }: About): { patientId: string; sourceId: string; at: Instant } {
  return { patientId, sourceId, at }
}
