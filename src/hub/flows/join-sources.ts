import type { Database } from '../../base/database.ts'
import type { Log } from '../../base/log.ts'
import { declareSources, noteNumbered } from '../../chart/persons/store.ts'
import { renumberRecords } from '../../chart/records/store.ts'

/** `mrnIssuer`: who issues its record numbers. */
type Declared = { id: string; mrnIssuer?: string }

/** Makes known which source leads and whose record numbers each gives; where that changed, records are joined and parted anew. */
export async function joinSources(db: Database, sources: readonly Declared[], log: Log): Promise<void> {
  const changed = await declareSources(
    db,
    sources.map(({ id, mrnIssuer }) => ({ id, issuer: mrnIssuer })),
  )
  for (const id of changed) {
    log.info({ source: id }, 'the issuer of its record numbers changed; its records are joined anew')
    await renumberRecords(db, id)
    await noteNumbered(db, id, sources.find((source) => source.id === id)?.mrnIssuer)
  }
}
