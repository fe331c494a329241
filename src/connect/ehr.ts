import type { Instant } from '../base/time.ts'
import type { AppointmentChange, ChartChange } from '../chart/change.ts'
import type { Appointment, SectionName } from '../chart/chart.ts'

/**
 * The contract of every connector that reads an EHR. It reads, with least rights, and never writes.
 *
 * - `probe` never throws; everything else throws only `Failure`, within the deadline that its config sets.
 * - `read` yields parts and ends with exactly one `end`; what it yields before a throw may be applied (changes are idempotent), but the
 *   cursor moves only with `end`. A `null` cursor means a first, complete load.
 * - What it cannot understand becomes `set-aside`, never silence: counted, shown, and kept with a reason.
 */
export type EhrSource = AsyncDisposable & {
  readonly id: string
  readonly kind: 'sql' | 'fhir' | 'hl7v2' | 'files'
  probe(signal?: AbortSignal): Promise<SourceSignal>
  read(request: ReadRequest): AsyncIterable<SourcePart>
}

export type ReadRequest = {
  cursor: Cursor | null
  /** Appointments that start in [from, to) are wanted. */
  window: { from: Instant; to: Instant }
  signal?: AbortSignal
}

/** Opaque to everyone but the connector that made it; kept as JSON. */
export type Cursor = { [key: string]: string | number | boolean | null | Cursor | (string | number)[] }

export type SourceSignal =
  /** `asOf`: what the source says it is current to (a standby's replay time), with what the connector saw. */
  | { answered: true; asOf: Instant; tookMs: number; because: string }
  | { answered: false; kind: 'transient' | 'ambiguous' | 'permanent'; tookMs: number; because: string }

export type SourcePart =
  | { type: 'charts'; changes: ChartChange[] }
  /** Single appointments that were heard of. */
  | { type: 'appointments'; changes: AppointmentChange[] }
  /** Every appointment of the window, as read: those that we hold in the window and that are not here are gone. */
  | { type: 'schedule'; window: { from: Instant; to: Instant }; appointments: Appointment[] }
  /** On a complete load, once: every patient id that the source has; charts not among them are gone. */
  | { type: 'panel'; patientIds: string[] }
  | { type: 'set-aside'; records: SetAside[] }
  /** Everything that changed since the last read has been told; the rest of this read compares, and sites need not wait for it. */
  | { type: 'caught-up' }
  | { type: 'progress'; done: number; of: number | undefined; what: string }
  /** Newest canary stamp seen, for end-to-end freshness: the instant that was written into the source. */
  | { type: 'canary'; stamp: Instant }
  /**
   * `sections`: lists that are not as current as `asOf` in every chart, because changes in them are found only by a slower pass, and as of when
   * they were last compared in all charts. `deletionsAt`: when records that were deleted outright were last looked for. `comparing`: a comparison of
   * everything is under way and goes on in the next read.
   */
  | {
      type: 'end'
      asOf: Instant
      cursor: Cursor
      sections?: { [Name in SectionName]?: Instant }
      deletionsAt?: Instant
      comparing?: boolean
    }

/**
 * A record that could not be understood. `where` finds it again (table and key, file and line, control id); `because` is for a person and
 * holds no patient data; `raw` (at most 64 KB) is shown only to those who may see patient data; `at` is when the source said it. Where it is known
 * whose record it is, `patientId` (the source's id) and `section` say so, and the chart shows that something is missing.
 */
export type SetAside = {
  key: string
  where: string
  because: string
  raw: string
  at: Instant
  patientId?: string
  section?: SectionName
}
