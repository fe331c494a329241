import type { ChartChange } from './change.ts'

type ListChange = ChartChange & { type: 'upsert' | 'remove' }
/** What was gathered of one list at one instant, and which entries it speaks of. */
type Gathered = { upsert?: Upsert; remove?: Remove; spokenOf: Map<string, ListChange['type']> }
type Upsert = { type: 'upsert'; entries: { id: string }[] }
type Remove = { type: 'remove'; entryIds: string[] }

/**
 * The same changes, with those of one list and one instant put together. Each change costs as much as its chart is long, and one message may hold
 * thousands of orders: applied one by one they would stop the hub for hours. What speaks of one entry twice in two ways keeps its order.
 */
export function gathered(changes: readonly ChartChange[]): ChartChange[] {
  const out: ChartChange[] = []
  const open = new Map<string, Map<string, Gathered>>()
  // What takes an entry out of a chart that is not there yet is lost, so it may not stand for what comes once there is one.
  const there = new Set<string>()
  for (const change of changes) {
    if (change.type !== 'upsert' && change.type !== 'remove') {
      // Who the patient is, or that the list is another one now, may decide about what follows.
      for (const id of patientsOf(change)) {
        open.delete(id)
        if (change.type === 'merge' || change.type === 'gone') there.delete(id)
        else there.add(id)
      }
      out.push(change)
      continue
    }
    if (change.type === 'upsert') there.add(change.patientId)
    else if (!there.has(change.patientId)) {
      out.push(change)
      continue
    }
    const ofPatient = open.get(change.patientId) ?? new Map<string, Gathered>()
    open.set(change.patientId, ofPatient)
    const key = JSON.stringify([change.section, change.sourceId, change.at])
    const ids = idsOf(change)
    const before = ofPatient.get(key)
    const fits = before !== undefined && ids.every((id) => (before.spokenOf.get(id) ?? change.type) === change.type)
    // A later instant of the same list is not overtaken by what is said of an earlier one afterwards.
    if (before === undefined) for (const other of ofPatient.keys()) if (isSameList(other, key)) ofPatient.delete(other)
    const into: Gathered = fits ? before : { spokenOf: new Map() }
    ofPatient.set(key, into)
    for (const id of ids) into.spokenOf.set(id, change.type)
    add(change, into, out)
  }
  return out
}

function add(change: ListChange, into: Gathered, out: ChartChange[]): void {
  if (change.type === 'upsert') {
    if (into.upsert !== undefined) for (const entry of change.entries) into.upsert.entries.push(entry)
    else {
      const entries: { id: string }[] = [...change.entries]
      into.upsert = { type: 'upsert', entries }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- entries of the same list
      out.push({ ...change, entries } as ChartChange)
    }
  } else if (into.remove !== undefined) for (const id of change.entryIds) into.remove.entryIds.push(id)
  else {
    const entryIds = [...change.entryIds]
    into.remove = { type: 'remove', entryIds }
    out.push({ ...change, entryIds })
  }
}

function idsOf(change: ListChange): string[] {
  return change.type === 'upsert' ? change.entries.map(({ id }) => id) : change.entryIds
}

function patientsOf(change: ChartChange): string[] {
  if (change.type === 'merge') return [change.fromId, change.intoId]
  return [change.type === 'chart' ? change.chart.patient.id : change.patientId]
}

function isSameList(key: string, other: string): boolean {
  return key.slice(0, key.indexOf(',')) === other.slice(0, other.indexOf(','))
}
