import { join } from 'node:path'
import { Failure } from '../base/failure.ts'
import type { Log } from '../base/log.ts'
import type { Clock, Instant } from '../base/time.ts'
import type { EhrSource } from '../connect/ehr.ts'
import { readFhirConfig } from '../connect/fhir/config.ts'
import { fhirSource } from '../connect/fhir/connector.ts'
import { waitInTime } from '../connect/fhir/server.ts'
import { filesConfig } from '../connect/files/config.ts'
import { openFilesSource } from '../connect/files/connector.ts'
import { hl7v2Config } from '../connect/hl7v2/config.ts'
import { openHl7v2Source } from '../connect/hl7v2/connector.ts'
import { writeCanary } from '../connect/sql/canary.ts'
import { openSqlSource } from '../connect/sql/connector.ts'
import { loadMapping } from '../connect/sql/read-mapping.ts'
import type { SourceConfig } from './config.ts'

export type OpenedSource = {
  source: EhrSource
  /** Writes a stamp into the source; undefined where nothing may be written. */
  stamp: ((signal?: AbortSignal) => Promise<Instant>) | undefined
}

export type SourceTools = { log: Log; clock: Clock; dataDir: string; zone: string }

/** Every kind of source by its connector. Permanent Failure, naming all that is wrong, when its configuration cannot be used. */
export function openSource(config: SourceConfig, tools: SourceTools): Promise<OpenedSource> {
  return OPENERS[config.kind](config, tools)
}

const OPENERS: { [Kind in SourceConfig['kind']]: (config: SourceConfig, tools: SourceTools) => Promise<OpenedSource> } =
  {
    sql: openSql,
    fhir: openFhir,
    hl7v2: openHl7v2,
    files: openFiles,
  }

async function openSql({ id, options }: SourceConfig, { log, clock }: SourceTools): Promise<OpenedSource> {
  const mapping = await loadMapping(textOf(options, 'mapping', id))
  const sql = { id, mapping, environment: { ...process.env, ...textsOf(options.environment) } }
  const writes = mapping.canary?.write !== undefined
  const stamp: OpenedSource['stamp'] = (signal) =>
    writeCanary(sql, { log, clock, ...(signal === undefined ? {} : { signal }) })
  return { source: openSqlSource(sql, { log, clock }), stamp: writes ? stamp : undefined }
}

async function openFhir({ id, options }: SourceConfig, { clock, zone }: SourceTools): Promise<OpenedSource> {
  return { source: fhirSource(readFhirConfig({ zone, ...options, id }), { clock, wait: waitInTime }), stamp: undefined }
}

async function openHl7v2({ id, options }: SourceConfig, tools: SourceTools): Promise<OpenedSource> {
  const { log, clock, dataDir, zone } = tools
  const journal = { folder: join(dataDir, 'hl7v2', id) }
  const read = hl7v2Config.safeParse({ zone, journal, ...options, id, kind: 'hl7v2' })
  if (read.success) return { source: await openHl7v2Source(read.data, { log, clock }), stamp: undefined }
  const wrong = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Failure('permanent', `The source ${id} cannot be used: ${wrong.join('; ')}`)
}

async function openFiles({ id, options }: SourceConfig, { log, clock, zone }: SourceTools): Promise<OpenedSource> {
  const read = filesConfig.safeParse({ zone, ...options, id, kind: 'files' })
  if (read.success) return { source: await openFilesSource(read.data, { log, clock }), stamp: undefined }
  const wrong = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Failure('permanent', `The source ${id} cannot be used: ${wrong.join('; ')}`)
}

function textOf(options: SourceConfig['options'], name: string, id: string): string {
  const value = options[name]
  if (typeof value === 'string') return value
  throw new Failure('permanent', `The source ${id} needs "${name}".`)
}

function textsOf(value: unknown): { [name: string]: string } {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]))
}
