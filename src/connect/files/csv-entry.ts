import { sha256Hex } from '../../base/hash.ts'
import { MINUTE } from '../../base/time.ts'
import { APPOINTMENT_STATUSES, type CodeableConcept, type Observation } from '../../chart/chart.ts'
import type { FhirContext, Mapped, SectionEntry } from '../../chart/fhir/mapped.ts'
import { highRiskOf } from '../../chart/high-risk.ts'
import { personName } from '../../chart/name.ts'
import { UNKNOWN_PLACE } from '../../chart/schedule.ts'
import { known, patientOfRow } from './csv-patient.ts'
import type { CsvRow } from './csv-row.ts'

/** What one row says; a fault where it lacks what it must have. */
export function mappedRow(holds: string, row: CsvRow, context: Pick<FhirContext, 'sourceId' | 'asOf'>): Mapped {
  const missing: Mapped = { type: 'set-aside', because: `The line lacks what ${holds} must have.` }
  if (holds === 'patients') return patientOfRow(row) ?? missing
  if (holds === 'appointments') return appointmentOfRow(row, context) ?? missing
  const patientId = row.text('patientId')
  const found = patientId === undefined ? undefined : entryOfRow(holds, row)
  return found === undefined || patientId === undefined ? missing : { type: 'entry', patientId, ...found }
}

/** An entry without a number of its own is known by what it says, so that it is one entry when it comes again. */
function idOf(row: CsvRow, ...words: (string | undefined)[]): string {
  return row.text('id') ?? sha256Hex(words.map((word) => word ?? '').join('\n')).slice(0, 20)
}

function conceptOf(row: CsvRow): CodeableConcept | undefined {
  const text = row.text('text')
  if (text === undefined) return undefined
  const code = row.text('code')
  const system = row.text('system')
  return { text, codings: code === undefined || system === undefined ? [] : [{ system, code }] }
}

function entryOfRow(holds: string, row: CsvRow): SectionEntry | undefined {
  const text = row.text('text')
  switch (holds) {
    case 'alerts':
      return text === undefined
        ? undefined
        : { section: holds, entry: { id: idOf(row, text), text, kind: flagKind(row) } }
    case 'notes': {
      const at = row.instant('at')
      if (text === undefined || at === undefined) return undefined
      const parts = known({ author: row.text('author'), specialty: row.text('specialty') })
      return {
        section: holds,
        entry: { id: idOf(row, String(at), text), kind: row.text('kind') ?? 'Note', at, text, ...parts },
      }
    }
    case 'coverage': {
      const payer = row.text('payer')
      if (payer === undefined) return undefined
      const said = row.oneOf('rank', ['primary', 'secondary', 'tertiary', 'other'])
      const rank = said ?? (row.said('rank') === undefined ? 'primary' : 'other')
      const parts = known({
        group: row.text('group'),
        copay: row.text('copay'),
        authorization: row.text('authorization'),
        referralNeeded: row.yesNo('referralNeeded'),
        eligibilityCheckedOn: row.day('eligibilityCheckedOn'),
      })
      const memberId = row.text('memberId') ?? ''
      return { section: holds, entry: { id: idOf(row, rank, payer, memberId), rank, payer, memberId, ...parts } }
    }
    default:
      return codedEntry(holds, row, conceptOf(row))
  }
}

function flagKind(row: CsvRow): 'isolation' | 'behaviour' | 'fall-risk' | 'safety' | 'administrative' | 'other' {
  return row.oneOf('kind', ['isolation', 'behaviour', 'fall-risk', 'safety', 'administrative', 'other']) ?? 'other'
}

function codedEntry(holds: string, row: CsvRow, code: CodeableConcept | undefined): SectionEntry | undefined {
  if (code === undefined) return undefined
  switch (holds) {
    case 'allergies': {
      const severity = row.oneOf('severity', ['mild', 'moderate', 'severe'])
      const criticality = row.oneOf('criticality', ['low', 'high', 'unable-to-assess', 'unknown']) ?? 'unknown'
      const parts = known({ severity, reaction: row.text('reaction'), onset: row.day('onset') })
      const verified = row.yesNo('verified') ?? true
      return { section: holds, entry: { id: idOf(row, code.text), code, criticality, verified, ...parts } }
    }
    case 'medications': {
      const dosage = row.text('dosage')
      const parts = known({
        start: row.day('start'),
        prescriber: row.text('prescriber'),
        lastRefill: row.day('lastRefill'),
        controlledSchedule: row.oneOf('controlledSchedule', ['2', '3', '4', '5']),
        highRisk: highRiskOf(code),
      })
      return { section: holds, entry: { id: idOf(row, code.text, dosage), code, dosage, ...parts } }
    }
    case 'problems': {
      const clinicalStatus = row.oneOf('clinicalStatus', ['active', 'recurrence', 'remission', 'resolved']) ?? 'active'
      return {
        section: holds,
        entry: { id: idOf(row, code.text), code, clinicalStatus, ...known({ onset: row.day('onset') }) },
      }
    }
    case 'pending': {
      const kind = row.oneOf('kind', ['lab', 'imaging', 'referral', 'procedure', 'follow-up', 'other']) ?? 'other'
      const status = row.oneOf('status', ['ordered', 'collected', 'resulted-unread', 'overdue']) ?? 'ordered'
      const orderedAt = row.instant('orderedAt')
      const id = idOf(row, code.text, String(orderedAt))
      return {
        section: holds,
        entry: { id, code, kind, status, orderedAt, ...known({ orderedBy: row.text('orderedBy') }) },
      }
    }
    case 'immunizations': {
      const day = row.day('day')
      const parts = known({ lot: row.text('lot'), due: row.yesNo('due') })
      return { section: holds, entry: { id: idOf(row, code.text, day), code, day, ...parts } }
    }
    case 'procedures': {
      const day = row.day('day')
      return {
        section: holds,
        entry: { id: idOf(row, code.text, day), code, day, ...known({ implant: row.yesNo('implant') }) },
      }
    }
    case 'vitals':
    case 'results': {
      const entry = observationOf(row, code)
      return entry === undefined ? undefined : { section: holds, entry }
    }
    default:
      return undefined
  }
}

function observationOf(row: CsvRow, code: CodeableConcept): Observation | undefined {
  const faults = row.faults.length
  const note = row.text('note')
  const said = row.text('value')
  // A value that cannot be read is no reason to show the note in its place.
  const value = said ?? (note === undefined || row.faults.length > faults ? undefined : '(see the note)')
  if (value === undefined) return undefined
  const at = row.instant('at')
  const status = row.oneOf('status', ['preliminary', 'final', 'corrected']) ?? 'final'
  const parts = known({
    panel: row.text('panel'),
    unit: row.text('unit'),
    referenceRange: row.text('referenceRange'),
    flag: row.oneOf('flag', ['low', 'high', 'critical-low', 'critical-high', 'abnormal']),
    note,
  })
  return { id: idOf(row, code.text, String(at)), code, value, status, at, ...parts }
}

const DAY_ONLY = 'The visit has a day and no time of day; it is shown at midnight.'

function appointmentOfRow(row: CsvRow, { sourceId, asOf }: Pick<FhirContext, 'sourceId' | 'asOf'>): Mapped | undefined {
  const id = row.text('id')
  const start = row.instant('start')
  if (id === undefined || start === undefined) return undefined
  if (!/[ T]\d{1,2}:\d\d/.test(row.said('start') ?? '')) row.faults.push(DAY_ONLY)
  const providerId = row.text('providerId')
  const status = row.oneOf('status', APPOINTMENT_STATUSES) ?? (row.said('status') === undefined ? 'booked' : 'unknown')
  const said = status === 'unknown' ? row.said('status') : undefined
  const end = row.instant('end') ?? start + Math.max(0, row.number('minutes') ?? 0) * MINUTE
  return {
    type: 'appointment',
    appointment: {
      id,
      sourceId,
      asOf,
      locationId: row.text('locationId') ?? UNKNOWN_PLACE,
      patientId: row.text('patientId'),
      patientName: row.text('patientName') ?? personName({ family: '', given: [] }),
      providerId: providerId ?? 'unassigned',
      providerName: row.text('providerName') ?? providerId ?? 'No provider named',
      start,
      end: Math.max(start, end),
      status,
      type: row.text('type') ?? 'Visit',
      ...known({
        statusSaid: said?.slice(0, 60),
        patientBirthDate: row.day('patientBirthDate'),
        patientMrn: row.text('patientMrn'),
        patientPhone: row.text('patientPhone'),
        reason: row.text('reason'),
        room: row.text('room'),
      }),
    },
  }
}
