import { hash } from 'node:crypto'
import type { Instant } from '../../base/time.ts'
import { blankChart } from '../../chart/blank-chart.ts'
import {
  type Chart,
  type EntryOf,
  type PersonName,
  SECTION_NAMES,
  type Section,
  type SectionName,
} from '../../chart/chart.ts'
import { identityOf } from '../../chart/identity.ts'
import type { SetAside } from '../ehr.ts'
import { isSomebodyElse } from '../same-id.ts'
import { setAside, type Whence } from './aside.ts'
import { ENTRY_READERS } from './entries.ts'
import type { Mapping } from './mapping.ts'
import { formerNameFrom, type Person, personFrom } from './person.ts'
import type { Plan, PlannedQuery, PlannedSection } from './plan.ts'
import { type Binding, bind, RowReader } from './row.ts'
import type { Row, SqlSession, Values } from './session.ts'
import { OUTCOMES } from './targets.ts'

/** What one read knows: where charts come from and as of when. */
export type Reading = {
  sourceId: string
  mapping: Mapping
  plan: Plan
  session: SqlSession
  asOf: Instant
  /** For what is set aside. */
  at: Instant
  values: Values
}

/** The rows of one query for a chunk of patients, by patient. */
type Answer = { whence: Whence; binding: Binding; of(id: string): Row[] }

/** Whom a chunk is for. `keyOf` is the same for all spellings of an id that the database takes for one. */
type Wanted = { ids: string[]; keys: ReadonlySet<string>; keyOf(id: string): string }

/**
 * MariaDB and MySQL take `ab1` and `AB1` for one id, unless a column says otherwise: a table that spells it differently has rows of the same patient.
 * Where both are asked for they are two.
 */
function wantedOf(ids: string[], { driver }: Mapping): Wanted {
  const fold = (id: string): string => (driver === 'mysql' ? id.toLowerCase() : id)
  const once = new Set<string>()
  const doubled = new Set<string>()
  for (const key of ids.map(fold)) (once.has(key) ? doubled : once).add(key)
  const keyOf = (id: string): string => (doubled.has(fold(id)) ? `=${id}` : fold(id))
  return { ids, keys: new Set(ids.map(keyOf)), keyOf }
}

/** Raw rows of a chunk of patients; a chart is made only of those that are wanted. */
export type Chunk = {
  ids: string[]
  /** 48 bits of what the database said of a patient, whatever the order of its rows. */
  fingerprint(id: string): number
  chart(id: string): { chart: Chart | undefined; aside: SetAside[] }
  /** Rows that belong to nobody of the chunk. */
  astray: SetAside[]
}

export async function readChunk(reading: Reading, ids: string[]): Promise<Chunk> {
  const { plan } = reading
  const wanted = wantedOf(ids, reading.mapping)
  const astray: SetAside[] = []
  const ask = async (query: PlannedQuery) => answerOf(reading, query, wanted, astray)
  const patients = await ask(plan.patients)
  const formerNames = await inTurn(plan.formerNames, ask)
  const noneKnown = await inTurn(plan.noneKnown, ask)
  const sections: { section: PlannedSection; answers: Answer[] }[] = []
  for (const section of plan.sections) sections.push({ section, answers: await inTurn(section.queries, ask) })
  const all = [patients, ...formerNames, ...noneKnown, ...sections.flatMap(({ answers }) => answers)]
  return {
    ids,
    astray,
    fingerprint: (id) => fingerprintOf(all, id),
    chart: (id) => {
      const aside: SetAside[] = []
      const person = personOf(reading, patients, id, aside)
      if (person === undefined) return { chart: undefined, aside }
      const chart: Chart = { ...blankChart(id, reading.sourceId, reading.asOf), ...person }
      chart.patient.formerNames.push(...formerNamesOf(reading, formerNames, id, aside))
      const said = outcomesOf(reading, noneKnown, id, aside)
      for (const { section, answers } of sections)
        put(chart, section.name, sectionOf(reading, section, answers, id, said.get(section.name), aside))
      return { chart, aside }
    },
  }
}

async function inTurn<One, Answered>(list: One[], ask: (one: One) => Promise<Answered>): Promise<Answered[]> {
  const answers: Answered[] = []
  for (const one of list) answers.push(await ask(one))
  return answers
}

async function answerOf(reading: Reading, query: PlannedQuery, wanted: Wanted, astray: SetAside[]): Promise<Answer> {
  const { mapping, session, values, at } = reading
  const { columns, rows } = await session.ask(
    query.statement,
    { ...values, patients: wanted.ids },
    { rows: mapping.limits.rows, what: `the query of ${query.what} (${mapping.file}:${query.line})` },
  )
  const binding = bind(query.fields, columns, mapping.zone)
  const whence = { what: query.what, file: mapping.file, line: query.line, columns }
  const owner = query === reading.plan.patients ? 'id' : 'patientId'
  const of = new Map<string, Row[]>()
  for (const row of rows) {
    const reader = new RowReader(binding, row)
    const id = reader.text(owner)
    const key = id === undefined ? undefined : wanted.keyOf(id)
    const held = key === undefined ? undefined : of.get(key)
    if (held !== undefined) held.push(row)
    else if (key !== undefined && wanted.keys.has(key)) of.set(key, [row])
    else
      astray.push(
        setAside(whence, row, undefined, [...reader.faults, 'it belongs to no patient that was asked for'], at),
      )
  }
  return { whence, binding, of: (id) => of.get(wanted.keyOf(id)) ?? [] }
}

function fingerprintOf(answers: Answer[], id: string): number {
  const texts = answers.map((answer) => {
    const [first, ...more] = answer.of(id)
    if (first === undefined || more.length === 0) return first?.join('\x01') ?? ''
    return [first, ...more]
      .map((row) => row.join('\x01'))
      .sort()
      .join('\x02')
  })
  return Number.parseInt(hash('sha256', texts.join('\x03'), 'hex').slice(0, 12), 16)
}

function personOf(
  reading: Reading,
  answer: Answer,
  id: string,
  aside: SetAside[],
): Pick<Chart, 'patient' | 'restriction'> | undefined {
  const [row, ...more] = answer.of(id)
  if (row === undefined) {
    aside.push(
      setAside(
        answer.whence,
        [],
        id,
        ['the list of ids has this patient, the query of patients does not'],
        reading.at,
        {
          patientId: id,
        },
      ),
    )
    return undefined
  }
  const reader = new RowReader(answer.binding, row)
  const person = personFrom(reader)
  const others = more.map((other) => personFrom(new RowReader(answer.binding, other)))
  const isDoubled = person !== undefined && others.some((other) => other !== undefined && isOther(person, other))
  if (isDoubled) reader.faults.push('its id names two different people, so nothing under it was used')
  else if (more.length > 0) reader.faults.push('this patient comes more than once; the first row was taken')
  note(reading, answer, reader, id, aside, { patientId: id })
  return isDoubled ? undefined : person
}

function isOther(one: Person, other: Person): boolean {
  return isSomebodyElse(identityOf(one.patient), identityOf(other.patient))
}

function formerNamesOf(reading: Reading, answers: Answer[], id: string, aside: SetAside[]): PersonName[] {
  return rowsOf(answers, id).flatMap(({ answer, row }) => {
    const reader = new RowReader(answer.binding, row)
    const name = formerNameFrom(reader)
    note(reading, answer, reader, id, aside, { patientId: id })
    return name ?? []
  })
}

/** `statement`: what tells this statement from another, its date where the source has one. */
type Said = { outcome: (typeof OUTCOMES)[number]; statement: string | undefined }

function outcomesOf(reading: Reading, answers: Answer[], id: string, aside: SetAside[]): Map<string, Said> {
  const said = new Map<string, Said>()
  for (const { answer, row } of rowsOf(answers, id)) {
    const reader = new RowReader(answer.binding, row)
    const section = reader.oneOf('section', SECTION_NAMES)
    if (section === undefined) reader.faults.push('it names no list that a chart has')
    const before = reader.faults.length
    const outcome = reader.oneOf('outcome', OUTCOMES) ?? (reader.faults.length > before ? 'not-received' : 'none-known')
    const statement = reader.text('statedAt')
    note(reading, answer, reader, id, aside, { patientId: id, section })
    if (section !== undefined) said.set(section, { outcome, statement })
  }
  return said
}

/** Lists whose missing entries could harm: an entry that cannot be read leaves a mark in them. */
const MARKED: readonly SectionName[] = ['allergies', 'medications', 'problems', 'alerts']

/**
 * Rows win over what was said about the list; without rows, what was said; without that, what the mapping says. A list of which no row could be
 * understood was not received: it is never empty by failure.
 */
function sectionOf(
  reading: Reading,
  { name, empty, queries }: PlannedSection,
  answers: Answer[],
  id: string,
  said: Said | undefined,
  aside: SetAside[],
): Section<EntryOf<SectionName>> {
  const rows = rowsOf(answers, id)
  if (rows.length === 0) {
    const status = said?.outcome ?? empty
    if (status === 'listed') return { status, entries: [] }
    return status === 'none-known' && said?.statement !== undefined ? { status, statement: said.statement } : { status }
  }
  const entries: EntryOf<SectionName>[] = []
  const ids = new Set<string>()
  let lost = 0
  for (const [at, { answer, row, query }] of rows.entries()) {
    if (at >= reading.mapping.limits.entries) {
      lost++
      const because = `the list is longer than the limit of ${reading.mapping.limits.entries}; this and what follows was left out`
      aside.push(setAside(answer.whence, row, id, [because], reading.at, { patientId: id, section: name }))
      break
    }
    const reader = new RowReader(answer.binding, row)
    const entry = ENTRY_READERS[name](reader)
    note(reading, answer, reader, reader.text('id') ?? id, aside, { patientId: id, section: name })
    if (entry === undefined) lost++
    else entries.push({ ...entry, id: unalike(queries.length === 1 ? entry.id : `${query}-${entry.id}`, ids) })
  }
  if (entries.length === 0) return { status: 'not-received' }
  if (lost > 0 && MARKED.includes(name)) entries.push(mark(name))
  // The source says that there are none, beside these entries: should they vanish, the same statement says nothing new.
  return {
    status: 'listed',
    entries,
    ...(said?.outcome === 'none-known' ? { noneStated: said.statement ?? 'stated' } : {}),
  }
}

function mark(name: SectionName): EntryOf<SectionName> {
  const text = 'There is more here that could not be read. Ask, and look in the EHR when it is back.'
  const code = { text, codings: [] }
  const id = 'could-not-be-read'
  if (name === 'allergies') return { id, code, criticality: 'unknown', verified: false }
  if (name === 'medications') return { id, code, dosage: undefined }
  if (name === 'problems') return { id, code, clinicalStatus: 'active' }
  return { id, text, kind: 'other' }
}

function unalike(id: string, ids: Set<string>): string {
  let own = id
  for (let n = 2; ids.has(own); n++) own = `${id}#${n}`
  ids.add(own)
  return own
}

function put(chart: Chart, name: SectionName, section: Section<EntryOf<SectionName>>): void {
  Object.assign(chart, { [name]: section })
}

function rowsOf(answers: Answer[], id: string): { answer: Answer; row: Row; query: number }[] {
  return answers.flatMap((answer, at) => answer.of(id).map((row) => ({ answer, row, query: at + 1 })))
}

function note(
  reading: Reading,
  answer: Answer,
  reader: RowReader,
  id: string,
  aside: SetAside[],
  about: { patientId: string; section?: SectionName | undefined },
): void {
  if (reader.faults.length > 0) aside.push(setAside(answer.whence, reader.row, id, reader.faults, reading.at, about))
}
