import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditLine } from '../../src/access/access.ts'
import { enrolKey, enrolProof, enrolProofHolds, newEnrolCode } from '../../src/access/enrol-code.ts'
import { followLines, openJournalHeader, openLine } from '../../src/access/site-journal.ts'
import { judgeClaim, readAuthorization } from '../../src/access/site-link.ts'
import type { SitePeople } from '../../src/access/site-people.ts'
import { type Clock, DAY, MINUTE } from '../../src/base/time.ts'
import type { Appointment, Chart } from '../../src/chart/chart.ts'
import { issueForHub, makeAuthority, signRequest } from '../../src/hub/keys/authority.ts'
import { readAll } from '../../src/pack/files.ts'
import { newAgeKey } from '../../src/pack/keys.ts'
import type { EnrolRequest, Heartbeat, JournalHandOver } from '../../src/pack/link.ts'
import type { Freshness, SiteSettings, SourceAge } from '../../src/pack/pack.ts'
import { buildBase, type PanelPublication, preparePanel } from '../../src/pack/publish-panel.ts'
import { prepareSite, type SitePublication } from '../../src/pack/publish-site.ts'
import type { Publisher } from '../../src/pack/publisher.ts'
import { newSigningKey } from '../../src/pack/signing.ts'
import { openVault } from '../../src/pack/vault/store.ts'

export type Contents = {
  charts?: Chart[]
  appointments?: Appointment[]
  people?: SitePeople
  settings?: Partial<SiteSettings>
  paper?: { label: string; pdf: Uint8Array }[]
  asOf?: number
  /** When each source, or some of its lists, was read; without it the one source "ehr" at `asOf`. */
  sources?: SourceAge[]
  loading?: boolean
}

/** How the hub behaves: `cut` breaks every connection, `revoked` refuses as the hub does, `clock-off` judges by a clock an hour ahead. */
export type Mood = 'well' | 'cut' | 'revoked' | 'clock-off' | 'forgetful' | 'silent'

/** A hub without a database, for tests of the site: real keys, real packs, the real words of the link. */
export async function littleHub(clock: Clock, secure = true) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-hub-'))
  const vault = await openVault(folder)
  const [hub, recovery] = await Promise.all([newAgeKey(), newAgeKey()])
  const publisher: Publisher = {
    practiceId: 'harbor',
    keys: { signing: newSigningKey(), ...hub },
    recoveryRecipients: [recovery.recipient],
    vault,
    clock,
    restrictedPolicy: 'mask',
  }
  const authority = await makeAuthority('Harbor Valley', clock.now())
  const tls = await issueForHub(authority, ['localhost', '127.0.0.1'], clock.now())
  const offers = new Map<string, Buffer>()
  const state = {
    mood: 'well' as Mood,
    site: undefined as EnrolRequest | undefined,
    /** Somebody asked a silent hub. */
    askedInVain: Promise.withResolvers<void>(),
    beats: [] as Heartbeat[],
    lines: [] as AuditLine[],
    through: new Map<string, number>(),
    requests: 0,
  }
  const published: { panel?: PanelPublication; site?: SitePublication } = {}
  let waiters: (() => void)[] = []

  const freshness = (asOf: number, sources?: SourceAge[]): Freshness => ({
    schedule: asOf,
    keyData: asOf,
    roster: asOf,
    sources: sources ?? [{ sourceId: 'ehr', asOf }],
    canary: undefined,
  })

  async function publish(contents: Contents): Promise<void> {
    const recipients = state.site === undefined ? [] : [state.site.recipient]
    const asOf = contents.asOf ?? clock.now()
    const settings: SiteSettings = { ...SETTINGS, ...contents.settings }
    const made = await prepareSite(publisher, {
      siteId: 'site_1',
      previous: published.site?.signed,
      madeBefore: published.site?.madeOf,
      contents: {
        schedule: { from: clock.now() - DAY, to: clock.now() + 7 * DAY, appointments: contents.appointments ?? [] },
        settings,
        people: contents.people ?? { people: [], envelopes: [] },
        paper: (contents.paper ?? []).map(({ label, pdf }) => ({ label, contentHash: label, read: async () => pdf })),
      },
      recipients,
      freshness: freshness(asOf, contents.sources),
    })
    published.site = made
    if (contents.charts !== undefined) {
      const base = await buildBase(publisher, { previous: published.panel?.signed, charts: contents.charts })
      published.panel = await preparePanel(publisher, {
        previous: published.panel?.signed,
        base,
        changes: [],
        recipients,
        freshness: freshness(asOf, contents.sources),
        loading: contents.loading ?? false,
      })
    }
    for (const wake of waiters.splice(0)) wake()
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    state.requests++
    if (state.mood === 'cut') return void request.socket.destroy()
    if (state.mood === 'silent') return state.askedInVain.resolve()
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const body = Buffer.concat(parts).toString()
    const path = request.url ?? ''
    const now = clock.now() + (state.mood === 'clock-off' ? 60 * MINUTE : 0)
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    if (path === '/site/v1/enrol') return accept(JSON.parse(body), json)
    const claim = readAuthorization(request.headers.authorization)
    const key = state.site?.signingKey
    if (claim === undefined || key === undefined) return json(401, { because: 'unknown', hubNow: now })
    const verdict = judgeClaim(claim, { method: request.method ?? '', path, body }, key, now)
    if (!verdict.holds) return json(401, { because: verdict.because, hubNow: now })
    if (state.mood === 'revoked') return json(403, { because: 'This lockbox was revoked.', hubNow: now })
    if (path.startsWith('/site/v1/manifests')) {
      const query = new URL(path, 'http://hub').searchParams
      const isNew = () =>
        (published.site?.manifest.sequence ?? -1) > Number(query.get('site') ?? -1) ||
        (published.panel?.manifest.sequence ?? -1) > Number(query.get('panel') ?? -1)
      if (!isNew() && Number(query.get('wait') ?? 0) > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Number(query.get('wait')) * 1000)
          timer.unref()
          waiters.push(resolve)
          request.socket.once('close', resolve)
        })
      }
      return json(200, { panel: published.panel?.signed ?? null, site: published.site?.signed ?? null, hubNow: now })
    }
    if (path.startsWith('/site/v1/files/')) {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      const bytes = await readAll(await vault.open(path.slice('/site/v1/files/'.length)))
      response.writeHead(from > 0 ? 206 : 200).end(bytes.subarray(from))
      return
    }
    if (path === '/site/v1/heartbeat') {
      state.beats.push(JSON.parse(body))
      return json(200, { hubNow: now, revoked: false })
    }
    return json(200, await take(JSON.parse(body)))
  }

  async function accept(request: EnrolRequest, json: (status: number, value: unknown) => void): Promise<void> {
    const key = offers.get(request.codeId)
    if (key === undefined || !enrolProofHolds(key, request))
      return json(409, { because: 'The code is not right.', hubNow: clock.now() })
    offers.delete(request.codeId)
    state.site = request
    const reply = {
      siteId: 'site_1',
      siteName: 'East',
      practiceId: 'harbor',
      practiceName: 'Harbor Valley',
      hubSigningKey: publisher.keys.signing.publicKey,
      hubKeyId: publisher.keys.signing.keyId,
      hubRecipient: hub.recipient,
      caPem: authority.certificatePem,
      tlsCertificatePem: await signRequest(authority, request.tlsRequest, 'East', clock.now()),
    }
    json(200, { ...reply, proof: enrolProof(key, reply) })
  }

  async function take(over: JournalHandOver): Promise<{ file: string; through: number }> {
    const through = state.through.get(over.file) ?? 0
    const seal = await openJournalHeader(over.header, hub.identity)
    const fresh = over.lines.slice(through + 1 - over.from)
    for (const text of fresh) {
      const { line, seq, previous, hash } = JSON.parse(text)
      state.lines.push(openLine(seal, { seq, previous, line, hash }))
    }
    if (over.from === 1 && followLines(undefined, over.lines).fault !== undefined)
      throw new Error('the chain is broken')
    if (state.mood !== 'forgetful') state.through.set(over.file, through + fresh.length)
    return { file: over.file, through: through + fresh.length }
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((thrown: unknown) => {
      response.destroy()
      if (state.mood === 'well') console.error(thrown)
    })
  }
  const server = secure
    ? createSecureServer(
        { key: tls.privateKeyPem, cert: `${tls.certificatePem}\n${authority.certificatePem}` },
        listener,
      )
    : createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `${secure ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    state,
    publish,
    published,
    vault,
    caPem: authority.certificatePem,
    signingKey: publisher.keys.signing.publicKey,
    async code(): Promise<string> {
      const code = newEnrolCode()
      offers.set(code.codeId, await enrolKey(code))
      return code.shown
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const wake of waiters.splice(0)) wake()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type LittleHub = Awaited<ReturnType<typeof littleHub>>

export const SETTINGS: SiteSettings = {
  practiceId: 'harbor',
  practiceName: 'Harbor Valley Medical Group',
  siteId: 'site_1',
  siteName: 'East',
  zone: 'America/Chicago',
  locationIds: ['east'],
  sample: true,
  limits: {
    schedule: { staleAfterMs: 15 * MINUTE, expiredAfterMs: 4 * 60 * MINUTE },
    keyData: { staleAfterMs: 30 * MINUTE, expiredAfterMs: DAY },
    roster: { staleAfterMs: DAY, expiredAfterMs: 7 * DAY },
  },
  lockAfterMs: 7 * DAY,
  idleLockMs: 10 * MINUTE,
  restrictedPolicy: 'mask',
  paperSize: 'letter',
  printers: [],
  pullEveryMs: MINUTE,
}
