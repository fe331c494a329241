import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blankChart } from './blank-chart.ts'
import type { Chart, SectionName } from './chart.ts'
import { isTooMuch, lossOf, peopleNeeded, type Shrink, withKept } from './losses.ts'

const shrink = (entries: number, of: number, more: Partial<Shrink> = {}): Shrink => ({
  what: 'problems',
  charts: entries,
  entries,
  of,
  emptied: 0,
  filled: 0,
  ...more,
})

test('more than a tenth and more than twenty charts are too much', () => {
  const rows: [Shrink, boolean][] = [
    [shrink(20, 20), false],
    [shrink(21, 21), true],
    [shrink(21, 210), false],
    [shrink(22, 210), true],
    [shrink(5_000, 200_000), false],
    [shrink(20_001, 200_000), true],
    [shrink(30, 1_000, { emptied: 30, filled: 100 }), true],
    [shrink(30, 1_000, { emptied: 0, filled: 100 }), false],
    [shrink(40, 100, { what: 'pending' }), false],
    [shrink(60, 100, { what: 'pending' }), true],
  ]
  for (const [one, tooMuch] of rows) assert.equal(isTooMuch(one), tooMuch, JSON.stringify(one))
})

test('two people are needed for allergies, and for more than half of anything', () => {
  assert.equal(peopleNeeded([shrink(30, 100)]), 1)
  assert.equal(peopleNeeded([shrink(51, 100)]), 2)
  assert.equal(peopleNeeded([shrink(30, 100), shrink(22, 200, { what: 'allergies' })]), 2)
  assert.equal(peopleNeeded([shrink(580, 600, { what: 'charts' })]), 2)
})

function chart(problems: string[]): Chart {
  const entries = problems.map((id) => ({ id, code: { text: id, codings: [] }, clinicalStatus: 'active' as const }))
  return { ...blankChart('1', 'ehr', 1), problems: { status: 'listed', entries } }
}

test('a list that became shorter lost entries; one that changed did not', () => {
  assert.deepEqual(lossOf(chart(['a', 'b']), chart(['a'])).sections, { problems: 1 })
  assert.deepEqual(lossOf(chart(['a', 'b']), chart(['c', 'd'])).sections, {})
  assert.deepEqual(lossOf(chart(['a']), chart([])).emptied, ['problems'])
  assert.deepEqual(lossOf(chart(['a']), undefined), { chart: true, sections: {}, emptied: [] })
  assert.deepEqual(lossOf(undefined, chart([])), { chart: false, sections: {}, emptied: [] })
})

test('a list that is held keeps its entries and takes what is new', () => {
  const kept = withKept(chart(['c', 'a']), chart(['a', 'b']), ['problems' satisfies SectionName])
  assert.deepEqual(kept.problems.status === 'listed' && kept.problems.entries.map(({ id }) => id), ['c', 'a', 'b'])
  const none: Chart = { ...chart([]), problems: { status: 'none-known' } }
  assert.equal(withKept(none, chart(['a']), ['problems']).problems.status, 'listed')
})
