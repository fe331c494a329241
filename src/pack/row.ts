import type { Instant } from '../base/time.ts'
import type { Chart, PersonName, Restriction, Sex } from '../chart/chart.ts'
import { type DoubtMark, doubtMarks } from '../chart/doubt-words.ts'
import type { Searchable } from './search/columns.ts'

/** What a list of patients shows of one, and by what a patient is found: enough to tell two people of one name apart, nothing clinical. */
export type PatientRow = {
  patientId: string
  mrn: string
  name: PersonName
  preferredName: string | undefined
  formerNames: PersonName[]
  birthDate: string | undefined
  sex: Sex
  phones: string[]
  city: string | undefined
  restriction: Restriction
  deceased: boolean
  sourceId: string
  asOf: Instant
  /** What of the chart is in doubt, so that a list of patients can say so without opening charts. */
  doubts: DoubtMark[]
}

export function rowOf(chart: Chart): PatientRow {
  const { patient } = chart
  return {
    patientId: patient.id,
    mrn: patient.mrn,
    name: patient.name,
    preferredName: patient.preferredName,
    formerNames: patient.formerNames,
    birthDate: patient.birthDate,
    sex: patient.sex,
    phones: patient.phones.map((phone) => phone.number),
    city: patient.address?.city,
    restriction: chart.restriction,
    deceased: patient.deceased ?? false,
    sourceId: chart.sourceId,
    asOf: chart.asOf,
    doubts: doubtMarks(chart),
  }
}

type Line = [
  patientId: string,
  mrn: string,
  name: [string, string[], string, string],
  preferredName: string,
  formerNames: [string, string[], string, string][],
  birthDate: string,
  sex: Sex,
  phones: string[],
  city: string,
  restriction: Restriction,
  deceased: 0 | 1,
  sourceId: string,
  asOf: Instant,
  /** Only where there are any: rows of older packs end before it, and older readers do not look at it. */
  doubts?: DoubtMark[],
]

/** A row as one line of JSON; the patient's id stands first, and rows are kept in the order of these bytes. */
export function writeRow(row: PatientRow): string {
  const line: Line = [
    row.patientId,
    row.mrn,
    writeName(row.name),
    row.preferredName ?? '',
    row.formerNames.map(writeName),
    row.birthDate ?? '',
    row.sex,
    row.phones,
    row.city ?? '',
    row.restriction,
    row.deceased ? 1 : 0,
    row.sourceId,
    row.asOf,
  ]
  if (row.doubts.length > 0) line.push(row.doubts)
  return JSON.stringify(line)
}

export function readRow(text: string): PatientRow {
  // Written by writeRow, and authenticated since.
  const line: Line = JSON.parse(text)
  const [
    patientId,
    mrn,
    name,
    preferred,
    former,
    born,
    sex,
    phones,
    city,
    restriction,
    deceased,
    sourceId,
    asOf,
    doubts,
  ] = line
  return {
    patientId,
    mrn,
    name: readName(name),
    preferredName: preferred === '' ? undefined : preferred,
    formerNames: former.map(readName),
    birthDate: born === '' ? undefined : born,
    sex,
    phones,
    city: city === '' ? undefined : city,
    restriction,
    deceased: deceased === 1,
    sourceId,
    asOf,
    doubts: doubts ?? [],
  }
}

export function searchableOf(row: PatientRow): Searchable {
  return {
    mrn: row.mrn,
    family: row.name.family,
    given: row.name.given.join(' '),
    preferred: row.preferredName ?? '',
    former: row.formerNames.flatMap((name) => [name.family, name.given.join(' ')]),
    birthDate: row.birthDate ?? '',
    phones: row.phones,
  }
}

function writeName(name: PersonName): [string, string[], string, string] {
  return [name.family, name.given, name.prefix ?? '', name.suffix ?? '']
}

function readName([family, given, prefix, suffix]: [string, string[], string, string]): PersonName {
  return { family, given, ...(prefix === '' ? {} : { prefix }), ...(suffix === '' ? {} : { suffix }) }
}
