import { silentLog } from '../base/log.ts'
import { openHubDatabase } from '../hub/database/hub-database.ts'
import { currentPublications } from '../hub/publications/store.ts'
import type { SignedManifest } from '../pack/pack.ts'
import { configOf } from './hub-options.ts'

/** What a hub published last, of every pack. Loaded only when it is asked for: a site has no database. */
export async function packsOfHub(config: string): Promise<{ folder: string; packs: SignedManifest[] }> {
  const { dataDir, databaseUrl, packsDir } = configOf({ config })
  await using store = await openHubDatabase({ dataDir, databaseUrl, log: silentLog, migrated: false })
  return { folder: packsDir, packs: (await currentPublications(store.db)).map(({ signed }) => signed) }
}
