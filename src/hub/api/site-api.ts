import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { judgeClaim, readAuthorization, SIGNATURE_WINDOW_MS } from '../../access/site-link.ts'
import { Failure } from '../../base/failure.ts'
import { MINUTE, SECOND } from '../../base/time.ts'
import type { EnrolAnswer, HeartbeatAnswer, JournalReceipt, ManifestsAnswer } from '../../pack/link.ts'
import type { Centre } from '../flows/centre.ts'
import { acceptSite } from '../flows/enrol-site.ts'
import { handBack } from '../flows/hand-back.ts'
import { type Live, nextChange } from '../live/live.ts'
import { currentManifest } from '../publications/store.ts'
import type { Site } from '../sites/sites.ts'
import { noteHeartbeat, noteNonce, notePull, siteById } from '../sites/store.ts'
import { enrolShape, heartbeatShape, journalShape } from './link-shapes.ts'
import { rateLimit } from './rate.ts'
import { type PackFiles, sendFile } from './send-file.ts'

type Env = { Variables: { site: Site; body: string } }
const LONGEST_WAIT_MS = 55 * SECOND

/**
 * What sites ask of the hub: see pack/link.ts. Every refusal is `{ because, hubNow }` with words for the person at the site. A manifest
 * may be waited for: `GET /site/v1/manifests?wait=<seconds>&panel=<sequence>&site=<sequence>` answers when there is a newer one than those.
 */
export function siteApi(centre: Centre, files: PackFiles, live: Live, addressOf: (c: Context) => string): Hono<Env> {
  const app = new Hono<Env>()
  const enrolRate = rateLimit(10, 10 * MINUTE)

  app.use(
    '*',
    bodyLimit({
      maxSize: 16_000_000,
      onError: (c) => refuse(c, centre, 413, 'That is more than the hub takes at once.'),
    }),
  )
  app.onError((thrown, c) => answerFailure(thrown, c, centre))

  app.post('/enrol', async (c) => {
    const { waitMs } = enrolRate(addressOf(c), centre.clock.now())
    if (waitMs > 0) {
      c.header('retry-after', String(Math.ceil(waitMs / SECOND)))
      return refuse(c, centre, 429, 'Too many codes were tried from here. Wait a few minutes, then try again.')
    }
    const sent = enrolShape.safeParse(await jsonOf(c))
    if (!sent.success) return refuse(c, centre, 400, 'This is not an enrolment request that this hub understands.')
    return c.json((await acceptSite(centre, sent.data)) satisfies EnrolAnswer)
  })

  app.use('*', proven(centre))

  app.get('/manifests', async (c) => {
    const site = c.var.site
    const seen = { panel: Number(c.req.query('panel') ?? -1), site: Number(c.req.query('site') ?? -1) }
    const waitMs = Math.min(Number(c.req.query('wait') ?? 0) * SECOND || 0, LONGEST_WAIT_MS)
    const until = centre.clock.now() + waitMs
    for (;;) {
      const panel = await currentManifest(centre.db, 'panel')
      const own = await currentManifest(centre.db, site.id)
      const leftMs = until - centre.clock.now()
      const isNew = (panel?.sequence ?? -1) > seen.panel || (own?.sequence ?? -1) > seen.site
      if (isNew || leftMs <= 0 || c.req.raw.signal.aborted) {
        return c.json({
          panel: panel?.signed ?? null,
          site: own?.signed ?? null,
          hubNow: centre.clock.now(),
        } satisfies ManifestsAnswer)
      }
      await nextChange(live, ['packs', `site:${site.id}`], leftMs, c.req.raw.signal)
    }
  })

  app.get('/files/:name{[0-9a-f]{64}}', (c) => sendFile(c, files, c.req.param('name')))

  app.post('/heartbeat', async (c) => {
    const sent = heartbeatShape.safeParse(parsed(c.var.body))
    if (!sent.success)
      return refuse(c, centre, 400, 'This heartbeat is not one that this hub understands. Update the site or the hub.')
    const { site } = c.var
    const heardAt = centre.clock.now()
    await centre.db.transaction().execute(async (together) => {
      await noteHeartbeat(together, site.id, { heardAt, heartbeat: sent.data })
      const { panelSequence, siteSequence } = sent.data
      if (panelSequence !== undefined)
        await notePull(together, { siteId: site.id, at: heardAt, packId: 'panel', sequence: panelSequence })
      if (siteSequence !== undefined)
        await notePull(together, { siteId: site.id, at: heardAt, packId: site.id, sequence: siteSequence })
      await centre.changed(together, ['sites', `site:${site.id}`])
    })
    return c.json({ hubNow: heardAt, revoked: false } satisfies HeartbeatAnswer)
  })

  app.post('/journal', async (c) => {
    const sent = journalShape.safeParse(parsed(c.var.body))
    if (!sent.success)
      return refuse(
        c,
        centre,
        400,
        'This hand-over is not one that this hub understands. It was not taken; nothing is lost at the site.',
      )
    return c.json((await handBack(centre, c.var.site.id, sent.data)) satisfies JournalReceipt)
  })
  return app
}

/** Only an enrolled site that signed this very request, now and for the first time, gets further. */
function proven(centre: Centre): MiddlewareHandler<Env> {
  return async (c, next) => {
    const now = centre.clock.now()
    const claim = readAuthorization(c.req.header('authorization'))
    if (claim === undefined) return refuse(c, centre, 401, 'Only an enrolled site may ask this.')
    const site = await siteById(centre.db, claim.siteId)
    if (site?.signingKey === undefined)
      return refuse(c, centre, 401, 'This hub does not know the site. Enrol it with a new code.')
    const body = await c.req.text()
    const url = new URL(c.req.url)
    const verdict = judgeClaim(
      claim,
      { method: c.req.method, path: url.pathname + url.search, body },
      site.signingKey,
      now,
    )
    if (!verdict.holds && verdict.because === 'clock')
      return refuse(
        c,
        centre,
        401,
        'The clock of this site is more than five minutes from the hub’s. Set it right; the site goes on with the packs that it has.',
      )
    if (!verdict.holds)
      return refuse(c, centre, 401, 'The signature does not fit. If this lockbox was replaced, enrol the new one.')
    if (site.status === 'revoked')
      return refuse(
        c,
        centre,
        403,
        `This lockbox was revoked. It gets no more packs from this hub. To use it again, have a new code made at the hub and enrol it.`,
      )
    if (!(await noteNonce(centre.db, site.id, claim.nonce, now)))
      return refuse(c, centre, 401, 'This request was heard before.')
    c.set('site', site)
    c.set('body', body)
    return next()
  }
}

/** Nonces older than this cannot come again: their signature is out of its window. */
export const NONCE_KEEP_MS = 2 * SIGNATURE_WINDOW_MS + MINUTE

function refuse(
  c: Context,
  centre: Centre,
  code: 400 | 401 | 403 | 409 | 413 | 429 | 500 | 503,
  because: string,
): Response {
  return c.json({ because, hubNow: centre.clock.now() }, code)
}

function answerFailure(thrown: Error, c: Context, centre: Centre): Response {
  if (thrown instanceof Failure) return refuse(c, centre, thrown.kind === 'permanent' ? 409 : 503, thrown.message)
  centre.log.error({ sort: thrown.name, path: c.req.routePath }, 'a site’s request failed in an unforeseen way')
  return refuse(c, centre, 500, 'The hub failed while answering. The site goes on with what it has and asks again.')
}

async function jsonOf(c: Context): Promise<unknown> {
  return parsed(await c.req.text())
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
