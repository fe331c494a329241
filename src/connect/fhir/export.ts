import { Failure } from '../../base/failure.ts'
import { MINUTE, SECOND } from '../../base/time.ts'
import { isObject, lenientNumberIn, objectsIn, parseJson, textIn } from '../../chart/fhir/json.ts'
import type { SourcePart } from '../ehr.ts'
import { addressOnServer, safeAddress } from './address.ts'
import { paramsOf } from './asks.ts'
import type { Capability } from './capability.ts'
import { NAMING_TYPES } from './directory.ts'
import { Refused, retryAfterMs, saysPartial } from './refusal.ts'
import type { FhirServer, Params } from './server.ts'

/** One file of a finished export. */
export type ExportFile = { type: string; url: URL; token: boolean; count: number | undefined }

/** A finished export (Bulk Data Access, "complete" status). */
export type Export = {
  /** The server's time at which the export is true. */
  transactionTime: number
  output: ExportFile[]
  deleted: ExportFile[]
  /** The server tells what was deleted, also when nothing was. */
  tellsDeleted: boolean
  statusUrl: URL
}

/** A file that was promised and is gone: another export may do. */
export class ExportExpired extends Failure {
  constructor(cause: unknown) {
    super('transient', 'A file of the export expired before it was read; a new export is needed.', { cause })
    this.name = 'ExportExpired'
  }
}

type ExportRequest = { types: string[]; since: string | undefined; signal: AbortSignal | undefined }

/** How many resources of a file are mapped together. */
export const LINES_AT_ONCE = 500
const FIRST_POLL_MS = 2 * SECOND
const LONGEST_POLL_MS = MINUTE

/** Asks for an export and waits until its files are ready. Parts that it yields tell how far the server says it is. */
export async function* runExport(
  server: FhirServer,
  capability: Capability,
  request: ExportRequest,
): AsyncGenerator<SourcePart, Export> {
  const { clock, wait } = server.world
  const statusUrl = await kickOff(server, capability, request)
  const until = clock.now() + server.config.bulk.deadlineMs
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(LONGEST_POLL_MS, pause * 2)) {
    const answer = await server.raw(
      statusUrl,
      {
        asked: 'the state of the export',
        headers: { accept: 'application/json' },
        takes: (s) => s === 200 || s === 202,
      },
      request.signal,
    )
    if (answer.status === 200) {
      try {
        return await finished(server, statusUrl, answer.text, request)
      } catch (thrown) {
        await forgetExport(server, statusUrl, request.signal)
        throw thrown
      }
    }
    const waitMs = Math.min(retryAfterMs(answer.headers, clock.now()) ?? pause, 10 * MINUTE)
    if (clock.now() + waitMs > until) {
      await forgetExport(server, statusUrl, request.signal)
      throw new Failure('transient', 'The FHIR server did not finish its bulk export in time.')
    }
    yield { type: 'progress', done: 0, of: undefined, what: 'waiting for the bulk export' }
    await wait(waitMs, request.signal)
    if (request.signal?.aborted === true) {
      await forgetExport(server, statusUrl, undefined)
      throw new Failure('transient', 'The reading of the FHIR server was called off.')
    }
  }
}

/** The files hold patients' data: the server is asked to drop them. Whether it does is its business. */
export async function forgetExport(server: FhirServer, statusUrl: URL, signal: AbortSignal | undefined): Promise<void> {
  const how = { asked: 'the end of the export', method: 'DELETE' as const, takes: () => true }
  await server.raw(statusUrl, how, signal).catch(() => {})
}

async function kickOff(server: FhirServer, capability: Capability, request: ExportRequest): Promise<URL> {
  const { group } = server.config.bulk
  const level = group !== undefined ? `${group}/$export` : capability.exports.system ? '$export' : 'Patient/$export'
  const url = new URL(level, server.base)
  const params: Params = [['_type', request.types.join(',')]]
  if (request.since !== undefined) params.push(['_since', request.since])
  if (server.config.bulk.filters) params.push(...filtersOf(server, capability))
  for (const [name, value] of params) url.searchParams.append(name, value)
  const headers = { accept: 'application/fhir+json', prefer: 'respond-async' }
  const answer = await server.raw(url, { asked: 'a bulk export', headers, takes: (s) => s === 202 }, request.signal)
  const status = answer.headers.get('content-location')
  if (status === null)
    throw new Failure('transient', 'The FHIR server began an export, but does not say where to ask for it.')
  return addressOnServer(server.base, status, 'The address of the export')
}

export function typesOf({ config }: FhirServer, capability: Capability): string[] {
  const naming = config.bulk.changes ? NAMING_TYPES.filter((type) => capability.offers(type)) : []
  return ['Patient', ...naming, ...new Set(capability.asks.map(({ resourceType }) => resourceType))]
}

function filtersOf(server: FhirServer, capability: Capability): Params {
  return capability.asks.flatMap((ask): Params => {
    const params = paramsOf(ask, server.config, server.world.clock.now(), false).filter(
      ([name]) => name !== '_elements',
    )
    const query = new URLSearchParams(params).toString()
    return query === '' ? [] : [['_typeFilter', `${ask.resourceType}?${query}`]]
  })
}

async function finished(server: FhirServer, statusUrl: URL, text: string, request: ExportRequest): Promise<Export> {
  const manifest = parsed(text)
  const transactionTime = Date.parse(textIn(manifest, 'transactionTime') ?? '')
  if (!isObject(manifest) || !Array.isArray(manifest.output) || Number.isNaN(transactionTime)) {
    throw new Failure('transient', 'The FHIR server finished its export, but its list of files cannot be read.')
  }
  const output = objectsIn(manifest, 'output')
  if (output.length < manifest.output.length || output.some((file) => textIn(file, 'type') === undefined)) {
    throw new Failure('transient', 'The FHIR server finished its export, but some files of its list cannot be read.')
  }
  if (objectsIn(manifest, 'link').some(({ relation }) => relation === 'next')) {
    throw new Failure(
      'permanent',
      'The FHIR server gives its list of export files in parts, which is not supported. Set bulk.when to never.',
    )
  }
  const token = manifest.requiresAccessToken !== false
  await refuseErrors(server, filesOf(server, objectsIn(manifest, 'error'), token), request)
  return {
    transactionTime,
    statusUrl,
    output: filesOf(server, output, token).sort((a, b) => rankOf(a) - rankOf(b)),
    deleted: filesOf(server, objectsIn(manifest, 'deleted'), token),
    tellsDeleted: Array.isArray(manifest.deleted),
  }
}

/** Names first, then patients: what refers to them is told after them. */
function rankOf({ type }: ExportFile): number {
  return NAMING_TYPES.includes(type) ? 0 : type === 'Patient' ? 1 : 2
}

/**
 * The files of what went wrong hold remarks too. An error among them, a remark that something was left out, and a file that cannot be read are
 * signs that the export is not whole: it would take away from charts what it merely failed to give.
 */
async function refuseErrors(server: FhirServer, files: ExportFile[], request: ExportRequest): Promise<void> {
  const failing = new Set<string>()
  let isPartial = false
  for (const file of files) {
    try {
      for await (const outcome of readFile(server, file, request.signal)) {
        if (isObject(outcome) && outcome.resourceType === 'OperationOutcome' && !saysPartial(outcome)) continue
        isPartial = true
        const words = JSON.stringify(outcome) ?? ''
        for (const type of request.types) if (new RegExp(`\\b${type}\\b`, 'i').test(words)) failing.add(type)
      }
    } catch (thrown) {
      if (!(thrown instanceof Failure) || request.signal?.aborted === true) throw thrown
      isPartial = true
    }
  }
  if (!isPartial) return
  const which = failing.size === 0 ? 'it does not say of which types' : [...failing].join(', ')
  throw new Failure(
    'transient',
    `The FHIR server finished its export with errors: it is not whole (${which}). It is not used, and what was read before stays.`,
  )
}

function filesOf(server: FhirServer, files: unknown[], token: boolean): ExportFile[] {
  return files.filter(isObject).map((file) => {
    const text = textIn(file, 'url') ?? ''
    const foreign = server.config.bulk.fileOrigins.find(
      (origin) => URL.canParse(text) && new URL(text).origin === origin,
    )
    const url =
      foreign === undefined
        ? addressOnServer(server.base, text, 'The address of an export file')
        : safeAddress(text, 'The address of an export file')
    const count = lenientNumberIn(file, 'count')
    return { type: textIn(file, 'type') ?? '', url, token: token && foreign === undefined, count }
  })
}

/**
 * The resources of one file, as they come. A line that is no JSON is given as its text, to be set aside; a file that breaks off, or holds
 * another number of lines than the server said, is a transient Failure, and so is one that has expired.
 */
export async function* readFile(server: FhirServer, file: ExportFile, signal: AbortSignal | undefined): AsyncGenerator {
  let lines = 0
  try {
    for await (const line of server.lines(file.url, file.token, signal)) {
      lines++
      const resource = parsed(line)
      if (resource === undefined && !line.endsWith('\n')) {
        throw new Failure('transient', 'A file of the export broke off.')
      }
      yield resource ?? line
    }
  } catch (thrown) {
    if (thrown instanceof Refused && (thrown.status === 404 || thrown.status === 410 || thrown.status === 403)) {
      throw new ExportExpired(thrown)
    }
    throw thrown
  }
  if (file.count !== undefined && file.count !== lines) {
    throw new Failure(
      'transient',
      `A file of the export holds ${lines} resources where the server counted ${file.count}.`,
    )
  }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
