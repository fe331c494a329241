import { Failure } from '../../base/failure.ts'
import type { ChartChange } from '../../chart/change.ts'
import type { Patient, Restriction, SectionName } from '../../chart/chart.ts'
import { type ChartParts, chartOf, sectionOf } from '../../chart/fhir/charts.ts'
import type { SourcePart } from '../ehr.ts'
import { type Ask, misreadBy, paramsOf } from './asks.ts'
import { mapAll, type Reading } from './reading.ts'
import { searchAll } from './search.ts'

/** The whole chart of a patient whom we meet for the first time, or anew. */
export async function readChart(
  reading: Reading,
  patient: Patient,
  restriction: Restriction,
): Promise<{ change: ChartChange; aside: SourcePart[] }> {
  const { parts, aside } = await partsOf(reading, patient.id, reading.capability.asks)
  const { sourceId } = reading.context
  const request = { sourceId, asOf: reading.asOf, carries: reading.capability.carries }
  return { change: { type: 'chart', chart: chartOf(patient, restriction, parts, request) }, aside }
}

/**
 * One list of one patient, whole. `expected`: entries that were just met on this server. An answer without them is no answer to the question that
 * was asked (a server that does not search by patient gives an empty list), and would take an allergy from a chart: a transient Failure.
 */
export async function readSection(
  reading: Reading,
  patientId: string,
  section: SectionName,
  expected: ReadonlySet<string> = new Set(),
): Promise<{ change: ChartChange; aside: SourcePart[] }> {
  const asks = reading.capability.asks.filter(({ sections }) => sections.includes(section))
  const { parts, aside } = await partsOf(reading, patientId, asks)
  const found = new Set(parts.entries.map(({ entry }) => entry.id))
  if ([...expected].some((id) => !found.has(id))) {
    throw new Failure(
      'transient',
      `The FHIR server contradicts itself: asked for one patient's ${section}, it leaves out what it told a moment ago. Nothing was changed. If this stays so, it does not search by patient.`,
    )
  }
  const value = sectionOf(section, parts, reading.capability.carries)
  const said = { patientId, sourceId: reading.context.sourceId, at: reading.asOf }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sectionOf gives the entries of this very section
  return { change: { type: 'replace', ...said, section, value } as ChartChange, aside }
}

async function partsOf(
  reading: Reading,
  patientId: string,
  asks: Ask[],
): Promise<{ parts: ChartParts; aside: SourcePart[] }> {
  const { server, signal } = reading
  const parts: Required<ChartParts> = { entries: [], absences: [], unread: [] }
  const aside: SourcePart[] = []
  for (const ask of asks) {
    const params = [
      ['patient', `Patient/${patientId}`] as [string, string],
      ...paramsOf(ask, server.config, reading.asOf, true),
    ]
    const { resourceType } = ask
    const search = { resourceType, params, from: undefined, signal, misread: misreadBy(ask) }
    for await (const { fresh } of searchAll(server, search)) {
      const found = await mapAll(reading, fresh)
      aside.push(...found.aside)
      for (const one of found.mapped) {
        // A server that does not heed `patient` must not fill one chart with another's allergies.
        if (!('patientId' in one) || one.patientId !== patientId) continue
        if (one.type === 'entry') parts.entries.push(one)
        else if (one.type === 'absent') parts.absences.push(one)
        else if (one.type === 'set-aside' && one.section !== undefined) parts.unread.push(one.section)
      }
    }
  }
  return { parts, aside }
}
