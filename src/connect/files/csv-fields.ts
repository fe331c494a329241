/** What a CSV file may hold and which fields each may fill; those that end in `!` must be filled. The names are those of the SQL mappings. */
const OWNED = ['patientId!', 'id']
const CODED = [...OWNED, 'text!', 'code', 'system']
const OBSERVED = [...CODED, 'panel', 'value!', 'unit', 'referenceRange', 'flag', 'note', 'status', 'at']

const FIELDS: { [holds: string]: string[] } = {
  patients: [
    'id!',
    'mrn',
    'name.family!',
    'name.given',
    'name.middle',
    'name.prefix',
    'name.suffix',
    'preferredName',
    'formerName.family',
    'formerName.given',
    'birthDate',
    'sex',
    'phone.home',
    'phone.mobile',
    'phone.work',
    'phone.other',
    'address.line',
    'address.city',
    'address.state',
    'address.postalCode',
    'language',
    'interpreterNeeded',
    'emergencyContact.name',
    'emergencyContact.relation',
    'emergencyContact.phone',
    'primaryCare',
    'pharmacy.name',
    'pharmacy.phone',
    'pharmacy.fax',
    'codeStatus',
    'balanceDue',
    'deceased',
    'restriction',
  ],
  appointments: [
    'id!',
    'locationId!',
    'patientId',
    'patientName!',
    'patientBirthDate',
    'patientMrn',
    'patientPhone',
    'providerId!',
    'providerName',
    'start!',
    'end',
    'minutes',
    'status',
    'type',
    'reason',
    'room',
  ],
  alerts: [...OWNED, 'text!', 'kind'],
  allergies: [...CODED, 'reaction', 'criticality', 'severity', 'verified', 'onset'],
  medications: [...CODED, 'dosage', 'start', 'prescriber', 'lastRefill', 'controlledSchedule'],
  problems: [...CODED, 'onset', 'clinicalStatus'],
  notes: [...OWNED, 'kind', 'author', 'specialty', 'at!', 'text!'],
  pending: [...CODED, 'kind', 'status', 'orderedAt', 'orderedBy'],
  vitals: OBSERVED,
  results: OBSERVED,
  immunizations: [...CODED, 'day', 'lot', 'due'],
  procedures: [...CODED, 'day', 'implant'],
  coverage: [
    ...OWNED,
    'rank',
    'payer!',
    'memberId',
    'group',
    'copay',
    'authorization',
    'referralNeeded',
    'eligibilityCheckedOn',
  ],
}

export const HOLDINGS = Object.keys(FIELDS)

/** Undefined when no such thing can be held. */
export function fieldsOf(holds: string): { all: string[]; needed: string[] } | undefined {
  const fields = Object.hasOwn(FIELDS, holds) ? FIELDS[holds] : undefined
  if (fields === undefined) return undefined
  return {
    all: fields.map((field) => field.replace('!', '')),
    needed: fields.filter((field) => field.endsWith('!')).map((field) => field.slice(0, -1)),
  }
}
