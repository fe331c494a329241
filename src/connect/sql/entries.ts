import type { CodeableConcept, EntryOf, SectionName } from '../../chart/chart.ts'
import { highRiskOf } from '../../chart/high-risk.ts'
import type { RowReader } from './row.ts'
import {
  CLINICAL_STATUSES,
  CRITICALITIES,
  FLAG_KINDS,
  HIGH_RISKS,
  RANKS,
  REQUEST_KINDS,
  REQUEST_STATUSES,
  RESULT_FLAGS,
  RESULT_STATUSES,
  SEVERITIES,
} from './targets.ts'

/**
 * One row as an entry of a list, or undefined when what it must have is missing. A field that is not needed and cannot be understood is
 * left out; the row's faults tell of it either way.
 */
type EntryReader<Name extends SectionName> = (row: RowReader) => EntryOf<Name> | undefined

export const ENTRY_READERS: { [Name in SectionName]: EntryReader<Name> } = {
  alerts: (row) => {
    const entry = { id: row.needed('id'), text: row.needed('text'), kind: row.oneOf('kind', FLAG_KINDS) ?? 'other' }
    return whole(entry.id, entry.text) ? entry : undefined
  },
  allergies: (row) => {
    const id = row.needed('id')
    const code = concept(row)
    if (!whole(id, code.text)) return undefined
    return {
      id,
      code,
      criticality: row.oneOf('criticality', CRITICALITIES) ?? 'unknown',
      verified: row.yesNo('verified') ?? false,
      ...known({
        reaction: row.text('reaction'),
        severity: row.oneOf('severity', SEVERITIES),
        onset: row.partialDate('onset'),
      }),
    }
  },
  medications: (row) => {
    const id = row.needed('id')
    const code = concept(row)
    if (!whole(id, code.text)) return undefined
    return {
      id,
      code,
      dosage: row.text('dosage'),
      ...known({
        start: row.partialDate('start'),
        prescriber: row.text('prescriber'),
        lastRefill: row.partialDate('lastRefill'),
        controlledSchedule: row.oneOf('controlledSchedule', ['2', '3', '4', '5']),
        highRisk: row.oneOf('highRisk', HIGH_RISKS) ?? highRiskOf(code),
      }),
    }
  },
  problems: (row) => {
    const id = row.needed('id')
    const code = concept(row)
    if (!whole(id, code.text)) return undefined
    const clinicalStatus = row.oneOf('clinicalStatus', CLINICAL_STATUSES) ?? 'active'
    return { id, code, clinicalStatus, ...known({ onset: row.partialDate('onset') }) }
  },
  notes: (row) => {
    const id = row.needed('id')
    const text = row.needed('text')
    const faults = row.faults.length
    const at = row.instant('at')
    if (at === undefined && row.faults.length === faults) row.faults.push('it has no at')
    if (!whole(id, text) || at === undefined) return undefined
    const more = known({ author: row.text('author'), specialty: row.text('specialty') })
    return { id, kind: row.text('kind') ?? 'Note', at, text, ...more }
  },
  pending: (row) => {
    const id = row.needed('id')
    const code = concept(row)
    if (!whole(id, code.text)) return undefined
    return {
      id,
      code,
      kind: row.oneOf('kind', REQUEST_KINDS) ?? 'other',
      status: row.oneOf('status', REQUEST_STATUSES) ?? 'ordered',
      orderedAt: row.instant('orderedAt'),
      ...known({ orderedBy: row.text('orderedBy') }),
    }
  },
  vitals: observation,
  results: observation,
  immunizations: (row) => {
    const id = row.needed('id')
    const code = concept(row)
    if (!whole(id, code.text)) return undefined
    return { id, code, day: row.partialDate('day'), ...known({ lot: row.text('lot'), due: row.yesNo('due') }) }
  },
  procedures: (row) => {
    const id = row.needed('id')
    const code = concept(row)
    if (!whole(id, code.text)) return undefined
    return { id, code, day: row.partialDate('day'), ...known({ implant: row.yesNo('implant') }) }
  },
  coverage: (row) => {
    const id = row.needed('id')
    const payer = row.needed('payer')
    const memberId = row.needed('memberId')
    if (!whole(id, payer, memberId)) return undefined
    return {
      id,
      rank: row.oneOf('rank', RANKS) ?? 'other',
      payer,
      memberId,
      ...known({
        group: row.text('group'),
        copay: row.text('copay'),
        authorization: row.text('authorization'),
        referralNeeded: row.yesNo('referralNeeded'),
        eligibilityCheckedOn: row.day('eligibilityCheckedOn'),
      }),
    }
  },
}

function observation(row: RowReader): EntryOf<'results'> | undefined {
  const id = row.needed('id')
  const code = concept(row)
  const note = row.text('note')
  const value = note === undefined ? row.needed('value') : (row.text('value') ?? '(see the note)')
  if (!whole(id, code.text, value)) return undefined
  return {
    id,
    code,
    value,
    status: row.oneOf('status', RESULT_STATUSES) ?? 'final',
    at: row.instant('at'),
    ...known({
      panel: row.text('panel'),
      unit: row.text('unit'),
      referenceRange: row.text('referenceRange'),
      flag: row.oneOf('flag', RESULT_FLAGS),
      note,
    }),
  }
}

function concept(row: RowReader): CodeableConcept {
  return { text: row.needed('text'), codings: row.codes('code') }
}

function whole(...needed: string[]): boolean {
  return needed.every((text) => text !== '')
}

/** The fields that have a value. */
export function known<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const named: { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } = {}
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined) Object.assign(named, { [name]: value })
  }
  return named
}
