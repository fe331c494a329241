import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { applyChange } from '../../chart/apply.ts'
import { entriesOf } from '../../chart/apply-section.ts'
import type { Chart, Observation } from '../../chart/chart.ts'
import { hl7v2Config } from './config.ts'
import { interpret } from './interpret.ts'
import { parseMessage } from './message.ts'
import type { Told } from './told.ts'

const { reading } = hl7v2Config.parse({ id: 'x', kind: 'hl7v2', journal: { folder: 'x' }, zone: 'UTC' })
const OBR = 'OBR|1|P1|F1|CULT^Culture^L|||20261122080000'

function told(at: number, ...lines: string[]): Told {
  const parsed = parseMessage(['MSH|^~\\&|A|B|||||ORU^R01|c', 'PID|1||7^^^H^MR||Q^T||19800301', ...lines].join('\r'))
  assert.ok('message' in parsed)
  return interpret(parsed.message, { sourceId: 'x', zone: 'UTC', at, reading })
}

function resultsAfter(...tellings: Told[]): Observation[] {
  const chart = tellings.flatMap(({ charts }) => charts).reduce<Chart | undefined>(applyChange, undefined)
  return chart === undefined ? [] : entriesOf(chart.results)
}

const valuesAfter = (...tellings: Told[]): string[] =>
  resultsAfter(...tellings)
    .map(({ value }) => value)
    .toSorted()

type Obx = {
  set: number | ''
  type: string
  code?: string
  sub?: string
  value: string
  status?: string
  time?: string
}
const obx = ({ set, type, code = 'ORG^Organism^L', sub = '', value, status = 'F', time = '' }: Obx): string =>
  `OBX|${set}|${type}|${code}|${sub}|${value}||||||${status}|||${time}`
const organisms = (...values: [string, string?][]): string[] =>
  values.map(([value, status], at) =>
    obx({ set: at + 1, type: 'CWE', value: `${at}^${value}^L`, ...(status === undefined ? {} : { status }) }),
  )

test('a long comment on an order is cut before each of its results gets it', () => {
  const held = process.memoryUsage().rss
  const long = `NTE|1||${'words '.repeat(300_000)}`
  const lines = Array.from({ length: 2000 }, (_, at) => [
    obx({ set: at + 1, type: 'NM', code: `C${at}^Code ${at}^L`, value: '5' }),
    `NTE|1||of ${at}`,
  ])
  const results = resultsAfter(told(1, OBR, long, ...lines.flat()))
  assert.equal(results.length, 2000)
  assert.ok(results.every(({ note }) => (note?.length ?? 0) < 30_000 && note?.includes('cut here') === true))
  const grown = process.memoryUsage().rss - held
  assert.ok(grown < 700_000_000, `${grown} bytes`)
})

test('whatever results of one code an order has, every one is in the chart, and the same message again changes nothing', () => {
  const one = fc.record({
    type: fc.constantFrom('NM', 'CWE', 'ST', 'TX', 'SN'),
    sub: fc.constantFrom('', '1', '2'),
    time: fc.constantFrom('', '20261122080000', '20261122090000', '202611220800'),
    set: fc.constantFrom('numbered', 'all 1', 'none'),
  })
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), (all) => {
      const lines = all.map(({ type, sub, time, set }, at) =>
        obx({
          set: set === 'none' ? '' : set === 'all 1' ? 1 : at + 1,
          type,
          sub,
          time,
          value: type === 'CWE' ? `^v${at}` : `v${at}`,
        }),
      )
      const message = told(1, OBR, ...lines)
      const once = resultsAfter(message)
      const shown = once.flatMap(({ value }) => value.split('\n'))
      for (const at of all.keys()) assert.ok(shown.includes(`v${at}`), `v${at} is lost of ${JSON.stringify(lines)}`)
      assert.equal(new Set(once.map(({ id }) => id)).size, once.length)
      assert.deepEqual(resultsAfter(message, told(2, OBR, ...lines)), once)
    }),
  )
})

test('the lines of a report are one entry, in their order, and the corrected report replaces it', () => {
  const report = (status: string, ...texts: string[]): string[] =>
    texts.map((value, at) => obx({ set: at + 1, type: at % 2 === 0 ? 'TX' : 'FT', code: 'R^Report^L', value, status }))
  const first = told(1, OBR, ...report('P', 'CHEST', '', 'nodule\\.BR\\right'))
  assert.deepEqual(valuesAfter(first), ['CHEST\n\nnodule\nright'])
  assert.deepEqual(first.faults, [])
  const [entry, ...more] = resultsAfter(first, told(2, OBR, ...report('C', 'CHEST', 'no nodule')))
  assert.deepEqual([entry?.value, entry?.status, more.length], ['CHEST\nno nodule', 'corrected', 0])
  assert.deepEqual(valuesAfter(first, told(2, OBR, ...report('W', 'CHEST', 'nodule'))), [])
  const line = obx({ set: 3, type: 'TX', code: 'R^Report^L', value: 'left', status: 'C' })
  assert.deepEqual(valuesAfter(first, told(2, OBR, line)), ['CHEST\n\nnodule\nright', 'left'])
  const withdrawn = told(2, OBR, line.replace('|C|', '|D|'))
  assert.deepEqual(
    withdrawn.faults.map(({ patientId, section }) => [patientId, section]),
    [['7', 'results']],
  )
})

test('a value is corrected and withdrawn where it is one of a series in time, also when it comes alone', () => {
  const glucose = (set: number, value: string, time: string, status = 'F'): string =>
    obx({ set, type: 'NM', code: 'GLU^Glucose^L', value, time, status })
  const series = told(1, OBR, glucose(1, '92', '20261122080000'), glucose(2, '201', '202611221000'))
  assert.deepEqual(valuesAfter(series), ['201', '92'])
  for (const set of [1, 2]) {
    assert.deepEqual(valuesAfter(series, told(2, OBR, glucose(set, '180', '20261122100000', 'C'))), ['180', '92'])
    assert.deepEqual(valuesAfter(series, told(2, OBR, glucose(set, '92', '20261122080000', 'W'))), ['201'])
    assert.deepEqual(valuesAfter(series, told(2, OBR, glucose(set, '', '20261122100000', 'D'))), ['92'])
  }
})

test('a result that is alone keeps its id from preliminary to corrected, wherever it stands in the message', () => {
  const potassium = (set: number, value: string, status: string, time = ''): string =>
    obx({ set, type: 'NM', code: 'K^K^L', value, status, time })
  const sodium = obx({ set: 1, type: 'NM', code: 'NA^Na^L', value: '140' })
  const first = told(1, OBR, potassium(1, '6.9', 'P'))
  assert.deepEqual(valuesAfter(first, told(2, OBR, sodium, potassium(2, '4.9', 'C'))), ['140', '4.9'])
  assert.deepEqual(valuesAfter(first, told(2, OBR, potassium(1, '4.9', 'C', '20261122080000'))), ['4.9'])
  assert.deepEqual(valuesAfter(first, told(2, OBR, potassium(7, '4.9', 'W'))), [])
})

test('organisms without sub-ids are told apart by their number, and one that was alone first is not shown twice', () => {
  const both = told(2, OBR, ...organisms(['MRSA'], ['E. coli']))
  assert.deepEqual(valuesAfter(told(1, OBR, ...organisms(['MRSA', 'P'])), both), ['E. coli', 'MRSA'])
  assert.deepEqual(valuesAfter(both, told(3, OBR, ...organisms(['MRSA'], ['E. coli, ESBL', 'C']))), [
    'E. coli, ESBL',
    'MRSA',
  ])
  assert.deepEqual(valuesAfter(both, told(3, OBR, ...organisms(['MRSA', 'D'], ['E. coli']))), ['E. coli'])
  const second = (status: string): string => obx({ set: 2, type: 'CWE', value: '^Klebsiella', status })
  assert.deepEqual(valuesAfter(both, told(3, OBR, second('C'))), ['Klebsiella', 'MRSA'])
  assert.deepEqual(valuesAfter(both, told(3, OBR, second('W'))), ['MRSA'])
  const renumbered = obx({ set: 1, type: 'CWE', value: '^Klebsiella', status: 'C' })
  assert.ok(valuesAfter(both, told(3, OBR, renumbered)).includes('MRSA'))
})

test('drugs tried on two organisms stay apart, also where all stand under one order number', () => {
  const drug = (value: string): string => obx({ set: 1, type: 'ST', code: 'AMP^Ampicillin^L', value })
  const parent = (organism: string): string => `OBR|2|P1|F1|SENS^Sensitivity^L${'|'.repeat(22)}ORG&Organism^${organism}`
  assert.deepEqual(
    valuesAfter(told(1, OBR, ...organisms(['MRSA'], ['E. coli']), parent('1'), drug('R'), parent('2'), drug('S'))),
    ['E. coli', 'MRSA', 'R', 'S'],
  )
  assert.deepEqual(valuesAfter(told(1, 'OBR|1|P1|F1|A^A^L', drug('R'), 'OBR|2|P1|F1|B^B^L', drug('S'))), ['R', 'S'])
  assert.deepEqual(valuesAfter(told(1, 'OBR|1|||A^A^L', drug('R'), 'OBR|2|||A^A^L', drug('S'))), ['R', 'S'])
})

test('a result without an order of its own is kept, and a text that is too long says so', () => {
  assert.deepEqual(valuesAfter(told(1, 'ORC|RE|P1|F1', obx({ set: 1, type: 'ST', value: 'R' }))), ['R'])
  const [long] = resultsAfter(told(1, OBR, obx({ set: 1, type: 'TX', value: 'x'.repeat(30_000) })))
  assert.match(long?.value ?? '', /x\n\(cut here: the rest is in the EHR\)$/)
})

test('comments on a result and on its order stand with it; those that have no place are quarantined with chart and list', () => {
  const see = obx({ set: 1, type: 'ST', code: 'H^HIV^L', value: 'See note' })
  const [entry] = resultsAfter(told(1, OBR, 'NTE|1||Hemolyzed', see, 'NTE|1||REACTIVE.~Confirm.', 'NTE|2||Called.'))
  assert.equal(entry?.note, 'REACTIVE.\nConfirm.\nCalled.\nHemolyzed')
  const [empty] = resultsAfter(told(1, OBR, see.replace('See note', ''), 'NTE|1||REACTIVE'))
  assert.deepEqual([empty?.value, empty?.note], ['(see the note)', 'REACTIVE'])
  const lost = [
    told(1, OBR, 'NTE|1||Specimen lost'),
    told(1, OBR, obx({ set: 1, type: 'ST', value: '', status: 'I' }), 'NTE|1||Specimen lost'),
  ]
  for (const { faults } of lost)
    assert.deepEqual(
      faults.map(({ patientId, section }) => [patientId, section]),
      [['7', 'results']],
    )
  const aboutPatient = told(1, 'NTE|1||Hard of hearing', OBR, see)
  assert.deepEqual(
    aboutPatient.faults.map((fault) => [fault.patientId, fault.section]),
    [['7', undefined]],
  )
  assert.ok(!JSON.stringify([...lost, aboutPatient].map(({ faults }) => faults)).match(/lost|hearing/))
})

test('a result that cannot be obtained says so, also in place of a value that was told before', () => {
  const k = (value: string, status: string): string => obx({ set: 1, type: 'NM', value, status })
  const first = told(1, OBR, k('6.9', 'P'))
  const table: [Told[], string[]][] = [
    [[told(2, OBR, k('', 'X'))], ['(no result could be obtained)']],
    [[first, told(2, OBR, k('', 'X'))], ['(no result could be obtained)']],
    [[first, told(2, OBR, k('HEMOLYZED', 'X'))], ['HEMOLYZED']],
    [[first, told(2, OBR, k('', 'X'), 'NTE|1||Hemolyzed')], ['(no result could be obtained)']],
    [[first, told(2, OBR, k('', 'X')), told(3, OBR, k('4.2', 'F'))], ['4.2']],
    [[first, told(2, OBR, k('', 'I'))], ['6.9']],
  ]
  for (const [tellings, values] of table) assert.deepEqual(valuesAfter(...tellings), values)
  assert.equal(resultsAfter(first, told(2, OBR, k('', 'X'), 'NTE|1||Hemolyzed'))[0]?.note, 'Hemolyzed')
})

test('observations that stand before the first order, or without one, are kept', () => {
  const weight = 'OBX|1|NM|W^Weight at home^L||82|kg|||||F|||20261122'
  const before = told(1, 'PV1|1|O', weight, 'NTE|1||by the patient', OBR, obx({ set: 1, type: 'ST', value: 'E. coli' }))
  assert.deepEqual(valuesAfter(before), ['82', 'E. coli'])
  assert.deepEqual(resultsAfter(told(1, weight, 'NTE|1||by the patient'))[0]?.note, 'by the patient')
  assert.deepEqual(before.faults, [])
})

test('what stands before its patient is told with the chart, and not used', () => {
  const parsed = parseMessage(
    ['MSH|^~\\&|A|B|||||ADT^A08|c', 'EVN|A08', 'AL1|1|DA|P^Penicillin^L', 'PID|1||7^^^H^MR||Q^T'].join('\r'),
  )
  assert.ok('message' in parsed)
  const { faults } = interpret(parsed.message, { sourceId: 'x', zone: 'UTC', at: 1, reading })
  assert.deepEqual(faults, [
    {
      because: 'AL1 3: it stands before the patient (PID), so it was not used.',
      patientId: '7',
      section: 'allergies',
    },
  ])
})

test('an abnormal flag that is not known stands with the value', () => {
  const result = (flags: string): string => `OBX|1|NM|K^Potassium^L||6.9|mmol/L|3.5-5.1|${flags}|||F`
  const table: [string, string | undefined, string | undefined][] = [
    ['HH', 'critical-high', undefined],
    ['A~HU^Significantly high^HL70078', 'high', undefined],
    ['CRIT', undefined, 'Interpretation: CRIT'],
    ['^Panic^L', undefined, 'Interpretation: Panic'],
    ['""', undefined, undefined],
    ['N', undefined, undefined],
  ]
  for (const [flags, flag, note] of table) {
    const [entry] = resultsAfter(told(1, OBR, result(flags)))
    assert.deepEqual([entry?.flag, entry?.note], [flag, note], flags)
  }
})
