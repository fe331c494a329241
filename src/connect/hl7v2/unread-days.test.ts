import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hl7v2Config } from './config.ts'
import { interpret } from './interpret.ts'
import { parseMessage } from './message.ts'
import type { Told } from './told.ts'

const { reading } = hl7v2Config.parse({ id: 'x', kind: 'hl7v2', journal: { folder: 'x' }, zone: 'UTC' })

function told(type: string, ...lines: string[]): Told {
  const parsed = parseMessage([`MSH|^~\\&|A|B|||||${type}|c`, 'PID|1||7^^^H^MR||Quillen^Tamsin', ...lines].join('\r'))
  assert.ok('message' in parsed)
  return interpret(parsed.message, { sourceId: 'x', zone: 'UTC', at: 1, reading })
}

/** Type, the segments before the day, and the list that it belongs to. */
const PLACES: [string, (day: string) => string[], string][] = [
  ['ADT^A08', (day) => [`AL1|1||^Peanut|||${day}`], 'allergies'],
  ['ADT^A60', (day) => [`IAM|1||^Peanut|||A|||||${day}`], 'allergies'],
  ['ADT^A08', (day) => [`DG1|1||I10^Hypertension^I10||${day}`], 'problems'],
  ['PPR^PC1', (day) => [`PRB|AD||I10^Hypertension^I10${'|'.repeat(13)}${day}`], 'problems'],
  ['RDE^O11', (day) => ['ORC|NW|1', `RXE||1^Warfarin^L|5||mg${'|'.repeat(13)}${day}`], 'medications'],
  ['VXU^V04', (day) => ['ORC|RE|1', `RXA|0|1|${day}||03^MMR^CVX|1`], 'immunizations'],
]

test('a day that cannot be read is told with chart and list, and its entry stands', () => {
  for (const [type, lines, section] of PLACES) {
    const plain = told(type, ...lines(''))
    for (const day of ['03/01/2019', 'childhood', '20191301', '20190230']) {
      const { charts, faults } = told(type, ...lines(day))
      assert.deepEqual(
        faults.map((fault) => [fault.patientId, fault.section]),
        [['7', section]],
        `${type} ${day}`,
      )
      assert.ok(!faults[0]?.because.includes(day))
      assert.deepEqual(
        charts.map((change) => change.type),
        plain.charts.map((change) => change.type),
      )
    }
    for (const day of ['', '""', '2019', '201903', '20190301', '2019-03-01', '20190301101500'])
      assert.deepEqual(told(type, ...lines(day)).faults, [], `${type} ${day}`)
  }
})
