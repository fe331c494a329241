import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Doubt } from '../chart.ts'
import type { Identity } from '../identity.ts'
import { type Compared, type Decided, joinRecords, type Numbered, stillStands } from './join.ts'

/**
 * Persons are what packs publish: each record has a person of its own, and is part of that one or of the person of the record that it was joined to.
 * When what a person's chart says may have changed, the person takes the next number of one sequence.
 */
export type SourceDeclared = { id: string; issuer?: string | undefined }

/** Any number that no other part of the program uses: writers of charts take it in turn, and the reader of the horizon too. */
const CHANGE_LOCK = 4_600_001

/** Writers of charts wait for each other: one record joins another only while nobody else writes it. Held until the transaction ends. */
export async function lockCharts(db: Database): Promise<void> {
  if (!db.isTransaction) throw new Error('charts are written inside a transaction only, or the horizon would lie')
  await sql`SELECT pg_advisory_xact_lock(${CHANGE_LOCK})`.execute(db)
}

/**
 * In the order of the hub's configuration: the first source leads where two speak of one person. Gives the sources whose records have no numbers for
 * their issuer yet, because it changed or because giving them was broken off; `noteNumbered` says that it is done.
 */
export async function declareSources(db: Database, sources: readonly SourceDeclared[]): Promise<string[]> {
  for (const [rank, { id, issuer }] of sources.entries())
    await sql`INSERT INTO record_source (source_id, rank, issuer) VALUES (${id}, ${rank}, ${issuer ?? null})
      ON CONFLICT (source_id) DO UPDATE SET rank = excluded.rank, issuer = excluded.issuer`.execute(db)
  const { rows } = await sql<{ source_id: string }>`
    SELECT source_id FROM record_source WHERE source_id = ANY(${sources.map(({ id }) => id)}::text[])
      AND numbered_for IS DISTINCT FROM issuer ORDER BY rank`.execute(db)
  return rows.map((row) => row.source_id)
}

export async function noteNumbered(db: Database, sourceId: string, issuer: string | undefined): Promise<void> {
  await sql`UPDATE record_source SET numbered_for = ${issuer ?? null}
    WHERE source_id = ${sourceId} AND issuer IS NOT DISTINCT FROM ${issuer ?? null}`.execute(db)
}

export async function declared(db: Database): Promise<Map<string, { rank: number; issuer: string | undefined }>> {
  const { rows } = await sql<{ source_id: string; rank: number; issuer: string | null }>`
    SELECT source_id, rank, issuer FROM record_source`.execute(db)
  return new Map(rows.map((row) => [row.source_id, { rank: row.rank, issuer: row.issuer ?? undefined }]))
}

/**
 * Gives each new record a person of its own: named as the record, or as its source and the record where another source has that name. An id that could
 * be such a qualified name is always qualified: no source can take the name of another source's record, and with it a place in that chart.
 */
export async function claimPersons(
  db: Database,
  sourceId: string,
  patientIds: readonly string[],
): Promise<Map<string, string>> {
  const claim = async (ids: readonly string[], name: (id: string) => string): Promise<Map<string, string>> => {
    if (ids.length === 0) return new Map()
    const names = ids.map(name)
    await sql`INSERT INTO panel_chart (person_id, owner_source, owner_patient)
      SELECT name, ${sourceId}, owner FROM unnest(${names}::text[], ${ids}::text[]) AS claimed(name, owner)
      ON CONFLICT (person_id) DO NOTHING`.execute(db)
    const { rows } = await sql<{ person_id: string; owner_patient: string }>`
      SELECT person_id, owner_patient FROM panel_chart WHERE person_id = ANY(${names}::text[]) AND owner_source = ${sourceId}`.execute(
      db,
    )
    return new Map(rows.map((row) => [row.owner_patient, row.person_id]))
  }
  const claimed = await claim(
    patientIds.filter((id) => !id.includes(BETWEEN)),
    (id) => id,
  )
  // More than one round only where a name was given away before ids with the mark in them were qualified.
  for (let marks = BETWEEN; claimed.size < new Set(patientIds).size; marks += BETWEEN) {
    const left = patientIds.filter((id) => !claimed.has(id))
    const names = await claim(left, (one) => `${sourceId}${marks}${one}`)
    for (const id of left) {
      const name = names.get(id)
      if (name !== undefined) claimed.set(id, name)
    }
  }
  return claimed
}

/** Stands in no source’s id, so a qualified name belongs to one record. */
const BETWEEN = '~'

/** What these persons' charts say may have changed. */
export async function touchPersons(db: Database, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return
  await lockCharts(db)
  await sql`UPDATE panel_chart SET changed_seq = nextval('chart_change') WHERE person_id = ANY(${[...new Set(personIds)]}::text[])`.execute(
    db,
  )
}

/** Joins and parts the records of these numbers anew; touches the persons whose chart that changes. */
export async function joinNumbers(db: Database, numbers: readonly string[]): Promise<void> {
  if (numbers.length === 0) return
  const records = await numbered(db, numbers)
  const decisions = await decisionsOf(db, numbers)
  const decided = (record: Numbered, lead: Numbered): Decided => {
    const made = decisions.get(keyOf(record))
    return made !== undefined && stillStands(made.compared, { identity: record.identity, lead })
      ? made.decision
      : undefined
  }
  const joined = [...Map.groupBy(records, ({ number }) => number).values()].flatMap((same) =>
    joinRecords(same, decided),
  )
  const moved = joined.filter(({ record, personId }) => personId !== record.personId)
  if (moved.length > 0)
    await sql`UPDATE chart SET person_id = moved.person_id
      FROM unnest(${moved.map(({ record }) => record.sourceId)}::text[], ${moved.map(({ record }) => record.patientId)}::text[],
        ${moved.map(({ personId }) => personId)}::text[]) AS moved(source_id, patient_id, person_id)
      WHERE chart.source_id = moved.source_id AND chart.patient_id = moved.patient_id`.execute(db)
  const touched = moved.flatMap(({ record, personId }) => [record.personId, personId])
  for (const [sourceId, own] of Map.groupBy(joined, ({ record }) => record.sourceId)) {
    const doubts = new Map(own.map(({ record, doubts: said }) => [record.patientId, said]))
    touched.push(...(await putDoubts(db, sourceId, 'other', doubts)))
  }
  await touchPersons(db, touched)
}

/** A record that no longer has a number, or is gone, is nobody else's. */
export async function partRecords(db: Database, sourceId: string, patientIds: readonly string[]): Promise<void> {
  if (patientIds.length === 0) return
  const { rows } = await sql<{ person_id: string; own_person: string }>`
    UPDATE chart SET person_id = own_person, doubts = doubts - 'other' FROM (
      SELECT patient_id, person_id AS was FROM chart WHERE source_id = ${sourceId} AND patient_id = ANY(${patientIds}::text[])
    ) AS before
    WHERE chart.source_id = ${sourceId} AND chart.patient_id = before.patient_id AND (was <> own_person OR doubts ? 'other')
    RETURNING was AS person_id, own_person`.execute(db)
  await touchPersons(
    db,
    rows.flatMap((row) => [row.person_id, row.own_person]),
  )
}

/**
 * `quarantine`: values that could not be kept. `held`: what is not believed yet. `identity`: what names another person. `other`: records that could
 * not be joined.
 */
export type DoubtShelf = 'quarantine' | 'held' | 'identity' | 'other'

/** Puts what is in doubt of these records on one shelf, in place of what was there. */
export async function setDoubts(
  db: Database,
  sourceId: string,
  shelf: DoubtShelf,
  doubts: ReadonlyMap<string, readonly Doubt[]>,
): Promise<void> {
  await touchPersons(db, await putDoubts(db, sourceId, shelf, doubts))
}

async function putDoubts(
  db: Database,
  sourceId: string,
  shelf: DoubtShelf,
  doubts: ReadonlyMap<string, readonly Doubt[]>,
): Promise<string[]> {
  if (doubts.size === 0) return []
  await lockCharts(db)
  const texts = [...doubts.values()].map((all) => (all.length === 0 ? null : JSON.stringify(all)))
  const { rows } = await sql<{ person_id: string }>`
    UPDATE chart SET doubts = CASE WHEN said.doubts IS NULL THEN chart.doubts - ${shelf}::text
      ELSE coalesce(chart.doubts, '{}'::jsonb) || jsonb_build_object(${shelf}::text, said.doubts) END
    FROM unnest(${[...doubts.keys()]}::text[], ${texts}::jsonb[]) AS said(patient_id, doubts)
    WHERE chart.source_id = ${sourceId} AND chart.patient_id = said.patient_id
      AND (chart.doubts -> ${shelf}::text) IS DISTINCT FROM said.doubts
    RETURNING chart.person_id`.execute(db)
  return rows.map((row) => row.person_id)
}

async function numbered(db: Database, numbers: readonly string[]): Promise<Numbered[]> {
  const { rows } = await sql<Numbered>`
    SELECT chart.source_id AS "sourceId", patient_id AS "patientId", number, identity, own_person AS "ownPerson",
      person_id AS "personId", coalesce(rank, 1000) AS rank
    FROM chart LEFT JOIN record_source USING (source_id)
    WHERE number = ANY(${[...new Set(numbers)]}::text[]) AND body IS NOT NULL`.execute(db)
  return rows.map((row) => ({
    ...row,
    identity: wholeIdentity(row.identity),
  }))
}

type Decision = { decision: 'same' | 'different'; compared: Compared | undefined }

async function decisionsOf(db: Database, numbers: readonly string[]): Promise<Map<string, Decision>> {
  const { rows } = await sql<
    ComparedRow & { number: string; source_id: string; patient_id: string; decision: 'same' | 'different' }
  >`
    SELECT number, source_id, patient_id, decision, lead_source, lead_patient, lead_identity, identity AS own_identity
    FROM chart_join WHERE number = ANY(${[...numbers]}::text[])`.execute(db)
  return new Map(
    rows.map((row) => [
      keyOf({ number: row.number, sourceId: row.source_id, patientId: row.patient_id }),
      { decision: row.decision, compared: comparedOf(row) },
    ]),
  )
}

export type ComparedRow = {
  lead_source: string | null
  lead_patient: string | null
  lead_identity: Identity | null
  own_identity: Identity | null
}

export function comparedOf({
  lead_source,
  lead_patient,
  lead_identity,
  own_identity,
}: ComparedRow): Compared | undefined {
  if (lead_source === null || lead_patient === null || lead_identity === null || own_identity === null) return undefined
  const lead = { sourceId: lead_source, patientId: lead_patient, identity: wholeIdentity(lead_identity) }
  return { identity: wholeIdentity(own_identity), lead }
}

/** As JSON gives it back. */
export function wholeIdentity(identity: Identity): Identity {
  return { ...identity, birthDate: identity.birthDate ?? undefined }
}

function keyOf({ number, sourceId, patientId }: Pick<Numbered, 'number' | 'sourceId' | 'patientId'>): string {
  return JSON.stringify([number, sourceId, patientId])
}
