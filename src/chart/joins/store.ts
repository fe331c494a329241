import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import { sha256Hex } from '../../base/hash.ts'
import { differences, type Identity } from '../identity.ts'
import { stillStands } from '../persons/join.ts'
import { type ComparedRow, comparedOf, joinNumbers, lockCharts, wholeIdentity } from '../persons/store.ts'
import { recordsOf } from '../records/store.ts'
import type { Join, JoinDecision, JoinLine, JoinSide } from './joins.ts'

/** How many record numbers have records that were not joined, by source. */
export async function openJoinCounts(db: Database): Promise<{ sourceId: string; count: number }[]> {
  const { rows } = await sql<{ sourceId: string; count: number }>`
    SELECT source_id AS "sourceId", count(DISTINCT number) AS count FROM chart
    WHERE doubts ? 'other' AND body IS NOT NULL AND number IS NOT NULL GROUP BY source_id ORDER BY source_id`.execute(
    db,
  )
  return rows
}

/** How many record numbers have records that were not joined, in all. */
export async function openJoinCount(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(DISTINCT number) AS count FROM chart
    WHERE doubts ? 'other' AND body IS NOT NULL AND number IS NOT NULL`.execute(db)
  return rows[0]?.count ?? 0
}

type Row = {
  number: string
  source_id: string
  patient_id: string
  identity: Identity
  apart: boolean
  decision: JoinDecision['decision'] | null
  decided_by: string | null
  decided_at: number | null
  reason: string | null
} & ComparedRow

/** Records that were not joined, and those of which a person decided: undecided ones first. At most so many numbers. */
export async function joinLines(db: Database, most = 200): Promise<JoinLine[]> {
  return (await found(db, most)).map(({ row, lead, ...line }) => ({
    ...line,
    sourceId: row.source_id,
    leadSourceId: lead.source_id,
  }))
}

export async function joinByKey(db: Database, key: string): Promise<(Join & { number: string }) | undefined> {
  const line = (await found(db, 10_000)).find((one) => one.key === key)
  if (line === undefined) return undefined
  const { row, lead, ...rest } = line
  const [record, other] = [await sideOf(db, row), await sideOf(db, lead)]
  return record === undefined || other === undefined ? undefined : { ...rest, number: row.number, record, lead: other }
}

/** Keeps a decision about one record under its number, and joins or parts it; `undefined` takes the decision back. */
export async function decideJoin(
  db: Database,
  { number, record, lead }: { number: string; record: SideId; lead: SideId },
  decision: JoinDecision | undefined,
): Promise<void> {
  await lockCharts(db)
  const { sourceId, patientId } = record
  if (decision === undefined)
    await sql`DELETE FROM chart_join WHERE number = ${number} AND source_id = ${sourceId} AND patient_id = ${patientId}`.execute(
      db,
    )
  else
    await sql`INSERT INTO chart_join (number, source_id, patient_id, decision, decided_by, decided_at, reason,
        lead_source, lead_patient, lead_identity, identity)
      SELECT ${number}, ${sourceId}, ${patientId}, ${decision.decision}, ${decision.by}, ${decision.at}::bigint, ${decision.reason},
        lead.source_id, lead.patient_id, lead.identity, own.identity
      FROM chart own, chart lead WHERE own.source_id = ${sourceId} AND own.patient_id = ${patientId}
        AND lead.source_id = ${lead.sourceId} AND lead.patient_id = ${lead.patientId}
      ON CONFLICT (number, source_id, patient_id) DO UPDATE SET decision = excluded.decision,
        decided_by = excluded.decided_by, decided_at = excluded.decided_at, reason = excluded.reason,
        lead_source = excluded.lead_source, lead_patient = excluded.lead_patient, lead_identity = excluded.lead_identity,
        identity = excluded.identity`.execute(db)
  await joinNumbers(db, [number])
}

type SideId = Pick<JoinSide, 'sourceId' | 'patientId'>

type Found = Omit<JoinLine, 'sourceId' | 'leadSourceId'> & { row: Row; lead: Row }

async function found(db: Database, most: number): Promise<Found[]> {
  const { rows } = await sql<Row>`
    WITH asked AS (
      (SELECT DISTINCT number FROM chart WHERE doubts ? 'other' AND body IS NOT NULL AND number IS NOT NULL
        ORDER BY number LIMIT ${most})
      UNION (SELECT number FROM chart_join ORDER BY decided_at DESC LIMIT ${most})
    )
    SELECT number, chart.source_id, chart.patient_id, chart.identity, coalesce(doubts ? 'other', false) AS apart, decision, decided_by, decided_at,
      reason, lead_source, lead_patient, lead_identity, chart_join.identity AS own_identity
    FROM asked JOIN chart USING (number) LEFT JOIN chart_join USING (number, source_id, patient_id)
      LEFT JOIN record_source ON record_source.source_id = chart.source_id
    WHERE body IS NOT NULL
    ORDER BY number, coalesce(rank, 1000), chart.source_id COLLATE "C", chart.patient_id COLLATE "C"`.execute(db)
  const all = [...Map.groupBy(rows, ({ number }) => number).values()].flatMap(linesOf)
  return all.toSorted((a, b) => ORDER[a.state] - ORDER[b.state])
}

const ORDER: { [State in Join['state']]: number } = { open: 0, twice: 1, decided: 2 }

const TWICE = 'one source has two records of this number'

/** The first record of a number stands for the person, as records are joined (persons/join.ts). */
function linesOf([lead, ...others]: Row[]): Found[] {
  if (lead === undefined) return []
  const sources = new Set([lead, ...others].map(({ source_id }) => source_id))
  if (sources.size === 1) return []
  const twice = sources.size < others.length + 1
  return others.flatMap((row): Found[] => {
    const key = keyOf(row)
    const because = twice ? TWICE : differences(wholeIdentity(lead.identity), wholeIdentity(row.identity))
    if (twice) return [{ key, because, state: 'twice', decision: undefined, row, lead }]
    const decision = decisionOf(row, lead)
    if (decision === undefined && !row.apart) return []
    return [{ key, because, state: decision === undefined ? 'open' : 'decided', decision, row, lead }]
  })
}

/** What was decided of a record, while it and the leading one are those who were compared. */
function decisionOf(row: Row, lead: Row): JoinDecision | undefined {
  const { decision, decided_by, decided_at, reason } = row
  const now = {
    identity: wholeIdentity(row.identity),
    lead: { sourceId: lead.source_id, patientId: lead.patient_id, identity: wholeIdentity(lead.identity) },
  }
  if (decision === null || !stillStands(comparedOf(row), now)) return undefined
  return { decision, by: decided_by ?? '', at: decided_at ?? 0, reason: reason ?? '' }
}

/** Names a record under its number in an address without saying either. */
function keyOf({ number, source_id, patient_id }: Row): string {
  return sha256Hex(JSON.stringify([number, source_id, patient_id])).slice(0, 20)
}

async function sideOf(db: Database, { source_id, patient_id }: Row): Promise<JoinSide | undefined> {
  const chart = (await recordsOf(db, source_id, [patient_id])).get(patient_id)?.chart
  if (chart === undefined) return undefined
  const { mrn, name, birthDate, sex } = chart.patient
  return {
    sourceId: source_id,
    patientId: patient_id,
    who: { mrn, name, birthDate, sex },
    restriction: chart.restriction,
  }
}
