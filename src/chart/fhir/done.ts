import type { Immunization, Procedure } from '../chart.ts'
import { absenceOf } from './absence.ts'
import { conceptOf } from './concept.ts'
import { type Json, objectIn, objectsIn, textIn } from './json.ts'
import { absentFrom, type FhirContext, type Mapped, setAside } from './mapped.ts'
import { patientIn, resolved } from './reference.ts'
import { withSite } from './site.ts'
import { dateOf } from './when.ts'

const PROCEDURE_DONE = new Set(['completed', 'in-progress', 'on-hold', 'unknown', 'stopped'])
const PROCEDURE_OVER = new Set(['preparation', 'not-done', 'entered-in-error'])

/** Vaccinations that were given. */
export function mapImmunization(resource: Json, entryId: string, context: FhirContext): Mapped {
  const patientId = patientIn(resource, 'patient')
  if (patientId === undefined) return setAside('it names no patient')
  const status = textIn(resource, 'status')
  if (status === 'not-done' || status === 'entered-in-error') {
    return { type: 'left-out', patientId, sections: ['immunizations'], entryId, because: `its status is ${status}` }
  }
  if (status !== 'completed') return setAside('its status is missing or none that FHIR has')
  const code = conceptOf(objectIn(resource, 'vaccineCode'))
  const absence = absenceOf(code)
  if (absence !== undefined) return absentFrom(resource, entryId, { patientId, section: 'immunizations', absence })
  if (code === undefined) return setAside('it does not say which vaccine')
  const lot = textIn(resource, 'lotNumber')
  const day = dateOf(textIn(resource, 'occurrenceDateTime'), context.zone) ?? textIn(resource, 'occurrenceString')
  const entry: Immunization = { id: entryId, code, day, ...(lot === undefined ? {} : { lot }) }
  return { type: 'entry', patientId, section: 'immunizations', entry }
}

/** Procedures that were begun; one that put a device into the body counts as an implant. */
export function mapProcedure(resource: Json, entryId: string, context: FhirContext): Mapped {
  const patientId = patientIn(resource, 'subject')
  if (patientId === undefined) return setAside('it names no patient')
  const status = textIn(resource, 'status') ?? ''
  if (PROCEDURE_OVER.has(status)) {
    return { type: 'left-out', patientId, sections: ['procedures'], entryId, because: `its status is ${status}` }
  }
  if (!PROCEDURE_DONE.has(status)) return setAside('its status is missing or none that FHIR has')
  const code = conceptOf(objectIn(resource, 'code'))
  const absence = absenceOf(code)
  if (absence !== undefined) return absentFrom(resource, entryId, { patientId, section: 'procedures', absence })
  if (code === undefined) return setAside('it does not say which procedure')
  const named = withSite(code, resource)
  const period = objectIn(resource, 'performedPeriod')
  const entry: Procedure = {
    id: entryId,
    code: status === 'stopped' ? { ...named, text: `${named.text} (stopped)` } : named,
    day:
      dateOf(textIn(resource, 'performedDateTime') ?? textIn(period, 'start'), context.zone) ??
      textIn(resource, 'performedString'),
    ...(objectsIn(resource, 'focalDevice').length > 0 ? { implant: true } : {}),
  }
  return { type: 'entry', patientId, section: 'procedures', entry }
}

/** Device with a patient (US Core's implantable devices), and DeviceUseStatement (IPS): what stays in or on the body. */
export function mapDevice(resource: Json, entryId: string, context: FhirContext): Mapped {
  const statement = resource.resourceType === 'DeviceUseStatement'
  const patientId = patientIn(resource, statement ? 'subject' : 'patient')
  if (patientId === undefined) return statement ? setAside('it names no patient') : { type: 'support' }
  const status = textIn(resource, 'status') ?? 'active'
  if (status !== 'active' && status !== 'unknown' && status !== 'on-hold' && status !== 'intended') {
    return { type: 'left-out', patientId, sections: ['procedures'], entryId, because: 'it is no longer in use' }
  }
  const device = statement ? resolved(objectIn(resource, 'device'), resource, context.directory) : resource
  const named = textIn(objectIn(resource, 'device'), 'display') ?? textIn(objectsIn(device, 'deviceName')[0], 'name')
  const code = conceptOf(objectIn(device, 'type')) ?? (named === undefined ? undefined : { text: named, codings: [] })
  if (code === undefined) return setAside('it does not say which device')
  const absence = absenceOf(code)
  if (absence !== undefined) return absentFrom(resource, entryId, { patientId, section: 'procedures', absence })
  const day = dateOf(textIn(resource, 'timingDateTime'), context.zone)
  // A walker is a Device too; what was put into somebody carries a UDI, or somebody stated that it is in use.
  const implant = statement || objectsIn(resource, 'udiCarrier').length > 0
  const entry: Procedure = { id: entryId, code, day, ...(implant ? { implant } : {}) }
  return { type: 'entry', patientId, section: 'procedures', entry }
}
