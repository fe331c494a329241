import { addDays, type Day, dayOf, instantAt } from '../../base/zone.ts'
import { placesOf } from '../../chart/schedule.ts'
import { appointmentsIn } from '../../chart/visits/store.ts'
import { type MissingPaper, missingPaper } from '../../pack/missing-paper.ts'
import { keptSheets } from '../sheets/store.ts'
import { sites } from '../sites/store.ts'
import type { Centre } from './centre.ts'

/** Where the paper of today or tomorrow is not complete: by site, in the order of the days. */
export async function paperMissing(
  centre: Pick<Centre, 'db' | 'clock' | 'practice'>,
): Promise<{ siteName: string; day: Day; missing: MissingPaper[] }[]> {
  const { db, clock, practice } = centre
  const found: { siteName: string; day: Day; missing: MissingPaper[] }[] = []
  for (const site of await sites(db)) {
    if (site.status !== 'enrolled') continue
    const zone = site.zone ?? practice.zone
    const today = dayOf(clock.now(), zone)
    const labels = (await keptSheets(db, site.id)).map(({ label }) => label)
    for (const day of [today, addDays(today, 1)]) {
      const from = instantAt(day, '00:00', zone)
      const visits = await appointmentsIn(db, placesOf(site), from, instantAt(addDays(day, 1), '00:00', zone))
      const missing = missingPaper(visits, day, labels)
      if (missing.length > 0) found.push({ siteName: site.name, day, missing })
    }
  }
  return found
}
