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
  mode: 'well' as 'well' | 'refuses' | 'breaks' | 'garbage',
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

before(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts)
      const operation = body.readUInt16BE(2)
      if (printer.mode === 'garbage') return response.end('<html>')
      if (operation === OPERATION.getPrinterAttributes)
        return response.end(
          answerOf(
            0,
            int(0x23, 'printer-state', 3),
            attributeBytes(0x44, 'printer-state-reasons', Buffer.from('media-low')),
          ),
        )
      if (operation === OPERATION.getJobAttributes) {
        printer.looks++
        return response.end(
          answerOf(
            0,
            int(0x23, 'job-state', printer.looks < 3 ? 5 : 9),
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
beforeEach(() => Object.assign(printer, { mode: 'well', documents: [], ranges: [], looks: 0 }))

const PDF = Buffer.from('%PDF-1.7 a sheet')
const request = { pdf: PDF, jobName: 'day-sheet', userName: 'holdfast' }

test('a printer tells how it is', async () => {
  assert.deepEqual(await printerState(uri), { state: 'idle', reasons: ['media-low'], acceptsJobs: true })
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
