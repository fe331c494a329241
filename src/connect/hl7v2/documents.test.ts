import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyChange } from '../../chart/apply.ts'
import { entriesOf } from '../../chart/apply-section.ts'
import type { Chart } from '../../chart/chart.ts'
import { hl7v2Config } from './config.ts'
import { interpret } from './interpret.ts'
import { parseMessage } from './message.ts'
import type { Told } from './told.ts'

const { reading } = hl7v2Config.parse({ id: 'x', kind: 'hl7v2', journal: { folder: 'x' }, zone: 'UTC' })

function told(type: string, ...lines: string[]): Told {
  const parsed = parseMessage([`MSH|^~\\&|A|B|||||${type}|c`, 'PID|1||7^^^H^MR||Q^T', ...lines].join('\r'))
  assert.ok('message' in parsed)
  return interpret(parsed.message, { sourceId: 'x', zone: 'UTC', at: 1, reading })
}

function chartOf({ charts }: Told): Chart {
  const chart = charts.reduce<Chart | undefined>(applyChange, undefined)
  assert.ok(chart)
  return chart
}

test('a note has all of its lines, whatever their type, and names what is attached', () => {
  const txa = 'TXA|1|CN|TX|20261123||||||||D1'
  const note = told(
    'MDM^T02',
    txa,
    'OBX|1|tx|N^Note^L||First line',
    'OBX|2|CWE|N^Note^L||^Impression: mass^L',
    'OBX|3|NM|W^Weight^L||82|kg',
    'OBX|4|ED|D^Scan^L||^AP^PDF^Base64^AAAA',
  )
  assert.deepEqual(
    entriesOf(chartOf(note).notes).map(({ text }) => text),
    ['First line\nImpression: mass\nWeight: 82 kg\n(attached PDF, see the EHR)'],
  )
  const scan = told('MDM^T02', txa, 'OBX|1|ED|D^Scan^L||^AP^PDF^Base64^AAAA')
  assert.match(scan.faults[0]?.because ?? '', /without text that can be read/)
})

test('two doses of one vaccine on one day are two, and one that was given in part says so', () => {
  const dose = (lot: string, completion = 'CP'): string[] => [
    `ORC|RE||${lot}`,
    `RXA|0|1|20261101||21^varicella^CVX|0.5|||||||||${lot}|||||${completion}`,
  ]
  const names = (...lines: string[]): string[] =>
    entriesOf(chartOf(told('VXU^V04', ...lines)).immunizations).map(({ code, lot }) => `${code.text} ${lot}`)
  assert.deepEqual(names(...dose('L1'), ...dose('L2')).toSorted(), ['varicella L1', 'varicella L2'])
  assert.deepEqual(names(...dose('L1', 'PA')), ['PARTIALLY ADMINISTERED: varicella L1'])
})
