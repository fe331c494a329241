import { agoInWords, spanInWords } from '../../base/ago.ts'
import { type Complaint, inOrder } from '../../base/complaint.ts'
import { didYouMean } from '../../base/did-you-mean.ts'
import { Failure } from '../../base/failure.ts'
import { type Clock, DAY, type Instant } from '../../base/time.ts'
import type { Path } from '../../base/yaml-text.ts'
import { addDays, dayOf, instantAt } from '../../base/zone.ts'
import { type Chart, SECTION_NAMES, type SectionName } from '../../chart/chart.ts'
import type { SetAside } from '../ehr.ts'
import { isRoundedId } from '../same-id.ts'
import { makeTally, type Tally } from '../tally.ts'
import { type Reading, readChunk } from './chunk.ts'
import type { FieldSpec, Mapping } from './mapping.ts'
import { currentTo, openSession } from './open-session.ts'
import { RECURRENCE_COLUMNS } from './openemr-recurrence.ts'
import type { Environment } from './place.ts'
import { type Plan, type PlannedQuery, planOf } from './plan.ts'
import { positionOf } from './postgres-failure.ts'
import { appointmentsFrom } from './schedule.ts'
import type { ResultSet, SqlSession, Values } from './session.ts'
import { changeStatement, sinceValues, timeValues, windowValues } from './since.ts'
import { parseStatement, type Statement } from './statement.ts'

/** What a mapping gives on its database, and everything that is wrong or doubtful with the two together. */
export type SourceReport = {
  complaints: Complaint[]
  /** "PostgreSQL at db2:5432, a standby, current to 3 s ago"; undefined when there was no answer. */
  where: string | undefined
  /** The first ten that could be mapped. */
  patients: Chart[]
  count: { patients: number; appointments: number }
  /** Whether the mapping reads appointments. */
  schedule: boolean
  notReceived: SectionName[]
  /** Reasons for which records of the first patients and of the schedule were set aside, and how often. */
  aside: { because: string; records: number }[]
  /** What is doubtful in what could be mapped. */
  tally: Tally
}

/** Patients whose charts are tried; enough to see what is rare, few enough for a quick answer. */
const TRIED = 200
const SHOWN = 10
/** Patients whose names and numbers alone are looked at, for ids and record numbers of two people. */
const NAMED = 20_000
const RIGHTS_NAMED = 3

export async function checkSource(mapping: Mapping, environment: Environment, clock: Clock): Promise<SourceReport> {
  const report: SourceReport = {
    complaints: [],
    where: undefined,
    patients: [],
    count: { patients: 0, appointments: 0 },
    schedule: mapping.schedule !== undefined,
    notReceived: SECTION_NAMES.filter((name) => mapping[name] === undefined),
    aside: [],
    tally: makeTally(),
  }
  const complain = (path: Path, says: string, weight: Complaint['weight'] = 'error') =>
    report.complaints.push({ file: mapping.file, ...mapping.at(path), weight, says })
  let session: SqlSession | undefined
  try {
    session = await openSession(mapping, mapping.connection, environment, { readOnly: true })
  } catch (thrown) {
    complain(['connection'], sentence(thrown))
    return report
  }
  try {
    await new Checking(mapping, session, clock.now(), report, complain).all()
  } finally {
    session.close()
  }
  report.complaints = inOrder(report.complaints)
  return report
}

function sentence(thrown: unknown): string {
  if (thrown instanceof Failure) return thrown.message
  throw thrown
}

type Complain = (path: Path, says: string, weight?: Complaint['weight']) => void

class Checking {
  readonly #mapping: Mapping
  readonly #plan: Plan
  readonly #session: SqlSession
  readonly #now: Instant
  readonly #report: SourceReport
  readonly #complain: Complain
  readonly #values: Values
  #asOf: Instant
  #gaveUp = false

  constructor(mapping: Mapping, session: SqlSession, now: Instant, report: SourceReport, complain: Complain) {
    this.#mapping = mapping
    this.#plan = planOf(mapping)
    this.#session = session
    this.#now = now
    this.#asOf = now
    this.#report = report
    this.#complain = complain
    this.#values = timeValues(now, mapping.zone, session)
  }

  async all(): Promise<void> {
    await this.#current()
    await this.#rights()
    const named = await this.#ids()
    const ids = named.slice(0, TRIED)
    await this.#schedule()
    const sound = await this.#queries(ids)
    this.#ages()
    await this.#changes()
    await this.#canary()
    if (!sound || ids.length === 0) return
    await this.#charts(ids)
    await this.#people(named.slice(TRIED, NAMED))
  }

  async #current(): Promise<void> {
    try {
      const current = await currentTo(this.#session, this.#mapping)
      this.#asOf = Math.round(this.#now - Math.max(0, current.now - current.asOf))
      this.#report.where = `${this.#session.where}, ${current.because}, current to ${agoInWords(this.#now - this.#asOf)}`
    } catch (thrown) {
      this.#complain(this.#mapping.asOf === undefined ? ['connection'] : ['asOf'], sentence(thrown))
    }
  }

  async #rights(): Promise<void> {
    const rights = await this.#session.tooManyRights()
    if (rights.length === 0) return
    const more = rights.length > RIGHTS_NAMED ? ` (and ${rights.length - RIGHTS_NAMED} more)` : ''
    const named = rights.slice(0, RIGHTS_NAMED).join('; ')
    const says = `this account may write: ${named}${more}. Give Holdfast an account that has SELECT only.`
    this.#complain(['connection'], says, 'warning')
  }

  async #ids(): Promise<string[]> {
    const result = await this.#ask(['patients', 'ids'], this.#plan.ids, {}, this.#mapping.limits.patients)
    const ids = [...new Set((result?.rows ?? []).flatMap(([id]) => (id === null || id === undefined ? [] : id.trim())))]
    this.#report.count.patients = ids.length
    if (result !== undefined && ids.length === 0)
      this.#complain(
        ['patients', 'ids'],
        'this query gives no patient. Is this the right database, and may the account see its rows?',
      )
    const rounded = ids.filter(isRoundedId).length
    if (rounded > 0)
      this.#complain(
        ['patients', 'ids'],
        `${rounded} ids were rounded (1.23E+11), and others have the same: they name nobody. Is the column one of whole numbers, or text?`,
      )
    return ids
  }

  async #schedule(): Promise<void> {
    const { zone, schedule, limits, driver } = this.#mapping
    if (schedule === undefined) return
    const today = dayOf(this.#now, zone)
    const window = {
      from: instantAt(addDays(today, -1), '00:00', zone),
      to: instantAt(addDays(today, 7), '00:00', zone),
    }
    const values = windowValues(window, zone, this.#session)
    const result = await this.#ask(
      ['schedule', 'query'],
      parseStatement(schedule.query, driver),
      values,
      limits.appointments,
    )
    if (schedule.changed !== undefined)
      await this.#ask(['schedule', 'changed'], parseStatement(schedule.changed, driver), values, 10)
    if (result === undefined) return
    const expansion = schedule.expand === undefined ? { in: [], out: [] } : RECURRENCE_COLUMNS
    const lacking = expansion.in.filter((column) => !result.columns.includes(column))
    if (lacking.length > 0)
      this.#complain(['schedule', 'query'], `${schedule.expand} needs these columns too: ${lacking.join(', ')}.`)
    this.#columns(['schedule', 'fields'], schedule.fields, [...result.columns, ...expansion.out])
    if (lacking.length > 0) return
    const reading = { sourceId: 'check', mapping: this.#mapping, asOf: this.#asOf, at: this.#now, window }
    const { appointments, aside } = appointmentsFrom(reading, result)
    this.#report.count.appointments = appointments.length
    for (const visit of appointments) this.#report.tally.visit(visit)
    this.#tell(aside)
    if (appointments.length === 0)
      this.#complain(
        ['schedule', 'query'],
        'no appointment from yesterday to a week ahead. Is the practice closed, or does the query miss them?',
        'warning',
      )
  }

  /** Asks every query for the first patients; whether all of them can be asked. */
  async #queries(ids: string[]): Promise<boolean> {
    const { patients, formerNames, noneKnown, sections } = this.#plan
    let sound = true
    for (const query of [patients, ...formerNames, ...noneKnown, ...sections.flatMap((section) => section.queries)])
      sound = (await this.#query(query, ids)) && sound
    return sound
  }

  async #query(query: PlannedQuery, ids: string[]): Promise<boolean> {
    const path = [...query.path, 'query']
    const result = await this.#ask(path, query.statement, { patients: ids }, this.#mapping.limits.rows)
    if (result === undefined) return false
    this.#columns([...query.path, 'fields'], query.fields, result.columns)
    if (result.rows.length === 0 && ids.length > 0)
      this.#complain(path, `no row for the first ${ids.length} patients.`, 'warning')
    return true
  }

  #columns(path: Path, fields: Record<string, FieldSpec>, columns: string[]): void {
    for (const [name, spec] of Object.entries(fields))
      for (const column of [spec.column, spec.time])
        if (column !== undefined && !columns.includes(column))
          this.#complain(
            [...path, name],
            `the query gives no column "${column}".${didYouMean(column, columns)} Columns: ${columns.join(', ')}.`,
          )
  }

  /** A page is dated by its oldest list: what is found only by the slow pass is said before it surprises anybody. */
  #ages(): void {
    const slow = this.#plan.sections.filter(({ onlyByPass }) => onlyByPass).map(({ name }) => name)
    const [first] = slow
    if (first === undefined) return
    const says = `changes of ${slow.join(', ')} are found only when everything is compared (changed: hash). These lists, and with them each page, may be ${spanInWords(this.#mapping.fullPass)} old. Name a time of change (changed: { in, watermark }), or shorten fullPass.`
    this.#complain([first], says, 'warning')
  }

  async #changes(): Promise<void> {
    const given = sinceValues(this.#now - DAY, this.#now, this.#mapping.zone, this.#session)
    for (const change of this.#plan.changes) {
      const statement = changeStatement(change, this.#session)
      await this.#ask(change.path, statement, given, this.#mapping.limits.patients * 10)
    }
  }

  async #canary(): Promise<void> {
    const { canary, driver } = this.#mapping
    if (canary !== undefined) await this.#ask(['canary', 'read'], parseStatement(canary.read, driver), {}, 1)
  }

  #reading(): Reading {
    return {
      sourceId: 'check',
      mapping: this.#mapping,
      plan: this.#plan,
      session: this.#session,
      asOf: this.#asOf,
      at: this.#now,
      values: this.#values,
    }
  }

  async #charts(ids: string[]): Promise<void> {
    const chunk = await readChunk(this.#reading(), ids)
    this.#tell(chunk.astray)
    for (const id of ids) {
      const { chart, aside } = chunk.chart(id)
      this.#tell(aside)
      if (chart !== undefined) this.#report.tally.patient(chart.patient)
      if (chart !== undefined && this.#report.patients.length < SHOWN) this.#report.patients.push(chart)
    }
  }

  /** Everybody else by name and number only. */
  async #people(ids: string[]): Promise<void> {
    const plan: Plan = { ...this.#plan, formerNames: [], sections: [], noneKnown: [] }
    const { chunk: size } = this.#mapping
    for (let from = 0; from < ids.length; from += size) {
      const some = ids.slice(from, from + size)
      const chunk = await readChunk({ ...this.#reading(), plan }, some)
      this.#tell(chunk.astray)
      for (const id of some) {
        const { chart, aside } = chunk.chart(id)
        this.#tell(aside)
        if (chart !== undefined) this.#report.tally.patient(chart.patient)
      }
    }
  }

  #tell(records: SetAside[]): void {
    for (const { where, because } of records) {
      const said = `${where.replace(/, (id|the row with the hash) .*$/, '')}: ${because}`
      const held = this.#report.aside.find((one) => one.because === said)
      if (held === undefined) this.#report.aside.push({ because: said, records: 1 })
      else held.records++
    }
  }

  /** Asks one query; a complaint at its line, or where in it the database saw the mistake. */
  async #ask(path: Path, statement: Statement, values: Values, rows: number): Promise<ResultSet | undefined> {
    if (this.#gaveUp) return undefined
    try {
      return await this.#session.ask(statement, { ...this.#values, ...values }, { rows, what: 'this query' })
    } catch (thrown) {
      const says = sentence(thrown)
      this.#complain(path, says)
      const complaint = this.#report.complaints.at(-1)
      if (complaint !== undefined) complaint.line += linesBefore(statement, positionOf(thrown))
      // After a deadline the connection is gone, and what follows would only say so again.
      this.#gaveUp = thrown instanceof Failure && thrown.kind === 'transient'
      return undefined
    }
  }
}

/** Lines from a query's key to the place that the server named; 0 when it named none or the query stands on the key's line. */
function linesBefore({ texts }: Statement, position: number | undefined): number {
  const sent = texts.reduce((sql, part, at) => `${sql}$${at}${part}`)
  if (position === undefined || !sent.trim().includes('\n')) return 0
  return 1 + (sent.slice(0, position - 1).match(/\n/g)?.length ?? 0)
}
