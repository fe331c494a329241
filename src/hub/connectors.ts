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
import { sqlConfig } from '../connect/sql/config.ts'
import { openSqlSource } from '../connect/sql/connector.ts'
import { loadMapping } from '../connect/sql/read-mapping.ts'
import { connectorOptions, optionFaults, type SourceConfig, type SourcePlace } from './source-options.ts'
import type { Canary } from './work/follow-stamps.ts'
import type { OpenedSource } from './work/sources-at-work.ts'

export type SourceTools = SourcePlace & { log: Log; clock: Clock }

/** Every kind of source by its connector. Permanent Failure, naming all that is wrong, when its configuration cannot be used. */
export async function openSource(config: SourceConfig, tools: SourceTools): Promise<OpenedSource> {
  const faults = config.faults ?? optionFaults(config, tools).map(({ says }) => says)
  if (faults.length > 0)
    throw new Failure('permanent', `Its options in the hub's configuration cannot be used:\n${faults.join('\n')}`)
  return OPENERS[config.kind](connectorOptions(config, tools), tools)
}

type Opener = (raw: { id: string }, tools: SourceTools) => Promise<OpenedSource>

const OPENERS: { [Kind in SourceConfig['kind']]: Opener } = {
  sql: openSql,
  fhir: openFhir,
  hl7v2: async (raw, tools) => ({ source: await openHl7v2Source(hl7v2Config.parse(raw), tools), canary: undefined }),
  files: async (raw, tools) => ({ source: await openFilesSource(filesConfig.parse(raw), tools), canary: undefined }),
}

async function openSql(raw: { id: string }, { log, clock }: SourceTools): Promise<OpenedSource> {
  const { id, mapping: file, environment } = sqlConfig.parse(raw)
  const mapping = await loadMapping(file)
  const sql = { id, mapping, environment: { ...process.env, ...environment } }
  const canary: Canary = {
    write: (signal) => writeCanary(sql, { log, clock, ...(signal === undefined ? {} : { signal }) }),
    back: (signal) => readCanary(sql, signal === undefined ? {} : { signal }),
  }
  return {
    source: openSqlSource(sql, { log, clock }),
    canary: mapping.canary?.write === undefined ? undefined : canary,
  }
}

async function openFhir(raw: { id: string }, { clock }: SourceTools): Promise<OpenedSource> {
  return { source: fhirSource(readFhirConfig(raw), { clock, wait: waitInTime }), canary: undefined }
}
