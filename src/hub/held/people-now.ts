import type { Database } from '../../base/database.ts'
import { sha256Hex } from '../../base/hash.ts'
import { recordsOf } from '../../chart/records/store.ts'
import type { HeldBack, NamedPerson } from './held.ts'

/** Whom a person compares: who the chart is about by now, which may have changed since the question was raised, then who the new messages name. */
export async function peopleNow(
  db: Database,
  { sourceId, subject, people }: Pick<HeldBack, 'sourceId' | 'subject' | 'people'>,
): Promise<NamedPerson[]> {
  const shown = (await recordsOf(db, sourceId, [subject])).get(subject)?.chart.patient
  if (shown === undefined) return people
  const { mrn, name, birthDate, sex } = shown
  return [{ mrn, name, birthDate, sex }, ...people.slice(1)]
}

/** What a page showed, as its form carries it along: a decision about two people is not taken for two others. */
export function seenPeople(shown: unknown): string {
  return sha256Hex(JSON.stringify(shown)).slice(0, 16)
}
