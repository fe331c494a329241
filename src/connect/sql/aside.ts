import { sha256Hex } from '../../base/hash.ts'
import type { Instant } from '../../base/time.ts'
import type { SectionName } from '../../chart/chart.ts'
import type { SetAside } from '../ehr.ts'
import type { Row } from './session.ts'

const RAW_BYTES = 64 * 1024

/** The place of a record: its query, where that stands, and the columns of its answer. */
export type Whence = { what: string; file: string; line: number; columns: string[] }

/** A record that could not be understood, wholly or in part. Its key stays the same as long as the record does. */
export function setAside(
  whence: Whence,
  row: Row,
  id: string | undefined,
  faults: string[],
  at: Instant,
  about: { patientId?: string | undefined; section?: SectionName | undefined } = {},
): SetAside {
  const raw = JSON.stringify(Object.fromEntries(whence.columns.map((column, place) => [column, row[place] ?? null])))
  const hash = sha256Hex(raw).slice(0, 12)
  const named = id === undefined || id === '' || id.length > 64 ? `the row with the hash ${hash}` : `id ${id}`
  return {
    key: `${whence.what}/${id === undefined || id === '' ? '' : sha256Hex(id).slice(0, 12)}/${hash}`,
    where: `${whence.what} (${whence.file}:${whence.line}), ${named}`,
    because: `${faults.join('; ')}.`,
    raw: cut(raw),
    at,
    ...(about.patientId === undefined ? {} : { patientId: about.patientId }),
    ...(about.section === undefined ? {} : { section: about.section }),
  }
}

function cut(raw: string): string {
  if (Buffer.byteLength(raw) <= RAW_BYTES) return raw
  return Buffer.from(raw)
    .subarray(0, RAW_BYTES - 4)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')
}
