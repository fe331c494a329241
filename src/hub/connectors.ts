import { join } from 'node:path'
import type { z } from 'zod'
import { Failure } from '../base/failure.ts'
import type { Log } from '../base/log.ts'
import type { Clock } from '../base/time.ts'
import { readFhirConfig } from '../connect/fhir/config.ts'
import { fhirSource } from '../connect/fhir/connector.ts'
import { waitInTime } from '../connect/fhir/server.ts'
import { filesConfig } from '../connect/files/config.ts'
import { openFilesSource } from '../connect/files/connector.ts'
import { hl7v2Config } from '../connect/hl7v2/config.ts'
import { openHl7v2Source } from '../connect/hl7v2/connector.ts'
import { readCanary, writeCanary } from '../connect/sql/canary.ts'
import { openSqlSource } from '../connect/sql/connector.ts'
import { loadMapping } from '../connect/sql/read-mapping.ts'
import type { SourceConfig } from './config.ts'
import type { Canary } from './work/follow-stamps.ts'
import type { OpenedSource } from './work/sources-at-work.ts'

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
  const canary: Canary = {
    write: (signal) => writeCanary(sql, { log, clock, ...(signal === undefined ? {} : { signal }) }),
    back: (signal) => readCanary(sql, signal === undefined ? {} : { signal }),
  }
  return {
    source: openSqlSource(sql, { log, clock }),
    canary: mapping.canary?.write === undefined ? undefined : canary,
  }
}

async function openFhir({ id, options }: SourceConfig, { clock, zone }: SourceTools): Promise<OpenedSource> {
  return {
    source: fhirSource(readFhirConfig({ zone, ...options, id }), { clock, wait: waitInTime }),
    canary: undefined,
  }
}

async function openHl7v2({ id, options }: SourceConfig, tools: SourceTools): Promise<OpenedSource> {
  const { log, clock, dataDir, zone } = tools
  const journal = { folder: join(dataDir, 'hl7v2', id) }
  const config = read(hl7v2Config, { zone, journal, ...options, id, kind: 'hl7v2' })
  return { source: await openHl7v2Source(config, { log, clock }), canary: undefined }
}

async function openFiles({ id, options }: SourceConfig, { log, clock, zone }: SourceTools): Promise<OpenedSource> {
  const config = read(filesConfig, { zone, ...options, id, kind: 'files' })
  return { source: await openFilesSource(config, { log, clock }), canary: undefined }
}

function read<Config>(shape: z.ZodType<Config>, raw: { id: string; [name: string]: unknown }): Config {
  const parsed = shape.safeParse(raw)
  if (parsed.success) return parsed.data
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Failure('permanent', `The source ${raw.id} cannot be used: ${wrong.join('; ')}`)
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
