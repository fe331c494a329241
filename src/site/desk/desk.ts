import { statfs } from 'node:fs/promises'
import type { AuditLine } from '../../access/access.ts'
import { signingKeyFromPem } from '../../access/site-link.ts'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import { type Instant, MINUTE, SECOND } from '../../base/time.ts'
import type { SiteSettings } from '../../pack/pack.ts'
import { openVault } from '../../pack/vault/store.ts'
import { type Journal, openJournal } from '../journal/journal.ts'
import { otherCarriers } from '../keep/other-carriers.ts'
import { type OpenPacks, openPacks, type Packs } from '../keep/packs.ts'
import { type Pull, startPull } from '../keep/pull.ts'
import { hubLine } from '../link/hub-line.ts'
import { readFacts, type SiteFacts } from '../local/facts.ts'
import { readText, type SiteFolder } from '../local/folder.ts'
import { readSeen, type Seen, writeSeen } from '../local/seen.ts'
import { keepSettings, lastSettings } from '../local/settings.ts'
import { type SiteClock, siteClock } from '../local/site-clock.ts'
import type { PrintRoom } from '../print/print-room.ts'
import { openPrintRoom } from '../print/print-room.ts'
import { type Attempts, openAttempts } from '../unlock/attempts.ts'
import { type Keyholder, openKeyholder } from '../unlock/keyholder.ts'
import { openSessions, type Sessions } from '../unlock/sessions.ts'
import type { SiteWorld } from './world.ts'

/** Everything of an enrolled site that runs. Pages read from it; sign-in.ts, gate.ts and note.ts act on it. */
export type Desk = {
  facts: SiteFacts
  folder: SiteFolder
  log: Log
  clock: SiteClock
  keys: Keyholder
  attempts: Attempts
  sessions: Sessions
  journal: Journal
  packs: Packs
  pull: Pull
  printers: PrintRoom
  startedAt: Instant
  version: string
  seen(): Seen
  noteSignIn(): Promise<void>
  /** Settings of the newest pack that was ever open here; the defaults before. */
  settings(): SiteSettings
  diskFreeBytes(): Promise<number>
  /** Writes one line; whatever wanted it waits for this. Throws Failure('transient') when it cannot be made durable. */
  note(line: Omit<AuditLine, 'at' | 'place'>): Promise<void>
  /** Calls back when packs or the state of this site changed; gives the way to stop. */
  onChange(told: () => void): () => void
  stop(): Promise<void>
}

const KEEP_SEEN_MS = MINUTE / 2

export async function startDesk(folder: SiteFolder, facts: SiteFacts, world: SiteWorld): Promise<Desk> {
  const seen = await readSeen(folder)
  const clock = siteClock(world.clock, seen.newest, world.runMs)
  const keys = await openKeyholder(folder)
  const sessions = openSessions(clock)
  const listeners = new Set<() => void>()
  const tellAll = (): void => {
    for (const told of listeners) told()
  }
  let settings = await lastSettings(folder, facts)
  const journal = await openJournal({
    folder: folder.journal,
    siteId: facts.siteId,
    recipients: [facts.hubRecipient, facts.recipient],
    clock,
    log: world.log,
  })
  const keepSeen = (): Promise<void> => writeSeen(folder, { ...seen, newest: clock.newestSeen() })

  const changed = async ({ site, people }: OpenPacks): Promise<void> => {
    if (site !== undefined && JSON.stringify(site.settings) !== JSON.stringify(settings)) {
      settings = site.settings
      await keepSettings(folder, settings)
    }
    if (people !== undefined) {
      await keys.keepWraps(people.people, people.envelopes)
      const known = new Set(people.people.map(({ personId }) => personId))
      sessions.endWhere((visitor) => visitor.kind === 'person' && !known.has(visitor.personId))
    }
    tellAll()
  }
  const packs = await openPacks({ vault: await openVault(folder.packs), facts, clock, changed })
  for (const manifest of Object.values(packs.manifests())) if (manifest !== undefined) clock.saw(manifest.publishedAt)
  await openIfFirst(keys, packs, world.log)

  const diskFreeBytes = async (): Promise<number> => {
    const disk = await statfs(folder.root)
    return disk.bavail * disk.bsize
  }
  const startedAt = clock.now()
  /** Since this program started; a revocation that could not be carried out whole is carried out again. */
  let forgotten = false
  const heard = (hubNow: Instant): void => {
    clock.heard(hubNow)
    seen.heardAt = hubNow
  }
  const pull = startPull({
    line: hubLine({
      address: { url: facts.hubUrl, trust: { caPem: facts.caPem } },
      siteId: facts.siteId,
      signingKey: signingKeyFromPem((await readText(folder.signingKey)) ?? '').privateKey,
      clock,
      heard,
    }),
    packs,
    others: async () => otherCarriers((await readFacts(folder)) ?? facts, world.stickPlaces),
    clock,
    log: world.log,
    pullEveryMs: () => Math.max(SECOND, world.pullEveryMs ?? settings.pullEveryMs),
    random: world.random,
    journal,
    heartbeat: async () => ({
      at: clock.now(),
      version: world.version,
      panelSequence: packs.manifests().panel?.sequence,
      siteSequence: packs.manifests().site?.sequence,
      freshness: packs.freshness(),
      locked: keys.state() === 'locked',
      diskFreeBytes: await diskFreeBytes(),
      journalWaiting: journal.waiting(),
      startedAt,
    }),
    revoked: async () => {
      if (forgotten) return
      seen.revokedAt ??= clock.now()
      sessions.endWhere(() => true)
      await packs.close()
      // The keys first: what cannot be written on a full disk must not keep them.
      await keys.forgetAll()
      await keepSeen()
      forgotten = true
      world.log.warn('the hub revoked this site: its data was locked for good')
      tellAll()
    },
    roundOver: tellAll,
  })
  const timer = setInterval(() => {
    keepSeen().catch((thrown: unknown) => world.log.warn({ because: reasonOf(thrown) }, 'cannot write to the disk'))
  }, KEEP_SEEN_MS)

  return {
    facts,
    folder,
    log: world.log,
    clock,
    keys,
    attempts: await openAttempts(folder.attempts, clock),
    sessions,
    journal,
    packs,
    pull,
    printers: openPrintRoom(clock),
    startedAt,
    version: world.version,
    seen: () => ({ ...seen }),
    async noteSignIn() {
      seen.signedInAt = clock.now()
      // A site that is opened again was enrolled again.
      await keepSeen()
    },
    settings: () => settings,
    diskFreeBytes,
    note: (line) => journal.append({ ...line, at: clock.now(), place: facts.siteId }),
    onChange(told) {
      listeners.add(told)
      return () => listeners.delete(told)
    },
    async stop() {
      clearInterval(timer)
      await pull.stop()
      await keepSeen()
      await journal.close()
      await packs.close()
    },
  }
}

/** Just enrolled, the site is open until it has somebody to be locked for. */
async function openIfFirst(keys: Keyholder, packs: Packs, log: Log): Promise<void> {
  const identity = keys.identity()
  if (identity === undefined) return
  try {
    await packs.open(identity)
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
    log.warn({ because: thrown.message }, 'the packs that are here do not open; newer ones are asked for')
  }
}
