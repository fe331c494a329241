import { Hono } from 'hono'
import { may } from '../../access/may.ts'
import { Failure } from '../../base/failure.ts'
import { entriesOf } from '../../chart/apply-section.ts'
import type { Chart, Patient } from '../../chart/chart.ts'
import { differences, identityOf } from '../../chart/identity.ts'
import { personName } from '../../chart/name.ts'
import { joinDecisions, unjoinedRecords } from '../../chart/persons/store.ts'
import { recordsOf, unpacked } from '../../chart/records/store.ts'
import { SECTION_TITLES } from '../../chart/section-words.ts'
import { auditLine } from '../flows/centre.ts'
import { type Decided, decideHeld } from '../flows/decide-held.ts'
import { decideJoin } from '../flows/decide-join.ts'
import { type HeldBack, type Move, type What } from '../held/held.ts'
import { heldBack, heldById } from '../held/store.ts'
import { waitingCount, waitingInHold } from '../held/waiting/store.ts'
import { sourceStates } from '../sources/store.ts'
import { needs, refusal } from './door.ts'
import { type HeldLine, type HeldPatient, heldHeadline, heldPage, type NotJoined } from './held-views.ts'
import { actorOf, fieldsOf, momentOf, type PageContext, type PageEnv, type PageTools, show, whyNot } from './tools.ts'

const AT = '/held'
const MOST_PATIENTS = 50

const SAID: { [Outcome in Exclude<Decided, 'done' | 'needs-another-person'>]: readonly [string, 403 | 404 | 409] } = {
  changed: ['More is held back now than this page showed. Open it again and look. Nothing was changed.', 409],
  'not-allowed': ['You cannot decide this. Nothing was changed.', 403],
  'not-possible': ['It was decided meanwhile, or it ended by itself. Nothing was changed.', 409],
  'not-found': ['There is no such question.', 404],
}

/** What is not believed until a person says so, with both sides. */
export function heldPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db } = centre
  app.use('*', needs(tools, 'see-sources'))

  app.get('/', async (c) => {
    const maySeePatients = may(c.var.viewer.person, 'see-set-aside', undefined)
    const names = new Map((await sourceStates(db)).map(({ sourceId, name }) => [sourceId, name]))
    const all = await Promise.all((await heldBack(db)).map((held) => lineOf(held, names, maySeePatients)))
    const values = {
      open: all.filter(({ status }) => status === 'open'),
      ended: all.filter(({ status }) => status !== 'open'),
      notJoined: await notJoined(names),
      decisions: await joinDecisions(db),
    }
    const seen = values.open.length + values.notJoined.length
    if (maySeePatients && seen > 0)
      await centre.audit(db, [auditLine(centre, actorOf(c), 'held-back-viewed', { questions: seen })])
    const body = heldPage({
      ...values,
      moment: momentOf(tools),
      csrf: c.var.viewer.session.csrf,
      personId: c.var.viewer.person.id,
      whyNotDecide: whyNot(c, 'decide-held'),
      maySeePatients,
    })
    return show(c, tools, { title: 'Held back', headline: heldHeadline(values), body, at: AT, subjects: ['held'] })
  })

  app.post('/join', needs(tools, 'decide-held'), async (c) => {
    const because = whyNot(c, 'decide-held') ?? whyNot(c, 'see-set-aside')
    if (because !== undefined) return refusal(c, tools, because)
    const { text } = await fieldsOf(c)
    const decision = text('decision')
    const record = { number: text('number'), sourceId: text('source'), patientId: text('record') }
    const known = [...(await unjoinedRecords(db)), ...(await joinDecisions(db))].some(
      (one) => one.number === record.number && one.sourceId === record.sourceId && one.patientId === record.patientId,
    )
    if (!known || (decision !== 'same' && decision !== 'different' && decision !== 'undo'))
      return refusal(c, tools, 'There is no such question.', 404)
    return act(c, async () => {
      return (await decideJoin(centre, actorOf(c), { ...record, decision, reason: text('reason') }))
        ? 'done'
        : 'not-allowed'
    })
  })

  for (const move of ['approve', 'reject', 'undo'] as const)
    app.post(`/:id/${move}`, needs(tools, 'decide-held'), async (c) => decide(c, move))

  async function decide(c: PageContext, decision: Move): Promise<Response> {
    const mayNot = whyNot(c, 'decide-held')
    if (mayNot !== undefined) return refusal(c, tools, mayNot)
    const held = await heldById(db, c.req.param('id') ?? '')
    if (held === undefined) return refusal(c, tools, SAID['not-found'][0], 404)
    const because = held.kind === 'identity' ? whyNot(c, 'see-set-aside') : undefined
    if (because !== undefined) return refusal(c, tools, because)
    const { text } = await fieldsOf(c)
    if (held.kind === 'shrink' && decision === 'approve' && text('typed') !== held.sourceId)
      return refusal(c, tools, `Type ${held.sourceId} to confirm. Nothing was changed.`, 409)
    return act(c, () =>
      decideHeld(centre, actorOf(c), {
        id: held.id,
        decision,
        reason: text('reason'),
        ...(text('seen') === '' ? {} : { seen: text('seen') }),
      }),
    )
  }

  async function act(c: PageContext, doing: () => Promise<Decided>): Promise<Response> {
    try {
      const outcome = await doing()
      if (outcome === 'done' || outcome === 'needs-another-person') return c.redirect(AT, 303)
      const [because, code] = SAID[outcome]
      return refusal(c, tools, because, code)
    } catch (thrown) {
      if (thrown instanceof Failure) return refusal(c, tools, thrown.message, 409)
      throw thrown
    }
  }

  async function lineOf(held: HeldBack, names: Map<string, string>, maySeePatients: boolean): Promise<HeldLine> {
    const open = held.kind === 'shrink' && held.status === 'open'
    return {
      ...held,
      sourceName: names.get(held.sourceId) ?? held.sourceId,
      patients: open && maySeePatients ? await patientsOf(held) : [],
      patientCount: open ? await waitingCount(db, held.id) : 0,
    }
  }

  async function patientsOf(held: HeldBack): Promise<HeldPatient[]> {
    const waiting = await waitingInHold(db, held.id, undefined, MOST_PATIENTS)
    const shown = await recordsOf(
      db,
      held.sourceId,
      waiting.map(({ patientId }) => patientId),
    )
    return waiting.map((one) => {
      const chart = shown.get(one.patientId)?.chart
      return {
        mrn: chart?.patient.mrn ?? '',
        name: chart === undefined ? one.patientId : personName(chart.patient.name),
        shown: countsIn(chart, one.held),
        says: one.chart === undefined ? 'not there' : countsIn(one.chart, one.held),
      }
    })
  }

  async function notJoined(names: Map<string, string>): Promise<NotJoined[]> {
    const records = (await unjoinedRecords(db)).map((record) => {
      const { patient } = unpacked(record.body)
      const { mrn, name, birthDate, sex } = patient
      const sourceName = names.get(record.sourceId) ?? record.sourceId
      return { ...record, sourceName, patient, person: { mrn, name, birthDate, sex } }
    })
    return [...Map.groupBy(records, ({ number }) => number)].map(([number, own]) => ({
      number,
      records: own.map((record) => ({ ...record, because: apartWords(own[0]?.patient, record.patient) })),
    }))
  }
  return app
}

/** Two records of one source under one number do not differ, and are a question all the same. */
function apartWords(lead: Patient | undefined, other: Patient): string {
  const words = lead === undefined ? '' : differences(identityOf(lead), identityOf(other))
  return words === '' ? 'one source has the number twice' : words
}

function countsIn(chart: Chart | undefined, lists: readonly What[]): string {
  if (chart === undefined) return 'nothing'
  return lists
    .map((what) =>
      what === 'charts' || what === 'visits'
        ? 'the chart'
        : `${SECTION_TITLES[what]}: ${entriesOf<unknown>(chart[what]).length}`,
    )
    .join(', ')
}
