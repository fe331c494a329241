import { type Appointment, type Patient } from '../chart/chart.ts'
import { type Identity, identityOf } from '../chart/identity.ts'
import { UNKNOWN_PLACE } from '../chart/schedule.ts'
import { isSomebodyElse } from './same-id.ts'

/** What is doubtful in what was mapped, counted before it surprises anybody. */
export type Tally = {
  visit(appointment: Appointment): void
  patient(patient: Patient, shownUnderId?: boolean): void
  lines(show: boolean): string[]
}

const WORDS_NAMED = 10
const WORD_LENGTH = 20

export function makeTally(): Tally {
  const statuses = new Map<string, number>()
  const visits = { place: 0, provider: 0, patient: 0 }
  const patients = { birthDate: 0, mrn: 0, underId: 0 }
  const byMrn = new Map<string, Identity>()
  const shared = new Set<string>()
  return {
    visit({ status, statusSaid, locationId, providerId, patientId }) {
      const word = statusSaid ?? ''
      if (status === 'unknown') statuses.set(word, (statuses.get(word) ?? 0) + 1)
      if (locationId === UNKNOWN_PLACE) visits.place++
      if (providerId === 'unassigned') visits.provider++
      if (patientId === undefined) visits.patient++
    },
    patient(patient, shownUnderId = false) {
      if (shownUnderId) patients.underId++
      if (patient.birthDate === undefined) patients.birthDate++
      if (patient.mrn === '') {
        patients.mrn++
        return
      }
      const identity = identityOf(patient)
      const before = byMrn.get(patient.mrn)
      if (before === undefined) byMrn.set(patient.mrn, identity)
      else if (isSomebodyElse(before, identity)) shared.add(patient.mrn)
    },
    lines: (show) => [
      ...statusLines(statuses, show),
      ...counted(visits.place, 'visits name no place: no site shows them as its own'),
      ...counted(visits.provider, 'visits name no provider'),
      ...counted(visits.patient, 'visits belong to no chart'),
      ...counted(patients.mrn, 'patients have no MRN that can be used'),
      ...counted(patients.underId, 'patients are shown under their id: they have no MRN beside it'),
      ...counted(
        shared.size,
        'record numbers (MRN) stand for more than one person: other sources are not joined by them',
      ),
      ...counted(patients.birthDate, 'patients have no birth date'),
    ],
  }
}

function counted(count: number, says: string): string[] {
  return count === 0 ? [] : [`${count} ${says}.`]
}

function statusLines(statuses: ReadonlyMap<string, number>, show: boolean): string[] {
  const all = [...statuses].toSorted(([, a], [, b]) => b - a)
  if (all.length === 0) return []
  const named = all.slice(0, WORDS_NAMED).map(([word, count]) => `${wordOf(word, show)} (${count})`)
  const more = all.length > WORDS_NAMED ? `, and ${all.length - WORDS_NAMED} more` : ''
  return [`Status words that are shown as unknown: ${named.join(', ')}${more}. Add them to the map of the status.`]
}

/** A word of a list is short; what is longer may be about somebody. */
function wordOf(word: string, show: boolean): string {
  if (word === '') return 'none at all'
  return show || word.length <= WORD_LENGTH ? `"${word}"` : `a text of ${word.length} letters`
}
