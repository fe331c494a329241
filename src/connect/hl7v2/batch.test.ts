import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchIn } from './batch.ts'

const one = 'MSH|^~\\&|A|B|||1||ADT^A08|c1|P|2.5\rPID|1||7'
const two = 'MSH|^~\\&|A|B|||2||ADT^A08|c2|P|2.5\rPID|1||8\rNTE|1||a line\rmore MSH text'
const texts = (text: string): string[] | string | undefined => {
  const batch = batchIn(Buffer.from(text))
  return batch === undefined ? undefined : 'because' in batch ? batch.because : batch.messages.map(String)
}

test('a batch is its messages, with or without file headers and trailers, whatever ends its lines', () => {
  const headed = `BHS|^~\\&|A\r${one}\r${two}\rBTS|2`
  assert.deepEqual(texts(headed), [one, two])
  assert.deepEqual(texts(`FHS|^~\\&|A\r${headed}\rFTS|1`), [one, two])
  assert.deepEqual(texts(headed.replaceAll('\r', '\n')), [one, two])
  assert.deepEqual(texts(`BHS|^~\\&|A\r${one}\rBTS|1\rBHS|^~\\&|A\r${two}\rBTS|1`), [one, two])
  assert.deepEqual(texts(`BHS|^~\\&|A\r${one}`), [one])
})

test('what is no batch is left alone, and one that counts more than it holds is refused whole', () => {
  for (const text of [one, '', 'PID|1', 'BHSX', 'BHS']) assert.equal(texts(text), undefined, text)
  assert.match(String(texts(`BHS|^~\\&|A\r${one}\rBTS|3`)), /holds 3 messages, and 1 came/)
  assert.match(String(texts('BHS|^~\\&|A\rBTS|0')), /no message/)
})

test('letters of any encoding pass through a batch as they are', () => {
  const bytes = Buffer.concat([
    Buffer.from('BHS|^~\\&|A\rMSH|^~\\&|'),
    Buffer.from([0xe9, 0xc3, 0xb1]),
    Buffer.from('\rBTS|1'),
  ])
  const batch = batchIn(bytes)
  assert.ok(batch && 'messages' in batch)
  assert.deepEqual(batch.messages[0]?.subarray(-3), Buffer.from([0xe9, 0xc3, 0xb1]))
})
