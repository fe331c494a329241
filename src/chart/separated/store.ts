import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { Chart, Patient } from '../chart.ts'
import { identityOf, isOtherPerson } from '../identity.ts'
import { packed, unpacked } from '../records/store.ts'

/**
 * Charts that were written while all sources shared one space of ids, as they stood when their source was read anew. They are kept, since what was
 * read in a mixed chart may have been acted on.
 */
export async function noteSeparated(db: Database, before: Chart, after: Chart, at: Instant): Promise<void> {
  const other = isOtherPerson(identityOf(before.patient), identityOf(after.patient))
  await sql`INSERT INTO chart_separated (source_id, patient_id, at, before, other_person)
    VALUES (${before.sourceId}, ${before.patient.id}, ${at}, ${packed(before)}, ${other || holdsMore(before, after)})
    ON CONFLICT (source_id, patient_id) DO NOTHING`.execute(db)
}

/** Single events reached a chart that its source reads whole, and it says something else now. */
function holdsMore(before: Chart, after: Chart): boolean {
  return before.heard?.whole !== undefined && before.patient.name.family !== after.patient.name.family
}

export type Separated = { sourceId: string; patientId: string; at: Instant; before: Patient; otherPerson: boolean }

/** Charts that held, or may have held, two people; those that surely did first. */
export async function separatedCharts(db: Database, most = 200): Promise<Separated[]> {
  const { rows } = await sql<{
    source_id: string
    patient_id: string
    at: number
    before: Buffer
    other_person: boolean
  }>`
    SELECT source_id, patient_id, at, before, other_person FROM chart_separated
    ORDER BY other_person DESC, at, source_id, patient_id LIMIT ${most}`.execute(db)
  return rows.map((row) => ({
    sourceId: row.source_id,
    patientId: row.patient_id,
    at: row.at,
    before: unpacked(row.before).patient,
    otherPerson: row.other_person,
  }))
}

/** `waiting`: charts that may be mixed and were not read again; `mixed`: charts that did hold another person; `separated`: all that were read anew. */
export async function mixedCounts(db: Database): Promise<{ waiting: number; mixed: number; separated: number }> {
  const { rows } = await sql<{ waiting: number; mixed: number; separated: number }>`
    SELECT (SELECT count(*) FROM chart WHERE mixed AND body IS NOT NULL) AS waiting,
      (SELECT count(*) FROM chart_separated WHERE other_person) AS mixed,
      (SELECT count(*) FROM chart_separated) AS separated`.execute(db)
  return rows[0] ?? { waiting: 0, mixed: 0, separated: 0 }
}
