import type { Patient, PersonName, Restriction } from '../../chart/chart.ts'
import { known } from './entries.ts'
import type { RowReader } from './row.ts'
import { RESTRICTIONS, SEXES } from './targets.ts'

export type Person = { patient: Patient; restriction: Restriction }

/** A row of `patients` as a patient; undefined without id, MRN or family name, by which two people are told apart. */
export function personFrom(row: RowReader): Person | undefined {
  const id = row.needed('id')
  const mrn = row.needed('mrn')
  const family = row.needed('name.family')
  if (id === '' || mrn === '' || family === '') return undefined
  const name: PersonName = {
    family,
    given: [...words(row.text('name.given')), ...words(row.text('name.middle'))],
    ...known({ prefix: row.text('name.prefix'), suffix: row.text('name.suffix') }),
  }
  const formerFamily = row.text('formerName.family')
  const patient: Patient = {
    id,
    mrn,
    name,
    formerNames:
      formerFamily === undefined ? [] : [{ family: formerFamily, given: words(row.text('formerName.given')) }],
    birthDate: row.partialDate('birthDate'),
    sex: row.oneOf('sex', SEXES) ?? 'unknown',
    phones: (['mobile', 'home', 'work', 'other'] as const).flatMap((use) => {
      const number = row.text(`phone.${use}`)
      return number === undefined ? [] : [{ use, number }]
    }),
    ...known({
      preferredName: row.text('preferredName'),
      address: addressFrom(row),
      language: row.text('language'),
      interpreterNeeded: row.yesNo('interpreterNeeded'),
      emergencyContact: emergencyContactFrom(row),
      primaryCare: row.text('primaryCare'),
      pharmacy: pharmacyFrom(row),
      codeStatus: row.text('codeStatus'),
      balanceDueCents: row.cents('balanceDue'),
      deceased: row.yesNo('deceased'),
    }),
  }
  return { patient, restriction: restrictionFrom(row) }
}

/** A restriction that cannot be understood restricts: the cautious reading. */
function restrictionFrom(row: RowReader): Restriction {
  const before = row.faults.length
  return row.oneOf('restriction', RESTRICTIONS) ?? (row.faults.length > before ? 'other' : 'none')
}

function addressFrom(row: RowReader): Patient['address'] {
  const [line, city, state, postalCode] = ['line', 'city', 'state', 'postalCode'].map((part) =>
    row.text(`address.${part}`),
  )
  if (line === undefined && city === undefined) return undefined
  return { line: line ?? '', city: city ?? '', state: state ?? '', postalCode: postalCode ?? '' }
}

function emergencyContactFrom(row: RowReader): Patient['emergencyContact'] {
  const name = row.text('emergencyContact.name')
  if (name === undefined) return undefined
  return {
    name,
    ...known({ relation: row.text('emergencyContact.relation'), phone: row.text('emergencyContact.phone') }),
  }
}

function pharmacyFrom(row: RowReader): Patient['pharmacy'] {
  const name = row.text('pharmacy.name')
  return name === undefined
    ? undefined
    : { name, ...known({ phone: row.text('pharmacy.phone'), fax: row.text('pharmacy.fax') }) }
}

export function formerNameFrom(row: RowReader): PersonName | undefined {
  const family = row.needed('family')
  return family === '' ? undefined : { family, given: words(row.text('given')) }
}

function words(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(/\s+/).filter((word) => word !== '')
}
