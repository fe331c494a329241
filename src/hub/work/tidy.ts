import { sweepLimits } from '../../access/limits/store.ts'
import { sweepLinks } from '../../access/links/store.ts'
import { sweepSessions } from '../../access/sessions/store.ts'
import { DAY, HOUR } from '../../base/time.ts'
import { forgetEarlyBefore } from '../../chart/visits/store.ts'
import { forgetObservationsBefore } from '../../monitor/observations/store.ts'
import { forgetLooksBefore, forgetWorkBefore, thinLooks } from '../../monitor/standby/store.ts'
import { NONCE_KEEP_MS } from '../api/site-api.ts'
import type { Centre } from '../flows/centre.ts'
import type { Press } from '../flows/press.ts'
import { sweepFiles } from '../flows/publish.ts'
import { TAKEN_KEPT_MS } from '../held/held.ts'
import { forgetLossesBefore, forgetTakenBefore } from '../held/waiting/store.ts'
import { forgetNumbersBefore } from '../sheets/store.ts'
import { forgetHeardBefore, forgetNoncesBefore, forgetOffersBefore, forgetPullsBefore } from '../sites/store.ts'
import { forgetReadsBefore } from '../sources/store.ts'
import { sweepTasks } from '../tasks/store.ts'

/** Takes away what nobody will look at again. The audit trail, alarms and quarantined records stay. */
export async function tidy(centre: Centre, press: Press): Promise<void> {
  const { db, clock } = centre
  const now = clock.now()
  await forgetNoncesBefore(db, now - NONCE_KEEP_MS)
  await forgetOffersBefore(db, now - DAY)
  await forgetReadsBefore(db, now - 7 * DAY)
  await forgetLossesBefore(db, now - DAY)
  await forgetTakenBefore(db, now - 30 * DAY)
  await forgetEarlyBefore(db, now - 30 * DAY)
  await forgetObservationsBefore(db, now - 7 * DAY)
  await forgetHeardBefore(db, now - 7 * DAY)
  await forgetPullsBefore(db, now - 30 * DAY)
  await forgetLossesBefore(db, now - DAY)
  await forgetTakenBefore(db, now - TAKEN_KEPT_MS)
  await forgetEarlyBefore(db, now - 30 * DAY)
  await thinLooks(db, now - 2 * HOUR)
  await forgetLooksBefore(db, now - 14 * DAY)
  await forgetWorkBefore(db, now - DAY)
  await sweepSessions(db, now)
  await sweepLimits(db, now)
  await sweepLinks(db, now - DAY)
  await sweepTasks(db, now - DAY)
  // By UTC: no day that anywhere is still today or yesterday.
  await forgetNumbersBefore(db, new Date(now - 30 * DAY).toISOString().slice(0, 10))
  const removed = await sweepFiles(centre, press)
  if (removed > 0) centre.log.info({ removed, olderThanMs: HOUR }, 'pack files that nobody needs any more were removed')
}
