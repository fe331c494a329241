import { type Context, Hono } from 'hono'
import type { Person } from '../../access/access.ts'
import {
  breakGlassVerifiersFor,
  keepEnvelopes,
  listEnvelopes,
  withdrawEnvelopes,
} from '../../access/envelopes/store.ts'
import { may, mayAnywhere } from '../../access/may.ts'
import { makeBreakGlassCodes } from '../../access/offline.ts'
import { DAY, HOUR } from '../../base/time.ts'
import { addDays, dayOf, instantAt } from '../../base/zone.ts'
import { appointmentCounts, locationsSeen } from '../../chart/visits/store.ts'
import { html } from '../../look/html.ts'
import { status as statusOf } from '../../look/status.ts'
import { when } from '../../look/when.ts'
import { statusChanges } from '../../monitor/store.ts'
import { auditLine } from '../flows/centre.ts'
import { offerSite } from '../flows/enrol-site.ts'
import { revokeSite } from '../flows/revoke-site.ts'
import { type Freshly, standing } from '../flows/watch-freshness.ts'
import { policyInForce } from '../policy/store.ts'
import { currentManifest, lastPublication, publishFault } from '../publications/store.ts'
import type { Site } from '../sites/sites.ts'
import {
  addSite,
  changeSite,
  heardOfAll,
  heardSince,
  openOffer,
  pullsOf,
  removePlanned,
  siteById,
  sites,
} from '../sites/store.ts'
import { sourceStates } from '../sources/store.ts'
import { needs, refusal } from './door.ts'
import { siteDetailPage } from './site-detail.ts'
import { fieldsOfSite, readSiteFields } from './site-fields.ts'
import { codePage, envelopeSheetPage, envelopesPage, type SiteFields, siteFormPage, type Wrong } from './site-forms.ts'
import {
  roadOf,
  type SiteLine,
  SPARK_MS,
  type Stage,
  siteListPage,
  sitesHeadline,
  upstreamTrouble,
} from './site-list.ts'
import { agePoints } from './spark.ts'
import { actorOf, fieldsOf, momentOf, type PageContext, type PageEnv, type PageTools, show, whyNot } from './tools.ts'
import { sourceWord } from './words.ts'

const AT = '/sites'
const CRUMBS = [{ href: AT, label: 'Sites' }]
const MOST_CODES = 12

export function sitePages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db, clock } = centre
  app.use('*', needs(tools, 'see-sites'))

  app.get('/', async (c) => {
    const moment = momentOf(tools)
    const all = (await sites(db)).filter((site) => may(c.var.viewer.person, 'see-sites', site.id))
    const now = await standing(centre, tools.watched())
    const heard = await heardOfAll(db)
    const today = dayOf(moment.now, moment.zone)
    const counts = await appointmentCounts(
      db,
      instantAt(today, '00:00', moment.zone),
      instantAt(addDays(today, 1), '00:00', moment.zone),
    )
    const { policy } = await policyInForce(db)
    const lines: SiteLine[] = []
    for (const site of all) {
      const status = now.sites.get(site.id)
      if (status === undefined) continue
      const held = heard.get(site.id)
      const history = await heardSince(db, site.id, moment.now - SPARK_MS)
      lines.push({
        id: site.id,
        name: site.name,
        status,
        schedule: held?.heartbeat.freshness?.schedule,
        keyData: held?.heartbeat.freshness?.keyData,
        heardAt: held?.heardAt,
        ages: agePoints(
          history.map(({ heardAt, schedule }) => ({ heardAt, asOf: schedule })),
          3 * policy.pullEveryMs,
        ),
        appointments: site.locationIds.reduce((sum, place) => sum + (counts.get(place) ?? 0), 0),
      })
    }
    const body = siteListPage({
      lines,
      moment,
      mayEnrol: whyNot(c, 'enrol-site'),
      staleAfterMs: policy.limits.schedule.staleAfterMs,
      road: roadOf(await stages(now, lines, c.var.viewer.person)),
    })
    return show(c, tools, {
      title: 'Sites',
      headline: sitesHeadline(
        lines.map((line) => line.status),
        upstreamTrouble(now.sources.values(), now.seen.publishing),
      ),
      body,
      at: AT,
      subjects: ['sites', 'packs'],
    })
  })

  app.get('/new', needs(tools, 'enrol-site'), (c) =>
    siteForm(c, { id: '', name: '', zone: '', locations: '', printers: '' }, []),
  )
  app.post('/new', needs(tools, 'enrol-site'), async (c) => {
    const fields = await siteFieldsOf(c)
    const { site, wrong } = readSiteFields(fields)
    if (wrong.length === 0 && !(await added(c, site)))
      wrong.push({ field: 'id', because: `There is a site ${site.id} already.` })
    return wrong.length > 0 ? siteForm(c, fields, wrong) : c.redirect(`${AT}/${site.id}`, 303)
  })

  app.get('/:id', async (c) => {
    const site = await seen(c)
    if (site === undefined) return refusal(c, tools, 'There is no such site here.', 404)
    const moment = momentOf(tools)
    const { policy } = await policyInForce(db)
    const status = (await standing(centre, tools.watched())).sites.get(site.id)
    if (status === undefined) return refusal(c, tools, 'There is no such site here.', 404)
    const body = siteDetailPage({
      site,
      status,
      heard: (await heardOfAll(db)).get(site.id),
      history: await heardSince(db, site.id, moment.now - 3 * HOUR),
      changes: await statusChanges(db, `site:${site.id}`, 12),
      pulls: await pullsOf(db, site.id, 12),
      published: {
        panel: (await currentManifest(db, 'panel'))?.sequence,
        site: (await currentManifest(db, site.id))?.sequence,
      },
      offer: await openOffer(db, site.id, moment.now),
      envelopes: (await breakGlassVerifiersFor(db, site.id)).length,
      staleAfterMs: policy.limits.schedule.staleAfterMs,
      pullEveryMs: policy.pullEveryMs,
      moment,
      csrf: c.var.viewer.session.csrf,
      whyNot: {
        enrol: whyNot(c, 'enrol-site', site.id),
        revoke: whyNot(c, 'revoke-site', site.id),
        envelopes: whyNot(c, 'make-break-glass-codes', site.id),
      },
    })
    return show(c, tools, {
      title: site.name,
      headline: status.because,
      body,
      crumbs: CRUMBS,
      at: AT,
      subjects: [`site:${site.id}`, 'packs'],
    })
  })

  app.get('/:id/change', needs(tools, 'enrol-site'), async (c) => {
    const site = await seen(c)
    return site === undefined
      ? refusal(c, tools, 'There is no such site here.', 404)
      : siteForm(c, fieldsOfSite(site), [], site)
  })
  app.post('/:id/change', needs(tools, 'enrol-site'), async (c) => {
    const site = await seen(c)
    if (site === undefined) return refusal(c, tools, 'There is no such site here.', 404)
    const fields = { ...(await siteFieldsOf(c)), id: site.id }
    const read = readSiteFields(fields)
    if (read.wrong.length > 0) return siteForm(c, fields, read.wrong, site)
    await db.transaction().execute(async (together) => {
      await changeSite(together, site.id, read.site)
      await centre.audit(together, [
        auditLine(centre, actorOf(c), 'site-changed', { siteId: site.id, places: read.site.locationIds.join(' ') }),
      ])
      await centre.changed(together, ['sites', `site:${site.id}`])
    })
    centre.publishSoon()
    return c.redirect(`${AT}/${site.id}`, 303)
  })

  app.post('/:id/offer', async (c) => {
    const site = await seen(c)
    if (site === undefined) return refusal(c, tools, 'There is no such site here.', 404)
    const because = whyNot(c, 'enrol-site', site.id)
    if (because !== undefined) return refusal(c, tools, because)
    const { code, expiresAt } = await offerSite(centre, site.id, actorOf(c))
    const body = codePage({ site, code, expiresAt, moment: momentOf(tools), hubUrl: tools.hubUrl })
    return show(c, tools, {
      title: `Enrol ${site.name}`,
      body,
      crumbs: [...CRUMBS, { href: `${AT}/${site.id}`, label: site.name }],
      at: AT,
    })
  })

  app.post('/:id/revoke', async (c) => {
    const site = await seen(c)
    if (site === undefined) return refusal(c, tools, 'There is no such site here.', 404)
    const because = whyNot(c, 'revoke-site', site.id)
    if (because !== undefined) return refusal(c, tools, because)
    const sent = await fieldsOf(c)
    if (sent.text('name').toLowerCase() !== site.name.toLowerCase() || sent.text('because') === '')
      return refusal(
        c,
        tools,
        `Nothing was revoked: the reason and the site's name, ${site.name}, have to be typed.`,
        400,
      )
    const done = await revokeSite(centre, site.id, actorOf(c), sent.text('because'))
    return done
      ? c.redirect(`${AT}/${site.id}`, 303)
      : refusal(c, tools, 'It was not enrolled any more, so there was nothing to revoke.', 409)
  })

  app.post('/:id/remove', needs(tools, 'enrol-site'), async (c) => {
    const site = await seen(c)
    if (site === undefined || !(await removePlanned(db, site.id)))
      return refusal(c, tools, 'Only a site that never had a lockbox can be taken out.', 409)
    await centre.audit(db, [auditLine(centre, actorOf(c), 'site-removed', { siteId: site.id })])
    await centre.changed(db, ['sites'])
    return c.redirect(AT, 303)
  })

  app.get('/:id/envelopes', async (c) => {
    const site = await seen(c)
    if (site === undefined) return refusal(c, tools, 'There is no such site here.', 404)
    const values = {
      site,
      envelopes: await listEnvelopes(db, site.id),
      moment: momentOf(tools),
      csrf: c.var.viewer.session.csrf,
      because: whyNot(c, 'make-break-glass-codes', site.id),
    }
    return show(c, tools, {
      title: 'Sealed envelopes',
      body: envelopesPage(values),
      crumbs: [...CRUMBS, { href: `${AT}/${site.id}`, label: site.name }],
      at: AT,
    })
  })
  app.post('/:id/envelopes', needs(tools, 'make-break-glass-codes'), async (c) => {
    const site = await seen(c)
    if (site === undefined) return refusal(c, tools, 'There is no such site here.', 404)
    const count = Math.trunc(Number((await fieldsOf(c)).text('count')))
    if (!(count >= 1 && count <= MOST_CODES)) return refusal(c, tools, `Ask for 1 to ${MOST_CODES} codes.`, 400)
    const made = await makeBreakGlassCodes(count, clock)
    await db.transaction().execute(async (together) => {
      await keepEnvelopes(
        together,
        site.id,
        made.map(({ verifier }) => verifier),
        c.var.viewer.person.login,
      )
      await centre.audit(together, [
        auditLine(centre, actorOf(c), 'break-glass-codes-made', {
          siteId: site.id,
          envelopes: made.map(({ code }) => code.codeId).join(' '),
        }),
      ])
      await centre.changed(together, [`site:${site.id}`])
    })
    centre.publishSoon()
    const body = envelopeSheetPage({
      site,
      codes: made.map(({ code }) => code),
      practiceName: centre.practice.name,
      madeOn: dayOf(clock.now(), centre.practice.zone),
    })
    return show(c, tools, {
      title: `Break-glass codes for ${site.name}`,
      body,
      crumbs: [...CRUMBS, { href: `${AT}/${site.id}`, label: site.name }],
      at: AT,
    })
  })
  app.post('/:id/envelopes/withdraw', needs(tools, 'make-break-glass-codes'), async (c) => {
    const site = await seen(c)
    if (site === undefined) return refusal(c, tools, 'There is no such site here.', 404)
    await db.transaction().execute(async (together) => {
      const withdrawn = await withdrawEnvelopes(together, site.id, clock)
      await centre.audit(together, [
        auditLine(centre, actorOf(c), 'break-glass-codes-withdrawn', { siteId: site.id, withdrawn }),
      ])
    })
    centre.publishSoon()
    return c.redirect(`${AT}/${site.id}/envelopes`, 303)
  })

  async function stages(now: Freshly, lines: readonly SiteLine[], person: Person): Promise<Stage[]> {
    const toSources = mayAnywhere(person, 'see-sources') ? { href: '/sources' } : {}
    const toPacks = mayAnywhere(person, 'see-packs') ? { href: '/packs' } : {}
    const moment = momentOf(tools)
    const sources = [...now.sources.values()]
    const bad = sources.find((one) => 'since' in one)
    const worst = bad ?? sources.find((one) => one.status === 'starting') ?? sources[0]
    const states = await sourceStates(db)
    const canary = states.flatMap((one) => one.canary ?? []).toSorted((a, b) => a - b)[0]
    const panel = await lastPublication(db, 'panel')
    const fault = await publishFault(db)
    const working = lines.filter(({ status }) => status.status !== 'planned' && status.status !== 'revoked')
    const fresh = working.filter(({ status }) => status.status === 'fresh' || status.status === 'locked').length
    const heard = await heardOfAll(db)
    const stamps = working
      .flatMap((line) => heard.get(line.id)?.heartbeat.freshness?.canary ?? [])
      .toSorted((a, b) => a - b)
    return [
      {
        stage: sources.length === 1 ? 'Source' : `${sources.length} sources`,
        ...toSources,
        status: worst === undefined ? statusOf('unknown', 'none configured') : sourceWord(worst.status),
        words: canary === undefined ? (worst?.because ?? '') : html`Newest stamp back ${when(canary, moment)}`,
      },
      {
        stage: 'Hub',
        ...toPacks,
        status:
          fault === undefined
            ? statusOf(
                panel === undefined ? 'unknown' : 'fine',
                panel === undefined ? 'nothing published' : 'publishing',
              )
            : statusOf('act', 'cannot publish'),
        words: html`Last published ${when(panel?.publishedAt, moment)}`,
      },
      {
        stage: working.length === 1 ? 'Site' : `${working.length} sites`,
        status:
          working.length === 0
            ? statusOf('unknown', 'none enrolled')
            : statusOf(fresh === working.length ? 'fine' : 'act', `${fresh} of ${working.length} fresh`),
        words: stamps[0] === undefined ? '' : html`Oldest stamp at a site ${when(stamps[0], moment)}`,
      },
    ]
  }

  /** The site of the address, if this person may see it. */
  async function seen(c: Context<PageEnv>): Promise<Site | undefined> {
    const site = await siteById(db, c.req.param('id') ?? '')
    return site !== undefined && may(c.var.viewer.person, 'see-sites', site.id) ? site : undefined
  }

  async function added(c: PageContext, site: ReturnType<typeof readSiteFields>['site']): Promise<boolean> {
    return db.transaction().execute(async (together) => {
      if (!(await addSite(together, { ...site, madeAt: clock.now() }))) return false
      await centre.audit(together, [
        auditLine(centre, actorOf(c), 'site-added', { siteId: site.id, places: site.locationIds.join(' ') }),
      ])
      await centre.changed(together, ['sites'])
      return true
    })
  }

  async function siteForm(c: PageContext, fields: SiteFields, wrong: Wrong, site?: Site): Promise<Response> {
    const claimed = new Set((await sites(db)).flatMap((one) => one.locationIds))
    const places = await locationsSeen(db, clock.now() - DAY)
    const body = siteFormPage({
      action: site === undefined ? `${AT}/new` : `${AT}/${site.id}/change`,
      csrf: c.var.viewer.session.csrf,
      isNew: site === undefined,
      fields,
      wrong,
      seen: places.filter(({ locationId }) => !claimed.has(locationId)).slice(0, 30),
      zone: centre.practice.zone,
    })
    const title = site === undefined ? 'Set up a site' : `Change ${site.name}`
    return show(c, tools, { title, body: html`${body}`, crumbs: CRUMBS, at: AT, status: wrong.length > 0 ? 400 : 200 })
  }

  return app
}

async function siteFieldsOf(c: Context): Promise<SiteFields> {
  const sent = await fieldsOf(c)
  return {
    id: sent.text('id').toLowerCase(),
    name: sent.text('name'),
    zone: sent.text('zone'),
    locations: sent.text('locations'),
    printers: sent.text('printers'),
  }
}
