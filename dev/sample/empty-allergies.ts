import pg from 'pg'
import { connectionOf } from '../../src/base/database.ts'
import type { SampleEhr } from '../practice/ehr.ts'

const KEPT = 'allergy_kept'
/** As a restore leaves it: those whose lists were loaded anew are marked as changed. */
const TOUCH = `UPDATE patient SET changed_at = clock_timestamp() WHERE patient_id IN (SELECT patient_id FROM ${KEPT})`

/** Whether the EHR's allergies are away now; undefined: the EHR cannot be reached. */
export async function allergiesAreAway({ urls }: SampleEhr): Promise<boolean | undefined> {
  try {
    const [row] = await inEhr(urls.owner, [`SELECT to_regclass('${KEPT}') IS NOT NULL AS away`])
    return row?.away === true
  } catch {
    return undefined
  }
}

/** Empties the allergy table of the EHR, as a restore that is under way does, and remembers what stood in it. */
export async function emptyAllergies({ urls }: SampleEhr): Promise<void> {
  await inEhr(urls.owner, [`CREATE TABLE ${KEPT} AS SELECT * FROM allergy`, 'DELETE FROM allergy', TOUCH])
}

export async function bringAllergiesBack({ urls }: SampleEhr): Promise<void> {
  const back = `INSERT INTO allergy SELECT * FROM ${KEPT} ON CONFLICT DO NOTHING`
  await inEhr(urls.owner, [back, TOUCH, `DROP TABLE ${KEPT}`])
}

async function inEhr(url: string, statements: readonly string[]): Promise<{ [column: string]: unknown }[]> {
  const client = new pg.Client({ ...connectionOf(url), statement_timeout: 60_000, connectionTimeoutMillis: 5000 })
  await client.connect()
  try {
    await client.query('BEGIN')
    let rows: { [column: string]: unknown }[] = []
    for (const statement of statements) ({ rows } = await client.query<{ [column: string]: unknown }>(statement))
    await client.query('COMMIT')
    return rows
  } finally {
    await client.end()
  }
}
