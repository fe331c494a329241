import type { Database } from '../../base/database.ts'
import type { Doubt } from '../../chart/chart.ts'
import { setDoubts } from '../../chart/persons/store.ts'
import { asideOfPatients } from '../sources/store.ts'

/** So many reasons stand on each list of a chart; the rest of the list is counted together. Each list is marked, however much another one lacks. */
const MOST_REASONS = 3

/** Says on each of these charts what of it is quarantined. A patient without a chart is shown with the source alone. */
export async function showQuarantine(db: Database, sourceId: string, patientIds: readonly string[]): Promise<void> {
  if (patientIds.length === 0) return
  const doubts = new Map<string, Doubt[]>(patientIds.map((id) => [id, []]))
  for (const { patientId, section, because, count } of await asideOfPatients(db, sourceId, patientIds)) {
    const all = doubts.get(patientId) ?? []
    const about = section === undefined ? {} : { section }
    const ofList = all.filter((one) => one.section === section)
    const last = ofList.at(-1)
    if (last === undefined || ofList.length < MOST_REASONS)
      all.push({ kind: 'quarantined', sourceId, count, because, ...about })
    else Object.assign(last, { count: last.count + count, because: 'more could not be kept' })
    doubts.set(patientId, all)
  }
  await setDoubts(db, sourceId, 'quarantine', doubts)
}
