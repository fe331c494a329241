import type { Instant } from '../../base/time.ts'
import type { Absence } from '../absence.ts'
import type { Appointment, EntryOf, Patient, Restriction, SectionName } from '../chart.ts'
import { type Json, objectIn, textIn } from './json.ts'

export type { Absence } from '../absence.ts'

/** What a mapping needs to know besides the resource. */
export type FhirContext = {
  sourceId: string
  /** When the source was read. */
  asOf: Instant
  /** The practice's time zone, for days and for times without an offset. */
  zone: string
  directory: Directory
  /** The system (Identifier.system) of the numbers that people read aloud, where the practice names it. */
  mrnSystem?: string | undefined
  /** Whether a server (`serverName`) that an absolute reference leads to is the source itself. Undefined: every one is. */
  isOwn?: (server: string) => boolean
}

/** Resources that others refer to (people, places, medications), by `Type/id`. */
export type Directory = { find(reference: string): Json | undefined }

/** An entry together with the list in which it stands. */
export type SectionEntry = {
  [Name in SectionName]: { section: Name; entry: EntryOf<Name> }
}[SectionName]

/** A note whose text is kept elsewhere: FHIR gives an address (usually of a Binary) in place of the text. */
export type NoteElsewhere = { url: string; contentType: string }

/** What one FHIR resource means for us. */
export type Mapped =
  | { type: 'patient'; patient: Patient; restriction: Restriction }
  /** The EHR says that this record was replaced by another (Patient.link `replaced-by`). */
  | { type: 'merged'; fromId: string; intoId: string }
  | { type: 'patient-left-out'; patientId: string; because: string }
  | ({ type: 'entry'; patientId: string; elsewhere?: NoteElsewhere } & SectionEntry)
  /**
   * `entryId`: an id of the same shape as entries have, for the case that the resource used to be an entry. `statement` tells this statement from
   * others and from its own later versions.
   */
  | {
      type: 'absent'
      patientId: string
      section: SectionName
      absence: Absence
      entryId?: string
      statement?: string
    }
  /** Understood, and it has no place in a chart (entered in error, stopped, resolved by its own words): if it was there, it goes. */
  | { type: 'left-out'; patientId: string; sections: SectionName[]; entryId: string; because: string }
  | { type: 'appointment'; appointment: Appointment }
  | { type: 'appointment-left-out'; appointmentId: string; because: string }
  /** Others refer to it; see Directory. */
  | { type: 'support' }
  | { type: 'not-used' }
  | SetAsideMapped

/** Not understood, in full or in part. `because` holds no patient data; whose record it is and which list it belongs to, where that is known. */
export type SetAsideMapped = { type: 'set-aside'; because: string; patientId?: string; section?: SectionName }

export function setAside(because: string): SetAsideMapped {
  return { type: 'set-aside', because }
}

/** A resource that speaks of a whole list; a later version of it is another statement. */
export function absentFrom(
  resource: Json,
  entryId: string,
  said: { patientId: string; section: SectionName; absence: Absence },
): Mapped {
  return { type: 'absent', ...said, entryId, statement: statementOf(resource, entryId) }
}

/** What tells one statement from another: its id, and the version or date that it has. */
export function statementOf(resource: Json, id: string): string {
  const meta = objectIn(resource, 'meta')
  const dates = ['recordedDate', 'assertedDate', 'dateAsserted', 'date', 'authoredOn'].map((field) =>
    textIn(resource, field),
  )
  const made = textIn(meta, 'versionId') ?? textIn(meta, 'lastUpdated') ?? dates.find((date) => date !== undefined)
  return made === undefined ? id : `${id}@${made}`
}
