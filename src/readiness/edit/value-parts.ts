export type Row = { readonly [column: string]: string | readonly string[] }
/** What a form shows for one key: texts as they are typed, empty where nothing is written. */
export type Value = string | readonly string[] | readonly Row[] | { readonly [key: string]: string }
export type Values = { readonly [key: string]: Value }

/** The words of a list; none where something else is held. */
export function wordsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** The rows of a list; none where something else is held. */
export function rowsIn(value: unknown): readonly Row[] {
  return Array.isArray(value) ? value.filter(isRow) : []
}

/** Texts by key; none where something else is held. */
export function groupIn(value: unknown): { readonly [key: string]: string } {
  if (!isGroup(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, held]) => (typeof held === 'string' ? [[key, held]] : [])),
  )
}

export function isGroup(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRow(value: unknown): value is Row {
  return isGroup(value)
}
