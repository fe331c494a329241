import type { Instant } from '../../base/time.ts'
import type { AppointmentChange, ChartChange } from '../../chart/change.ts'
import type { SectionName } from '../../chart/chart.ts'
import type { Reading } from './config.ts'

/** What one message tells. `faults`: what of it could not be understood; the rest of it is used. */
export type Told = { charts: ChartChange[]; appointments: AppointmentChange[]; faults: Fault[] }

/** `because` is for a person and holds no patient data. Whose record it is, and which list of it, is said where it is known. */
export type Fault = { because: string; patientId?: string; section?: SectionName }

/** What a message is read with; `at` is when it was said, `controlId` is its MSH-10. */
export type Sense = { sourceId: string; zone: string; at: Instant; reading: Reading; controlId: string }

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

export function fault(because: string, about?: { patientId: string }, section?: SectionName): Told {
  return { ...NOTHING, faults: [faultOf(because, about, section)] }
}

export function faultOf(because: string, about?: { patientId: string }, section?: SectionName): Fault {
  return {
    because,
    ...(about === undefined ? {} : { patientId: about.patientId }),
    ...(section === undefined ? {} : { section }),
  }
}

/** Who said what about whom, when: the head of every change. */
export function saidOf({ patientId, sourceId, at }: About): { patientId: string; sourceId: string; at: Instant } {
  return { patientId, sourceId, at }
}
