import { Hono } from 'hono'
import type { Database } from '../../base/database.ts'
import { EVIDENCE_KINDS, type EvidenceKind } from '../../readiness/evidence/evidence.ts'
import { asCsvLine, csvHeader } from '../../readiness/evidence/export/csv.ts'
import { asJsonLine } from '../../readiness/evidence/export/json-lines.ts'
import type { KeptEvidence } from '../../readiness/evidence/record.ts'
import { type EvidenceQuery, evidenceFile, evidenceOfId, listEvidence } from '../../readiness/evidence/store.ts'
import type { EvidenceVerdict } from '../../readiness/evidence/verify.ts'
import { auditLine } from '../flows/centre.ts'
import { checkEvidence } from '../flows/keep-evidence.ts'
import { readinessAsOscal, readinessNow } from '../flows/readiness-now.ts'
import { needs, refusal } from './door.ts'
import { type EvidenceFilter, evidenceDetail, evidencePage, kindWords, query, queryOf } from './evidence-views.ts'
import { actorOf, momentOf, type PageContext, type PageEnv, type PageTools, show } from './tools.ts'
import { countOf } from './words.ts'

const AT = '/evidence'
const PAGE = 100
const NO_SUCH = 'There is no such record, or its six years are over.'

/** What proves the plan: found, looked at, taken along. */
export function evidencePages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db } = centre
  app.use('*', needs(tools, 'see-sources'))

  app.get('/', (c) => list(c, undefined))
  app.post('/verify', async (c) => {
    const verdict = await checkEvidence(db)
    const outcome = verdict.faults.length === 0 ? 'done' : 'failed'
    const about = { faults: verdict.faults.length }
    await centre.audit(db, [auditLine(centre, actorOf(c), 'evidence-verified', about, { outcome })])
    return list(c, verdict)
  })
  app.get('/export', async (c) => {
    const as = c.req.query('as')
    const named = (ending: string, type: string) => {
      c.header('content-type', type)
      c.header('content-disposition', `attachment; filename="holdfast-evidence.${ending}"`)
    }
    await centre.audit(db, [auditLine(centre, actorOf(c), 'evidence-exported', { as: as ?? '' })])
    if (as === 'oscal') {
      named('oscal.json', 'application/json')
      return c.body(await readinessAsOscal(centre))
    }
    if (as === 'csv') named('csv', 'text/csv; charset=utf-8')
    else named('jsonl', 'application/jsonl')
    return c.body(ReadableStream.from(bytes(db, askedOf(filterOf(c)), as === 'csv')))
  })
  app.get('/:id', async (c) => {
    const record = await evidenceOfId(db, c.req.param('id'))
    if (record === undefined) return refusal(c, tools, NO_SUCH, 404)
    const { plan, judged } = await readinessNow(centre)
    const checks = judged.flatMap((one) => {
      const { shown } = one.status === 'excluded' ? one.otherwise : one.verdict
      return shown.some((its) => its.record === record.id) ? [one.check.id] : []
    })
    const nameOf = (person: string) => plan.people.people.find(({ id }) => id === person)?.name ?? person
    return show(c, tools, {
      title: `Evidence: ${kindWords(record.kind)}`,
      headline: record.because,
      body: evidenceDetail({ record, checks, nameOf, moment: momentOf(tools) }),
      crumbs: [{ href: AT, label: 'Evidence' }],
      at: AT,
    })
  })
  app.get('/:id/file', async (c) => {
    const record = await evidenceOfId(db, c.req.param('id'))
    const file = record?.artefact === undefined ? undefined : await evidenceFile(db, record.artefact.sha256)
    if (file === undefined) return refusal(c, tools, NO_SUCH, 404)
    // Never shown as a page of ours, whatever is in it.
    c.header('content-type', 'application/octet-stream')
    c.header('x-content-type-options', 'nosniff')
    c.header(
      'content-disposition',
      `attachment; filename*=UTF-8''${encodeURIComponent(record?.artefact?.name ?? 'file')}`,
    )
    return c.body(new Uint8Array(file))
  })

  async function list(c: PageContext, verdict: EvidenceVerdict | undefined): Promise<Response> {
    const filter = filterOf(c)
    const before = beforeOf(c.req.query('before') ?? '')
    const records = await listEvidence(db, { ...askedOf(filter), ...before, most: PAGE })
    const last = records.at(-1)
    const olderHref =
      last === undefined || records.length < PAGE
        ? undefined
        : `${AT}?${query({ ...queryOf(filter), before: `${last.at}.${last.seq}` })}`
    const csrf = c.var.viewer.session.csrf
    const body = evidencePage({ records, filter, verdict, olderHref, moment: momentOf(tools), csrf })
    return show(c, tools, {
      title: 'Evidence',
      headline: headline(records, olderHref !== undefined),
      body,
      at: AT,
      ...(verdict === undefined && before.before === undefined ? { subjects: ['evidence'] } : {}),
    })
  }
  return app
}

function headline(records: readonly KeptEvidence[], more: boolean): string {
  const [newest] = records
  if (newest === undefined) return 'Nothing is written down here yet.'
  const failed = records.filter(({ outcome }) => outcome !== 'held').length
  const many = more ? `The newest ${records.length} records` : countOf(records.length, 'record')
  return `${many}: ${failed === 0 ? 'all of them held' : `${failed} failed or ended unclear`}. The newest: ${newest.because}`
}

function filterOf(c: PageContext): EvidenceFilter {
  const kind = c.req.query('kind') ?? ''
  const known = (text: string): text is EvidenceKind => Object.hasOwn(EVIDENCE_KINDS, text)
  return { kind: known(kind) ? kind : undefined, about: (c.req.query('about') ?? '').trim().slice(0, 120) }
}

function askedOf({ kind, about }: EvidenceFilter): EvidenceQuery {
  return { ...(kind === undefined ? {} : { kind }), ...(about === '' ? {} : { subject: about }) }
}

function beforeOf(text: string): Pick<EvidenceQuery, 'before'> {
  const [, at, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? []
  return at === undefined || seq === undefined ? {} : { before: { at: Number(at), seq: Number(seq) } }
}

async function* bytes(db: Database, asked: EvidenceQuery, csv: boolean): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  if (csv) yield encoder.encode(csvHeader())
  let before: KeptEvidence | undefined
  do {
    const page: KeptEvidence[] = await listEvidence(db, {
      ...asked,
      most: 1000,
      ...(before === undefined ? {} : { before }),
    })
    yield encoder.encode(page.map(csv ? asCsvLine : asJsonLine).join(''))
    before = page.length < 1000 ? undefined : page.at(-1)
  } while (before !== undefined)
}
