import { objectIn, textIn } from '../../../src/chart/fhir/json.ts'
import type { FhirRecord } from './records.ts'

export type Kept = FhirRecord & { meta: { versionId: string; lastUpdated: string } }
export type Version = { at: number; record: Kept | undefined; key: string }

/** What a FHIR server keeps: the present versions, and what was before. Each change is stamped by `now`. */
export class Shelf {
  readonly records = new Map<string, Kept>()
  readonly history: Version[] = []
  now: number

  constructor(now: number) {
    this.now = now
  }

  put(record: FhirRecord, at = this.now++): Kept {
    const key = `${record.resourceType}/${record.id}`
    const version = Number(this.records.get(key)?.meta.versionId ?? '0') + 1
    const kept = {
      ...record,
      meta: { ...record.meta, versionId: String(version), lastUpdated: new Date(at).toISOString() },
    }
    this.records.set(key, kept)
    this.history.push({ at, record: kept, key })
    return kept
  }

  remove(key: string): void {
    this.records.delete(key)
    this.history.push({ at: this.now++, record: undefined, key })
  }

  /** What matches a search, sorted as it asks. */
  search(type: string, params: URLSearchParams): Kept[] {
    const found = [...this.records.values()].filter(
      (record) => record.resourceType === type && [...params].every(([name, value]) => matches(record, name, value)),
    )
    if (params.get('_sort') === '_lastUpdated') found.sort((a, b) => stampOf(a) - stampOf(b) || (a.id < b.id ? -1 : 1))
    return found
  }
}

export function stampOf(record: Kept): number {
  return Date.parse(record.meta.lastUpdated)
}

type Loose = { [field: string]: unknown }

function matches(record: Kept, name: string, value: string): boolean {
  const loose = record as Loose
  const words = value.split(',')
  switch (name) {
    case '_id':
      return words.includes(record.id)
    case '_lastUpdated':
      return compared(stampOf(record), value)
    case 'status':
      return words.includes(String(loose.status))
    case 'category':
      return JSON.stringify(loose.category ?? '').includes(`"code":"${value}"`)
    case 'patient':
      return ['subject', 'patient', 'beneficiary', 'for'].some(
        (field) => textIn(objectIn(loose, field), 'reference') === `Patient/${value.replace('Patient/', '')}`,
      )
    case 'date':
    case 'authored':
    case 'authored-on': {
      const said = loose.start ?? loose.effectiveDateTime ?? loose.authoredOn ?? loose.date
      return typeof said === 'string' && compared(Date.parse(said), value)
    }
    default:
      return true
  }
}

function compared(at: number, value: string): boolean {
  const bound = Date.parse(value.slice(2))
  return value.startsWith('ge') ? at >= bound : value.startsWith('lt') ? at < bound : at === Date.parse(value)
}

const ALWAYS = ['resourceType', 'id', 'meta']

/** `_elements` as FHIR means it: `value` stands for every `value[x]`. */
export function trimmed(record: Kept, elements: string | null): object {
  if (elements === null) return record
  const names = elements.split(',')
  return Object.fromEntries(
    Object.entries(record).filter(
      ([field]) =>
        ALWAYS.includes(field) || names.some((name) => field === name || new RegExp(`^${name}[A-Z]`).test(field)),
    ),
  )
}
