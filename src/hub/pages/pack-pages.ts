import { Hono } from 'hono'
import type { Instant } from '../../base/time.ts'
import { dayOf } from '../../base/zone.ts'
import { chartCount } from '../../chart/records/store.ts'
import { restrictedCount } from '../../chart/restrictions/store.ts'
import { button, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note, status } from '../../look/status.ts'
import { facts, table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import { newAgeKey, recoveryKeyFile } from '../../pack/keys.ts'
import { readManifest } from '../../pack/manifest.ts'
import { missingInWords } from '../../pack/missing-paper.ts'
import type { PackFile } from '../../pack/pack.ts'
import { auditLine } from '../flows/centre.ts'
import { paperMissing } from '../flows/paper-missing.ts'
import type { PanelMadeOf } from '../flows/publish-panel.ts'
import { addRecoveryKey, type RecoveryKey, recoveryKeys, retireRecoveryKeys } from '../keys/store.ts'
import {
  currentPublications,
  lastPublication,
  type Mirrored,
  mirroredPacks,
  publishFault,
} from '../publications/store.ts'
import { heardOfAll, sites } from '../sites/store.ts'
import { needs } from './door.ts'
import { actorOf, momentOf, type PageEnv, type PageTools, show, whyNot } from './tools.ts'
import { countOf, listInWords, mono, sizeInWords } from './words.ts'

const AT = '/packs'

export type PackLine = {
  packId: string
  name: string
  sequence: number
  publishedAt: Instant
  schedule: Instant | undefined
  keyData: Instant | undefined
  sizeBytes: number
  files: readonly PackFile[]
  loading: boolean
  /** Names of the sites that have this sequence, and of those that have an older one. */
  have: string[]
  lack: string[]
}

export function packsPage(values: {
  packs: readonly PackLine[]
  paper: Awaited<ReturnType<typeof paperMissing>>
  fault: { since: Instant; because: string } | undefined
  carriers: readonly { name: string; where: string; last: readonly Mirrored[] }[]
  recovery: readonly RecoveryKey[]
  moment: Moment
  csrf: string
  whyNotRecovery: string | undefined
}): Html {
  const { packs, moment, fault } = values
  return html`${fault === undefined ? nothing : note('act', 'Packs cannot be published', html`<p>Since ${when(fault.since, moment)}: ${fault.because} Sites go on with the packs that they have.</p>`)}${paperNote(values.paper)}
${table<PackLine>({
  caption: 'Packs as published last',
  hideCaption: true,
  rows: packs,
  columns: [
    { heading: 'Pack', cell: (pack) => pack.name },
    { heading: 'Arrived', cell: (pack) => arrivedWords(pack) },
    { heading: 'Schedule as of', cell: (pack) => when(pack.schedule, moment, 'unknown') },
    { heading: 'Key data as of', cell: (pack) => when(pack.keyData, moment, 'unknown') },
    { heading: 'Published', cell: (pack) => when(pack.publishedAt, moment) },
    { heading: 'Sequence', cell: (pack) => mono(pack.sequence), number: true },
    { heading: 'Size', cell: (pack) => html`<span class="nowrap">${sizeInWords(pack.sizeBytes)}</span>`, number: true },
    { heading: 'Files', cell: (pack) => filesWords(pack.files) },
  ],
  empty: {
    heading: 'Nothing has been published yet',
    body: 'The first panel is published as soon as a source has been read to its end.',
  },
})}
<section class="stack"><h2>Other ways to the sites</h2>${table<(typeof values.carriers)[number]>({
    caption: 'Carriers',
    hideCaption: true,
    rows: values.carriers,
    columns: [
      { heading: 'Carrier', cell: (one) => one.name },
      { heading: 'Where', cell: (one) => mono(one.where) },
      { heading: 'State', cell: (one) => carrierState(one.last, moment) },
    ],
    empty: {
      heading: 'Only this hub brings packs',
      body: html`When the hub or the line to it is down, sites can still take newer packs from a folder, a web store or a USB stick. Name carriers in the configuration, or export to a stick: ${mono('holdfast pack export --config hub.yaml --to FOLDER')}`,
    },
  })}</section>
<section class="stack"><h2>Recovery key</h2>${recoverySection(values)}</section>`
}

function paperNote(paper: Parameters<typeof packsPage>[0]['paper']): Html {
  if (paper.length === 0) return nothing
  return note(
    'watch',
    'Paper is still to be made',
    html`<ul>${paper.map(({ siteName, day, missing }) => html`<li>${siteName}, ${day}: ${missing.map(missingInWords).join(' ')}</li>`)}</ul>`,
  )
}

function filesWords(files: readonly PackFile[]): string {
  const roles = new Map<string, number>()
  for (const { role } of files) roles.set(role, (roles.get(role) ?? 0) + 1)
  const words: { [role: string]: string } = { increment: 'increments', paper: 'sheets' }
  return [...roles]
    .map(([role, count]) => (count === 1 && role !== 'paper' ? role : `${count} ${words[role] ?? role}`))
    .join(', ')
}

/** The panel goes to every site, a site's own pack to that one. */
function arrivedWords({ packId, have, lack }: PackLine): Html {
  if (have.length + lack.length === 0) return html`<span class="soft">no site yet</span>`
  if (packId !== 'panel') return lack.length === 0 ? status('fine', 'yes') : html`not yet`
  if (lack.length === 0) return status('fine', have.length === 1 ? 'yes' : `at all ${have.length}`)
  return html`${have.length} of ${have.length + lack.length}<br><span class="small">not yet ${listInWords(lack)}</span>`
}

function carrierState(last: readonly Mirrored[], moment: Moment): Html {
  const failing = last.find((one) => one.because !== undefined)
  const newest = last.reduce<Instant | undefined>(
    (at, one) => (at === undefined ? one.at : Math.max(at, one.at)),
    undefined,
  )
  if (failing !== undefined) return html`${status('act', 'failing')}<br><span class="small">${failing.because}</span>`
  return newest === undefined
    ? status('unknown', 'nothing brought yet')
    : html`${status('fine', 'up to date')} ${when(newest, moment)}`
}

function recoverySection(values: Parameters<typeof packsPage>[0]): Html {
  const { recovery, moment, csrf } = values
  const make = form(
    '/packs/recovery-key',
    csrf,
    button(recovery.length === 0 ? 'Make the recovery key' : 'Make a new one in its place', {
      because: values.whyNotRecovery,
      ...(recovery.length === 0 ? {} : { look: 'quiet' as const }),
    }),
    'row',
  )
  if (recovery.length === 0)
    return html`${note('watch', 'There is no recovery key', html`<p>If the hub and every lockbox are lost, nothing opens the packs. A recovery key on paper does, with Holdfast or with the standard age program.</p>`)}${make}`
  return html`${facts(recovery.map((key) => ['Made', html`${when(key.madeAt, moment)} by ${key.madeBy}<br>${mono(key.recipient)}`] as const))}<p class="small soft">Only its public half is here. Every pack can be opened with the other half, which is on paper.</p>${make}`
}

/** Shown once. */
export function recoveryKeyPage(values: { file: string; practiceName: string }): Html {
  return html`<p class="no-print">This is shown once and kept nowhere. Print it twice, put each into an envelope, and lock them away in two places that do not burn together.</p><p class="no-print"><button type="button" data-print>Print it</button></p>
<div class="card"><h2>Recovery key of ${values.practiceName}</h2><pre class="id" tabindex="0">${values.file}</pre><p>It opens every pack of this practice: ${mono('holdfast pack open --recovery-key FILE --from PACK-FOLDER')}, or any program that reads age files.</p></div>
<p class="no-print"><a href="/packs">I have printed it</a></p>`
}

export function packPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db, clock } = centre
  app.use('*', needs(tools, 'see-packs'))

  app.get('/', async (c) => {
    const packs = await packLines()
    const panel = await lastPublication<PanelMadeOf>(db, 'panel')
    const leftOut = panel?.madeOf.restrictedPolicy === 'leave-out'
    const [charts, published, restricted] = await Promise.all([
      chartCount(db),
      panel === undefined ? 0 : chartCount(db, panel.madeOf.through),
      panel !== undefined && leftOut ? restrictedCount(db, panel.madeOf.through) : 0,
    ])
    const mirrored = await mirroredPacks(db)
    const body = packsPage({
      packs,
      paper: await paperMissing(centre),
      fault: await publishFault(db),
      carriers: tools.carriers.map((one) => ({ ...one, last: mirrored.filter(({ carrier }) => carrier === one.name) })),
      recovery: await recoveryKeys(db),
      moment: momentOf(tools),
      csrf: c.var.viewer.session.csrf,
      whyNotRecovery: whyNot(c, 'make-recovery-key'),
    })
    return show(c, tools, {
      title: 'Packs',
      headline: packsHeadline(packs, { read: charts, published, leftOut: restricted }),
      body,
      at: AT,
      subjects: ['packs', 'sites'],
    })
  })
  app.post('/recovery-key', needs(tools, 'make-recovery-key'), async (c) => {
    const key = await newAgeKey()
    const { login } = c.var.viewer.person
    await db.transaction().execute(async (together) => {
      await retireRecoveryKeys(together, clock.now())
      await addRecoveryKey(together, { recipient: key.recipient, madeAt: clock.now(), madeBy: login })
      await centre.audit(together, [auditLine(centre, actorOf(c), 'recovery-key-made', { recipient: key.recipient })])
      await centre.changed(together, ['packs'])
    })
    centre.publishSoon()
    const { name, zone } = centre.practice
    const file = recoveryKeyFile(key, name, dayOf(clock.now(), zone), centre.keys.signing.publicKey)
    const body = recoveryKeyPage({ file, practiceName: name })
    return show(c, tools, { title: 'Recovery key', body, crumbs: [{ href: AT, label: 'Packs' }], at: AT })
  })

  async function packLines(): Promise<PackLine[]> {
    const all = await sites(db)
    const heard = await heardOfAll(db)
    const names = new Map(all.map((site) => [site.id, site.name]))
    const enrolled = all.filter((site) => site.status === 'enrolled')
    const lines = (await currentPublications(db)).flatMap(({ packId, sequence, publishedAt, signed, sizeBytes }) => {
      const name = packId === 'panel' ? 'Panel of the practice' : names.get(packId)
      if (name === undefined) return []
      const { files, freshness, loading = false } = readManifest(signed)
      const readers = packId === 'panel' ? enrolled : enrolled.filter((site) => site.id === packId)
      const hasIt = (siteId: string): boolean => {
        const beat = heard.get(siteId)?.heartbeat
        return ((packId === 'panel' ? beat?.panelSequence : beat?.siteSequence) ?? -1) >= sequence
      }
      const have = readers.filter((site) => hasIt(site.id)).map((site) => site.name)
      const lack = readers.filter((site) => !hasIt(site.id)).map((site) => site.name)
      return [
        {
          packId,
          name,
          sequence,
          publishedAt,
          schedule: freshness.schedule,
          keyData: freshness.keyData,
          sizeBytes,
          files,
          loading,
          have,
          lack,
        },
      ]
    })
    return lines.toSorted(
      (a, b) => Number(b.packId === 'panel') - Number(a.packId === 'panel') || a.name.localeCompare(b.name),
    )
  }
  return app
}

/** `read`: charts that are here; `published`: those that the panel was made of, where that is on record; `leftOut`: the restricted ones of these. */
export type ChartCounts = { read: number; published: number; leftOut: number }

export function packsHeadline(packs: readonly PackLine[], { read, published, leftOut }: ChartCounts): string {
  const panel = packs.find((pack) => pack.packId === 'panel')
  if (panel === undefined) return 'Nothing has been published yet: no source has been read to its end.'
  const size = packs.reduce((sum, pack) => sum + pack.sizeBytes, 0)
  const waiting = read - published
  const more =
    waiting > 0
      ? ` ${countOf(waiting, 'chart, new or changed, is', 'charts, new or changed, are')} read and not published yet.`
      : ''
  const loading = panel.loading ? ' A source is still being read for the first time.' : ''
  const without =
    leftOut > 0 ? ` ${countOf(leftOut, 'restricted chart is', 'restricted charts are')} left out by the policy.` : ''
  return `${countOf(published - leftOut, 'chart')} and ${countOf(packs.length - 1, 'schedule')} are published, ${sizeInWords(size)} sealed.${without}${more}${loading}`
}
