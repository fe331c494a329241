import type { Database } from '../../base/database.ts'
import type { Doubt } from '../../chart/chart.ts'
import { setDoubts } from '../../chart/persons/store.ts'
import { keptOutCounts } from '../held/store.ts'

/** Says on each of these charts how much was kept out because it names another person. */
export async function identityDoubts(db: Database, sourceId: string, subjects: readonly string[]): Promise<void> {
  if (subjects.length === 0) return
  const counts = await keptOutCounts(db, sourceId, subjects)
  const doubts = subjects.map((subject): [string, Doubt[]] => {
    const count = counts.get(subject) ?? 0
    const because = 'what came under this record number names a different person, so it was kept out'
    return [subject, count === 0 ? [] : [{ kind: 'other-person', sourceId, count, because }]]
  })
  await setDoubts(db, sourceId, 'identity', new Map(doubts))
}
