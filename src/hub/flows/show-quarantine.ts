import type { Database } from '../../base/database.ts'
import type { Doubt } from '../../chart/chart.ts'
import { setDoubts } from '../../chart/persons/store.ts'
import { asideOfPatients } from '../sources/store.ts'

/** So many reasons stand on one chart; the rest is counted together. */
const MOST_REASONS = 8

/** Says on each of these charts what of it is quarantined. A patient without a chart is shown with the source alone. */
export async function showQuarantine(db: Database, sourceId: string, patientIds: readonly string[]): Promise<void> {
  if (patientIds.length === 0) return
  const doubts = new Map<string, Doubt[]>(patientIds.map((id) => [id, []]))
  for (const { patientId, section, because, count } of await asideOfPatients(db, sourceId, patientIds)) {
    const all = doubts.get(patientId) ?? []
    const last = all.at(-1)
    const doubt: Doubt = {
      kind: 'quarantined',
      sourceId,
      count,
      because,
      ...(section === undefined ? {} : { section }),
    }
    if (all.length < MOST_REASONS || last === undefined) all.push(doubt)
    else
      all[all.length - 1] = {
        kind: 'quarantined',
        sourceId,
        count: last.count + count,
        because: 'more could not be kept',
      }
    doubts.set(patientId, all)
  }
  await setDoubts(db, sourceId, 'quarantine', doubts)
}
