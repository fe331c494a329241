import { birthDateFrom } from '../birth-date.ts'
import type { Patient, PersonName, Sex } from '../chart.ts'
import { formerNames } from '../name.ts'
import { codesIn, codingsOf, conceptOf, hasCode, SNOMED } from './concept.ts'
import { mrnOf } from './identifier.ts'
import { extensionIn, type Json, lookUp, objectIn, objectsIn, textIn, yesIn } from './json.ts'
import { restrictionOf } from './label.ts'
import { type FhirContext, type Mapped, setAside } from './mapped.ts'
import { type Now, periodOf } from './period.ts'
import { addressOf, displayOf, isFormer, nameOfToday, personNameOf, phonesOf, spokenName } from './person.ts'
import { referenceKey } from './reference.ts'
import { ownDayOf } from './when.ts'

const INTERPRETER = [
  'http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired',
  'http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed',
]
const YES = new Set(['373066001'])
const SEXES: Sex[] = ['female', 'male', 'other', 'unknown']
const LETTERS: { [letter: string]: Sex } = { f: 'female', m: 'male' }

/** FHIR Patient (US Core and Synthea shapes included). A record that was replaced by another is a merge. */
export function mapPatient(resource: Json, id: string, context: FhirContext): Mapped[] {
  const replacedBy = objectsIn(resource, 'link').find((link) => link.type === 'replaced-by')
  const into = referenceKey(objectIn(replacedBy, 'other'))
  if (into?.startsWith('Patient/') === true && into !== `Patient/${id}`) {
    return [{ type: 'merged', fromId: id, intoId: into.slice('Patient/'.length) }]
  }
  const { mrn, because } = mrnOf(resource, context)
  const patient = patientOf(resource, id, mrn, context)
  const doubts = [
    because,
    patient.birthDate === undefined && isSent(resource.birthDate) ? 'its birth date cannot be read' : undefined,
    patient.sex === 'unknown' && isSent(resource.gender) && resource.gender !== 'unknown'
      ? 'its sex cannot be read'
      : undefined,
    patient.deceased === undefined &&
    isSent(resource.deceasedBoolean) &&
    yesIn(resource, 'deceasedBoolean') === undefined
      ? 'whether the patient is deceased cannot be read'
      : undefined,
    isNameless(patient) && isSent(resource.name) ? 'its name cannot be read' : undefined,
  ]
  const aside = doubts.flatMap((doubt) => (doubt === undefined ? [] : [setAside(doubt)]))
  return [{ type: 'patient', patient, restriction: restrictionOf(resource) }, ...aside]
}

function isNameless({ name }: Patient): boolean {
  return name.family === '' && name.given.length === 0
}

function isSent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function patientOf(resource: Json, id: string, mrn: string, context: FhirContext): Patient {
  const today = nameOfToday(resource, context)
  const name = personNameOf(today) ?? { family: '', given: [] }
  const gender = textIn(resource, 'gender')?.toLowerCase()
  const address = addressOf(resource, context)
  const preferredName = preferredNameOf(resource, today, name, context)
  const language = languageOf(resource)
  const interpreterNeeded = interpreterOf(resource)
  const contact = contactOf(resource, context)
  const primaryCare = primaryCareOf(resource, context)
  const deceased = yesIn(resource, 'deceasedBoolean') === true || textIn(resource, 'deceasedDateTime') !== undefined
  return {
    id,
    mrn,
    name,
    ...(preferredName === undefined ? {} : { preferredName }),
    formerNames: formerNames(
      name,
      objectsIn(resource, 'name')
        .filter((other) => isFormer(other, context))
        .flatMap((former) => personNameOf(former) ?? []),
    ),
    birthDate: birthDateFrom(ownDayOf(textIn(resource, 'birthDate'))),
    sex: SEXES.find((sex) => sex === gender) ?? lookUp(LETTERS, gender) ?? sexByExtension(resource) ?? 'unknown',
    phones: phonesOf(resource, context),
    ...(address === undefined ? {} : { address }),
    ...(language === undefined ? {} : { language }),
    ...(interpreterNeeded === undefined ? {} : { interpreterNeeded }),
    ...(contact === undefined ? {} : { emergencyContact: contact }),
    ...(primaryCare === undefined ? {} : { primaryCare }),
    ...(deceased ? { deceased } : {}),
  }
}

const US_CORE_SEX = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-individual-sex'
const SEX_CODES: { [snomed: string]: Sex } = { '248152002': 'female', '248153007': 'male' }

/** US Core 9 no longer asks for `gender`: it says the sex by a SNOMED CT code. */
function sexByExtension(resource: Json): Sex | undefined {
  return lookUp(SEX_CODES, textIn(objectIn(extensionIn(resource, US_CORE_SEX), 'valueCoding'), 'code'))
}

function preferredNameOf(resource: Json, today: Json | undefined, name: PersonName, now: Now): string | undefined {
  const names = objectsIn(resource, 'name').filter((other) => periodOf(other, now) === 'current')
  const nick = names.find((other) => other.use === 'nickname' && personNameOf(other) !== undefined)
  const usual =
    today?.use === 'official' ? names.find((other) => other.use === 'usual' && !isFormer(other, now)) : undefined
  const preferred = nick ?? usual
  if (preferred === undefined) return undefined
  const given = personNameOf(preferred)?.given.join(' ') ?? ''
  const spoken = given === '' ? spokenName(preferred) : given
  return spoken === '' || spoken === name.given.join(' ') ? undefined : spoken
}

function languageOf(resource: Json): string | undefined {
  const spoken = objectsIn(resource, 'communication')
  return conceptOf(objectIn(spoken.find(({ preferred }) => preferred === true) ?? spoken[0], 'language'))?.text
}

function interpreterOf(resource: Json): boolean | undefined {
  const holders = [resource, ...objectsIn(resource, 'communication')]
  for (const url of INTERPRETER) {
    for (const holder of holders) {
      const extension = extensionIn(holder, url)
      const said = yesIn(extension, 'valueBoolean')
      if (said !== undefined) return said
      const coding = objectIn(extension, 'valueCoding')
      if (coding !== undefined) return hasCode(codingsOf({ coding: [coding] }), SNOMED, YES)
    }
  }
  return undefined
}

function contactOf(resource: Json, now: Now): Patient['emergencyContact'] {
  const contacts = objectsIn(resource, 'contact').filter((one) => periodOf(one, now) === 'current')
  const contact =
    contacts.find((one) => codesIn(one, 'relationship').some((code) => code === 'C' || code === 'EP')) ?? contacts[0]
  const name = spokenName(objectIn(contact, 'name'))
  if (contact === undefined || name === undefined) return undefined
  const relation = conceptOf(objectsIn(contact, 'relationship')[0])?.text
  const phone = phonesOf(contact, now)[0]?.number
  return { name, ...(relation === undefined ? {} : { relation }), ...(phone === undefined ? {} : { phone }) }
}

function primaryCareOf(resource: Json, context: FhirContext): string | undefined {
  for (const reference of objectsIn(resource, 'generalPractitioner')) {
    const name = displayOf(reference, resource, context)
    if (name !== undefined) return name
  }
  return undefined
}
