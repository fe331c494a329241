import type { Doubt } from '../chart.ts'
import { agrees, differences, type Identity, isOtherPerson } from '../identity.ts'

/** A living record with a number of a declared issuer, as records are joined. `personId`: of whose chart it is part now; `ownPerson`: of its own. */
export type Numbered = {
  sourceId: string
  patientId: string
  number: string
  identity: Identity
  ownPerson: string
  personId: string
  rank: number
}

/** What a person decided of a record under this number. */
export type Decided = 'same' | 'different' | undefined

/** Who was compared when a person decided of a record: it, and the one that led its number. */
export type Compared = { identity: Identity; lead: Pick<Numbered, 'sourceId' | 'patientId' | 'identity'> }

/**
 * Whether a decision is still about the two who were compared. A number may be given to another patient, and a record may become another person's by
 * small steps: then it is asked again. `compared` undefined: decided when this was not kept.
 */
export function stillStands(
  compared: Compared | undefined,
  { identity, lead }: { identity: Identity; lead: Pick<Numbered, 'sourceId' | 'patientId' | 'identity'> },
): boolean {
  if (compared === undefined) return true
  const sameLead = compared.lead.sourceId === lead.sourceId && compared.lead.patientId === lead.patientId
  return (
    sameLead && !isOtherPerson(compared.identity, identity) && !isOtherPerson(compared.lead.identity, lead.identity)
  )
}

export type Joined = { record: Numbered; personId: string; doubts: Doubt[] }

/**
 * Whose chart each record of one number is part of. The record of the leading source stands for the person; another source's is joined to it where
 * birth date and name agree, or where a person decided so. In doubt it stays a chart of its own, and both charts say so. Two records of one source
 * under one number say that the number does not tell people apart: nothing is joined by it.
 */
export function joinRecords(
  records: readonly Numbered[],
  decided: (record: Numbered, lead: Numbered) => Decided,
): Joined[] {
  const ordered = records.toSorted(
    (a, b) => a.rank - b.rank || compare(a.sourceId, b.sourceId) || compare(a.patientId, b.patientId),
  )
  const [lead, ...others] = ordered
  if (lead === undefined) return []
  const perSource = Map.groupBy(ordered, ({ sourceId }) => sourceId)
  const alone = (record: Numbered, doubts: Doubt[] = []): Joined => ({ record, personId: record.ownPerson, doubts })
  if (perSource.size === 1) return ordered.map((record) => alone(record))
  const twice = [...perSource].find(([, own]) => own.length > 1)?.[0]
  if (twice !== undefined)
    return ordered.map((record) =>
      alone(record, [doubt(record, `two records of ${twice} have this record number, so nothing was joined by it`)]),
    )
  const kept: Joined[] = []
  const apart: { record: Numbered; because: string }[] = []
  for (const record of others) {
    const decision = decided(record, lead)
    const before = record.personId === lead.ownPerson
    if (decision === 'same' || (decision === undefined && agrees(lead.identity, record.identity, before)))
      kept.push({ record, personId: lead.ownPerson, doubts: [] })
    else if (decision === 'different') kept.push(alone(record))
    else apart.push({ record, because: differences(lead.identity, record.identity) })
  }
  const doubtsOfLead = apart.map(({ record, because }) =>
    doubt(record, `a record of ${record.sourceId} under this record number was not joined: ${because}`),
  )
  return [
    alone(lead, doubtsOfLead),
    ...kept,
    ...apart.map(({ record, because }) =>
      alone(record, [
        doubt(lead, `the record of ${lead.sourceId} under this record number was not joined: ${because}`),
      ]),
    ),
  ]
}

function doubt(other: Numbered, because: string): Doubt {
  return { kind: 'other-person', sourceId: other.sourceId, count: 1, because }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
