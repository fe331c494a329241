import { join } from 'node:path'
import type { z } from 'zod'
import { type ShapeFault, shapeFaults } from '../base/shape-faults.ts'
import { fhirConfig } from '../connect/fhir/config.ts'
import { filesConfig } from '../connect/files/config.ts'
import { hl7v2Config } from '../connect/hl7v2/config.ts'
import { sqlConfig } from '../connect/sql/config.ts'

export type SourceConfig = {
  id: string
  kind: 'sql' | 'fhir' | 'hl7v2' | 'files'
  name: string
  everyMs: number
  quietMs: number
  /** The thing of the dependency map that it is read from. */
  reads?: string
  /** Who issues its record numbers; see config.ts. */
  mrnIssuer?: string
  /** The connector's own words; see its folder. */
  options: { [name: string]: unknown }
  /** What is wrong with them, each with its place. The hub runs without such a source: sites must be served also after a slip in its options. */
  faults?: string[]
}

/** What a connector gets: its options, and what the hub knows without being told. */
export type SourcePlace = { zone: string; dataDir: string }

type Options = Pick<SourceConfig, 'id' | 'kind' | 'options'>
type Raw = { id: string; [name: string]: unknown }

const SHAPES: { [Kind in SourceConfig['kind']]: z.ZodType } = {
  sql: sqlConfig,
  fhir: fhirConfig,
  hl7v2: hl7v2Config,
  files: filesConfig,
}

/** Keys of a source that the hub itself reads. */
const OWN_KEYS = ['name', 'every', 'quiet', 'reads', 'mrnIssuer']

export function connectorOptions({ id, kind, options }: Options, { zone, dataDir }: SourcePlace): Raw {
  switch (kind) {
    case 'sql':
      return { ...options, id, kind }
    case 'fhir':
      return { zone, ...options, id }
    case 'hl7v2':
      return { zone, journal: { folder: join(dataDir, 'hl7v2', id) }, ...options, id, kind }
    case 'files':
    default:
      return { zone, ...options, id, kind }
  }
}

/** Everything wrong with the options of a source, by the connector's own shape; files that they name are not opened. */
export function optionFaults(source: Options, place: SourcePlace): ShapeFault[] {
  const shape = SHAPES[source.kind]
  const read = shape.safeParse(connectorOptions(source, place), { reportInput: true })
  return read.success ? [] : shapeFaults(shape, read.error, `the source ${source.id}`, OWN_KEYS)
}
