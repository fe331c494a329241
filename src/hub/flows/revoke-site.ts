import { noteRevoked } from '../sites/store.ts'
import { type Actor, auditLine, type Centre } from './centre.ts'

/**
 * A lockbox is lost, stolen or retired: from the next publication on, everything is sealed by a key that it is not given, and the hub no longer
 * answers it. What it holds already stays readable to whoever unlocks it, until its lock limit. False when it was not enrolled.
 */
export async function revokeSite(centre: Centre, siteId: string, by: Actor, because: string): Promise<boolean> {
  const revoked = await centre.db.transaction().execute(async (together) => {
    const won = await noteRevoked(together, siteId, { at: centre.clock.now(), by: by.login, because })
    if (!won) return false
    await centre.audit(together, [auditLine(centre, by, 'site-revoked', { siteId }, { reason: because })])
    await centre.changed(together, ['sites', `site:${siteId}`, 'packs'])
    return true
  })
  if (revoked) centre.publishSoon()
  return revoked
}
