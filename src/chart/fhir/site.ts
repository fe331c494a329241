import type { CodeableConcept } from '../chart.ts'
import { conceptOf } from './concept.ts'
import { type Json, objectsIn } from './json.ts'

/** Side and place on the body are part of what is said: a fracture, an amputation or an eye pressure without its side is half of it. */
export function withSite(code: CodeableConcept, resource: Json): CodeableConcept {
  const said = code.text.toLowerCase()
  const sites = objectsIn(resource, 'bodySite')
    .flatMap((site) => conceptOf(site)?.text ?? [])
    .filter((site) => !said.includes(site.toLowerCase()))
  return sites.length === 0 ? code : { ...code, text: [code.text, ...new Set(sites)].join(', ') }
}
