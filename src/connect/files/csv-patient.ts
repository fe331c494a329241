import type { Patient, Restriction } from '../../chart/chart.ts'
import type { Mapped } from '../../chart/fhir/mapped.ts'
import type { CsvRow } from './csv-row.ts'

/** A row of a patient list; undefined when it does not say who it is. */
export function patientOfRow(row: CsvRow): Mapped | undefined {
  const id = row.text('id')
  const family = row.text('name.family')
  if (id === undefined || family === undefined) return undefined
  const patient: Patient = {
    id,
    mrn: mrnOf(row, id),
    name: nameOf(row, family),
    formerNames: formerOf(row),
    birthDate: row.day('birthDate'),
    sex: row.oneOf('sex', ['female', 'male', 'other', 'unknown']) ?? 'unknown',
    phones: phonesOf(row),
    ...known({
      preferredName: row.text('preferredName'),
      address: addressOf(row),
      language: row.text('language'),
      interpreterNeeded: row.yesNo('interpreterNeeded'),
      emergencyContact: contactOf(row),
      primaryCare: row.text('primaryCare'),
      pharmacy: pharmacyOf(row),
      codeStatus: row.text('codeStatus'),
      balanceDueCents: row.cents('balanceDue'),
      deceased: row.yesNo('deceased'),
    }),
  }
  return { type: 'patient', patient, restriction: restrictionOf(row) }
}

/** One that is there and cannot be used is not replaced by another number. */
function mrnOf(row: CsvRow, id: string): string {
  const faults = row.faults.length
  return row.text('mrn') ?? (row.faults.length > faults ? '' : id)
}

/** A chart whose restriction cannot be read must not be shown like any other. */
function restrictionOf(row: CsvRow): Restriction {
  const faults = row.faults.length
  const restriction = row.oneOf('restriction', ['none', 'vip', 'part2', 'psychotherapy', 'other'])
  return restriction ?? (row.faults.length > faults ? 'other' : 'none')
}

/** Only the fields that are there: a chart says nothing where nothing was said. */
export function known<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const held: { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } = {}
  return Object.assign(held, Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)))
}

function nameOf(row: CsvRow, family: string): Patient['name'] {
  const given = [row.text('name.given'), row.text('name.middle')].filter((part) => part !== undefined)
  return { family, given, ...known({ prefix: row.text('name.prefix'), suffix: row.text('name.suffix') }) }
}

function formerOf(row: CsvRow): Patient['formerNames'] {
  const family = row.text('formerName.family')
  const given = row.text('formerName.given') ?? row.text('name.given')
  return family === undefined ? [] : [{ family, given: given === undefined ? [] : [given] }]
}

function phonesOf(row: CsvRow): Patient['phones'] {
  return (['mobile', 'home', 'work', 'other'] as const).flatMap((use) => {
    const number = row.text(`phone.${use}`)
    return number === undefined ? [] : [{ use, number }]
  })
}

function addressOf(row: CsvRow): Patient['address'] {
  const [line, city, state, postalCode] = ['line', 'city', 'state', 'postalCode'].map((part) =>
    row.text(`address.${part}`),
  )
  if (line === undefined && city === undefined && postalCode === undefined) return undefined
  return { line: line ?? '', city: city ?? '', state: state ?? '', postalCode: postalCode ?? '' }
}

function contactOf(row: CsvRow): Patient['emergencyContact'] {
  const name = row.text('emergencyContact.name')
  if (name === undefined) return undefined
  return {
    name,
    ...known({ relation: row.text('emergencyContact.relation'), phone: row.text('emergencyContact.phone') }),
  }
}

function pharmacyOf(row: CsvRow): Patient['pharmacy'] {
  const name = row.text('pharmacy.name')
  return name === undefined
    ? undefined
    : { name, ...known({ phone: row.text('pharmacy.phone'), fax: row.text('pharmacy.fax') }) }
}
