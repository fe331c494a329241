import { Hono } from 'hono'
import { whoMay } from '../../access/may.ts'
import { reasonFault } from '../../access/restricted.ts'
import { addDays, type Day, dayOf } from '../../base/zone.ts'
import { blankChart } from '../../chart/blank-chart.ts'
import type { Appointment, Chart } from '../../chart/chart.ts'
import { listAsOf, oldestAsOf } from '../../chart/list-age.ts'
import { inScheduleOrder, ofDay } from '../../chart/schedule.ts'
import { type Age, ageOf } from '../pages/age.ts'
import type { Surroundings } from '../pages/frame.ts'
import { frontDeskPage, type PatientValues, patientPage } from '../pages/patient-page.ts'
import { refusalPage } from '../pages/plain-pages.ts'
import { searchPage } from '../pages/search-page.ts'
import { todayPage } from '../pages/today-page.ts'
import { type Env, needs, noteView, show, surroundings, type Visit } from './visit.ts'

const MOST_HITS = 50

/** Looking at schedule and charts: each view is on the disk of the journal before its page leaves. */
export function readRoutes(): Hono<Env> {
  const app = new Hono<Env>()

  app.get('/today', needs('see-schedule'), async (c) => {
    const around = surroundings(c)
    const { schedule } = c.var.desk.packs.opened().site ?? {}
    const today = dayOf(around.moment.now, around.settings.zone)
    const days = schedule === undefined ? [] : daysOf(schedule, around.settings.zone)
    const asked = c.req.query('day')
    const day = asked !== undefined && days.includes(asked) ? asked : today
    const provider = c.req.query('provider')
    await noteView(c, 'schedule-viewed', { day, ...(provider ? { provider } : {}) })
    const panel = c.var.desk.packs.opened().panel
    const hrefOf = linksFor(around)
    return show(
      c,
      todayPage(around, {
        day,
        today,
        days: days.includes(day) ? days : [day, ...days],
        appointments: ofDay(schedule?.appointments ?? [], day, around.settings.zone),
        providerId: provider === undefined || provider === '' ? undefined : provider,
        hrefOf: ({ patientId }) => (patientId === undefined ? undefined : hrefOf(patientId)),
        restricted: (patientId) => (panel?.row(patientId)?.restriction ?? 'none') !== 'none',
        doubtsOf: (patientId) => panel?.row(patientId)?.doubts ?? [],
      }),
    )
  })

  app.get('/search', needs('search-panel'), async (c) => {
    const around = surroundings(c)
    const hrefOf = linksFor(around)
    const query = (c.req.query('q') ?? '').trim().slice(0, 100)
    const panel = c.var.desk.packs.opened().panel
    const today = dayOf(around.moment.now, around.settings.zone)
    const result =
      query === '' ? undefined : (panel?.search(query, { limit: MOST_HITS, today }) ?? { rows: [], total: 0 })
    if (result !== undefined)
      await noteView(c, 'panel-searched', {
        query,
        found: result.total,
        shown: result.rows
          .map((row) => row.patientId)
          .join(' ')
          .slice(0, 1000),
      })
    return show(
      c,
      searchPage(around, {
        query,
        patients: panel?.patients ?? 0,
        loading: panel?.manifest.loading === true,
        result,
        hrefOf: (row) => hrefOf(row.patientId) ?? '/search',
      }),
    )
  })

  app.get('/patient/:id', needs('see-chart'), async (c) => {
    const found = await patientOf(c)
    if (found === undefined) return unknownPatient(c)
    await noteView(c, 'chart-viewed', { patientId: found.chart.patient.id, masked: found.masked !== undefined })
    return show(c, patientPage(surroundings(c), found))
  })

  app.post('/patient/:id/open', needs('see-chart', 'open-restricted'), async (c) => {
    const { desk, guest, session, posted } = c.var
    const found = await patientOf(c)
    if (found === undefined || guest === undefined || session === undefined) return unknownPatient(c)
    const given = { reason: posted.reason ?? '', words: posted.words ?? '' }
    const wrong = reasonFault(given)
    if (wrong !== undefined && found.masked !== undefined)
      return show(c, patientPage(surroundings(c), { ...found, masked: { ...found.masked, wrong } }), 400)
    const { id } = found.chart.patient
    await desk.note({
      who: guest.who,
      what: 'restricted-chart-opened',
      about: { patientId: id, restriction: found.chart.restriction },
      outcome: 'done',
      reason: `${given.reason}: ${given.words}`.slice(0, 300),
    })
    session.opened.add(id)
    return c.redirect(`/patient/${encodeURIComponent(id)}`, 303)
  })

  app.get('/patient/:id/front-desk', needs('see-front-desk-sheet'), async (c) => {
    const found = await patientOf(c)
    if (found === undefined) return unknownPatient(c)
    await noteView(c, 'front-desk-viewed', { patientId: found.chart.patient.id })
    const around = surroundings(c)
    const age = found.age.asOf === undefined ? found.age : frontDeskAge(found.chart, around)
    return show(c, frontDeskPage(around, { ...found, age, restricted: found.masked !== undefined }))
  })
  return app
}

/** The front desk reads one list: how old the clinical ones are is not its page's age. */
function frontDeskAge(chart: Chart, around: Surroundings): Age {
  const asOf = chart.coverage.status === 'not-received' ? chart.asOf : listAsOf(chart, 'coverage')
  return ageOf('Key data', asOf, around.settings.limits.keyData, around)
}

/** Where a patient's name leads, for this person. */
function linksFor({ guest }: Surroundings): (patientId: string) => string | undefined {
  const page =
    guest?.may('see-chart') === true ? '' : guest?.may('see-front-desk-sheet') === true ? '/front-desk' : undefined
  return (patientId) => (page === undefined ? undefined : `/patient/${encodeURIComponent(patientId)}${page}`)
}

function daysOf({ from, to }: { from: number; to: number }, zone: string): Day[] {
  const days: Day[] = []
  for (let day = dayOf(from, zone); day <= dayOf(to - 1, zone) && days.length < 40; day = addDays(day, 1))
    days.push(day)
  return days
}

/** The chart behind the address, as this visit may see it; undefined when neither panel nor schedule knows the patient. */
export async function patientOf(c: Visit): Promise<PatientValues | undefined> {
  const { desk, session } = c.var
  const around = surroundings(c)
  const id = c.req.param('id') ?? ''
  const { panel, site } = desk.packs.opened()
  const visits = inScheduleOrder((site?.schedule.appointments ?? []).filter(({ patientId }) => patientId === id))
  const published = await panel?.chart(id)
  const opened = session?.opened.has(id) === true ? await panel?.restrictedChart(id) : undefined
  const chart = opened ?? published ?? chartOfVisit(id, visits)
  if (chart === undefined) return undefined
  const known = published !== undefined
  const asOf = oldestAsOf(chart)
  const what = asOf < chart.asOf ? 'Key data, oldest list' : 'Key data'
  const age: Age = ageOf(what, known ? asOf : undefined, around.settings.limits.keyData, around)
  const mayOpen = around.guest?.may('open-restricted') === true
  return {
    chart,
    age,
    today: dayOf(around.moment.now, around.settings.zone),
    visits,
    masked:
      known && chart.restriction !== 'none' && opened === undefined
        ? { mayOpen, because: whoMay('open-restricted'), csrf: session?.csrf ?? '', wrong: undefined }
        : undefined,
  }
}

/** Somebody on the schedule whose chart did not come: who it is stands there, and that everything else is missing. */
function chartOfVisit(id: string, visits: readonly Appointment[]): Chart | undefined {
  const [visit] = visits
  if (visit === undefined) return undefined
  const blank = blankChart(id, visit.sourceId, visit.asOf)
  const [family = visit.patientName, given] = visit.patientName.split(', ')
  return {
    ...blank,
    patient: {
      ...blank.patient,
      mrn: visit.patientMrn ?? 'not received',
      name: { family, given: given === undefined ? [] : [given] },
      birthDate: visit.patientBirthDate,
      phones: visit.patientPhone === undefined ? [] : [{ use: 'other', number: visit.patientPhone }],
    },
  }
}

export function unknownPatient(c: Visit): Promise<Response> {
  const page = refusalPage(surroundings(c), {
    title: 'This patient is not in the pack',
    because: 'Neither the panel nor the schedule that this site holds knows this patient.',
    remedy:
      'Search by date of birth or phone. Whoever was registered after the time at the top is not here: use the walk-in form.',
  })
  return show(c, page, 404)
}
