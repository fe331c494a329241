import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Failure, reasonOf } from '../../base/failure.ts'
import { SECOND } from '../../base/time.ts'
import { type IppAnswer, type IppAttribute, OPERATION, readIpp, writeIpp } from './ipp-message.ts'
import { httpRefusal, IppRefusal, STATUS } from './ipp-status.ts'

export type PrinterState = {
  state: 'idle' | 'printing' | 'stopped' | 'unknown'
  /** The printer's own words, without prefixes: `media-empty`, `toner-low`. */
  reasons: string[]
  acceptsJobs: boolean
  /** Whether it can print from a page on; undefined: it does not say. */
  pageRanges: boolean | undefined
}

export type JobState = {
  state: 'waiting' | 'held' | 'printing' | 'stopped' | 'cancelled' | 'aborted' | 'completed' | 'unknown'
  reasons: string[]
  /** What the printer counted; undefined when it does not count. */
  pages: number | undefined
}

export type PrintRequest = { pdf: Uint8Array; jobName: string; userName: string; fromPage?: number; copies?: number }

/** RFC 8011 5.4.11 and 5.3.7. */
const PRINTER_STATES: { [code: number]: PrinterState['state'] } = { 3: 'idle', 4: 'printing', 5: 'stopped' }
const JOB_STATES: { [code: number]: JobState['state'] } = {
  3: 'waiting',
  4: 'held',
  5: 'printing',
  6: 'stopped',
  7: 'cancelled',
  8: 'aborted',
  9: 'completed',
}
const LAST_PAGE = 65_535

let requests = 0

/** Throws Failure('transient') when the printer cannot be reached or is busy, 'permanent' when it refuses. */
export async function printerState(uri: string): Promise<PrinterState> {
  const wanted = ['printer-state', 'printer-state-reasons', 'printer-is-accepting-jobs', 'page-ranges-supported']
  const { attributes } = await ask(uri, OPERATION.getPrinterAttributes, [
    { name: 'requested-attributes', tag: 'keyword', value: wanted },
  ])
  const ranges = attributes.get('page-ranges-supported')?.[0]
  return {
    state: PRINTER_STATES[Number(attributes.get('printer-state')?.[0])] ?? 'unknown',
    reasons: reasonsIn(attributes.get('printer-state-reasons')),
    acceptsJobs: attributes.get('printer-is-accepting-jobs')?.[0] !== false,
    pageRanges: ranges === undefined ? undefined : ranges === true,
  }
}

/**
 * Sends a PDF; gives the printer's job id. Throws Failure('ambiguous') when the line broke after the document was sent: look at the printer
 * before printing again. What is to be printed from a page on is never sent to a printer that says it cannot.
 */
export async function printJob(uri: string, request: PrintRequest): Promise<number> {
  const about: IppAttribute[] = [
    { name: 'requesting-user-name', tag: 'name', value: request.userName },
    { name: 'job-name', tag: 'name', value: request.jobName },
    { name: 'document-format', tag: 'mimeType', value: 'application/pdf' },
  ]
  const job: IppAttribute[] = []
  if ((request.copies ?? 1) > 1) job.push({ name: 'copies', tag: 'integer', value: request.copies ?? 1 })
  if ((request.fromPage ?? 1) > 1)
    job.push({ name: 'page-ranges', tag: 'range', value: [request.fromPage ?? 1, LAST_PAGE] })
  if ((request.fromPage ?? 1) > 1 && (await printerState(uri)).pageRanges === false)
    throw new Failure('permanent', CANNOT)
  // Without this a printer may leave out what it cannot do and print all the same.
  if (job.length > 0) about.push({ name: 'ipp-attribute-fidelity', tag: 'boolean', value: true })
  const answer = await ask(uri, OPERATION.printJob, about, { job, document: request.pdf }).catch((thrown: unknown) => {
    if (job.length > 0 && thrown instanceof IppRefusal && thrown.status === STATUS.attributes)
      throw new Failure('permanent', CANNOT, { cause: thrown })
    throw thrown
  })
  const id = Number(answer.attributes.get('job-id')?.[0])
  if (isLeftOut(answer, job)) await stopIgnored(uri, id)
  if (Number.isInteger(id)) return id
  throw new Failure(
    'ambiguous',
    'The printer took the sheets but gave no job number. Look at the printer before printing again.',
  )
}

const CANNOT =
  'This printer cannot print from a page on, or several copies. The PDF opens in this browser and prints from there.'

/** Whether it took the sheets without what was asked of it; where it does not say what it left out, it may be that. */
function isLeftOut({ status, unsupported }: IppAnswer, job: readonly IppAttribute[]): boolean {
  if (job.some(({ name }) => unsupported.has(name))) return true
  return job.length > 0 && unsupported.size === 0 && (status === STATUS.ignored || status === STATUS.conflicting)
}

/** It prints from the first page on now, or one copy: that is stopped, and nobody knows how far it came. */
async function stopIgnored(uri: string, jobId: number): Promise<never> {
  const target: IppAttribute[] = [{ name: 'job-id', tag: 'integer', value: jobId }]
  const stopped = Number.isInteger(jobId)
    ? await ask(uri, OPERATION.cancelJob, target).then(
        () => true,
        () => false,
      )
    : false
  const after = stopped ? 'The job was canceled.' : 'The job could not be canceled.'
  throw new Failure(
    'ambiguous',
    `The printer took the sheets and left out from which page, or how many copies, to print. ${after} Look at the printer: sheets from the first page on may have come out. ${CANNOT}`,
  )
}

export async function jobState(uri: string, jobId: number): Promise<JobState> {
  const wanted = ['job-state', 'job-state-reasons', 'job-impressions-completed', 'job-media-sheets-completed']
  const { attributes } = await ask(uri, OPERATION.getJobAttributes, [
    { name: 'job-id', tag: 'integer', value: jobId },
    { name: 'requested-attributes', tag: 'keyword', value: wanted },
  ])
  const counted = ['job-impressions-completed', 'job-media-sheets-completed']
    .map((name) => Number(attributes.get(name)?.[0]))
    .find((count) => count > 0)
  return {
    state: JOB_STATES[Number(attributes.get('job-state')?.[0])] ?? 'unknown',
    reasons: reasonsIn(attributes.get('job-state-reasons')),
    pages: counted,
  }
}

function reasonsIn(
  values: IppAnswer['attributes'] extends Map<string, infer Value> ? Value | undefined : never,
): string[] {
  return (values ?? []).map(String).filter((reason) => reason !== 'none' && reason !== '')
}

async function ask(
  uri: string,
  operation: number,
  about: IppAttribute[],
  more: { job?: IppAttribute[]; document?: Uint8Array } = {},
): Promise<IppAnswer> {
  const target: IppAttribute = { name: 'printer-uri', tag: 'uri', value: uri }
  requests++
  const body = writeIpp(
    { operation, requestId: requests, about: [target, ...about], job: more.job ?? [] },
    more.document,
  )
  const answer = readIpp(await post(uri, body, more.document !== undefined))
  if (answer.status < 0x0100) return answer
  throw new IppRefusal(answer.status, answer.attributes.get('status-message')?.[0], more.document !== undefined)
}

/** `ipp://` is HTTP on port 631 (RFC 8010 section 4); `ipps://` is encrypted, and printers have no certificate that anybody could check. */
function post(uri: string, body: Buffer, sendsDocument: boolean): Promise<Buffer> {
  const url = new URL(uri.replace(/^ipp(s?):/i, 'http$1:'))
  if (url.port === '' && /^ipp/i.test(uri)) url.port = '631'
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const silenceMs = sendsDocument ? 60 * SECOND : 5 * SECOND
  let sent = false
  return new Promise((resolve, reject) => {
    const failed = (thrown: unknown): void =>
      reject(
        sent && sendsDocument
          ? new Failure(
              'ambiguous',
              `The line to the printer broke (${reasonOf(thrown)}) after the sheets were sent. Look at the printer before printing again.`,
              { cause: thrown },
            )
          : new Failure(
              'transient',
              `The printer cannot be reached (${reasonOf(thrown)}). The PDF opens in this browser and prints from there.`,
              { cause: thrown },
            ),
      )
    const request = send(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/ipp', 'content-length': body.length },
        timeout: silenceMs,
        ...(url.protocol === 'https:' ? { rejectUnauthorized: false } : { agent: false }),
      },
      (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('error', failed)
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(Buffer.concat(parts))
          else reject(httpRefusal(answer.statusCode, sendsDocument))
        })
      },
    )
    request.on('finish', () => {
      sent = true
    })
    request.on('timeout', () => request.destroy(new Error(`it said nothing for ${silenceMs / SECOND} s`)))
    request.on('error', failed)
    request.end(body)
  })
}
