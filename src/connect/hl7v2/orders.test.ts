import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyChange } from '../../chart/apply.ts'
import { entriesOf } from '../../chart/apply-section.ts'
import type { Chart } from '../../chart/chart.ts'
import { hl7v2Config } from './config.ts'
import { interpret } from './interpret.ts'
import { parseMessage } from './message.ts'

const { reading } = hl7v2Config.parse({ id: 'x', kind: 'hl7v2', journal: { folder: 'x' }, zone: 'UTC' })
const PID = 'PID|1||7001^^^HV^MR||Quillen^Tamsin||19800301|F'

/** The names on a list after some messages of one type. */
function listed(section: 'medications' | 'pending', type: string, ...messages: string[][]): string[] {
  const chart = messages
    .flatMap((lines, at) => {
      const parsed = parseMessage([`MSH|^~\\&|A|B|||||${type}|c${at}|P|2.5.1`, PID, ...lines].join('\r'))
      assert.ok('message' in parsed)
      return interpret(parsed.message, { sourceId: 'x', zone: 'UTC', at: at + 1, reading }).charts
    })
    .reduce<Chart | undefined>(applyChange, undefined)
  return chart === undefined ? [] : entriesOf<{ code: { text: string } }>(chart[section]).map(({ code }) => code.text)
}

const drug = (orc: string, name = 'Warfarin 5 mg'): string[] => [`ORC|${orc}`, `RXE||W^${name}^L|1||TAB||^once daily`]
const NEW = drug('NW|P1|F1')

test('what an order control code and an order status make of a medication that is known', () => {
  const table: [string, string[]][] = [
    ['HD|P1|F1', ['Warfarin 5 mg (on hold)']],
    ['OH|P1|F1', ['Warfarin 5 mg (on hold)']],
    ['SC|P1|F1||HD', ['Warfarin 5 mg (on hold)']],
    ['RL|P1|F1||HD', ['Warfarin 5 mg']],
    ['OE|P1|F1||IP', ['Warfarin 5 mg']],
    ['OR|P1|F1', ['Warfarin 5 mg']],
    ['DE|P1|F1', ['Warfarin 5 mg']],
    ['UD|P1|F1', ['Warfarin 5 mg']],
    ['XO|P1|F1', ['Warfarin 5 mg']],
    ['DC|P1|F1', []],
    ['OC|P1|F1', []],
    ['RU|P1|F1', []],
    ['SC|P1|F1||RP', []],
  ]
  for (const [orc, names] of table) assert.deepEqual(listed('medications', 'RDE^O11', NEW, drug(orc)), names, orc)
})

test('a medication that was on hold and is released stands as before', () => {
  assert.deepEqual(listed('medications', 'RDE^O11', NEW, drug('HD|P1|F1'), drug('OE|P1|F1')), ['Warfarin 5 mg'])
})

test('of a replaced order and the one in its place only the new one is taken', () => {
  for (const control of ['RP', 'RU', 'RQ']) {
    const both = [...drug(`${control}|P1|F1`), ...drug('RO|P2|F2', 'Warfarin 2 mg')]
    assert.deepEqual(listed('medications', 'RDE^O11', NEW, both), ['Warfarin 2 mg'], control)
  }
})

test('a test that is on hold stays pending and says so', () => {
  const order = (orc: string): string[] => [`ORC|${orc}`, 'OBR|1|P1|F1|MRI^MRI of the head^L']
  assert.deepEqual(listed('pending', 'ORM^O01', order('NW|P1|F1'), order('HD|P1|F1')), ['MRI of the head (on hold)'])
})

test('several drugs under one order number, or after one ORC, are all on the list, whatever came before', () => {
  const both = (control: string): string[] =>
    ['A^Warfarin^L', 'B^Digoxin^L'].flatMap((drug) => [`ORC|${control}|P1|F1`, `RXE||${drug}|1||TAB||^daily`])
  const oneOrc = ['ORC|NW|P1|F1', 'RXE||A^Warfarin^L|1||TAB||^daily', 'RXR|PO', 'RXE||B^Digoxin^L|1||TAB||^daily']
  const alone = ['ORC|XO|P1|F1', 'RXE||A^Warfarin^L|2||TAB||^daily']
  const table: [string[][], string[]][] = [
    [[both('NW')], ['Warfarin', 'Digoxin']],
    [[oneOrc], ['Warfarin', 'Digoxin']],
    [
      [alone, both('NW')],
      ['Warfarin', 'Digoxin'],
    ],
    [
      [both('NW'), alone],
      ['Digoxin', 'Warfarin'],
    ],
    [
      [both('NW'), both('NW')],
      ['Warfarin', 'Digoxin'],
    ],
    [[both('NW'), ['ORC|DC|P1|F1', 'RXE||A^Warfarin^L|1||TAB||^daily']], ['Digoxin']],
    [[both('NW'), both('DC')], []],
  ]
  for (const [messages, names] of table)
    assert.deepEqual(listed('medications', 'RDE^O11', ...messages).toSorted(), names.toSorted())
})

test('an ordered and an encoded drug in one order are one', () => {
  const order = ['ORC|NW|P1|F1', 'RXO|A^Warfarin^L|1||TAB', 'RXE||A^Warfarin 5 mg^L|1||TAB||^daily', 'RXR|PO']
  assert.deepEqual(listed('medications', 'RDE^O11', order), ['Warfarin 5 mg'])
})

test('the steps of a taper are all on the list, with a number and without one', () => {
  const taper = (number: string, ...sigs: string[]): string[] =>
    sigs.flatMap((sig) => [`ORC|NW|${number}`, `RXE||P^Prednisone^L|1||TAB||^${sig}`])
  const all = ['40 mg', '20 mg', '10 mg']
  for (const [number, left] of [
    ['P1', [3, 2, 1]],
    ['', [3, 3, 3]],
  ] as const) {
    const messages = left.map((_, at) => taper(number, ...all.slice(0, 3 - at)))
    left.forEach((count, at) =>
      assert.equal(listed('medications', 'RDE^O11', ...messages.slice(0, at + 1)).length, count, number),
    )
    const ended = [`ORC|DC|${number}`, 'RXE||P^Prednisone^L|1||TAB']
    assert.deepEqual(listed('medications', 'RDE^O11', taper(number, ...all), ended), [])
  }
})

test('two tests under one order number are both pending, and each goes with its own result', () => {
  const both = ['ORC|NW|P1|F1', 'OBR|1|P1|F1|CBC^Blood count^L', 'OBR|2|P1|F1|TSH^Thyrotropin^L']
  assert.deepEqual(listed('pending', 'ORM^O01', both).toSorted(), ['Blood count', 'Thyrotropin'])
  const canceled = ['ORC|CA|P1|F1', 'OBR|1|P1|F1|CBC^Blood count^L']
  assert.deepEqual(listed('pending', 'ORM^O01', both, canceled), ['Thyrotropin'])
  const alone = ['ORC|NW|P2|F2', 'OBR|1|P2|F2|CBC^Blood count^L']
  assert.deepEqual(listed('pending', 'ORM^O01', alone, ['ORC|CA|P2|F2', 'OBR|1|P2|F2|CBC^Blood count^L']), [])
})

test('directions that are put together say how often, of every step, and whether as needed', () => {
  const dosage = (rxe1: string, ...more: string[]): string | undefined => {
    const lines = ['ORC|NW|P1', `RXE|${rxe1}|A^Morphine^L|10||MG`, ...more]
    const parsed = parseMessage(['MSH|^~\\&|A|B|||||RDE^O11|c|P|2.5.1', PID, ...lines].join('\r'))
    assert.ok('message' in parsed)
    const chart = interpret(parsed.message, { sourceId: 'x', zone: 'UTC', at: 1, reading }).charts.reduce<
      Chart | undefined
    >(applyChange, undefined)
    return chart === undefined ? undefined : entriesOf(chart.medications)[0]?.dosage
  }
  assert.equal(dosage('^Q4H'), '10 MG Q4H')
  assert.equal(dosage('^Q4H^^^^PRN'), '10 MG Q4H as needed')
  assert.equal(dosage('', 'TQ1|1||Q4H^every 4 hours^L||||||PRN'), '10 MG every 4 hours as needed')
  assert.equal(dosage('^Q4HPRN'), '10 MG Q4HPRN')
  assert.equal(dosage('', 'TQ1|1||QAM^every morning', 'TQ1|2||QHS^at bedtime'), '10 MG every morning; at bedtime')
})
