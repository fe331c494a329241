import { birthDateFrom } from '../../chart/birth-date.ts'
import type { ChartChange, ClearablePatientField } from '../../chart/change.ts'
import type { Patient, PersonName, Sex } from '../../chart/chart.ts'
import { phoneDigits } from '../../chart/phone.ts'
import type { Reading } from './config.ts'
import type { Field, Segment } from './message.ts'
import { type About, type Fault, faultOf, saidOf } from './told.ts'
import { dayOfTime } from './when.ts'

/**
 * Demographics from PID, PD1, ROL, NK1 and PV1. A field that the message leaves out is left as it is known, and one that it says to be none (HL7's
 * null) is cleared.
 */
export function patientTold(pid: Segment, others: Segment[], about: About): PatientTold {
  const restriction = restrictionIn(others, about.reading)
  const cleared = clearedIn(pid, others)
  const { phonesOf: part, ...phones } = phonesTold(pid)
  const patient: Partial<Patient> = {
    ...demographics(pid),
    ...phones,
    ...present('primaryCare', primaryCare(others)),
    ...present('emergencyContact', emergencyContact(others)),
    mrn: about.patientId,
  }
  const change = {
    type: 'patient',
    ...saidOf(about),
    patient,
    ...(cleared.length === 0 ? {} : { cleared }),
    ...(part === undefined ? {} : { phonesOf: part }),
    ...(restriction === undefined ? {} : { restriction }),
  } as const
  return { change, faults: doubtful(pid, about) }
}

export type PatientTold = { change: ChartChange & { type: 'patient' }; faults: Fault[] }

function clearedIn(pid: Segment, others: Segment[]): ClearablePatientField[] {
  const isNull = (name: string, field: number): boolean =>
    others.some((segment) => segment.name === name && segment.isNull(field)) &&
    !others.some((segment) => segment.name === name && segment.all(field).length > 0)
  const nulls: [ClearablePatientField, boolean][] = [
    ['birthDate', pid.isNull(7)],
    ['address', pid.isNull(11)],
    ['language', pid.isNull(15)],
    ['deceased', deathIn(pid) === 'cleared'],
    ['primaryCare', primaryCare(others) === undefined && isNull('PD1', 4)],
    ['emergencyContact', emergencyContact(others) === undefined && isNull('NK1', 2)],
  ]
  return nulls.flatMap(([field, isCleared]) => (isCleared ? [field] : []))
}

/** PID-30, and PID-29 where it says nothing: whoever has a day of death is dead. Undefined when nothing is said, or the two disagree. */
function deathIn(pid: Segment): boolean | 'cleared' | 'disputed' | undefined {
  const flag = pid.get(30)
  const hasDate = pid.get(29) !== ''
  if (/^(Y|YES|TRUE|1)$/i.test(flag)) return true
  if (/^(N|NO|FALSE|0)$/i.test(flag)) return hasDate ? 'disputed' : false
  if (flag !== '') return 'disputed'
  if (hasDate) return true
  return pid.isNull(30) || pid.isNull(29) ? 'cleared' : undefined
}

/** What of the demographics could not be kept, without saying it. */
function doubtful(pid: Segment, about: About): Fault[] {
  const because = [
    pid.get(7) !== '' && birthDateIn(pid) === undefined ? 'PID-7: the birth date cannot be read.' : '',
    (pid.get(8) !== '' || pid.get(8, 2) !== '') && sexIn(pid) === undefined ? 'PID-8: the sex cannot be read.' : '',
    deathIn(pid) === 'disputed' ? 'PID-29 and PID-30 do not agree on whether the patient is deceased.' : '',
  ]
  return because.filter((text) => text !== '').map((text) => faultOf(text, about))
}

function demographics(pid: Segment): Partial<Patient> {
  const names = pid.all(5).filter((field) => field.get(1) !== '' || field.get(2) !== '')
  const name =
    names.find((field) => LEGAL.has(nameType(field))) ?? names.find((field) => !OTHER.has(nameType(field))) ?? names[0]
  const former = [...names.filter((field) => FORMER.has(nameType(field))), ...pid.all(9)].filter(
    (field) => field !== name,
  )
  const nick = names.find((field) => nameType(field) === 'N' && field !== name)
  const nickname = nick?.get(2) || nick?.get(1)
  const death = deathIn(pid)
  const sex = sexIn(pid)
  const language = pid.get(15, 2) || pid.get(15, 5) || pid.get(15)
  return {
    ...present('name', name && personNameOf(name)),
    ...present('preferredName', nickname),
    ...(former.length === 0 ? {} : { formerNames: former.map(personNameOf).filter(({ family }) => family !== '') }),
    ...present('birthDate', birthDateIn(pid)),
    ...present('sex', sex),
    ...present('address', addressOf(pid.all(11))),
    ...present('language', language === '' ? undefined : language),
    ...(typeof death === 'boolean' ? { deceased: death } : {}),
  }
}

function birthDateIn(pid: Segment): string | undefined {
  return birthDateFrom(dayOfTime(pid.get(7)))
}

/** HL7 table 0200. */
const LEGAL = new Set(['L', 'C'])
const FORMER = new Set(['M', 'B', 'R', 'A'])
const OTHER = new Set([...FORMER, 'N', 'S', 'P', 'K', 'I', 'NOUSE', 'F', 'BAD'])

function nameType(field: Field): string {
  return field.get(7).toUpperCase()
}

/** XPN: family (sub-component 1 is the surname), given, further given, suffix, prefix. */
function personNameOf(field: Field): PersonName {
  const given = [field.get(2), field.get(3)].filter((part) => part !== '')
  const [suffix, prefix] = [field.get(4), field.get(5)]
  return { family: field.get(1), given, ...(prefix === '' ? {} : { prefix }), ...(suffix === '' ? {} : { suffix }) }
}

/** XCN: id, family, given, further given, suffix, prefix; as it is read aloud. */
export function providerOf(field: Field | undefined): { id: string; name: string } | undefined {
  if (field === undefined) return undefined
  const given = [field.get(3), field.get(4)].filter((part) => part !== '').join(' ')
  const name = [field.get(2), given].filter((part) => part !== '').join(', ')
  const id = field.get(1)
  if (id === '' && name === '') return undefined
  return { id: id === '' ? name : id, name: name === '' ? id : name }
}

/** HL7 table 0001, and its words; undefined where none is said. */
function sexIn(pid: Segment): Sex | undefined {
  const words = [pid.get(8), pid.get(8, 2)].map((word) => word.toUpperCase())
  return words.map((word) => SEXES[word]).find((sex) => sex !== undefined)
}

const SEXES: { [code: string]: Sex } = {
  FEMALE: 'female',
  MALE: 'male',
  OTHER: 'other',
  UNKNOWN: 'unknown',
  UNK: 'unknown',
  F: 'female',
  M: 'male',
  O: 'other',
  A: 'other',
  N: 'other',
  X: 'other',
  U: 'unknown',
}

type Phone = Patient['phones'][number]

/**
 * PID-13 and PID-14 are two halves of one list, and each says nothing of the other. Since version 2.7 PID-13 may hold the numbers at work too: where
 * it names one it is the whole list.
 */
function phonesTold(pid: Segment): { phones?: Phone[]; phonesOf?: 'work' | 'others' } {
  const [home, work] = [phonesOf(pid.all(13), 'home'), phonesOf(pid.all(14), 'work')]
  const phones = onceEach([...home, ...work])
  const saysHome = home.length > 0 || pid.isNull(13)
  const saysWork = work.length > 0 || pid.isNull(14) || home.some(({ use }) => use === 'work')
  if (!saysHome && !saysWork) return {}
  return saysHome && saysWork ? { phones } : { phones, phonesOf: saysWork ? 'work' : 'others' }
}

/** XTN: the number as written (1), or area code, number and extension (6, 7, 8), or unformatted (12); faxes and e-mail are no phones. */
function phonesOf(fields: Field[], fallback: Phone['use']): Phone[] {
  return fields.flatMap((field) => {
    const equipment = field.get(3).toUpperCase()
    if (['FX', 'INTERNET', 'X.400', 'BP', 'MD'].includes(equipment)) return []
    const parts = [field.get(6), field.get(7)].filter((part) => part !== '').join('-')
    if (field.get(2).toUpperCase() === 'NET') return []
    const number = [field.get(1), field.get(12), parts].find(isPhone)
    if (number === undefined) return []
    const use = equipment === 'CP' ? 'mobile' : (PHONE_USES[field.get(2).toUpperCase()] ?? fallback)
    return [{ use, number: field.get(8) === '' ? number : `${number} ext. ${field.get(8)}` }]
  })
}

function isPhone(written: string): boolean {
  return phoneDigits(written) !== '' && !/@|:\/\/|www\./i.test(written)
}

const PHONE_USES: { [code: string]: Phone['use'] } = {
  PRN: 'home',
  PRS: 'mobile',
  WPN: 'work',
  ORN: 'other',
  VHN: 'other',
}

function onceEach(phones: Phone[]): Phone[] {
  return phones.filter(
    (phone, at) => phones.findIndex((other) => phoneDigits(other.number) === phoneDigits(phone.number)) === at,
  )
}

function addressOf(fields: Field[]): Patient['address'] | undefined {
  const field =
    fields.find((one) => one.get(7) === 'H') ??
    fields.find((one) => !['BA', 'BI', 'O', 'B'].includes(one.get(7))) ??
    fields[0]
  if (field === undefined) return undefined
  const street = [field.get(1, 1), field.get(1, 2)].filter((part) => part !== '').join(' ')
  const line = [street, field.get(2)].filter((part) => part !== '').join(', ')
  const address = { line, city: field.get(3), state: field.get(4), postalCode: field.get(5) }
  return Object.values(address).every((part) => part === '') ? undefined : address
}

function primaryCare(segments: Segment[]): string | undefined {
  const role = segments.find((segment) => segment.name === 'ROL' && segment.get(3) === 'PP')
  const pd1 = segments.find((segment) => segment.name === 'PD1')
  return providerOf(role?.all(4)[0])?.name ?? providerOf(pd1?.all(4)[0])?.name
}

/** NK1: whoever is named as emergency contact (table 0131: C; many senders: EMC, EC), else the first. */
function emergencyContact(segments: Segment[]): Patient['emergencyContact'] | undefined {
  const kin = segments.filter((segment) => segment.name === 'NK1' && segment.all(2).length > 0)
  const isEmergency = (code: string): boolean => /^(C|EMC|EC|ECON|EMERGENCY.*)$/i.test(code)
  const chosen = kin.find((nk1) => isEmergency(nk1.get(7)) || isEmergency(nk1.get(3))) ?? kin[0]
  const field = chosen?.all(2)[0]
  if (chosen === undefined || field === undefined) return undefined
  const { family, given } = personNameOf(field)
  const relation = chosen.get(3, 2) || chosen.get(3)
  const phone = phonesOf([...chosen.all(5), ...chosen.all(6)], 'home')[0]?.number
  const name = [...given, family].filter((part) => part !== '').join(' ')
  if (name === '') return undefined
  return { name, ...(relation === '' ? {} : { relation }), ...(phone === undefined ? {} : { phone }) }
}

/** PV1-16 (VIP), PD1-12 (protection) and ARV (access restriction, 2.8.1). Said to be none (`""`, N), it is lifted. */
function restrictionIn(segments: Segment[], reading: Reading): 'vip' | 'other' | 'none' | undefined {
  const first = (name: string): Segment | undefined => segments.find((segment) => segment.name === name)
  const vip = first('PV1')?.get(16) ?? ''
  const guarded = first('PD1')?.get(12) ?? ''
  if (reading.vipRestricts && vip !== '' && !/^(N|NO|0)$/i.test(vip)) return 'vip'
  if (guarded.toUpperCase() === 'Y' || segments.some((segment) => segment.name === 'ARV' && segment.get(2) !== 'D'))
    return 'other'
  const lifted = /^(N|NO|0)$/i.test(vip) || first('PV1')?.isNull(16) === true || guarded.toUpperCase() === 'N'
  return lifted ? 'none' : undefined
}

function present<Name extends keyof Patient>(name: Name, value: Patient[Name] | undefined): Partial<Patient> {
  return value === undefined ? {} : { [name]: value }
}
