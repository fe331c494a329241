import type { Instant } from '../base/time.ts'
import { afterVanishing, type ListState, noneStated, removed, replaced, upserted } from './apply-section.ts'
import { blankChart } from './blank-chart.ts'
import type { ChartChange, ClearablePatientField } from './change.ts'
import { type Chart, type EntryOf, type Patient, SECTION_NAMES, type Section, type SectionName } from './chart.ts'
import { fieldPart, type Heard, heardOf, inOrder, saidAfter, saidAt, sectionSaidAt, wholeReadAt } from './heard.ts'
import { mergedCharts } from './merge.ts'
import { formerNames } from './name.ts'
import { phoneDigits } from './phone.ts'

/**
 * What a chart is after a change that a source told us; undefined when it is no longer there. Applying a change twice is applying it once; what
 * was said earlier never replaces what was said later, in whatever order it comes (at one instant, the one that comes last wins).
 * A merge is two charts' business: for the chart that goes away this answers undefined, for the one that stays nothing happens here; see `outcomes`.
 */
export function applyChange(chart: Chart | undefined, change: ChartChange): Chart | undefined {
  switch (change.type) {
    case 'chart':
      return chart === undefined ? asRead(change.chart) : readWhole(chart, change.chart)
    case 'patient':
      return withPatient(begun(chart, change), change)
    case 'upsert':
      return withList(begun(chart, change), change, (list) => upserted(change.section, list, change.entries, change.at))
    case 'remove':
      return chart && withList(chart, change, (list) => removed(change.section, list, change.entryIds, change.at))
    case 'replace':
      return withList(begun(chart, change), change, (list) =>
        replaced(change.section, list, change.value as Section<EntryOf<SectionName>>, change.at),
      )
    case 'none-stated':
      return withList(begun(chart, change), change, (list) =>
        noneStated(change.section, list, change.statement, change.at),
      )
    case 'merge':
      return chart?.patient.id === change.fromId ? undefined : chart
    case 'gone':
    default:
      return chart !== undefined && chart.asOf > change.at ? chart : undefined
  }
}

/** What a change does to every chart that it touches, `find` giving the charts as they are. */
export function outcomes(
  change: ChartChange,
  find: (patientId: string) => Chart | undefined,
): { patientId: string; chart: Chart | undefined }[] {
  if (change.type !== 'merge') {
    const patientId = change.type === 'chart' ? change.chart.patient.id : change.patientId
    return [{ patientId, chart: applyChange(find(patientId), change) }]
  }
  const from = find(change.fromId)
  const into = find(change.intoId)
  if (change.fromId === change.intoId) return [{ patientId: change.intoId, chart: into }]
  return [
    { patientId: change.fromId, chart: undefined },
    { patientId: change.intoId, chart: from === undefined ? into : mergedCharts(from, into, change) },
  ]
}

/** The ids of the charts that a change touches. */
export function touchedBy(change: ChartChange): string[] {
  if (change.type === 'merge') return [change.fromId, change.intoId]
  return [change.type === 'chart' ? change.chart.patient.id : change.patientId]
}

type Said = { patientId: string; sourceId: string; at: Instant }

function begun(chart: Chart | undefined, said: Said): Chart {
  return chart ?? { ...blankChart(said.patientId, said.sourceId, said.at), heard: {} }
}

function asRead(chart: Chart): Chart {
  const { heard: _, ...read } = chart
  return read
}

/** A chart read whole replaces everything but what was said after it was read. */
function readWhole(before: Chart, read: Chart): Chart {
  const at = read.asOf
  if (at < wholeReadAt(before)) return before
  const later = saidAfter(before.heard, at)
  if (Object.keys(later).length === 0)
    return sectionsOf(asRead(read), (name) => afterVanishing(anySection(before, name), anySection(read, name)))
  let after: Chart = {
    ...asRead(read),
    patient: laterPatient(before, read, later),
    heard: inOrder({ ...later, whole: at }),
  }
  if (saidAt(later, 'restriction') > at) after = { ...after, restriction: before.restriction }
  after = sectionsOf(after, (name) => {
    const list = { section: anySection(before, name), heard: later, saidAt: saidAt(later, name) }
    return replaced(name, list, anySection(read, name), at).section
  })
  return before.sourceId === read.sourceId ? { ...after, asOf: Math.max(before.asOf, at) } : after
}

function anySection(chart: Chart, name: SectionName): Section<EntryOf<SectionName>> {
  return chart[name]
}

function sectionsOf(chart: Chart, make: (name: SectionName) => Section<EntryOf<SectionName>>): Chart {
  return { ...chart, ...Object.fromEntries(SECTION_NAMES.map((name) => [name, make(name)])) }
}

function laterPatient(before: Chart, read: Chart, later: Heard): Patient {
  const kept = Object.entries(before.patient).filter(([field]) => saidAt(later, fieldPart(field)) > read.asOf)
  const patient: Patient = { ...read.patient, ...Object.fromEntries(kept) }
  return {
    ...patient,
    formerNames: formerNames(patient.name, [...patient.formerNames, ...read.patient.formerNames, read.patient.name]),
  }
}

function withPatient(chart: Chart, change: ChartChange & { type: 'patient' }): Chart {
  if (change.at < wholeReadAt(chart)) return chart
  const heard = heardOf(chart)
  const told = Object.entries(change.patient).filter(([field, value]) => value !== undefined && field !== 'id')
  const fresh = told.filter(([field]) => saidAt(heard, fieldPart(field)) <= change.at)
  for (const [field] of fresh) heard[fieldPart(field)] = change.at
  const cleared = (change.cleared ?? []).filter((field) => saidAt(heard, fieldPart(field)) <= change.at)
  for (const field of cleared) heard[fieldPart(field)] = change.at
  const patient: Patient = { ...emptied(chart.patient, cleared), ...Object.fromEntries(fresh) }
  if (patient.phones !== chart.patient.phones) patient.phones = withPhones(chart.patient.phones, patient.phones, change)
  const names = [...chart.patient.formerNames, ...(change.patient.formerNames ?? []), chart.patient.name]
  const former = formerNames(patient.name, change.patient.name === undefined ? names : [...names, change.patient.name])
  const after = spoken(chart, change, heard, { patient: { ...patient, formerNames: former } })
  if (change.restriction === undefined || saidAt(heard, 'restriction') > change.at) return after
  return { ...after, restriction: change.restriction, heard: inOrder({ ...after.heard, restriction: change.at }) }
}

/** A null empties what it names. */
function emptied(patient: Patient, fields: readonly ClearablePatientField[]): Patient {
  const after: Patient = { ...patient }
  for (const field of fields) {
    if (field === 'birthDate') after.birthDate = undefined
    else delete after[field]
  }
  return after
}

/** Of a list that was told in part the other part stays; a number that stands in both is kept where it was told. */
function withPhones(
  known: Patient['phones'],
  said: Patient['phones'],
  { phonesOf }: ChartChange & { type: 'patient' },
): Patient['phones'] {
  if (phonesOf === undefined) return said
  const isSaid = new Set(said.map(({ number }) => phoneDigits(number)))
  const left = known.filter(
    ({ use, number }) => (use === 'work') !== (phonesOf === 'work') && !isSaid.has(phoneDigits(number)),
  )
  return phonesOf === 'work' ? [...left, ...said] : [...said, ...left]
}

function withList(
  chart: Chart,
  change: Said & { section: SectionName },
  act: (list: ListState<EntryOf<SectionName>>) => ListState<EntryOf<SectionName>>,
): Chart {
  const name = change.section
  const before: ListState<EntryOf<SectionName>> = {
    section: chart[name],
    heard: heardOf(chart),
    saidAt: sectionSaidAt(chart, name),
  }
  const after = act(before)
  if (after === before) return chart
  if (after.saidAt > wholeReadAt(chart)) after.heard[name] = after.saidAt
  return spoken(chart, change, after.heard, { [name]: after.section })
}

/** Only the chart's own source can say how current the chart is: an event from another feed does not make the rest of it newer. */
function spoken(chart: Chart, said: Said, heard: Heard, parts: Partial<Chart>): Chart {
  const asOf = chart.sourceId === said.sourceId ? Math.max(chart.asOf, said.at) : chart.asOf
  return { ...chart, ...parts, asOf, heard: inOrder(heard) }
}
