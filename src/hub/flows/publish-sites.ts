import { breakGlassVerifiersFor } from '../../access/envelopes/store.ts'
import { verifiersFor } from '../../access/people/store.ts'
import type { SitePeople } from '../../access/site-people.ts'
import { addDays, dayOf, instantAt } from '../../base/zone.ts'
import type { Appointment } from '../../chart/chart.ts'
import { maskedAppointment } from '../../chart/restricted.ts'
import { restrictedAmong } from '../../chart/restrictions/store.ts'
import { placesOf } from '../../chart/schedule.ts'
import { appointmentsIn } from '../../chart/visits/store.ts'
import { readManifest } from '../../pack/manifest.ts'
import type { SchedulePart, SiteSettings } from '../../pack/pack.ts'
import { prepareSite, type SiteMadeOf } from '../../pack/publish-site.ts'
import type { Publisher } from '../../pack/publisher.ts'
import { sequenceAfter } from '../../pack/sequence.ts'
import type { Policy } from '../policy/policy.ts'
import { lastPublication, notePublication } from '../publications/store.ts'
import type { Heard, Site } from '../sites/sites.ts'
import { heardOfAll, sites } from '../sites/store.ts'
import { sourceStates } from '../sources/store.ts'
import type { Centre } from './centre.ts'
import { movedOn, packFreshness } from './pack-freshness.ts'
import type { Press } from './press.ts'

/** Days of the schedule in a site's pack, today being 0. */
const FIRST_DAY = -1
const LAST_DAY = 7

/** Publishes the pack of every enrolled site for which something changed; gives their ids. */
export async function publishSites(
  centre: Centre,
  press: Press,
  publisher: Publisher,
  policy: Policy,
): Promise<string[]> {
  const heard = await heardOfAll(centre.db)
  const published: string[] = []
  for (const site of await sites(centre.db))
    if (site.status === 'enrolled' && (await publishSite(centre, press, publisher, policy, site, heard.get(site.id))))
      published.push(site.id)
  return published
}

async function publishSite(
  centre: Centre,
  press: Press,
  publisher: Publisher,
  policy: Policy,
  site: Site,
  heard: Heard | undefined,
): Promise<boolean> {
  const last = await lastPublication<SiteMadeOf>(centre.db, site.id)
  const freshness = packFreshness(await sourceStates(centre.db), centre.clock.now())
  const standbys = await press.standbysKnown?.()
  const leap = sequenceAfter(last?.sequence ?? 0, [heard?.heartbeat.siteSequence])
  const prepared = await prepareSite(publisher, {
    siteId: site.id,
    previous: last?.signed,
    madeBefore: last?.madeOf,
    contents: {
      schedule: await scheduleOf(centre, policy, site),
      settings: settingsOf(centre, policy, site),
      people: await peopleOf(centre, site),
      paper: await press.paperFor(site),
      ...(standbys === undefined ? {} : { standbys }),
    },
    recipients: site.recipient === undefined ? [] : [site.recipient],
    freshness,
    ...(leap === undefined ? {} : { sequenceAtLeast: leap }),
  })
  const { manifest, signed, madeOf } = prepared
  if (last !== undefined) {
    const before = readManifest(last.signed)
    const same = manifest.keyring === before.keyring && JSON.stringify(manifest.files) === JSON.stringify(before.files)
    if (same && !movedOn(before.freshness, freshness)) return false
  }
  return notePublication(centre.db, {
    packId: site.id,
    sequence: manifest.sequence,
    publishedAt: manifest.publishedAt,
    signed,
    madeOf,
    sizeBytes: manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0),
  })
}

async function scheduleOf(centre: Centre, policy: Policy, site: Site): Promise<SchedulePart> {
  const zone = site.zone ?? centre.practice.zone
  const today = dayOf(centre.clock.now(), zone)
  const from = instantAt(addDays(today, FIRST_DAY), '00:00', zone)
  const to = instantAt(addDays(today, LAST_DAY + 1), '00:00', zone)
  const appointments = await appointmentsIn(centre.db, placesOf(site), from, to)
  return {
    from,
    to,
    appointments: policy.restrictedPolicy === 'leave-out' ? await masked(centre, appointments) : appointments,
  }
}

/**
 * A site that was not given a restricted chart cannot know that a visit is of a restricted patient, so its line is masked here (42 CFR 2.13). Where
 * the chart travels masked, the site masks the line until break-glass.
 */
async function masked({ db }: Centre, appointments: Appointment[]): Promise<Appointment[]> {
  const persons = [...new Set(appointments.flatMap(({ patientId }) => patientId ?? []))]
  const restricted = await restrictedAmong(db, persons)
  return appointments.map((visit) =>
    visit.patientId !== undefined && restricted.has(visit.patientId) ? maskedAppointment(visit) : visit,
  )
}

async function peopleOf(centre: Centre, site: Site): Promise<SitePeople> {
  return {
    people: await verifiersFor(centre.db, site.id),
    envelopes: await breakGlassVerifiersFor(centre.db, site.id),
  }
}

export function settingsOf(centre: Pick<Centre, 'practice' | 'sample'>, policy: Policy, site: Site): SiteSettings {
  return {
    practiceId: centre.practice.id,
    practiceName: centre.practice.name,
    siteId: site.id,
    siteName: site.name,
    zone: site.zone ?? centre.practice.zone,
    locationIds: site.locationIds,
    sample: centre.sample,
    limits: policy.limits,
    lockAfterMs: policy.lockAfterMs,
    idleLockMs: policy.idleLockMs,
    restrictedPolicy: policy.restrictedPolicy,
    paperSize: policy.paperSize,
    printers: site.printers,
    pullEveryMs: policy.pullEveryMs,
  }
}
