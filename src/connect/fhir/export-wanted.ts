import { observationList } from '../../chart/fhir/category.ts'
import { codesIn } from '../../chart/fhir/concept.ts'
import { isObject, type Json, textIn } from '../../chart/fhir/json.ts'
import { instantOf } from '../../chart/fhir/when.ts'
import { type Ask, monthsBack } from './asks.ts'
import type { Reading } from './reading.ts'

/** The asks that a search would have found it by. What cannot be read is kept, to be set aside with its reason. */
export function wantedBy(resource: unknown, asks: Ask[], reading: Reading): string[] {
  if (!isObject(resource)) return asks.slice(0, 1).map(({ key }) => key)
  return asks.filter((ask) => inCategory(resource, ask) && !tooOld(resource, ask, reading)).map(({ key }) => key)
}

/** What names no category that is known is kept by the first ask of its type, to be set aside with its reason. */
function inCategory(resource: Json, ask: Ask): boolean {
  const category = ask.always.find(([name]) => name === 'category')?.[1]
  if (category === undefined) return true
  if (ask.resourceType === 'Observation') {
    const list = observationList(resource)
    return list === 'unknown' ? ask.sections.includes('vitals') : ask.sections.some((section) => section === list)
  }
  const codes = codesIn(resource, 'category')
  return codes.length === 0 || codes.includes(category)
}

const DATES: { [parameter: string]: string[] } = {
  date: ['effectiveDateTime', 'effectiveInstant', 'date'],
  authored: ['authoredOn'],
  'authored-on': ['authoredOn'],
}

function tooOld(resource: Json, ask: Ask, reading: Reading): boolean {
  const fields = ask.dated === undefined ? [] : (DATES[ask.dated] ?? [])
  const said = fields.map((field) => textIn(resource, field)).find((text) => text !== undefined)
  const at = instantOf(said, reading.server.config.zone)
  return at !== undefined && at < Date.parse(monthsBack(reading.asOf, reading.server.config.months))
}
