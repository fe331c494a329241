import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { applyChange } from '../../chart/apply.ts'
import { entriesOf } from '../../chart/apply-section.ts'
import type { Chart } from '../../chart/chart.ts'
import { allergiesTold } from './allergies.ts'
import { hl7v2Config, type Reading } from './config.ts'
import { parseMessage } from './message.ts'
import type { Told } from './told.ts'

const { reading } = hl7v2Config.parse({ id: 'x', kind: 'hl7v2', journal: { folder: 'x' }, zone: 'UTC' })
const ALL = ['NKA', '^No known allergies', '716186003^No known allergy^SCT', '^No Known Allergies (NKA)']
const PART = [
  '^NKDA',
  'NKDA^No known drug allergies^L',
  '409137002^^SCT',
  '^No known food allergies',
  '^Unable to obtain',
]
const REAL = ['^Peanut', '7980^Penicillin^RXNORM', 'LTX^Latex^L']

function told(lines: string[], at: number, lists: Reading['lists'] = 'add'): Told {
  const parsed = parseMessage(['MSH|^~\\&|A|B|||||ADT^A08|c', ...lines].join('\r'))
  assert.ok('message' in parsed)
  const about = { sourceId: 'x', zone: 'UTC', at, controlId: `c${at}`, reading: { ...reading, lists }, patientId: '7' }
  return allergiesTold(parsed.message.segments, about)
}

function chartAfter(...tellings: Told[]): Chart | undefined {
  return tellings.flatMap(({ charts }) => charts).reduce<Chart | undefined>(applyChange, undefined)
}

const textsIn = (chart: Chart | undefined): string[] =>
  chart === undefined ? [] : entriesOf(chart.allergies).map(({ code }) => code.text)
const al1 = (...codes: string[]): string[] => codes.map((code, at) => `AL1|${at + 1}||${code}`)
const iam = (code: string, action = 'A'): string[] => [`IAM|1||${code}|||${action}`]

test('no statement of any kind, in AL1 or IAM, takes an allergy away or hides it', () => {
  const statement = fc
    .constantFrom(...ALL, ...PART)
    .chain((code) => fc.constantFrom(al1(code), iam(code), iam(code, 'U')))
  const mode = fc.constantFrom<Reading['lists']>('add', 'snapshot')
  fc.assert(
    fc.property(
      fc.constantFrom(...REAL),
      fc.array(statement, { minLength: 1, maxLength: 4 }),
      mode,
      (real, said, lists) => {
        const wholeIn = said.some(([line]) => line?.startsWith('AL1') && ALL.some((code) => line.endsWith(`|${code}`)))
        if (lists === 'snapshot' && wholeIn) return
        const chart = chartAfter(told(al1(real), 1, lists), ...said.map((lines, at) => told(lines, at + 2, lists)))
        assert.equal(chart?.allergies.status, 'listed')
        const text = real.split('^')[1] ?? ''
        assert.ok(textsIn(chart).includes(text), `${text} is gone after ${JSON.stringify(said)}`)
      },
    ),
  )
})

test('"no known allergies" of all kinds is none known where nothing else is known, and is remembered beside entries', () => {
  for (const code of ALL)
    for (const lines of [al1(code), iam(code)])
      assert.deepEqual(chartAfter(told(lines, 1))?.allergies, { status: 'none-known', statement: 'c1' }, code)
  for (const code of PART) assert.equal(chartAfter(told(al1(code), 1))?.allergies.status, 'listed', code)
  const both = chartAfter(told(al1('^Peanut', 'NKA'), 1))?.allergies
  assert.equal(both?.status === 'listed' && both.noneStated, 'c1')
})

test('a sender that sends whole lists empties one by "no known allergies" alone, and by nothing less', () => {
  const before = told(al1('^Peanut'), 1, 'snapshot')
  const after = (...codes: string[]) => chartAfter(before, told(al1(...codes), 2, 'snapshot'))?.allergies
  assert.deepEqual(after('NKA'), { status: 'none-known', statement: 'c2' })
  assert.deepEqual(textsIn(chartAfter(before, told(al1('^Latex'), 2, 'snapshot'))), ['Latex'])
  assert.deepEqual(textsIn(chartAfter(before, told(al1('^NKDA'), 2, 'snapshot'))).toSorted(), ['NKDA', 'Peanut'])
  assert.deepEqual(textsIn(chartAfter(before, told(al1('NKA', '""'), 2, 'snapshot'))), ['Peanut'])
  assert.deepEqual(textsIn(chartAfter(before, told(al1('NKA', '^Latex'), 2, 'snapshot'))), ['Latex'])
})

test('beside an allergy that cannot be read nobody believes "no known allergies", and the fault names chart and list', () => {
  for (const lists of ['add', 'snapshot'] as const) {
    const said = told(al1('NKA', '^^L'), 1, lists)
    assert.deepEqual(said.charts, [])
    assert.equal(said.faults.length, 2)
    for (const fault of said.faults) assert.deepEqual([fault.patientId, fault.section], ['7', 'allergies'])
  }
})

test('a withdrawn "no known allergies" leaves a list that nobody calls empty; a withdrawn narrower one goes alone', () => {
  const chart = chartAfter(told(al1('NKA'), 1), told(iam('NKA', 'D'), 2))
  assert.deepEqual(chart?.allergies, { status: 'listed', entries: [] })
  assert.deepEqual(textsIn(chartAfter(told(al1('^NKDA', '^Peanut'), 1), told(iam('^NKDA', 'D'), 2))), ['Peanut'])
})

test('the day of a statement tells it from another; while the same one stands, a vanished list is not none known', () => {
  const stated = ['AL1|1||NKA|||20260105']
  const left = chartAfter(told([...stated, ...al1('^Peanut')], 1), told(iam('^Peanut', 'D'), 2), told(stated, 3))
  assert.equal(left?.allergies.status, 'listed')
  const anew = chartAfter(told(stated, 1), told(iam('^Peanut'), 2), told(iam('^Peanut', 'D'), 3), told(al1('NKA'), 4))
  assert.deepEqual(anew?.allergies, { status: 'none-known', statement: 'c4' })
})
