import { type Instant, SECOND } from '../base/time.ts'
import type { Cause, SiteFacts, SiteStatus, SourceStatus } from './monitor.ts'

/** Begins the key of an alarm about what a source would take away. */
export const HELD_BACK = 'held-back:'

export type Seen = {
  /** `readAt`: when a read last ended well. */
  sources: { status: SourceStatus; everyMs: number; readAt: Instant | undefined }[]
  sites: { status: SiteStatus; facts: SiteFacts }[]
  /** Why packs cannot be published, and since when. */
  publishing: { since: Instant; because: string } | undefined
  /** Why the audit trail is not the one that was written, and since when. */
  trail: { since: Instant; because: string } | undefined
  /** Sources whose newest answer would take too much out of the charts, so that it waits for a person; `what`: in words and numbers. */
  heldBack: { sourceId: string; name: string; since: Instant; what: string; people: 1 | 2 }[]
  /** Keys of the alarms that are open. */
  open: readonly string[]
  now: Instant
}

/**
 * What somebody must act on. A source that stands still makes every site's data old: that is one cause with many symptoms, not many
 * causes. When no site speaks any more, the fault is at the hub's end of the lines until one of them does.
 */
export function causesOf(seen: Seen): Cause[] {
  const upstream = [...sourceCauses(seen), ...publishingCause(seen)]
  const settled = seen.sites.filter(({ facts }) => hadTime(facts, seen.now))
  const stale = settled.filter(({ status }) => status.status === 'stale')
  const oldBecauseOf = stale.map(({ status }) => `${status.name} shows old data and says so.`)
  const ownStale = upstream.length > 0 || hasAftermath(seen) ? [] : stale.map(({ status }) => siteCause(status))
  const behind = settled.filter(({ status }) => status.status === 'behind').map(({ status }) => siteCause(status))
  return [
    ...upstream.map((cause) => ({ ...cause, symptoms: [...cause.symptoms, ...oldBecauseOf] })),
    ...silentCauses(seen),
    ...behind,
    ...ownStale,
    ...trailCause(seen),
    ...heldBackCauses(seen),
  ]
}

/** After nobody watched, packs are old until the first new ones have come through. */
function hadTime({ watchedSince, pullEveryMs }: SiteFacts, now: Instant): boolean {
  return watchedSince === undefined || now - watchedSince > 2 * pullEveryMs
}

/** A source or publishing has just come right: until its alarm is over, what sites still show old is on its way. */
function hasAftermath({ open }: Seen): boolean {
  return open.some((key) => key === 'publishing' || key.startsWith('source:'))
}

function sourceCauses({ sources, now }: Seen): Cause[] {
  return sources.flatMap(({ status, everyMs }) => {
    if (!('since' in status)) return []
    // One failed read may be a blink; the second in a row is not.
    if (status.status === 'failing' && now - status.since < everyMs * 0.8) return []
    const words = { failing: 'cannot be read', late: 'has not been read', frozen: 'stands still' }[status.status]
    return [
      {
        key: `source:${status.sourceId}`,
        since: status.since,
        headline: `The source ${status.name} ${words}`,
        because: status.because,
        symptoms: [],
        advice:
          status.status === 'frozen'
            ? 'Sites go on with what they have and show its age. Look at the replication of this source: it answers, but with an old state.'
            : 'Sites go on with what they have and show its age. Look at the source and at the line to it; reading goes on by itself when it answers.',
      },
    ]
  })
}

function publishingCause({ publishing, now }: Seen): Cause[] {
  if (publishing === undefined || now - publishing.since < 30 * SECOND) return []
  return [
    {
      key: 'publishing',
      since: publishing.since,
      headline: 'Packs cannot be published',
      because: publishing.because,
      symptoms: [],
      advice: 'Sites go on with the packs that they have. Look at the hub’s disk and at its log.',
    },
  ]
}

function trailCause({ trail }: Seen): Cause[] {
  if (trail === undefined) return []
  return [
    {
      key: 'audit',
      since: trail.since,
      headline: 'The audit trail is not the one that was written',
      because: trail.because,
      symptoms: [],
      advice:
        'Everything goes on, and new lines are written. Keep a copy of the database and of audit-heads.jsonl as they are, and find out who could write to the database. If the hub was brought back from a backup, this is expected: put audit-heads.jsonl away safely, and the hub begins a new one.',
    },
  ]
}

function heldBackCauses({ heldBack }: Seen): Cause[] {
  return heldBack.map(({ sourceId, name, since, what, people }) => ({
    key: `${HELD_BACK}${sourceId}`,
    since,
    headline: `${name} would remove data from many charts`,
    because: `Its last answer lacks ${what}. Nothing was removed: the charts keep their last lists and mark them as held back.`,
    symptoms: [],
    advice: `Owner: whoever looks after this source. If the loss is a fault, repair the source: this alarm ends by itself when it has everything again. If the data is really gone, ${people === 2 ? 'two people approve' : 'one person approves'} its removal under Held back. If nobody acts, the charts keep lists that grow older and stay marked.`,
  }))
}

function silentCauses({ sites, now }: Seen): Cause[] {
  const spoken = sites.filter(({ facts }) => facts.enrolment === 'enrolled' && facts.heardAt !== undefined)
  const silent = spoken.filter(({ status }) => status.status === 'silent')
  const [first] = silent
  if (first === undefined) return []
  const overdue = spoken.filter(({ facts }) => now - (facts.heardAt ?? now) > facts.pullEveryMs * 1.1)
  if (spoken.length > 1 && overdue.length === spoken.length)
    return [
      nobodySpeaks(
        spoken.map(({ status }) => status),
        Math.max(...spoken.map(({ facts }) => facts.heardAt ?? 0)),
      ),
    ]
  return silent
    .filter(({ facts }) => spoken.length === 1 || isItsOwnFault(facts, spoken, now))
    .map(({ status }) => siteCause(status))
}

/** Somebody else spoke after this one was due, so the hub can be reached; without that, wait half an interval for the others to fall due. */
function isItsOwnFault(facts: SiteFacts, spoken: Seen['sites'], now: Instant): boolean {
  const heardAt = facts.heardAt ?? 0
  const others = spoken.some((other) => (other.facts.heardAt ?? 0) > heardAt + facts.pullEveryMs * 1.1)
  return others || now - heardAt > facts.silentAfterMs + facts.pullEveryMs / 2
}

function nobodySpeaks(statuses: SiteStatus[], since: Instant): Cause {
  return {
    key: 'sites',
    since,
    headline: 'No site reaches the hub',
    because: `All ${statuses.length} sites stopped speaking together, so the fault is most likely at the hub’s own line or name.`,
    symptoms: statuses.map(({ name }) => `${name} serves the pack that it has.`),
    advice: 'Sites work on. Look at the hub’s network and at whatever stands between it and the sites.',
  }
}

const SITE_WORDS = {
  silent: [
    'has gone silent',
    'It works on with the pack that it has. Look at its line, and whether the lockbox has power.',
  ],
  behind: [
    'does not take its packs',
    'It serves the pack that it has. Look at its health page: disk, clock, or a refused pack.',
  ],
  stale: ['shows old data', 'It says so on every page. Look at the sources and at its health page.'],
} as const

function siteCause(status: SiteStatus): Cause {
  const kind = status.status === 'silent' || status.status === 'behind' ? status.status : 'stale'
  const [words, advice] = SITE_WORDS[kind]
  return {
    key: `site:${status.siteId}`,
    since: 'since' in status ? status.since : 0,
    headline: `${status.name} ${words}`,
    because: status.because,
    symptoms: [],
    advice,
  }
}
