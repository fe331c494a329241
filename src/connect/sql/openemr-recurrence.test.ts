import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { expandRecurrence, RECURRENCE_COLUMNS } from './openemr-recurrence.ts'
import { phpUnserialize } from './php-serialize.ts'

type Rule = { freq?: string; type?: string; num?: string; day?: string; onFreq?: string; exdate?: string }

function spec({ freq = '0', type = '0', num = '1', day = '0', onFreq = '0', exdate = '' }: Rule): string {
  const pairs = [
    ['event_repeat_freq', freq],
    ['event_repeat_freq_type', type],
    ['event_repeat_on_num', num],
    ['event_repeat_on_day', day],
    ['event_repeat_on_freq', onFreq],
    ['exdate', exdate],
  ]
  const text = (word = '') => `s:${Buffer.byteLength(word)}:"${word}";`
  return `a:${pairs.length}:{${pairs.map(([key, value]) => text(key) + text(value)).join('')}}`
}

function days(kind: number, rule: Rule, first: string, end: string, from: string, to: string): string[] | 'fault' {
  const row = ['7', first, end, '09:00:00', '09:15:00', '900', String(kind), spec(rule)]
  const { rows, faults } = expandRecurrence({ columns: [...RECURRENCE_COLUMNS.in], rows: [row] }, from, to)
  const starts = rows.columns.indexOf('starts')
  return faults.length > 0 ? 'fault' : rows.rows.map((one) => (one[starts] ?? '').slice(0, 10))
}

test('every n-th day, week, month, year', () => {
  assert.deepEqual(days(1, { freq: '3', type: '0' }, '2026-11-01', '2026-11-10', '2026-11-01', '2026-11-30'), [
    '2026-11-01',
    '2026-11-04',
    '2026-11-07',
    '2026-11-10',
  ])
  assert.deepEqual(days(1, { freq: '2', type: '1' }, '2026-11-02', '2027-01-01', '2026-11-10', '2026-12-01'), [
    '2026-11-16',
    '2026-11-30',
  ])
  assert.deepEqual(days(1, { freq: '1', type: '3' }, '2020-02-28', '2030-01-01', '2026-01-01', '2026-12-31'), [
    '2026-02-28',
  ])
})

test('a monthly appointment on the 31st runs over as it does on the screen of the EHR', () => {
  assert.deepEqual(days(1, { freq: '1', type: '2' }, '2026-01-31', '2026-06-30', '2026-01-01', '2026-06-30'), [
    '2026-01-31',
    '2026-03-03',
    '2026-04-03',
    '2026-05-03',
    '2026-06-03',
  ])
})

test('working days leave out the weekend', () => {
  assert.deepEqual(days(1, { freq: '1', type: '4' }, '2026-11-19', '2026-11-24', '2026-11-01', '2026-11-30'), [
    '2026-11-19',
    '2026-11-20',
    '2026-11-23',
    '2026-11-24',
  ])
})

test('named days of each week, 1 being Sunday', () => {
  assert.deepEqual(days(3, { freq: '3,5', type: '6' }, '2026-11-03', '2026-12-31', '2026-11-09', '2026-11-15'), [
    '2026-11-10',
    '2026-11-12',
  ])
})

test('the n-th weekday of every so many months; the fifth falls on the fourth where there are four', () => {
  assert.deepEqual(
    days(2, { num: '2', day: '3', onFreq: '2' }, '2026-09-09', '2027-12-31', '2026-09-01', '2027-01-31'),
    ['2026-09-09', '2026-11-11', '2027-01-13'],
  )
  assert.deepEqual(
    days(2, { num: '5', day: '1', onFreq: '1' }, '2026-10-26', '2026-12-31', '2026-11-01', '2026-12-31'),
    ['2026-11-30', '2026-12-28'],
  )
})

test('an excepted day is left out, and each day has an id of its own', () => {
  assert.deepEqual(
    days(
      1,
      { freq: '1', type: '0', exdate: '20261102,20261104' },
      '2026-11-01',
      '2026-11-05',
      '2026-11-01',
      '2026-11-30',
    ),
    ['2026-11-01', '2026-11-03', '2026-11-05'],
  )
})

test('a rule that stands still, goes back or makes no sense is set aside', () => {
  for (const rule of [
    { freq: '0', type: '0' },
    { freq: '-1', type: '1' },
    { freq: '', type: '6' },
    { freq: '1', type: '9' },
  ])
    assert.equal(days(1, rule, '2026-11-01', '2026-11-30', '2026-11-01', '2026-11-30'), 'fault')
  assert.equal(days(9, {}, '2026-11-01', '2026-11-30', '2026-11-01', '2026-11-30'), 'fault')
})

test('PHP values are read by their bytes; objects and half texts are not', () => {
  assert.deepEqual(
    phpUnserialize('a:2:{i:0;s:3:"é!";s:1:"k";a:1:{i:1;N;}}'),
    new Map<string, unknown>([
      ['0', 'é!'],
      ['k', new Map([['1', null]])],
    ]),
  )
  assert.deepEqual(['b:1;', 'i:-5;', 'd:0.5;', 'N;'].map(phpUnserialize), [true, -5, 0.5, null])
  for (const text of ['O:3:"Foo":0:{}', 's:99:"a";', 'a:9:{}', 'a:1:{i:0;i:1;', 'i:1;i:2;', '', 'b:2;', 'a:1:{N;N;}'])
    assert.equal(phpUnserialize(text), undefined, text)
})

test('no text makes the reader throw or hang', () => {
  const pieces = fc.constantFrom('a:', 's:', 'i:', '1', '2', ':', '{', '}', '"', ';', 'x', 'N;', 'O:', 'b:1;')
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      phpUnserialize(parts.join(''))
    }),
    { numRuns: 500 },
  )
})
