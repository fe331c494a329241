import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import type { Heartbeat } from '../../pack/link.ts'
import type { Heard, HeardBefore, Offer, Pull, Site, SiteStatus } from './sites.ts'

type SiteTables = {
  site: {
    id: string
    name: string
    zone: string | null
    location_ids: string[]
    printers: Site['printers']
    status: SiteStatus
    recipient: string | null
    signing_key: string | null
    made_at: number
    enrolled_at: number | null
    revoked: NonNullable<Site['revoked']> | null
  }
  site_offer: {
    code_id: string
    site_id: string
    sealed_key: Buffer
    made_at: number
    made_by: string
    expires_at: number
    tries: number
    used_at: number | null
  }
  site_heard: { site_id: string; heard_at: number; heartbeat: Heartbeat }
  site_heard_before: {
    site_id: string
    heard_at: number
    schedule: number | null
    key_data: number | null
    canary: number | null
  }
  site_pull: { site_id: string; at: number; pack_id: string; sequence: number }
  link_nonce: { site_id: string; nonce: string; at: number }
}

const on = (db: Database) => db.withTables<SiteTables>()

export async function sites(db: Database): Promise<Site[]> {
  const rows = await on(db).selectFrom('site').selectAll().orderBy('name').execute()
  return rows.map(siteOf)
}

export async function siteById(db: Database, id: string): Promise<Site | undefined> {
  const row = await on(db).selectFrom('site').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : siteOf(row)
}

type Planned = Pick<Site, 'id' | 'name' | 'zone' | 'locationIds' | 'printers' | 'madeAt'>

/** Adds a planned site; false when one of that id is there already. */
export async function addSite(db: Database, site: Planned): Promise<boolean> {
  const done = await on(db)
    .insertInto('site')
    .values({ ...worded(site), id: site.id, status: 'planned', made_at: site.madeAt })
    .onConflict((at) => at.column('id').doNothing())
    .executeTakeFirst()
  return done.numInsertedOrUpdatedRows === 1n
}

export async function changeSite(
  db: Database,
  id: string,
  to: Pick<Site, 'name' | 'zone' | 'locationIds' | 'printers'>,
): Promise<void> {
  await on(db).updateTable('site').set(worded(to)).where('id', '=', id).execute()
}

/** Takes out a site that never enrolled; false when it is not there or has a lockbox. */
export async function removePlanned(db: Database, id: string): Promise<boolean> {
  const done = await on(db).deleteFrom('site').where('id', '=', id).where('status', '=', 'planned').executeTakeFirst()
  return done.numDeletedRows === 1n
}

export async function noteEnrolled(
  db: Database,
  id: string,
  keys: { recipient: string; signingKey: string },
  at: Instant,
): Promise<void> {
  await on(db)
    .updateTable('site')
    .set({
      status: 'enrolled',
      recipient: keys.recipient,
      signing_key: keys.signingKey,
      enrolled_at: at,
      revoked: null,
    })
    .where('id', '=', id)
    .execute()
  await on(db).deleteFrom('site_heard').where('site_id', '=', id).execute()
}

/** True for the one call that revoked it. */
export async function noteRevoked(db: Database, id: string, revoked: NonNullable<Site['revoked']>): Promise<boolean> {
  const done = await on(db)
    .updateTable('site')
    .set({ status: 'revoked', revoked: sql`${JSON.stringify(revoked)}::jsonb` })
    .where('id', '=', id)
    .where('status', '=', 'enrolled')
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

/** One offer for a site at a time: a new one ends those before it. */
export async function addOffer(db: Database, offer: Offer, sealedKey: Buffer): Promise<void> {
  await on(db).deleteFrom('site_offer').where('site_id', '=', offer.siteId).where('used_at', 'is', null).execute()
  await on(db)
    .insertInto('site_offer')
    .values({
      code_id: offer.codeId,
      site_id: offer.siteId,
      sealed_key: sealedKey,
      made_at: offer.madeAt,
      made_by: offer.madeBy,
      expires_at: offer.expiresAt,
      tries: 0,
    })
    .execute()
}

/** Counts a try at an open offer and gives it; undefined when there is none, it is over, used, or was tried too often. */
export async function tryOffer(
  db: Database,
  codeId: string,
  now: Instant,
  mostTries: number,
): Promise<{ offer: Offer; sealedKey: Buffer } | undefined> {
  const row = await on(db)
    .updateTable('site_offer')
    .set((at) => ({ tries: at('tries', '+', 1) }))
    .where('code_id', '=', codeId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .where('tries', '<', mostTries)
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? undefined : { offer: offerOf(row), sealedKey: row.sealed_key }
}

/** True for the one call that used it. */
export async function useOffer(db: Database, codeId: string, at: Instant): Promise<boolean> {
  const done = await on(db)
    .updateTable('site_offer')
    .set({ used_at: at })
    .where('code_id', '=', codeId)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

export async function openOffer(db: Database, siteId: string, now: Instant): Promise<Offer | undefined> {
  const row = await on(db)
    .selectFrom('site_offer')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row === undefined ? undefined : offerOf(row)
}

export async function forgetOffersBefore(db: Database, before: Instant): Promise<void> {
  await on(db).deleteFrom('site_offer').where('expires_at', '<', before).execute()
}

/** True when this nonce is new; a claim that was heard before is a copy. */
export async function noteNonce(db: Database, siteId: string, nonce: string, at: Instant): Promise<boolean> {
  const done = await on(db)
    .insertInto('link_nonce')
    .values({ site_id: siteId, nonce, at })
    .onConflict((of) => of.columns(['site_id', 'nonce']).doNothing())
    .executeTakeFirst()
  return done.numInsertedOrUpdatedRows === 1n
}

export async function forgetNoncesBefore(db: Database, before: Instant): Promise<void> {
  await on(db).deleteFrom('link_nonce').where('at', '<', before).execute()
}

export async function noteHeartbeat(db: Database, siteId: string, heard: Heard): Promise<void> {
  const heartbeat = sql<Heartbeat>`${JSON.stringify(heard.heartbeat)}::jsonb`
  await on(db)
    .insertInto('site_heard')
    .values({ site_id: siteId, heard_at: heard.heardAt, heartbeat })
    .onConflict((of) => of.column('site_id').doUpdateSet({ heard_at: heard.heardAt, heartbeat }))
    .execute()
  const freshness = heard.heartbeat.freshness
  await on(db)
    .insertInto('site_heard_before')
    .values({
      site_id: siteId,
      heard_at: heard.heardAt,
      schedule: freshness?.schedule ?? null,
      key_data: freshness?.keyData ?? null,
      canary: freshness?.canary ?? null,
    })
    .onConflict((of) => of.columns(['site_id', 'heard_at']).doNothing())
    .execute()
}

export async function heardOfAll(db: Database): Promise<Map<string, Heard>> {
  const rows = await on(db).selectFrom('site_heard').selectAll().execute()
  return new Map(rows.map((row) => [row.site_id, { heardAt: row.heard_at, heartbeat: row.heartbeat }]))
}

export async function heardSince(db: Database, siteId: string, since: Instant): Promise<HeardBefore[]> {
  const rows = await on(db)
    .selectFrom('site_heard_before')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('heard_at', '>=', since)
    .orderBy('heard_at')
    .execute()
  return rows.map((row) => ({
    heardAt: row.heard_at,
    schedule: row.schedule ?? undefined,
    keyData: row.key_data ?? undefined,
    canary: row.canary ?? undefined,
  }))
}

export async function forgetHeardBefore(db: Database, before: Instant): Promise<void> {
  await on(db).deleteFrom('site_heard_before').where('heard_at', '<', before).execute()
}

/** That a site was given this manifest; the first time counts. */
export async function notePull(db: Database, pull: Pull): Promise<void> {
  await on(db)
    .insertInto('site_pull')
    .values({ site_id: pull.siteId, at: pull.at, pack_id: pull.packId, sequence: pull.sequence })
    .onConflict((of) => of.columns(['site_id', 'pack_id', 'sequence']).doNothing())
    .execute()
}

export async function pullsOf(db: Database, siteId: string, most: number): Promise<Pull[]> {
  const rows = await on(db)
    .selectFrom('site_pull')
    .selectAll()
    .where('site_id', '=', siteId)
    .orderBy('at', 'desc')
    .limit(most)
    .execute()
  return rows.map((row) => ({ siteId: row.site_id, at: row.at, packId: row.pack_id, sequence: row.sequence }))
}

export async function forgetPullsBefore(db: Database, before: Instant): Promise<void> {
  await on(db).deleteFrom('site_pull').where('at', '<', before).execute()
}

function worded(site: Pick<Site, 'name' | 'zone' | 'locationIds' | 'printers'>) {
  return {
    name: site.name,
    zone: site.zone ?? null,
    location_ids: site.locationIds,
    printers: sql<Site['printers']>`${JSON.stringify(site.printers)}::jsonb`,
  }
}

function offerOf(row: SiteTables['site_offer']): Offer {
  return {
    codeId: row.code_id,
    siteId: row.site_id,
    madeAt: row.made_at,
    madeBy: row.made_by,
    expiresAt: row.expires_at,
  }
}

function siteOf(row: SiteTables['site']): Site {
  return {
    id: row.id,
    name: row.name,
    zone: row.zone ?? undefined,
    locationIds: row.location_ids,
    printers: row.printers,
    status: row.status,
    recipient: row.recipient ?? undefined,
    signingKey: row.signing_key ?? undefined,
    madeAt: row.made_at,
    enrolledAt: row.enrolled_at ?? undefined,
    revoked: row.revoked ?? undefined,
  }
}
