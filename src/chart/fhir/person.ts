import type { Patient, PersonName } from '../chart.ts'
import { conceptOf } from './concept.ts'
import { isObject, type Json, lenientNumberIn, lookUp, objectIn, objectsIn, saidIn, textIn, textsIn } from './json.ts'
import type { Directory } from './mapped.ts'
import { nameInText } from './name-text.ts'
import { type Now, periodOf } from './period.ts'
import { resolved } from './reference.ts'

/** A HumanName; where the parts lack the family name or are missing, they are taken from its text. Undefined if it holds no name at all. */
export function personNameOf(name: Json | undefined): PersonName | undefined {
  if (name === undefined) return undefined
  const family = textsIn(name, 'family').join(' ')
  const given = textsIn(name, 'given')
  const prefix = textsIn(name, 'prefix').join(' ')
  const suffix = textsIn(name, 'suffix').join(' ')
  const more = { ...(prefix === '' ? {} : { prefix }), ...(suffix === '' ? {} : { suffix }) }
  const text = textIn(name, 'text')
  const inText = family !== '' || text === undefined ? undefined : nameInText(text)
  if (family === '' && given.length === 0) return inText === undefined ? undefined : { ...inText, ...more }
  const familyInText = inText === undefined || given.includes(inText.family) ? '' : inText.family
  return { family: family === '' ? familyInText : family, given, ...more }
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

/** Numbers that can be called now. What has no system counts where it looks like a number; an e-mail address never does. */
export function phonesOf(resource: Json | undefined, now: Now): Patient['phones'] {
  return objectsIn(resource, 'telecom')
    .filter((telecom) => telecom.use !== 'old' && periodOf(telecom, now) === 'current')
    .sort((a, b) => (lenientNumberIn(a, 'rank') ?? 99) - (lenientNumberIn(b, 'rank') ?? 99))
    .flatMap((telecom) => {
      const number = callable(textIn(telecom, 'system')?.toLowerCase(), saidIn(telecom, 'value'))
      const use = lookUp(USES, textIn(telecom, 'use'))
      return number === undefined ? [] : [{ use: use ?? ('other' as const), number }]
    })
}

function callable(system: string | undefined, value: string | undefined): string | undefined {
  const number = value?.replace(/^(tel|sms):/i, '').trim()
  if (number === undefined || number.includes('@') || /^[a-z]+:/i.test(number) || !/\d/.test(number)) return undefined
  if (system === 'phone' || system === 'sms') return number
  return system === undefined && /^[+(]?[\d\s().+/-]{5,}(\s*(x|ext\.?)\s*\d+)?$/i.test(number) ? number : undefined
}

/** The present home address; one that is over, not yet, or of billing is not taken, even where there is no other: it would mislead. */
export function addressOf(resource: Json, now: Now): Patient['address'] {
  const addresses = objectsIn(resource, 'address').filter(
    (address) => address.use !== 'old' && address.use !== 'billing' && periodOf(address, now) === 'current',
  )
  const homes = addresses.filter(({ use }) => use === 'home')
  const address = [...homes, ...addresses].find(({ type }) => type !== 'postal') ?? homes[0] ?? addresses[0]
  if (address === undefined) return undefined
  const lines = textsIn(address, 'line')
  const parts = {
    line: lines.length > 0 ? lines.join(', ') : (textIn(address, 'text') ?? ''),
    city: textIn(address, 'city') ?? '',
    state: textIn(address, 'state') ?? '',
    postalCode: saidIn(address, 'postalCode') ?? '',
  }
  return Object.values(parts).every((part) => part === '') ? undefined : parts
}

type Naming = Now & { directory: Directory }

/** What people call whoever a Reference points to: its own display first, then what the directory knows. */
export function displayOf(reference: Json | undefined, holder: Json, context: Naming): string | undefined {
  const display = textIn(reference, 'display')
  if (display !== undefined) return display
  const resource = resolved(reference, holder, context.directory)
  if (!isObject(resource)) return undefined
  if (resource.resourceType === 'PractitionerRole') return roleDisplay(resource, context)
  return textIn(resource, 'name') ?? spokenName(nameOfToday(resource, context))
}

function roleDisplay(role: Json, context: Naming): string | undefined {
  const person = displayOf(objectIn(role, 'practitioner'), role, context)
  return person ?? conceptOf(objectsIn(role, 'code')[0])?.text ?? conceptOf(objectsIn(role, 'specialty')[0])?.text
}

const RANK: { [use: string]: number } = { official: 0, usual: 1, temp: 3, anonymous: 4, nickname: 5 }

/**
 * The name of today: the official one, else the usual one, of two the one that began later; never an old, maiden or nick name while another
 * stands there. Where all are over, the one that ended last.
 */
export function nameOfToday(resource: Json, now: Now): Json | undefined {
  const names = objectsIn(resource, 'name').filter((name) => personNameOf(name) !== undefined)
  const rank = (name: Json): number => lookUp(RANK, textIn(name, 'use')) ?? 2
  const today = names.filter((name) => !isFormer(name, now) && periodOf(name, now) === 'current')
  const [found] = today.toSorted((a, b) => rank(a) - rank(b) || later(a, b, 'start'))
  return found ?? names.toSorted((a, b) => later(a, b, 'end'))[0]
}

/** Which of two comes first when the later one does; without a word of when, they stay as they are. */
function later(a: Json, b: Json, bound: 'start' | 'end'): number {
  const [first, second] = [a, b].map((name) => textIn(objectIn(name, 'period'), bound) ?? '')
  return first === second ? 0 : (first ?? '') < (second ?? '') ? 1 : -1
}

export function isFormer(name: Json, now: Now): boolean {
  return name.use === 'old' || name.use === 'maiden' || periodOf(name, now) === 'past'
}
