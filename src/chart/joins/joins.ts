import type { Instant } from '../../base/time.ts'
import type { Patient, Restriction } from '../chart.ts'

/** A record as a person compares it with another one. */
export type JoinSide = {
  sourceId: string
  patientId: string
  who: Pick<Patient, 'mrn' | 'name' | 'birthDate' | 'sex'>
  restriction: Restriction
}

/**
 * A record that has the record number of another source's record. `open`: both stay charts of their own until a person has compared them. `twice`: one
 * source uses the number for two records, so nothing is joined by it until that source has only one.
 */
export type Join = {
  key: string
  record: JoinSide
  /** The record that stands for the person of this number. */
  lead: JoinSide
  /** What differs between the two, or why nothing can be decided. */
  because: string
  state: 'open' | 'twice' | 'decided'
  decision: JoinDecision | undefined
}

export type JoinDecision = { decision: 'same' | 'different'; by: string; at: Instant; reason: string }

/** The same without who they are: for pages of those who may not see patients. */
export type JoinLine = Pick<Join, 'key' | 'because' | 'state' | 'decision'> & {
  sourceId: string
  leadSourceId: string
}
