import { Failure } from '../../base/failure.ts'
import { isObject, type Json, lenientNumberIn, objectIn, objectsIn, textIn } from '../../chart/fhir/json.ts'
import { Refused, saysPartial } from './refusal.ts'

/** One page of a search, as it was read. */
export type Page = {
  /** Everything of the type that was asked for, as sent; what is no object, or has no id, stands among them and is set aside later. */
  entries: unknown[]
  next: string | undefined
  total: number | undefined
  /** How many rows the server says that it gives a page, where it says it in its own link. */
  ownCount: number | undefined
}

/** `needed`: whole answers; a sign that rows were left out is a Failure then. */
export function pageOf(bundle: Json, resourceType: string, needed: 'whole' | 'some'): Page {
  if (bundle.resourceType !== 'Bundle') {
    throw new Refused(
      'transient',
      `The FHIR server answered the question for ${resourceType} with something else.`,
      200,
    )
  }
  const entries: unknown[] = bundle.entry === undefined || bundle.entry === null ? [] : [bundle.entry].flat()
  if (needed === 'whole' && entries.some((entry) => leavesOut(entry))) throw notWhole(resourceType)
  const next = objectsIn(bundle, 'link').find(({ relation }) => relation === 'next')
  return {
    entries: entries.flatMap((entry) => found(entry, resourceType)),
    next: textIn(next, 'url'),
    total: lenientNumberIn(bundle, 'total'),
    ownCount: ownCountIn(bundle),
  }
}

function ownCountIn(bundle: Json): number | undefined {
  const self = textIn(
    objectsIn(bundle, 'link').find(({ relation }) => relation === 'self'),
    'url',
  )
  const count = /[?&]_count=(\d{1,6})(?:&|$)/.exec(self ?? '')?.[1]
  return count === undefined ? undefined : Number(count)
}

/** True for an entry that holds nothing, and for a remark of the server that it did not give everything. */
function leavesOut(entry: unknown): boolean {
  if (!isObject(entry)) return false
  const resource = objectIn(entry, 'resource')
  if (resource?.resourceType === 'OperationOutcome') return saysPartial(resource)
  const mode = objectIn(entry, 'search')?.mode
  return entry.resource === undefined && mode !== 'include' && mode !== 'outcome'
}

/** An answer that lacks some of what was asked for takes nothing away: it is as good as none. */
export function notWhole(resourceType: string, words = 'it says itself that some were left out'): Refused {
  return new Refused(
    'transient',
    `The FHIR server's answer for ${resourceType} is not whole: ${words}. It is not used, and what was read before stays.`,
    200,
  )
}

/** What was searched for, without what was included with it or said about it. */
function found(entry: unknown, resourceType: string): unknown[] {
  if (!isObject(entry)) return [entry]
  const mode = objectIn(entry, 'search')?.mode
  if (mode === 'include' || mode === 'outcome') return []
  const resource = entry.resource
  if (resource === undefined) return []
  if (isObject(resource) && resource.resourceType === 'OperationOutcome') return []
  if (isObject(resource) && typeof resource.resourceType === 'string' && resource.resourceType !== resourceType) {
    // A server that ignores the type would otherwise fill every list with everything.
    throw new Failure('permanent', `The FHIR server answers the question for ${resourceType} with other resources.`)
  }
  return [resource]
}

/** `id/version`, by which the same state of a resource is known again; undefined for what has no id. */
export function stateKey(resource: unknown): string | undefined {
  if (!isObject(resource) || typeof resource.id !== 'string') return undefined
  const meta = objectIn(resource, 'meta')
  return `${resource.id}/${textIn(meta, 'versionId') ?? textIn(meta, 'lastUpdated') ?? ''}`
}

export function lastUpdatedOf(resource: unknown): number | undefined {
  const at = Date.parse(textIn(objectIn(resource, 'meta'), 'lastUpdated') ?? '')
  return Number.isNaN(at) ? undefined : at
}

/**
 * Where to ask on from so that nothing of the same stamp is lost: a millisecond earlier, since servers round what they keep more finely; a whole
 * second where the stamps carry no fraction.
 */
export function stepBack(resource: unknown): number | undefined {
  const at = lastUpdatedOf(resource)
  const text = textIn(objectIn(resource, 'meta'), 'lastUpdated') ?? ''
  return at === undefined ? undefined : at - (text.includes('.') ? 1 : 1000)
}

/** True for links that count rows: what moves between two pages makes them skip. Cursors and snapshots do not. */
export function countsRows(link: string): boolean {
  return /[?&](_?offset|_getpagesoffset|_?page|_?skip|_?start(index)?|ct)=\d/i.test(link)
}
