/** JSON that somebody else wrote: anything may stand anywhere, so every look at it answers undefined rather than throw. */
export type Json = { readonly [field: string]: unknown }

export function isObject(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

export function objectIn(holder: unknown, field: string): Json | undefined {
  const value = isObject(holder) ? holder[field] : undefined
  return isObject(value) ? value : undefined
}

/** The objects of a list. Servers are known to send one object where FHIR has a list: it counts as a list of one. */
export function objectsIn(holder: unknown, field: string): Json[] {
  const value = isObject(holder) ? holder[field] : undefined
  if (Array.isArray(value)) return value.filter(isObject)
  return isObject(value) ? [value] : []
}

/** A text, trimmed; undefined when it is missing, empty or no text. */
export function textIn(holder: unknown, field: string): string | undefined {
  const value = isObject(holder) ? holder[field] : undefined
  if (typeof value !== 'string') return undefined
  const text = value.replaceAll('\u0000', '').trim()
  return text === '' ? undefined : text
}

export function textsIn(holder: unknown, field: string): string[] {
  const value = isObject(holder) ? holder[field] : undefined
  const list: unknown[] = Array.isArray(value) ? value : [value]
  return list.flatMap((one) => (typeof one === 'string' && one.trim() !== '' ? [one.trim()] : []))
}

export function numberIn(holder: unknown, field: string): number | undefined {
  const value = isObject(holder) ? holder[field] : undefined
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

export function yesIn(holder: unknown, field: string): boolean | undefined {
  const value = isObject(holder) ? holder[field] : undefined
  return typeof value === 'boolean' ? value : undefined
}

/** The extension with this address, at this level only. */
export function extensionIn(holder: unknown, url: string): Json | undefined {
  return objectsIn(holder, 'extension').find((extension) => extension.url === url)
}

/** What a table holds under a word that somebody else wrote; `constructor` and its kin are no words of ours. */
export function lookUp<Value>(table: { readonly [word: string]: Value }, word: string | undefined): Value | undefined {
  return word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined
}
