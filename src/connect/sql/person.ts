import type { Patient, PersonName, Restriction } from '../../chart/chart.ts'
import { known } from './entries.ts'
import type { RowReader } from './row.ts'
import { RESTRICTIONS, SEXES } from './targets.ts'

export type Person = { patient: Patient; restriction: Restriction }

/**
 * A row of `patients` as a patient; undefined without id or family name. One without an MRN has a chart too: it stands under its id, and one whose MRN
 * cannot be used has none.
 */
export function personFrom(row: RowReader): Person | undefined {
  const id = row.needed('id')
  const mrn = mrnFrom(row, id)
  const family = row.needed('name.family')
  if (id === '' || family === '') return undefined
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
    birthDate: row.birthDate('birthDate'),
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

function mrnFrom(row: RowReader, id: string): string {
  const before = row.faults.length
  const mrn = row.text('mrn')
  if (mrn !== undefined || row.faults.length > before) return mrn ?? ''
  row.faults.push('it has no mrn; its id is shown instead')
  return id
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
