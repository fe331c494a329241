import type { Database } from '../../base/database.ts'
import { sha256Hex } from '../../base/hash.ts'
import type { Instant } from '../../base/time.ts'
import { outcomes, touchedBy } from '../../chart/apply.ts'
import type { ChartChange } from '../../chart/change.ts'
import type { Chart, Doubt, Patient } from '../../chart/chart.ts'
import { gathered } from '../../chart/gather.ts'
import { type Identity, identityOf, isOtherPerson } from '../../chart/identity.ts'
import { isLoss, lossOf, withKept } from '../../chart/losses.ts'
import { appointmentAfterMerge } from '../../chart/merge.ts'
import { forgetMerges, rememberMerge, survivorsOf } from '../../chart/merges/store.ts'
import { lockCharts, setDoubts } from '../../chart/persons/store.ts'
import { forgetCharts, keepCharts, recordsOf } from '../../chart/records/store.ts'
import { noteSeparated } from '../../chart/separated/store.ts'
import { appointmentsOfPatient, keepAppointments } from '../../chart/visits/store.ts'
import { type NamedPerson, sectionsIn } from '../held/held.ts'
import { heldDoubts } from '../held/held-doubts.ts'
import {
  type IdentityHold,
  identityHolds,
  keepOut,
  raiseIdentity,
  recoverIdentity,
  setBlocking,
} from '../held/store.ts'
import { dropWaiting, lossWithin, putWaiting, type Waiting, waitingOf, whatIn } from '../held/waiting/store.ts'
import { identityDoubts } from './identity-doubts.ts'

/** A read as its changes are taken in; `began` tells what it alone would take away from what was held before. */
export type Taking = { sourceId: string; began: Instant; now: Instant }

/**
 * Applies a batch of changes to the records of one source. What a record gains is kept at once; what it would lose waits until the read has ended
 * and is known to be small (settle-losses.ts). Changes that name another person under the same number are kept out and wait for a person. Gives how
 * many records were changed. Runs in one transaction. `approved`: a person said that they are about this patient, so all of them are taken at once;
 * lists that are held back stay so.
 */
export async function takeCharts(
  db: Database,
  taking: Taking,
  changes: readonly ChartChange[],
  trust: 'as-read' | 'approved' = 'as-read',
): Promise<number> {
  await lockCharts(db)
  const { sourceId } = taking
  const led = await ledToSurvivors(db, sourceId, gathered(changes))
  const ids = [...new Set(led.flatMap(({ change }) => touchedBy(change)))]
  const records = await recordsOf(db, sourceId, ids)
  const waiting = await waitingOf(db, sourceId, ids)
  // What the source says, where that differs from what is shown; a record that may be mixed begins anew.
  const truth = new Map<string, Chart | undefined>()
  for (const id of ids) {
    const record = records.get(id)
    truth.set(id, waiting.has(id) ? waiting.get(id)?.chart : record?.mixed === true ? undefined : record?.chart)
  }
  const guard = trust === 'approved' ? undefined : await identityGuard(db, taking, ids)
  const merged = new Set<string>()
  for (const { change, viaOld } of led) {
    const find = (id: string) => truth.get(id) ?? (records.get(id)?.mixed === true ? undefined : records.get(id)?.chart)
    if (guard?.keepsOut(change, find) === true) continue
    const fitted = viaOld ? fillingOnly(change, truth) : change
    for (const { patientId, chart } of outcomes(fitted, (id) => truth.get(id))) truth.set(patientId, chart)
    if (change.type === 'merge') {
      merged.add(change.fromId)
      merged.delete(change.intoId)
      await rememberMerge(db, change)
      await moveAppointments(db, change)
    }
  }
  await guard?.keep()
  return await keepTruth(db, taking, { ids, truth, records, waiting, merged, trust })
}

type Held = {
  ids: string[]
  truth: Map<string, Chart | undefined>
  records: Map<string, { chart: Chart; mixed: boolean }>
  waiting: Map<string, Waiting>
  /** Records that went into others: that is no loss. */
  merged: Set<string>
  trust: 'as-read' | 'approved'
}

async function keepTruth(
  db: Database,
  taking: Taking,
  { ids, truth, records, waiting, merged, trust }: Held,
): Promise<number> {
  const kept: Chart[] = []
  const gone: string[] = []
  const pending: Waiting[] = []
  const over: string[] = []
  const doubts = new Map<string, Doubt[]>()
  for (const patientId of ids) {
    const record = records.get(patientId)
    const after = truth.get(patientId)
    const before = waiting.get(patientId)
    if (record?.mixed === true && after !== undefined) await noteSeparated(db, record.chart, after, taking.now)
    const shown = record?.mixed === true ? undefined : record?.chart
    const all = merged.has(patientId) ? undefined : lossOf(shown, after)
    const loss = trust === 'approved' && all !== undefined ? lossWithin(all, before?.held ?? []) : all
    if (loss === undefined || !isLoss(loss)) {
      if (before !== undefined) {
        over.push(patientId)
        doubts.set(patientId, [])
      }
      if (after !== undefined) kept.push(after)
      else if (record !== undefined) gone.push(patientId)
      continue
    }
    const held = (before?.held ?? []).filter((what) => whatIn(loss).includes(what))
    pending.push({ patientId, heldId: held.length === 0 ? undefined : before?.heldId, held, lost: loss, chart: after })
    if (before !== undefined) doubts.set(patientId, heldDoubts(taking.sourceId, { held, lost: loss }))
    if (after !== undefined && shown !== undefined) kept.push(withKept(after, shown, sectionsIn(whatIn(loss))))
  }
  await dropWaiting(db, taking.sourceId, over)
  await setDoubts(db, taking.sourceId, 'held', doubts)
  await putWaiting(db, taking.sourceId, pending, taking.began)
  const changed = await keepCharts(db, kept)
  return changed + (await forgetCharts(db, taking.sourceId, gone, taking.now))
}

type Led = { change: ChartChange; viaOld: boolean }

/** Changes under a number that was merged into another go to the survivor. A record that is read whole is there again, whatever was merged before. */
async function ledToSurvivors(db: Database, sourceId: string, changes: readonly ChartChange[]): Promise<Led[]> {
  await forgetMerges(
    db,
    sourceId,
    changes.flatMap((change) => (change.type === 'chart' ? [change.chart.patient.id] : [])),
  )
  const survivors = new Map(await survivorsOf(db, sourceId, [...new Set(changes.flatMap(touchedBy))]))
  const lead = (id: string): string => survivors.get(id) ?? id
  return changes.flatMap((change): Led[] => {
    if (change.type === 'chart') return [{ change, viaOld: false }]
    if (change.type === 'merge') {
      const { fromId, intoId } = change
      if (lead(fromId) === lead(intoId)) return []
      // A merge is followed by what the same batch says under the old number.
      survivors.set(fromId, lead(intoId))
      for (const [id, into] of survivors) if (into === fromId) survivors.set(id, lead(intoId))
      return [{ change: { ...change, intoId: lead(intoId) }, viaOld: false }]
    }
    const patientId = lead(change.patientId)
    return patientId === change.patientId
      ? [{ change, viaOld: false }]
      : change.type === 'gone'
        ? []
        : [{ change: { ...change, patientId }, viaOld: true }]
  })
}

/** Who the person is, is said under the surviving number: an old number's message adds what is missing, and its name stays findable. */
function fillingOnly(change: ChartChange, truth: ReadonlyMap<string, Chart | undefined>): ChartChange {
  if (change.type !== 'patient') return change
  const known = truth.get(change.patientId)?.patient
  if (known === undefined) return change
  const { mrn: _mrn, id: _id, ...said } = change.patient
  const names = [...(said.formerNames ?? []), ...(said.name === undefined ? [] : [said.name])]
  const there = new Map<string, unknown>(Object.entries(known))
  const missing = Object.entries(said).filter(([field]) => isMissing(there.get(field)))
  const { cleared: _cleared, ...rest } = change
  return { ...rest, patient: { ...Object.fromEntries(missing), ...(names.length === 0 ? {} : { formerNames: names }) } }
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === '' || value === 'unknown' || (Array.isArray(value) && value.length === 0)
}

async function moveAppointments(db: Database, merge: ChartChange & { type: 'merge' }): Promise<void> {
  const theirs = await appointmentsOfPatient(db, merge.sourceId, merge.fromId)
  await keepAppointments(
    db,
    theirs.map((appointment) => appointmentAfterMerge(appointment, merge)),
  )
}

type IdentityGuard = {
  /** Whether a change names another person than the record, or follows one that did: it is then kept out. */
  keepsOut(change: ChartChange, find: (id: string) => Chart | undefined): boolean
  keep(): Promise<void>
}

type Kept = {
  subject: string
  digest: string
  people: NamedPerson[]
  changes: ChartChange[]
  known: IdentityHold | undefined
}

async function identityGuard(db: Database, { sourceId, now }: Taking, ids: string[]): Promise<IdentityGuard> {
  const known = await identityHolds(db, sourceId, ids)
  const blocked = new Map<string, Kept>()
  const unblocked: string[] = []
  const recovered: string[] = []
  const out = new Map<string, Kept>()
  for (const hold of known)
    if (hold.blocking) blocked.set(hold.subject, { ...hold, people: [], changes: [], known: hold })
  const keepUnder = (subject: string, digest: string, people: NamedPerson[], change: ChartChange): true => {
    const key = `${subject} ${digest}`
    const hold = known.find((one) => one.subject === subject && one.digest === digest)
    const kept = out.get(key) ?? { subject, digest, people, changes: [], known: hold }
    kept.changes.push(change)
    out.set(key, kept)
    if (change.type !== 'merge') blocked.set(subject, kept)
    return true
  }
  return {
    keepsOut(change, find) {
      const subject = change.type === 'merge' ? change.intoId : touchedBy(change)[0]
      if (subject === undefined) return false
      const named = namedBy(change, find)
      const shown = find(subject)
      const block = blocked.get(subject)
      if (named === undefined || shown === undefined)
        return block === undefined || change.type === 'merge'
          ? false
          : keepUnder(subject, block.digest, block.people, change)
      if (!isOtherPerson(identityOf(shown.patient), named.identity)) {
        if (block?.known !== undefined) unblocked.push(block.known.id)
        blocked.delete(subject)
        if (change.type === 'chart' && known.some((hold) => hold.subject === subject)) recovered.push(subject)
        return false
      }
      const digest = sha256Hex(JSON.stringify(named.identity)).slice(0, 16)
      return keepUnder(subject, digest, [personOf(shown.patient), named.person], change)
    },
    async keep() {
      await setBlocking(db, unblocked, false)
      await recoverIdentity(db, sourceId, recovered, now)
      const subjects = new Set(recovered)
      for (const { subject, digest, people, changes, known: hold } of out.values()) {
        const id = hold?.id ?? (await raiseIdentity(db, { sourceId, subject, digest, people, at: now }))
        await keepOut(db, id, changes, blocked.get(subject)?.digest === digest)
        subjects.add(subject)
      }
      await identityDoubts(db, sourceId, [...subjects])
    },
  }
}

/** Who a change says that the record is; undefined where it names nobody. */
function namedBy(
  change: ChartChange,
  find: (id: string) => Chart | undefined,
): { identity: Identity; person: NamedPerson } | undefined {
  const patient =
    change.type === 'chart'
      ? change.chart.patient
      : change.type === 'patient'
        ? change.patient
        : change.type === 'merge'
          ? find(change.fromId)?.patient
          : undefined
  if (patient === undefined) return undefined
  const whole = {
    mrn: patient.mrn ?? '',
    name: patient.name ?? { family: '', given: [] },
    birthDate: patient.birthDate,
    sex: patient.sex ?? ('unknown' as const),
  }
  const identity = identityOf({ ...whole, formerNames: patient.formerNames ?? [] })
  return identity.family.length + identity.given.length === 0 && identity.birthDate === undefined
    ? undefined
    : { identity, person: whole }
}

function personOf({ mrn, name, birthDate, sex }: Patient): NamedPerson {
  return { mrn, name, birthDate, sex }
}
