import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lostSpanInWords } from './lost-span.ts'

const timeOf = (at: number) => new Date(at).toISOString().slice(11, 19)
const FROM = Date.parse('2026-11-22T09:49:49Z')

test('what may be lost is said as two times, and that the second is not known where it is not', () => {
  assert.equal(
    lostSpanInWords(FROM, FROM + 51_000, timeOf),
    'What was written from 09:49:49 until the primary stopped may be lost; it last answered at 09:50:40.',
  )
  assert.equal(
    lostSpanInWords(FROM, undefined, timeOf, '19 kB'),
    'What was written from 09:49:49 until the primary stopped may be lost, at least 19 kB of it; when it last answered is not known.',
  )
})
