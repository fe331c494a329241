import { currentPublications } from '../publications/store.ts'
import { heardOfAll, sites } from '../sites/store.ts'
import type { Centre } from './centre.ts'

/** The sequence of the newest pack that is out now, for each pack. Publishing goes on: who waits for these waits for what is out now, not for ever. */
export async function packsOut(centre: Pick<Centre, 'db'>): Promise<ReadonlyMap<string, number>> {
  return new Map((await currentPublications(centre.db)).map(({ packId, sequence }) => [packId, sequence]))
}

/** Which enrolled sites hold these packs or newer ones, by name, and which do not. A site that was never given one lacks it. */
export async function packsArrived(
  centre: Pick<Centre, 'db'>,
  out: ReadonlyMap<string, number>,
): Promise<{ hold: string[]; lack: string[] }> {
  const heard = await heardOfAll(centre.db)
  const hold: string[] = []
  const lack: string[] = []
  for (const { id, name, status } of await sites(centre.db)) {
    if (status !== 'enrolled') continue
    const wanted = out.get(id)
    const held = heard.get(id)?.heartbeat.siteSequence
    if (wanted !== undefined && held !== undefined && held >= wanted) hold.push(name)
    else lack.push(name)
  }
  return { hold, lack }
}
