import { Hono } from 'hono'
import { dayOf } from '../../../base/zone.ts'
import { html } from '../../../look/html.ts'
import { blanksOf, sentValues, valuesOf } from '../../../readiness/edit/card-values.ts'
import { CARD_KINDS, CARDS, type Card, type CardKind } from '../../../readiness/edit/cards.ts'
import { writtenEntries, writtenEntry } from '../../../readiness/edit/edit-plan.ts'
import { type Row, rowsIn, type Values, wordsIn } from '../../../readiness/edit/value-parts.ts'
import type { PlanFiles } from '../../../readiness/readiness.ts'
import { newestPlanVersion, openPlanReviews, type PlanVersion, planFilesOf } from '../../../readiness/store.ts'
import { type Edited, editPlan } from '../../flows/edit-plan.ts'
import { needs, refusal } from '../door.ts'
import { actorOf, fieldsOf, type PageContext, type PageEnv, type PageTools, show, whyNot } from '../tools.ts'
import type { Choices } from './edit-fields.ts'
import { type EditForm, editFormView, editListView } from './edit-views.ts'
import { planTabs } from './plan-tabs.ts'

const AT = '/plan'
const CRUMBS = [
  { href: AT, label: 'Plan' },
  { href: '/plan/edit', label: 'Change it' },
]
const NO_SUCH = 'There is nothing of that name in the plan that can be changed here.'
const NO_PLAN = 'No plan is kept yet. The plan’s page says how to begin one.'

/** Changing what non-technical people own: people, rosters, sites, vendors. Each change is a version of the same files. */
export function editPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db } = centre

  app.get('/', async (c) => {
    const now = await inForce()
    if (now === undefined) return refusal(c, tools, NO_PLAN, 404)
    const today = dayOf(centre.clock.now(), centre.practice.zone)
    const entries = CARD_KINDS.map((kind) => ({ card: CARDS[kind], things: thingsOf(CARDS[kind], now.files, today) }))
    const body = html`${planTabs('/plan/edit', await openPlanReviews(db))}${editListView(entries, whyNot(c, 'change-plan'))}`
    const headline =
      'People, telephones, leave, turns, opening hours and vendors are changed here, without touching a file.'
    return show(c, tools, { title: 'Change the plan', headline, body, crumbs: CRUMBS.slice(0, 1), at: AT })
  })
  app.get('/:kind/:id?', async (c) => {
    const card = cardOf(c.req.param('kind'))
    const now = await inForce()
    const id = c.req.param('id')
    if (card === undefined || now === undefined || (id === undefined && !card.begins))
      return refusal(c, tools, NO_SUCH, 404)
    const entry = id === undefined ? {} : writtenEntry(card, now.files, id)
    if (entry === undefined) return refusal(c, tools, NO_SUCH, 404)
    return formShown(c, card, id, now, valuesOf(card, entry), {})
  })
  app.post('/:kind/:id?', needs(tools, 'change-plan'), (c) => sent(c, false))
  app.post('/:kind/:id/gone', needs(tools, 'change-plan'), (c) => sent(c, true))

  async function sent(c: PageContext, remove: boolean): Promise<Response> {
    const card = cardOf(c.req.param('kind') ?? '')
    const id = c.req.param('id')
    const now = await inForce()
    if (card === undefined || now === undefined || (id === undefined && !card.begins))
      return refusal(c, tools, NO_SUCH, 404)
    const fields = await fieldsOf(c)
    const because = fields.text(remove ? 'gone-because' : 'because').slice(0, 500)
    const base = Number(fields.text('base'))
    const values = remove ? valuesOf(card, writtenEntry(card, now.files, id ?? '') ?? {}) : sentValues(card, fields)
    const anyway = fields.text('anyway') === 'yes'
    const known = Number.isInteger(base) && base > 0 && base <= now.version.version
    if (!known) return refusal(c, tools, 'This form is of no version of the plan. Open it again.', 409)
    const edited = await editPlan(centre, { card, id, base, values, because, anyway, remove }, actorOf(c))
    if (edited.outcome === 'no-plan') return refusal(c, tools, NO_PLAN, 404)
    if (edited.outcome !== 'again') return c.redirect(`/plan/versions/${edited.version}`, 303)
    return againShown(c, card, id, edited, { because, removing: remove })
  }

  async function againShown(
    c: PageContext,
    card: Card,
    id: string | undefined,
    edited: Extract<Edited, { outcome: 'again' }>,
    more: Partial<EditForm>,
  ): Promise<Response> {
    const { version, values, wrong, meanwhile, follows, stops } = edited
    const now = { version, files: await planFilesOf(db, version.version) }
    return formShown(c, card, id, now, values, { ...more, wrong, meanwhile, follows, stops })
  }

  async function formShown(
    c: PageContext,
    card: Card,
    id: string | undefined,
    { version, files }: { version: PlanVersion; files: PlanFiles },
    values: Values,
    more: Partial<EditForm>,
  ): Promise<Response> {
    const entry = id === undefined ? {} : writtenEntry(card, files, id)
    const body = editFormView({
      card,
      id,
      version,
      values,
      blanks: blanksOf(card, entry),
      choices: choicesOf(files),
      because: '',
      csrf: c.var.viewer.session.csrf,
      mayNot: whyNot(c, 'change-plan'),
      wrong: [],
      meanwhile: [],
      follows: [],
      stops: false,
      removing: false,
      ...more,
    })
    const name = writtenEntries(card, files).find((one) => one.id === id)?.name
    const fresh = card.kind === 'person' ? 'A new person' : 'A new vendor'
    const told = (more.wrong ?? []).length + (more.meanwhile ?? []).length + (more.follows ?? []).length
    const status = told === 0 ? 200 : (more.meanwhile ?? []).length > 0 ? 409 : 400
    const headline = `Version ${version.version} is in force. What you keep here becomes the next one.`
    return show(c, tools, { title: name ?? fresh, headline, body, crumbs: CRUMBS, at: AT, status })
  }

  async function inForce(): Promise<{ version: PlanVersion; files: PlanFiles } | undefined> {
    const version = await newestPlanVersion(db)
    return version === undefined ? undefined : { version, files: await planFilesOf(db, version.version) }
  }
  return app
}

function cardOf(kind: string): Card | undefined {
  const known: CardKind | undefined = CARD_KINDS.find((one) => one === kind)
  return known === undefined ? undefined : CARDS[known]
}

function choicesOf(files: PlanFiles): Choices {
  return {
    person: writtenEntries(CARDS.person, files),
    site: writtenEntries(CARDS.site, files),
    role: writtenEntries({ ...CARDS.person, list: 'roles' }, files),
  }
}

/** Each thing with what matters most of it now, in a few words; what is past is left out. */
function thingsOf(card: Card, files: PlanFiles, today: string): { id: string; name: string; said: string }[] {
  const people = writtenEntries(CARDS.person, files)
  return writtenEntries(card, files).map(({ id, name }) => {
    const values = valuesOf(card, writtenEntry(card, files, id))
    const column = (key: string, of: string): string[] =>
      rowsIn(values[key]).flatMap((row) => (typeof row[of] === 'string' && row[of] !== '' ? [row[of]] : []))
    const spans = (key: string, word: (row: Row) => string): string[] =>
      rowsIn(values[key]).flatMap((row) =>
        String(row.to) < today ? [] : [`${word(row)} ${String(row.from)} to ${String(row.to)}`],
      )
    const said = {
      person: () => [orNone(column('phones', 'number')), ...spans('leave', () => 'on leave')],
      roster: () => spans('overrides', ({ person }) => people.find((one) => one.id === person)?.name ?? String(person)),
      site: () => [orNone(wordsIn([values.phone]).filter((one) => one !== ''))],
      vendor: () => [orNone(column('tiers', 'phone'))],
    }[card.kind]()
    return { id, name, said: said.length === 0 ? 'no exchange ahead' : said.join('; ') }
  })
}

function orNone(numbers: readonly string[]): string {
  return numbers.length === 0 ? 'no telephone number' : numbers.join(', ')
}
