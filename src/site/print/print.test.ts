import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { Failure } from '../../base/failure.ts'
import { systemClock } from '../../base/time.ts'
import { jobState, printerState, printJob } from './ipp-client.ts'
import { OPERATION, readIpp, writeIpp } from './ipp-message.ts'
import { openPrintRoom, type PrintJob } from './print-room.ts'

/** A printer of a few lines: it counts a page at each look, keeps what it was sent, and refuses or breaks off when told to. */
const printer = {
  mode: 'well' as 'well' | 'refuses' | 'breaks' | 'garbage' | 'forgets' | 'ignores',
  /** What it answers to every question about a job, and to a document; 0: as it is. */
  jobStatus: 0,
  printStatus: 0,
  httpStatus: 200,
  /** Beside "completed". */
  reason: 'none',
  pageRanges: undefined as boolean | undefined,
  cancelled: 0,
  documents: [] as Buffer[],
  ranges: [] as string[],
  looks: 0,
}
let server: Server
let uri = ''

function attributeBytes(tag: number, name: string, value: Buffer): Buffer {
  const head = Buffer.alloc(3)
  head.writeUInt8(tag)
  head.writeUInt16BE(name.length, 1)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(value.length)
  return Buffer.concat([head, Buffer.from(name), length, value])
}
const int = (tag: number, name: string, value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return attributeBytes(tag, name, bytes)
}
const answerOf = (status: number, ...attributes: Buffer[]): Buffer => {
  const head = Buffer.from([1, 1, status >> 8, status & 255, 0, 0, 0, 1, 1])
  return Buffer.concat([head, ...attributes, Buffer.from([3])])
}

/** The job is taken, and `page-ranges` stands in the group of what was not done. */
function ignoredAnswer(): Buffer {
  const head = Buffer.from([1, 1, 0, 1, 0, 0, 0, 1])
  const range = attributeBytes(0x10, 'page-ranges', Buffer.alloc(0))
  return Buffer.concat([head, Buffer.from([5]), range, Buffer.from([2]), int(0x21, 'job-id', 42), Buffer.from([3])])
}

before(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts)
      const operation = body.readUInt16BE(2)
      if (printer.httpStatus !== 200) return response.writeHead(printer.httpStatus).end()
      if (operation === OPERATION.cancelJob) {
        printer.cancelled++
        return response.end(answerOf(0))
      }
      if (printer.mode === 'garbage') return response.end('<html>')
      if (operation === OPERATION.getPrinterAttributes)
        return response.end(
          answerOf(
            0,
            int(0x23, 'printer-state', 3),
            attributeBytes(0x44, 'printer-state-reasons', Buffer.from('media-low')),
            ...(printer.pageRanges === undefined
              ? []
              : [attributeBytes(0x22, 'page-ranges-supported', Buffer.from([printer.pageRanges ? 1 : 0]))]),
          ),
        )
      if (operation === OPERATION.getJobAttributes) {
        printer.looks++
        if (printer.jobStatus !== 0) return response.end(answerOf(printer.jobStatus))
        if (printer.mode === 'forgets' && printer.looks > 2) return response.end(answerOf(0x0406))
        return response.end(
          answerOf(
            0,
            int(0x23, 'job-state', printer.looks < 3 ? 5 : 9),
            attributeBytes(0x44, 'job-state-reasons', Buffer.from(printer.looks < 3 ? 'none' : printer.reason)),
            int(0x21, 'job-impressions-completed', printer.looks),
          ),
        )
      }
      if (printer.mode === 'refuses')
        return response.end(answerOf(0x040a, attributeBytes(0x41, 'status-message', Buffer.from('Unsupported format'))))
      const end = body.indexOf('%PDF')
      const range = body.indexOf('page-ranges')
      printer.ranges.push(range < 0 ? 'all' : `from ${body.readInt32BE(range + 'page-ranges'.length + 2)}`)
      printer.documents.push(body.subarray(end))
      if (printer.mode === 'breaks') return request.socket.destroy()
      if (printer.printStatus !== 0) return response.end(answerOf(printer.printStatus, int(0x21, 'job-id', 42)))
      if (printer.mode === 'ignores') return response.end(ignoredAnswer())
      return response.end(answerOf(0, int(0x21, 'job-id', 42)))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  uri = `ipp://127.0.0.1:${address.port}/ipp/print`
})
after(() => server.close())
beforeEach(() => Object.assign(printer, WELL, { documents: [], ranges: [] }))
const WELL = {
  mode: 'well',
  looks: 0,
  jobStatus: 0,
  printStatus: 0,
  httpStatus: 200,
  reason: 'none',
  pageRanges: undefined,
  cancelled: 0,
}

const PDF = Buffer.from('%PDF-1.7 a sheet')
const request = { pdf: PDF, jobName: 'day-sheet', userName: 'holdfast' }

test('a printer tells how it is', async () => {
  assert.deepEqual(await printerState(uri), {
    state: 'idle',
    reasons: ['media-low'],
    acceptsJobs: true,
    pageRanges: undefined,
  })
  printer.pageRanges = false
  assert.equal((await printerState(uri)).pageRanges, false)
})

test('a PDF arrives byte for byte, whole or from a page on', async () => {
  assert.equal(await printJob(uri, request), 42)
  assert.equal(await printJob(uri, { ...request, fromPage: 7 }), 42)
  assert.deepEqual(printer.ranges, ['all', 'from 7'])
  assert.deepEqual(printer.documents[0], PDF)
})

test('the room watches a print to its end and gives the receipt once', async () => {
  const room = openPrintRoom(systemClock, 1)
  const job = await new Promise<PrintJob>((over) => {
    void room.print({ name: 'Front', uri }, { ...request, label: 'day-sheet', askedBy: 'amy' }, async (ended) =>
      over(ended),
    )
  })
  assert.equal(job.state, 'completed')
  assert.equal(job.pages, 3)
  assert.equal(room.jobs()[0]?.jobId, 42)
})

/** How a print ends, by a clock that stands still: nothing here waits for the quarter of an hour. */
function ended(more: { fromPage?: number } = {}): Promise<PrintJob> {
  const room = openPrintRoom({ ...systemClock, now: () => 0 }, 1)
  return new Promise((over) => {
    const asked = { ...request, ...more, label: 'day-sheet', askedBy: 'amy' }
    room.print({ name: 'Front', uri }, asked, async (job) => over({ ...job })).catch(() => {})
  })
}

test('a job that the printer has forgotten, or will not tell about, is unclear at once', async () => {
  printer.mode = 'forgets'
  const forgotten = await ended()
  assert.equal(forgotten.state, 'unclear')
  assert.equal(forgotten.because, 'The printer no longer knows this job: look at the paper.')
  assert.equal(forgotten.pages, 2)
  printer.mode = 'well'
  for (const status of [0x0407, 0x0401, 0x0403, 0x0501, 0x0503]) {
    printer.jobStatus = status
    assert.equal((await ended()).state, 'unclear', `0x${status.toString(16)}`)
  }
})

test('completed is plain only when nothing beside it speaks against it', async () => {
  for (const [reason, state] of [
    ['none', 'completed'],
    ['job-completed-successfully', 'completed'],
    ['job-completed-with-errors', 'unclear'],
    ['job-completed-with-warnings', 'unclear'],
    ['aborted-by-system', 'unclear'],
    ['job-canceled-at-device', 'unclear'],
    ['document-unprintable-error', 'unclear'],
    ['queued-in-device', 'unclear'],
  ] as const) {
    Object.assign(printer, { reason, looks: 0 })
    const job = await ended()
    assert.equal(job.state, state, reason)
    if (state === 'unclear') assert.match(job.because, /look at the paper/)
  }
})

test('a printer that cannot print from a page on gets nothing; one that leaves it out is stopped, and nobody calls it completed', async () => {
  printer.pageRanges = false
  assert.equal((await ended({ fromPage: 7 })).state, 'failed')
  assert.equal(printer.documents.length, 0)
  assert.equal((await ended()).state, 'completed', 'whole sheets it can')
  Object.assign(printer, { pageRanges: undefined, mode: 'ignores' })
  const ignored = await ended({ fromPage: 7 })
  assert.equal(ignored.state, 'unclear')
  assert.match(ignored.because, /sheets from the first page on may have come out/)
  assert.equal(printer.cancelled, 1)
  Object.assign(printer, { mode: 'well', printStatus: 0x0001 })
  assert.equal((await ended({ fromPage: 7 })).state, 'unclear', 'it does not say what it left out')
  assert.equal((await ended()).state, 'completed', 'of a whole print nothing that matters')
  printer.printStatus = 0x040b
  const refused = await ended({ fromPage: 7 })
  assert.deepEqual([refused.state, /from a page on/.test(refused.because)], ['failed', true])
})

const KINDS: readonly [Failure['kind'], number[]][] = [
  ['transient', [0x0405, 0x0502, 0x0505, 0x0506, 0x0507, 0x050a, 0x050b]],
  ['permanent', [0x0400, 0x0401, 0x0403, 0x0406, 0x040a, 0x040b, 0x0501, 0x0503, 0x0509, 0x050c]],
  ['ambiguous', [0x0500, 0x0504, 0x0508]],
]
for (const [kind, statuses] of KINDS)
  test(`what an IPP status means is in a table: ${kind}`, async () => {
    for (const status of statuses) {
      printer.printStatus = status
      const thrown = await printJob(uri, request).catch((reason: unknown) => reason)
      assert.ok(thrown instanceof Failure)
      assert.equal(thrown.kind, kind, `0x${status.toString(16)}`)
    }
  })

test('what HTTP says on the way: a busy server passes, and after the sheets were sent it may be unclear', async () => {
  const kindOf = async (act: Promise<unknown>) =>
    act.catch((thrown: unknown) => (thrown instanceof Failure ? thrown.kind : ''))
  for (const [status, asked, sent] of [
    [503, 'transient', 'transient'],
    [500, 'transient', 'ambiguous'],
    [404, 'permanent', 'permanent'],
    [426, 'permanent', 'permanent'],
  ] as const) {
    printer.httpStatus = status
    assert.equal(await kindOf(printerState(uri)), asked)
    assert.equal(await kindOf(printJob(uri, request)), sent)
  }
})

test('each way in which a printer fails has its kind', async () => {
  const kindOf = async (act: () => Promise<unknown>): Promise<string> => {
    const thrown = await act().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    assert.ok(thrown instanceof Failure, String(thrown))
    return thrown.kind
  }
  printer.mode = 'refuses'
  assert.equal(await kindOf(() => printJob(uri, request)), 'permanent')
  printer.mode = 'breaks'
  assert.equal(await kindOf(() => printJob(uri, request)), 'ambiguous')
  printer.mode = 'garbage'
  assert.equal(await kindOf(() => jobState(uri, 1)), 'permanent')
  assert.equal(await kindOf(() => printerState('ipp://127.0.0.1:1/ipp')), 'transient')
})

test('no bytes make reading an answer throw anything but a Failure', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        readIpp(Buffer.from(bytes))
      } catch (thrown) {
        assert.ok(thrown instanceof Failure)
      }
    }),
    { numRuns: 2000 },
  )
})

test('what is written reads back', () => {
  const bytes = writeIpp({
    operation: OPERATION.printJob,
    requestId: 7,
    about: [{ name: 'requested-attributes', tag: 'keyword', value: ['a', 'b'] }],
    job: [{ name: 'copies', tag: 'integer', value: 2 }],
  })
  const read = readIpp(bytes)
  assert.deepEqual(read.attributes.get('requested-attributes'), ['a', 'b'])
  assert.deepEqual(read.attributes.get('copies'), [2])
})
