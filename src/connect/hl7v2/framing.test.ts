import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Frame, framed, makeFramer } from './framing.ts'

const LIMIT = 10_000
const told = (frames: Frame[]): string[] =>
  frames.map((frame) =>
    frame.type === 'message' ? frame.bytes.toString('latin1') : `${frame.type} ${frame.sizeBytes}`,
  )
const read = (...chunks: (string | Buffer)[]): string[] => {
  const framer = makeFramer(LIMIT)
  return told([...chunks.flatMap((chunk) => framer.push(Buffer.from(chunk))), ...framer.finish()])
}
const one = framed('MSH|one').toString('latin1')
const two = framed('MSH|two').toString('latin1')

test('two messages in one segment are two messages', () => {
  assert.deepEqual(read(one + two), ['MSH|one', 'MSH|two'])
})

test('a message may come byte by byte', () => {
  assert.deepEqual(read(...one.split('')), ['MSH|one'])
})

test('the end block and its carriage return may come apart', () => {
  assert.deepEqual(read(one.slice(0, -1), one.slice(-1), two), ['MSH|one', 'MSH|two'])
})

test('one and a half messages, then the other half', () => {
  assert.deepEqual(read(one + two.slice(0, 4), two.slice(4)), ['MSH|one', 'MSH|two'])
})

test('an end block without its carriage return ends a message before the next, or when nothing follows', () => {
  assert.deepEqual(read(one.slice(0, -1) + two.slice(0, -1)), ['MSH|one', 'MSH|two'])
})

test('an end block with a line feed in place of the carriage return ends a message', () => {
  assert.deepEqual(read('\x0bMSH|one\x1c\n\x0bMSH|two\x1c\n'), ['MSH|one', 'MSH|two'])
  assert.deepEqual(read('\x0bMSH|one\x1c', '\n', '\x0bMSH|two\x1c', '\r\n'), ['MSH|one', 'MSH|two'])
})

test('an end block in the middle of a text belongs to the text', () => {
  assert.deepEqual(read('\x0bMSH|a\x1cb\x1c\r'), ['MSH|a\x1cb'])
})

test('garbage before the start block is told, and the message is still read', () => {
  assert.deepEqual(read(`GET / HTTP/1.1\r\n${one}`), ['noise 16', 'MSH|one'])
  assert.deepEqual(read(`\r\n\r\n${one}\r\n`), ['MSH|one'])
})

test('a message that the next one interrupts is told as cut, and the next is read', () => {
  assert.deepEqual(read(`\x0bMSH|half${two}`), ['cut 8', 'MSH|two'])
  assert.deepEqual(read('\x0bMSH|half'), ['cut 8'])
})

test('a message over the limit is told with its size, and the next one is read', () => {
  const long = `\x0b${'x'.repeat(LIMIT + 1)}\x1c\r`
  assert.deepEqual(read(long.slice(0, 9000), long.slice(9000) + two), [`too-long ${LIMIT + 1}`, 'MSH|two'])
  assert.deepEqual(read(`\x0b${'x'.repeat(LIMIT)}\x1c\r`).length, 1)
})

test('the memory that an endless message takes is bounded', () => {
  const framer = makeFramer(LIMIT)
  framer.push(Buffer.of(0x0b))
  for (let i = 0; i < 100; i++) framer.push(Buffer.alloc(64 * 1024, 0x41))
  const [frame] = framer.finish()
  assert.ok(frame?.type === 'cut' && frame.head.length <= 64 * 1024)
  assert.equal(frame.sizeBytes, 100 * 64 * 1024)
})

test('however the bytes are cut, the same messages come out', () => {
  const text = fc.string({ unit: fc.constantFrom('M', '|', '\r', '\x1c', 'é', ' '), minLength: 1, maxLength: 20 })
  const message = text.filter((body) => !body.includes('\x1c\r') && !body.endsWith('\x1c'))
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.integer({ min: 1, max: 7 })), (messages, sizes) => {
      const bytes = Buffer.concat(messages.map((body) => framed(Buffer.from(body))))
      const chunks: Buffer[] = []
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes.length === 0 ? bytes.length : (sizes[turn % sizes.length] ?? 1)
        chunks.push(bytes.subarray(at, at + size))
        at += size
      }
      assert.deepEqual(
        read(...chunks),
        messages.map((body) => Buffer.from(body).toString('latin1')),
      )
    }),
    { numRuns: 500 },
  )
})

test('a megabyte of bytes that each begin or end a message costs one look at each, not one for all that follow', () => {
  const spent = (byte: number, sizeBytes: number): number => {
    const chunk = Buffer.alloc(sizeBytes, byte)
    chunk[0] = 0x0b
    const began = process.cpuUsage()
    makeFramer(1e8).push(chunk)
    const { user, system } = process.cpuUsage(began)
    return user + system
  }
  for (const byte of [0x0b, 0x1c]) {
    spent(byte, 50_000)
    const [few, many] = [spent(byte, 100_000), spent(byte, 1_600_000)]
    // Sixteen times as much; looking at all that follows each time would be 256 times.
    assert.ok(many < 64 * Math.max(few, 20_000), `${few} and ${many} microseconds`)
  }
})
