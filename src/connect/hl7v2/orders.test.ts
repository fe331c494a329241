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
