import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyChange } from '../../chart/apply.ts'
import { entriesOf } from '../../chart/apply-section.ts'
import type { Chart } from '../../chart/chart.ts'
import { hl7v2Config } from './config.ts'
import { interpret } from './interpret.ts'
import { parseMessage } from './message.ts'

const { reading } = hl7v2Config.parse({ id: 'x', kind: 'hl7v2', journal: { folder: 'x' }, zone: 'UTC' })

function problemsAfter(...segments: string[]): string[] {
  const chart = segments
    .flatMap((segment, at) => {
      const parsed = parseMessage(['MSH|^~\\&|A|B|||||PPR^PC1|c', 'PID|1||7^^^H^MR||Q^T', segment].join('\r'))
      assert.ok('message' in parsed)
      return interpret(parsed.message, { sourceId: 'x', zone: 'UTC', at: at + 1, reading }).charts
    })
    .reduce<Chart | undefined>(applyChange, undefined)
  return chart === undefined ? [] : entriesOf(chart.problems).map(({ code }) => code.text)
}

test('how sure a problem is stands with it, and one that is ruled out goes', () => {
  const problem = (confirmation: string): string =>
    `PRB|AD|20261123|I21^Myocardial infarction^I10||||||||||${confirmation}|A^Active`
  const table: [string, string[]][] = [
    ['', ['Myocardial infarction']],
    ['C^Confirmed', ['Myocardial infarction']],
    ['410605003^Confirmed present^SCT', ['Myocardial infarction']],
    ['P^Provisional', ['Myocardial infarction (Provisional)']],
    ['NC^Not confirmed', ['Myocardial infarction (Not confirmed)']],
    ['415684004^Suspected^SCT', ['Myocardial infarction (Suspected)']],
    ['RO^Ruled out', []],
    ['410516002^Known absent^SCT', []],
  ]
  for (const [confirmation, names] of table) {
    assert.deepEqual(problemsAfter(problem(confirmation)), names, confirmation)
    assert.deepEqual(problemsAfter(problem(''), problem(confirmation)), names, confirmation)
  }
})
