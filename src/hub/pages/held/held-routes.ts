import { Hono } from 'hono'
import { listPeople } from '../../../access/people/store.ts'
import { Failure } from '../../../base/failure.ts'
import { joinByKey, joinLines } from '../../../chart/joins/store.ts'
import { peopleNeeded } from '../../../chart/losses.ts'
import { recordsOf } from '../../../chart/records/store.ts'
import { heldAppointments } from '../../../chart/visits/store.ts'
import { auditLine } from '../../flows/centre.ts'
import { type Decided, decideHeld } from '../../flows/decide-held.ts'
import { decideRecordJoin, type JoinAsked } from '../../flows/decide-join.ts'
import { type HeldBack, type Move } from '../../held/held.ts'
import { peopleNow } from '../../held/people-now.ts'
import { changesKept, heldBack, heldById, openCounts } from '../../held/store.ts'
import { waitingCount, waitingInHold } from '../../held/waiting/store.ts'
import { decidersAmong, maySeePatients, whyNotDecide } from '../../held/who-decides.ts'
import { sourceStates } from '../../sources/store.ts'
import { needs, refusal } from '../door.ts'
import { actorOf, fieldsOf, momentOf, type PageContext, type PageEnv, type PageTools, show } from '../tools.ts'
import { heldHeadline, heldListPage } from './held-list.ts'
import { AT, type SourceNames } from './held-words.ts'
import { identityHeadline, identityPage, joinHeadline, joinPage } from './identity-view.ts'
import { type ShrinkDetail, shrinkHeadline, shrinkPage } from './shrink-view.ts'

const CRUMBS = [{ href: AT, label: 'Held back' }]
const GONE = 'There is nothing held back under this address.'
/** So many patients of a hold are shown by name. */
const MOST_PATIENTS = 50

/** What was typed into a form, and what is wrong with it. */
type Sent = { reason: string; wrong: { reason?: string; confirm?: string } }
const UNSENT: Sent = { reason: '', wrong: {} }

/** What is held back and waits for a person: removals, records that name another person, records that were not joined. */
export function heldPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db } = centre
  app.use('*', needs(tools, 'see-sources'))

  app.get('/', async (c) => {
    const list = {
      held: await heldBack(db),
      joins: await joinLines(db),
      identities: (await openCounts(db)).reduce((sum, { kind, count }) => (kind === 'identity' ? sum + count : sum), 0),
      patients: maySeePatients(c.var.viewer.person),
      deciders: decidersAmong(await listPeople(db)),
      nameOf: await namesNow(),
      moment: momentOf(tools),
    }
    const shown = { title: 'Held back', headline: heldHeadline(list), body: heldListPage(list) }
    return show(c, tools, { ...shown, at: AT, subjects: ['held', 'sources'] })
  })
  app.get('/join/:key', (c) => joinDetail(c, c.req.param('key'), UNSENT))
  app.post('/join/:key', async (c) => {
    const key = c.req.param('key')
    const fields = await fieldsOf(c)
    const decision = joinDecision(fields.text('decision'))
    if (decision === undefined) return refusal(c, tools, 'Choose one of the buttons.', 400)
    const reason = fields.text('reason')
    return within(c, `${AT}/join/${key}`, { reason, again: (sent) => joinDetail(c, key, sent) }, () =>
      decideRecordJoin(centre, actorOf(c), { key, decision, reason, seen: fields.text('seen') }),
    )
  })
  app.get('/:id', (c) => heldDetail(c, c.req.param('id'), UNSENT))
  app.post('/:id', async (c) => {
    const id = c.req.param('id')
    const fields = await fieldsOf(c)
    const decision = move(fields.text('decision'))
    if (decision === undefined) return refusal(c, tools, 'Choose one of the buttons.', 400)
    const reason = fields.text('reason')
    const held = await heldById(db, id)
    const again = (sent: Sent) => heldDetail(c, id, sent)
    if (held !== undefined && decision === 'approve' && isTyped(held) && fields.text('confirm') !== held.sourceId)
      return again({ reason, wrong: { confirm: `Type ${held.sourceId} exactly. Nothing was changed.` } })
    return within(c, `${AT}/${encodeURIComponent(id)}`, { reason, again }, () =>
      decideHeld(centre, actorOf(c), { id, decision, reason, seen: fields.text('seen') }),
    )
  })
  return app

  async function within(
    c: PageContext,
    back: string,
    { reason, again }: { reason: string; again: (sent: Sent) => Promise<Response> },
    act: () => Promise<Decided>,
  ): Promise<Response> {
    try {
      const decided = await act()
      const refused = REFUSALS[decided]
      return refused === undefined ? c.redirect(back, 303) : refusal(c, tools, refused.because, refused.status)
    } catch (thrown) {
      if (thrown instanceof Failure && thrown.kind === 'permanent')
        return again({ reason: reason.slice(0, 500), wrong: { reason: thrown.message } })
      throw thrown
    }
  }

  async function namesNow(): Promise<SourceNames> {
    const names = new Map((await sourceStates(db)).map(({ sourceId, name }) => [sourceId, name]))
    return (sourceId) => names.get(sourceId) ?? sourceId
  }

  async function heldDetail(c: PageContext, id: string, sent: Sent): Promise<Response> {
    const held = await heldById(db, id)
    if (held === undefined) return refusal(c, tools, GONE, 404)
    const patients = maySeePatients(c.var.viewer.person)
    const nameOf = await namesNow()
    // An ended removal names nobody any more.
    if (patients && (held.kind === 'identity' || held.status === 'open'))
      await centre.audit(db, [auditLine(centre, actorOf(c), 'held-back-viewed', { held: id, source: held.sourceId })])
    if (held.kind === 'shrink') {
      const detail = await shrinkDetail(c, held, nameOf(held.sourceId), sent)
      return shown(c, sent, nameOf(held.sourceId), shrinkHeadline(detail), shrinkPage(detail), patients)
    }
    const detail = {
      held,
      people: await peopleNow(db, held),
      kept: (await changesKept(db, id)).length,
      ...commonOf(c, nameOf, sent),
    }
    return shown(c, sent, 'Different person', identityHeadline(detail), identityPage(detail), patients)
  }

  async function joinDetail(c: PageContext, key: string, sent: Sent): Promise<Response> {
    const join = await joinByKey(db, key)
    if (join === undefined) return refusal(c, tools, GONE, 404)
    const nameOf = await namesNow()
    const detail = { join, ...commonOf(c, nameOf, sent) }
    const { record, lead } = join
    if (detail.patients) {
      const about = {
        source: record.sourceId,
        patientId: record.patientId,
        withSource: lead.sourceId,
        withPatientId: lead.patientId,
      }
      await centre.audit(db, [auditLine(centre, actorOf(c), 'record-join-viewed', about)])
    }
    return shown(c, sent, 'Records of one number', joinHeadline(detail), joinPage(detail), detail.patients)
  }

  function commonOf(c: PageContext, nameOf: SourceNames, sent: Sent) {
    const { person, session } = c.var.viewer
    return {
      nameOf,
      patients: maySeePatients(person),
      mayNot: whyNotDecide(person, 'patients'),
      moment: momentOf(tools),
      csrf: session.csrf,
      wrong: sent.wrong.reason,
      sent: sent.reason,
    }
  }

  async function shrinkDetail(c: PageContext, held: HeldBack, sourceName: string, sent: Sent): Promise<ShrinkDetail> {
    const { person, session } = c.var.viewer
    const open = held.status === 'open'
    const people = await listPeople(db)
    const deciders = decidersAmong(people)
    return {
      held,
      sourceName,
      patients: open && maySeePatients(person) ? await patientsOf(held) : undefined,
      affectedCount: await waitingCount(db, held.id),
      deciders: people.filter(({ id }) => deciders.has(id)),
      me: person.id,
      mayNot: whyNotDecide(person, 'shrink'),
      moment: momentOf(tools),
      csrf: session.csrf,
      wrong: sent.wrong,
      sent: sent.reason,
    }
  }

  async function patientsOf({ id, sourceId }: HeldBack): Promise<ShrinkDetail['patients']> {
    const waiting = await waitingInHold(db, id, undefined, MOST_PATIENTS)
    const shown = await recordsOf(
      db,
      sourceId,
      waiting.map(({ patientId }) => patientId),
    )
    const visits = (await heldAppointments(db, id)).toSorted((a, b) => a.start - b.start)
    return {
      affected: waiting.map((one) => ({ waiting: one, shown: shown.get(one.patientId)?.chart })),
      visits: visits.slice(0, MOST_PATIENTS),
    }
  }

  /** Pages that name patients do not look again by themselves: each look is in the audit trail. */
  function shown(
    c: PageContext,
    sent: Sent,
    title: string,
    headline: string,
    body: ReturnType<typeof shrinkPage>,
    patients: boolean,
  ): Promise<Response> {
    const status = Object.keys(sent.wrong).length === 0 ? 200 : 400
    const live = patients || status === 400 ? {} : { subjects: ['held', 'sources'] }
    return show(c, tools, { title, headline, body, crumbs: CRUMBS, at: AT, status, ...live })
  }
}

function isTyped(held: HeldBack): boolean {
  return held.kind === 'shrink' && peopleNeeded(held.shrinks) === 2
}

function move(text: string): Move | undefined {
  return text === 'approve' || text === 'reject' || text === 'undo' ? text : undefined
}

function joinDecision(text: string): JoinAsked['decision'] | undefined {
  return text === 'same' || text === 'different' || text === 'undo' ? text : undefined
}

const REFUSALS: { [Outcome in Decided]?: { because: string; status: 403 | 404 | 409 } } = {
  'not-found': { because: GONE, status: 404 },
  'not-allowed': { because: 'You cannot decide this. Nothing was changed.', status: 403 },
  'not-possible': {
    because: 'This was decided or ended in the meantime. Nothing was changed. Open it again to see how.',
    status: 409,
  },
  changed: {
    because: 'What is held back changed after you opened the page. Nothing was changed. Open it again, then decide.',
    status: 409,
  },
}
