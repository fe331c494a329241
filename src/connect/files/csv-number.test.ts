import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type DecimalMark, makeMarkFinder, numberFrom } from './csv-number.ts'

const READ: [string, number][] = [
  ['1234', 1234],
  ['45,00', 45],
  ['45.00', 45],
  ['1.234,50', 1234.5],
  ['1,234.50', 1234.5],
  ["1'234.50", 1234.5],
  ['1’234.50', 1234.5],
  ['1 234,50', 1234.5],
  ['1\u202f234,50', 1234.5],
  ['-12,30', -12.3],
  ['−12.30', -12.3],
  ['12.30-', -12.3],
  ['(12.30)', -12.3],
  ['$(12.30)', -12.3],
  ['($12.30)', -12.3],
  ['$ 1,234.50', 1234.5],
  ['-$12.30', -12.3],
  ['45,00 €', 45],
  ['EUR 45,00', 45],
  ['1.234.567', 1_234_567],
  ['0,5', 0.5],
  ['.50', 0.5],
  ['-0.00', 0],
]
const UNCLEAR = ['1.234', '1,234', '0.123', '0,123', '12,345', '999.999']
const NONE = [
  '45 00',
  "6'2",
  '1,23,4',
  '1.2.3',
  '--5',
  '-5-',
  '(-5)',
  '((5))',
  '12.30 CR',
  '1e3',
  'x',
  '',
  '-',
  '1234567890123456',
]
const NOT_ONE = [...NONE, '12,34,567.00', '1,2345.6', '1 23 456']

test('amounts are read as the office wrote them, or not at all', () => {
  for (const [text, value] of READ) assert.equal(numberFrom(text), value, text)
  for (const text of NOT_ONE) assert.equal(numberFrom(text), undefined, text)
})

test('a number that has two readings is read by the mark of its column only', () => {
  // Nothing groups digits behind a leading zero, so these have one reading.
  const one = UNCLEAR.filter((text) => text.startsWith('0'))
  for (const text of UNCLEAR) assert.equal(numberFrom(text), one.includes(text) ? 0.123 : undefined, text)
  assert.equal(numberFrom('1.234', ','), 1234)
  assert.equal(numberFrom('1.234', '.'), 1.234)
  assert.equal(numberFrom('1,234', '.'), 1234)
  assert.equal(numberFrom('1,234', ','), 1.234)
  assert.equal(numberFrom('45.00', ','), undefined, 'against the habit of its column')
})

test('a column shows its mark by the numbers that have one reading; two habits show none', () => {
  const markOf = (...texts: string[]): DecimalMark | undefined => {
    const finder = makeMarkFinder()
    for (const text of texts) finder.see(text)
    return finder.found()
  }
  assert.equal(markOf('1.234', '45,00', '7'), ',')
  assert.equal(markOf('1,234', '45.00', '7'), '.')
  assert.equal(markOf('1,234', '1.234', '7', 'x', ''), undefined)
  assert.equal(markOf('45,00', '45.00'), undefined)
})

test('whatever a column’s habit, an amount of it is that amount or none', () => {
  const written = (cents: number, mark: DecimalMark, group: string): string => {
    const [whole = '', part = ''] = (Math.abs(cents) / 100).toFixed(2).split('.')
    const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, group)
    return `${cents < 0 ? '-' : ''}${grouped}${mark}${part}`
  }
  const habits: [DecimalMark, string][] = [
    [',', '.'],
    ['.', ','],
    ['.', "'"],
    [',', ' '],
    [',', ''],
    ['.', ''],
  ]
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9e8, max: 9e8 }), { minLength: 1 }),
      fc.constantFrom(...habits),
      (all, [mark, group]) => {
        const texts = all.map((cents) => written(cents, mark, group))
        const finder = makeMarkFinder()
        for (const text of texts) finder.see(text)
        for (const [at, text] of texts.entries()) {
          const read = numberFrom(text, finder.found())
          assert.ok(read !== undefined && Math.round(read * 100) === all[at], text)
        }
      },
    ),
  )
})
