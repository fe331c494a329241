import type { Patient, PersonName, Sex } from '../chart.ts'
import { formerNames } from '../name.ts'
import { codesIn, codingsOf, conceptOf, hasCode, SNOMED } from './concept.ts'
import { extensionIn, type Json, lookUp, objectIn, objectsIn, textIn, yesIn } from './json.ts'
import { restrictionOf } from './label.ts'
import type { FhirContext, Mapped } from './mapped.ts'
import { addressOf, displayOf, isFormer, nameOfToday, personNameOf, phonesOf, spokenName } from './person.ts'
import { referenceKey } from './reference.ts'
import { dateOf } from './when.ts'

const NOT_FOR_READING = new Set(['SS', 'SB', 'DL', 'PPN', 'TAX', 'MC', 'MA', 'MB'])
const INTERPRETER = [
  'http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired',
  'http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed',
]
const YES = new Set(['373066001'])
const SEXES: Sex[] = ['female', 'male', 'other', 'unknown']

/** FHIR Patient (US Core and Synthea shapes included). A record that was replaced by another is a merge. */
export function mapPatient(resource: Json, id: string, context: FhirContext): Mapped {
  const replacedBy = objectsIn(resource, 'link').find((link) => link.type === 'replaced-by')
  const into = referenceKey(objectIn(replacedBy, 'other'))
  if (into?.startsWith('Patient/') === true && into !== `Patient/${id}`) {
    return { type: 'merged', fromId: id, intoId: into.slice('Patient/'.length) }
  }
  return { type: 'patient', patient: patientOf(resource, id, context), restriction: restrictionOf(resource) }
}

function patientOf(resource: Json, id: string, context: FhirContext): Patient {
  const today = nameOfToday(resource)
  const name = personNameOf(today) ?? { family: '', given: [] }
  const gender = textIn(resource, 'gender')
  const address = addressOf(resource)
  const preferredName = preferredNameOf(resource, today, name)
  const language = languageOf(resource)
  const interpreterNeeded = interpreterOf(resource)
  const contact = contactOf(resource)
  const primaryCare = primaryCareOf(resource, context)
  const deceased = resource.deceasedBoolean === true || textIn(resource, 'deceasedDateTime') !== undefined
  return {
    id,
    mrn: mrnOf(resource),
    name,
    ...(preferredName === undefined ? {} : { preferredName }),
    formerNames: formerNames(
      name,
      objectsIn(resource, 'name')
        .filter(isFormer)
        .flatMap((former) => personNameOf(former) ?? []),
    ),
    birthDate: dateOf(textIn(resource, 'birthDate'), context.zone),
    sex: SEXES.find((sex) => sex === gender) ?? sexByExtension(resource) ?? 'unknown',
    phones: phonesOf(resource),
    ...(address === undefined ? {} : { address }),
    ...(language === undefined ? {} : { language }),
    ...(interpreterNeeded === undefined ? {} : { interpreterNeeded }),
    ...(contact === undefined ? {} : { emergencyContact: contact }),
    ...(primaryCare === undefined ? {} : { primaryCare }),
    ...(deceased ? { deceased } : {}),
  }
}

/** The number of type MR; else one marked as usual; else the first that is no card, licence or tax number; else nothing. */
export function mrnOf(resource: Json): string {
  const identifiers = objectsIn(resource, 'identifier').filter(({ use }) => use !== 'old')
  const typed = (code: string): Json | undefined =>
    identifiers.find((identifier) => codingsOf(objectIn(identifier, 'type')).some((coding) => coding.code === code))
  const plain = identifiers.find(
    (identifier) => !codingsOf(objectIn(identifier, 'type')).some((coding) => NOT_FOR_READING.has(coding.code)),
  )
  return textIn(typed('MR') ?? identifiers.find(({ use }) => use === 'usual') ?? plain, 'value') ?? ''
}

const US_CORE_SEX = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-individual-sex'
const SEX_CODES: { [snomed: string]: Sex } = { '248152002': 'female', '248153007': 'male' }

/** US Core 9 no longer asks for `gender`: it says the sex by a SNOMED CT code. */
function sexByExtension(resource: Json): Sex | undefined {
  return lookUp(SEX_CODES, textIn(objectIn(extensionIn(resource, US_CORE_SEX), 'valueCoding'), 'code'))
}

function preferredNameOf(resource: Json, today: Json | undefined, name: PersonName): string | undefined {
  const names = objectsIn(resource, 'name')
  const nick = names.find(({ use }) => use === 'nickname')
  const usual = today?.use === 'official' ? names.find((other) => other.use === 'usual' && !isFormer(other)) : undefined
  const preferred = nick ?? usual
  if (preferred === undefined) return undefined
  const parts = personNameOf(preferred)
  const given = parts?.given.join(' ')
  const spoken = given === undefined || given === '' ? spokenName(preferred) : given
  return spoken === name.given.join(' ') ? undefined : spoken
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

function contactOf(resource: Json): Patient['emergencyContact'] {
  const contacts = objectsIn(resource, 'contact')
  const contact =
    contacts.find((one) => codesIn(one, 'relationship').some((code) => code === 'C' || code === 'EP')) ?? contacts[0]
  const name = spokenName(objectIn(contact, 'name'))
  if (contact === undefined || name === undefined) return undefined
  const relation = conceptOf(objectsIn(contact, 'relationship')[0])?.text
  const phone = phonesOf(contact)[0]?.number
  return { name, ...(relation === undefined ? {} : { relation }), ...(phone === undefined ? {} : { phone }) }
}

function primaryCareOf(resource: Json, context: FhirContext): string | undefined {
  for (const reference of objectsIn(resource, 'generalPractitioner')) {
    const name = displayOf(reference, resource, context.directory)
    if (name !== undefined) return name
  }
  return undefined
}
