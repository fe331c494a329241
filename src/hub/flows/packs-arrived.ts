import { currentPublications } from '../publications/store.ts'
import { heardOfAll, sites } from '../sites/store.ts'
import type { Centre } from './centre.ts'

/** Which enrolled sites hold the newest pack that is out for them, by name, and which do not. A site that was never given one lacks it. */
export async function packsArrived(centre: Pick<Centre, 'db'>): Promise<{ hold: string[]; lack: string[] }> {
  const out = new Map((await currentPublications(centre.db)).map(({ packId, sequence }) => [packId, sequence]))
  const heard = await heardOfAll(centre.db)
  const hold: string[] = []
  const lack: string[] = []
  for (const { id, name, status } of await sites(centre.db)) {
    if (status !== 'enrolled') continue
    const newest = out.get(id)
    const held = heard.get(id)?.heartbeat.siteSequence
    if (newest !== undefined && held !== undefined && held >= newest) hold.push(name)
    else lack.push(name)
  }
  return { hold, lack }
}
