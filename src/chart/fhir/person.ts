import type { Patient, PersonName } from '../chart.ts'
import { conceptOf } from './concept.ts'
import { isObject, type Json, lookUp, numberIn, objectIn, objectsIn, textIn, textsIn } from './json.ts'
import type { Directory } from './mapped.ts'
import { resolved } from './reference.ts'

/** A HumanName; where only `text` is given, its last word is the family name. Undefined if it holds no name at all. */
export function personNameOf(name: Json | undefined): PersonName | undefined {
  if (name === undefined) return undefined
  const family = textIn(name, 'family')
  const given = textsIn(name, 'given')
  const prefix = textsIn(name, 'prefix').join(' ')
  const suffix = textsIn(name, 'suffix').join(' ')
  const more = { ...(prefix === '' ? {} : { prefix }), ...(suffix === '' ? {} : { suffix }) }
  if (family !== undefined || given.length > 0) return { family: family ?? '', given, ...more }
  const words = textIn(name, 'text')?.split(/\s+/) ?? []
  const last = words.pop()
  return last === undefined ? undefined : { family: last, given: words, ...more }
}

/** A name in the order of speech: "Dr. Brain Ruecker". */
export function spokenName(name: Json | undefined): string | undefined {
  const text = textIn(name, 'text')
  if (text !== undefined) return text
  const parts = personNameOf(name)
  if (parts === undefined) return undefined
  return [parts.prefix, ...parts.given, parts.family, parts.suffix]
    .filter((part) => part !== undefined && part !== '')
    .join(' ')
}

const USES: { [use: string]: Patient['phones'][number]['use'] } = { home: 'home', mobile: 'mobile', work: 'work' }

export function phonesOf(resource: Json | undefined): Patient['phones'] {
  return objectsIn(resource, 'telecom')
    .filter(({ system, use }) => (system === 'phone' || system === 'sms') && use !== 'old')
    .sort((a, b) => (numberIn(a, 'rank') ?? 99) - (numberIn(b, 'rank') ?? 99))
    .flatMap((telecom) => {
      const number = textIn(telecom, 'value')?.replace(/^tel:/, '')
      const use = lookUp(USES, textIn(telecom, 'use'))
      return number === undefined ? [] : [{ use: use ?? ('other' as const), number }]
    })
}

/** The present home address; one marked `old`, or of billing, only where there is no other is still not taken: it would mislead. */
export function addressOf(resource: Json): Patient['address'] {
  const addresses = objectsIn(resource, 'address').filter(
    (address) => address.use !== 'old' && address.use !== 'billing' && objectIn(address, 'period')?.end === undefined,
  )
  const address = addresses.find(({ use }) => use === 'home') ?? addresses[0]
  if (address === undefined) return undefined
  const lines = textsIn(address, 'line')
  const parts = {
    line: lines.length > 0 ? lines.join(', ') : (textIn(address, 'text') ?? ''),
    city: textIn(address, 'city') ?? '',
    state: textIn(address, 'state') ?? '',
    postalCode: textIn(address, 'postalCode') ?? '',
  }
  return Object.values(parts).every((part) => part === '') ? undefined : parts
}

/** What people call whoever a Reference points to: its own display first, then what the directory knows. */
export function displayOf(reference: Json | undefined, holder: Json, directory: Directory): string | undefined {
  const display = textIn(reference, 'display')
  if (display !== undefined) return display
  const resource = resolved(reference, holder, directory)
  if (!isObject(resource)) return undefined
  if (resource.resourceType === 'PractitionerRole') return roleDisplay(resource, directory)
  return textIn(resource, 'name') ?? spokenName(nameOfToday(resource))
}

function roleDisplay(role: Json, directory: Directory): string | undefined {
  const person = displayOf(objectIn(role, 'practitioner'), role, directory)
  return person ?? conceptOf(objectsIn(role, 'code')[0])?.text ?? conceptOf(objectsIn(role, 'specialty')[0])?.text
}

const RANK: { [use: string]: number } = { usual: 0, official: 1, temp: 3 }

/** The name of today: the official one, else the usual one; never an old, maiden or nick name while another stands there. */
export function nameOfToday(resource: Json): Json | undefined {
  const rank = (name: Json): number => lookUp(RANK, textIn(name, 'use')) ?? 2
  const today = objectsIn(resource, 'name').filter((name) => !isFormer(name) && name.use !== 'nickname')
  return [...today].sort((a, b) => rankOfficial(a, rank) - rankOfficial(b, rank))[0] ?? objectsIn(resource, 'name')[0]
}

function rankOfficial(name: Json, rank: (name: Json) => number): number {
  return name.use === 'official' ? -1 : rank(name)
}

export function isFormer(name: Json): boolean {
  return name.use === 'old' || name.use === 'maiden' || objectIn(name, 'period')?.end !== undefined
}
