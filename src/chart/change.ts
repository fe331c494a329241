import type { Instant } from '../base/time.ts'
import type {
  Appointment,
  AppointmentStatus,
  Chart,
  EntryOf,
  Patient,
  Restriction,
  Section,
  SectionName,
} from './chart.ts'

/**
 * What a source tells us happened. Sources that read whole charts send `chart`; feeds that hear of single events (HL7 v2) send the
 * others. Applying the same change twice gives the same chart: duplicates are harmless.
 */
export type ChartChange =
  | { type: 'chart'; chart: Chart }
  /**
   * Demographics, and a chart with nothing received if there was none. Fields that are undefined leave what is known; those in `cleared` (an
   * HL7 null) are emptied.
   */
  | {
      type: 'patient'
      patientId: string
      sourceId: string
      at: Instant
      patient: Partial<Patient> & { mrn?: string }
      cleared?: ClearablePatientField[]
      /** Which telephone numbers `phones` are all of: those at work, or all others. Without it they are the whole list. */
      phonesOf?: 'work' | 'others'
      restriction?: Restriction
    }
  | {
      [Name in SectionName]: {
        type: 'replace'
        patientId: string
        sourceId: string
        at: Instant
        section: Name
        value: Section<EntryOf<Name>>
      }
    }[SectionName]
  | {
      [Name in SectionName]: {
        type: 'upsert'
        patientId: string
        sourceId: string
        at: Instant
        section: Name
        entries: EntryOf<Name>[]
      }
    }[SectionName]
  | {
      [Name in SectionName]: {
        type: 'remove'
        patientId: string
        sourceId: string
        at: Instant
        section: Name
        entryIds: string[]
      }
    }[SectionName]
  /**
   * Somebody says that there are none, without withdrawing entries one by one ("NKA" in a message): an empty list becomes "none known", entries
   * stay. `statement` tells one statement from another (its date or id).
   */
  | { type: 'none-stated'; patientId: string; sourceId: string; at: Instant; section: SectionName; statement: string }
  /** The chart `fromId` was merged into `intoId` in the EHR (ADT A40): its entries move, its name becomes a former name. */
  | { type: 'merge'; fromId: string; intoId: string; sourceId: string; at: Instant }
  /** The patient is no longer in the source. */
  | { type: 'gone'; patientId: string; sourceId: string; at: Instant }

/** What a source may empty by a null. Name, sex, MRN and id are never emptied. */
export type ClearablePatientField =
  | 'preferredName'
  | 'birthDate'
  | 'address'
  | 'language'
  | 'emergencyContact'
  | 'primaryCare'
  | 'pharmacy'
  | 'codeStatus'
  | 'balanceDueCents'
  | 'deceased'

/**
 * Where a visit's number may be a group's, each of whose patients has a visit of an id of its own: the one patient that is spoken
 * of, or nobody in particular.
 */
export type OfGroup = { group?: { patientId?: string } }

export type AppointmentChange = OfGroup &
  (
    | { type: 'appointment'; appointment: Appointment }
    /** Only some of an appointment was told: what is left out stays as it is. Of an unknown appointment it is remembered until that one comes. */
    | {
        type: 'appointment-part'
        appointmentId: string
        sourceId: string
        at: Instant
        part: Partial<Omit<Appointment, 'id' | 'sourceId' | 'asOf'>>
      }
    /** Only the status was told, of an appointment that an earlier change described (an SIU that names no patient). */
    | { type: 'appointment-status'; appointmentId: string; sourceId: string; at: Instant; status: AppointmentStatus }
    /** The appointment is no longer in the source at all (cancelled ones stay, with their status). */
    | { type: 'appointment-gone'; appointmentId: string; sourceId: string; at: Instant }
  )
