declare global {
  interface JSON {
    rawJSON(text: string): { readonly rawJSON: string }
    isRawJSON(value: unknown): value is { readonly rawJSON: string }
  }
}

/** JSON that somebody else wrote: anything may stand anywhere, so every look at it answers undefined rather than throw. */
export type Json = { readonly [field: string]: unknown }

/**
 * A number that a JavaScript number would not write in the same way: 0.700 (three digits were measured), 1.2E+2, or more digits than it can hold.
 * It may begin and end anywhere that a number may; text that looks like one only costs time.
 */
const INEXACT = /(?:^|[:,[\s])(?:-?(?:\d+\.\d*0|\d+(?:\.\d+)?[eE][+-]?\d+|[\d.]{16,}|0\.0{6}\d*)|-0)(?=[\s,}\]]|$)/

/**
 * JSON with its numbers as they were sent. One that a JavaScript number cannot give back digit by digit becomes a raw JSON value (see `numberText`),
 * which is written out again as it came. Throws like JSON.parse.
 */
export function parseJson(text: string): unknown {
  if (!INEXACT.test(text)) return JSON.parse(text)
  return JSON.parse(text, exactly)
}

function exactly(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  return typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value
}

export function isObject(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !JSON.isRawJSON(value)
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

/** A text, or a number or a yes or no in place of one: identifiers and values are sent with the wrong type. */
export function saidIn(holder: unknown, field: string): string | undefined {
  const value = isObject(holder) ? holder[field] : undefined
  return typeof value === 'boolean' ? String(value) : (numberText(value) ?? textIn(holder, field))
}

export function numberIn(holder: unknown, field: string): number | undefined {
  const value = isObject(holder) ? holder[field] : undefined
  const number = JSON.isRawJSON(value) ? Number(value.rawJSON) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** A number, also where it was sent as a text. */
export function lenientNumberIn(holder: unknown, field: string): number | undefined {
  const text = textIn(holder, field)
  if (text === undefined) return numberIn(holder, field)
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}

/** A number with every digit that was sent; undefined for what is no number. An exponent is written out where it stays short. */
export function numberText(value: unknown): string | undefined {
  const sent = JSON.isRawJSON(value) ? value.rawJSON : typeof value === 'number' ? String(value) : undefined
  const parts = sent === undefined ? null : /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(sent)
  if (parts === null) return sent
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  const point = whole.length + Number(exponent)
  if (Math.abs(Number(exponent)) > 20) return sent
  const digits = `${'0'.repeat(Math.max(0, 1 - point))}${whole}${fraction}`.padEnd(point, '0')
  const at = Math.max(1, point)
  const rest = digits.slice(at)
  return `${sign}${digits.slice(0, at)}${rest === '' ? '' : `.${rest}`}`
}

export function yesIn(holder: unknown, field: string): boolean | undefined {
  const value = isObject(holder) ? holder[field] : undefined
  if (value === 'true' || value === 'false') return value === 'true'
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
