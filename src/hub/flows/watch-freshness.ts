import { newId } from '../../base/id.ts'
import type { Instant } from '../../base/time.ts'
import { peopleNeeded } from '../../chart/losses.ts'
import { absence, alarmMoves } from '../../monitor/alarms.ts'
import { HELD_BACK, type Seen } from '../../monitor/causes.ts'
import { judgeSite } from '../../monitor/judge-site.ts'
import { judgeSource } from '../../monitor/judge-source.ts'
import type { SiteFacts, SiteStatus, SourceFacts, SourceStatus } from '../../monitor/monitor.ts'
import { UNWATCHED_AFTER_MS } from '../../monitor/pace.ts'
import { closeAlarm, noteStatuses, noteWatched, openAlarms, raiseAlarm, watchedSince } from '../../monitor/store.ts'
import { readManifest } from '../../pack/manifest.ts'
import { trailFault } from '../audit/store.ts'
import { shrinkWords } from '../held/held-words.ts'
import { openShrinks } from '../held/store.ts'
import type { Policy } from '../policy/policy.ts'
import { policyInForce } from '../policy/store.ts'
import { currentPublications, firstAfter, publishFault } from '../publications/store.ts'
import type { Heard, Site } from '../sites/sites.ts'
import { heardOfAll, sites } from '../sites/store.ts'
import type { SourceState } from '../sources/sources.ts'
import { sourceStates } from '../sources/store.ts'
import { auditLine, type Centre } from './centre.ts'
import type { MappedSource } from './map-now.ts'
import { moveAlarms } from './move-alarms.ts'
import { watchCauses } from './watch-causes.ts'
import { type WatchedStandby, watchedPairs, withStandbys } from './watch-standbys.ts'

/** How a configured source is watched. */
export type WatchedSource = {
  id: string
  everyMs: number
  canary: boolean
  quietMs: number
  /** The thing of the dependency map that it is read from. */
  reads?: string
}
export type Watch = {
  sources: WatchedSource[]
  hubUrl: string
  clearAfterMs: number
  standbys?: readonly WatchedStandby[]
}

export type Freshly = { sources: Map<string, SourceStatus>; sites: Map<string, SiteStatus>; seen: Omit<Seen, 'open'> }

/** How everything stands at this moment, judged anew from what is on record. */
export async function standing(centre: Centre, watched: WatchedSource[]): Promise<Freshly> {
  const now = centre.clock.now()
  const { policy } = await policyInForce(centre.db)
  const states = new Map((await sourceStates(centre.db)).map((state) => [state.sourceId, state]))
  const heard = await heardOfAll(centre.db)
  const newer = await firstAfter(
    centre.db,
    [...heard].map(([siteId, { heartbeat }]) => [siteId, heartbeat.siteSequence ?? 0]),
  )
  const published = publishedBySite(await currentPublications(centre.db), newer)
  const since = await watchedSince(centre.db)
  const sources = watched.map((source) => {
    const facts = sourceFacts(source, states.get(source.id), since)
    return { status: judgeSource(facts, now), everyMs: source.everyMs, readAt: facts.readAt }
  })
  const all = (await sites(centre.db)).map((site) => {
    const facts = siteFacts(site, heard.get(site.id), published, policy, since)
    return { status: judgeSite(facts, now), facts }
  })
  return {
    sources: new Map(sources.map(({ status }) => [status.sourceId, status])),
    sites: new Map(all.map(({ status }) => [status.siteId, status])),
    seen: {
      sources,
      sites: all,
      publishing: await publishFault(centre.db),
      trail: await trailFault(centre.db),
      heldBack: await heldShrinks(centre, sources),
      now,
    },
  }
}

/**
 * Looks at how everything stands, writes down what changed, raises and ends alarms, and puts their notices into the outbox: all in one
 * transaction, by one hub at a time (the caller takes the turn).
 */
export async function watchFreshness(centre: Centre, watch: Watch): Promise<{ raised: string[]; closed: string[] }> {
  await noteLook(centre)
  const { seen } = await standing(centre, watch.sources)
  const { policy } = await policyInForce(centre.db)
  const { now } = seen
  return centre.db.transaction().execute(async (together) => {
    const changed = await noteStatuses(
      together,
      [...seen.sources, ...seen.sites].map(({ status }) => subjectOf(status)),
      now,
    )
    const open = await openAlarms(together)
    const within = { ...centre, db: together }
    const pairs = await watchedPairs(within, watch.standbys ?? [])
    const found = await watchCauses(within, seen, open, mappedOf(watch, seen), pairs)
    const { notOver, wiring } = found
    const moves = alarmMoves(open, withStandbys(found, open, pairs, now), now, watch.clearAfterMs, notOver)
    const { raised, closed, told } = await moveAlarms({ ...centre, db: together }, moves, {
      policy,
      wiring,
      hubUrl: watch.hubUrl,
      now,
    })
    await noteHeldBack(within, raised, 'held-back-raised')
    await noteHeldBack(within, closed, 'held-back-ended')
    if (changed.length + told + raised.length + closed.length > 0)
      await centre.changed(together, ['sites', 'sources', 'alarms', ...changed])
    return { raised, closed }
  })
}

/** That this hub looks now. A time in which none did is written down, or it would look as if all had been well. */
async function noteLook(centre: Centre): Promise<void> {
  const now = centre.clock.now()
  await centre.db.transaction().execute(async (together) => {
    const from = await noteWatched(together, now, UNWATCHED_AFTER_MS)
    if (from === undefined) return
    const away = absence(newId('alarm', centre.clock), from, now)
    if (await raiseAlarm(together, away)) await closeAlarm(together, away.id, now)
    const about = { from: new Date(from).toISOString(), to: new Date(now).toISOString() }
    await centre.audit(together, [auditLine(centre, { program: 'hub' }, 'hub-was-away', about)])
    await centre.changed(together, ['alarms'])
  })
}

/** Of sources that are read: one that is no longer configured ends nothing by itself, and its charts stay as they are. */
async function heldShrinks({ db }: Centre, sources: Freshly['seen']['sources']): Promise<Seen['heldBack']> {
  const names = new Map(sources.map(({ status }) => [status.sourceId, status.name]))
  return (await openShrinks(db)).flatMap(({ sourceId, raisedAt, shrinks }) => {
    const name = names.get(sourceId)
    if (name === undefined) return []
    const what = shrinks.map(shrinkWords).join(', ')
    return [{ sourceId, name, since: raisedAt, what, people: peopleNeeded(shrinks) }]
  })
}

async function noteHeldBack(centre: Centre, keys: readonly string[], what: string): Promise<void> {
  const lines = keys
    .filter((key) => key.startsWith(HELD_BACK))
    .map((key) => auditLine(centre, { program: 'hub' }, what, { source: key.slice(HELD_BACK.length) }))
  if (lines.length > 0) await centre.audit(centre.db, lines)
}

function mappedOf({ sources }: Watch, seen: Omit<Seen, 'open'>): MappedSource[] {
  const names = new Map(seen.sources.map(({ status }) => [status.sourceId, status.name]))
  return sources.map(({ id, reads }) => ({ id, name: names.get(id) ?? id, reads }))
}

function subjectOf(status: SourceStatus | SiteStatus): { subject: string; status: string; because: string } {
  const subject = 'siteId' in status ? `site:${status.siteId}` : `source:${status.sourceId}`
  return { subject, status: status.status, because: status.because }
}

function sourceFacts(
  watched: WatchedSource,
  state: SourceState | undefined,
  watchedFrom: Instant | undefined,
): SourceFacts {
  const endedAt = Math.max(state?.readAt ?? 0, state?.failing?.endedAt ?? state?.failing?.since ?? 0)
  const reading = state?.triedAt !== undefined && state.triedAt > endedAt ? state.triedAt : undefined
  return {
    sourceId: watched.id,
    name: state?.name ?? watched.id,
    everyMs: watched.everyMs,
    readAt: state?.readAt,
    asOf: state?.asOf,
    failing: state?.failing,
    readingSince: reading,
    canary: watched.canary ? { back: state?.stampBack, failing: state?.canaryFailing } : undefined,
    quietMs: watched.quietMs,
    watchedSince: watchedFrom,
  }
}

type PublishedFor = Map<string, NonNullable<SiteFacts['published']>>

function publishedBySite(
  publications: Awaited<ReturnType<typeof currentPublications>>,
  newer: Map<string, Instant>,
): PublishedFor {
  return new Map(
    publications.map(({ packId, signed }) => {
      const { freshness } = readManifest(signed)
      const { schedule, keyData } = freshness
      return [packId, { schedule, keyData, untakenSince: newer.get(packId) }]
    }),
  )
}

function siteFacts(
  site: Site,
  heard: Heard | undefined,
  published: PublishedFor,
  policy: Policy,
  watchedFrom: Instant | undefined,
): SiteFacts {
  const beat = heard?.heartbeat
  return {
    siteId: site.id,
    name: site.name,
    enrolment: site.status,
    enrolledAt: site.enrolledAt,
    heardAt: heard?.heardAt,
    held:
      beat?.freshness === undefined || beat.siteSequence === undefined
        ? undefined
        : { schedule: beat.freshness.schedule, keyData: beat.freshness.keyData },
    locked: beat?.locked ?? false,
    published: published.get(site.id),
    pullEveryMs: policy.pullEveryMs,
    silentAfterMs: policy.silentAfterMs,
    limits: policy.limits,
    watchedSince: watchedFrom,
  }
}
