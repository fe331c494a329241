import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeCharts } from './charts.ts'

const NONE = { waiting: 0, mixed: 0, separated: 0, named: [] }

test('charts without doubt are good', () => {
  assert.deepEqual(
    judgeCharts(NONE, [], []).map(({ verdict }) => verdict),
    ['good'],
  )
})

test('charts that may be mixed are bad, those that were are named by source and id', () => {
  const [waiting, mixed] = judgeCharts({ waiting: 3, mixed: 30, separated: 40, named: ['ehr 12', 'ehr 13'] }, [], [])
  assert.equal(waiting?.verdict, 'bad')
  assert.match(mixed?.because ?? '', /^30 charts held another person's data .*: ehr 12, ehr 13, \.\.\.\.$/)
})

test('open questions and people with two charts are told, each with what to do', () => {
  const found = judgeCharts(
    NONE,
    [
      { sourceId: 'ehr', kind: 'shrink', count: 1 },
      { sourceId: 'labs', kind: 'identity', count: 4 },
    ],
    [{ one: 'ehr', other: 'labs', people: 280 }],
  )
  assert.deepEqual(
    found.map(({ verdict }) => verdict),
    ['bad', 'look', 'look'],
  )
  assert.match(found[2]?.so ?? '', /mrnIssuer/)
  assert.ok(found.every(({ so }) => so !== undefined))
})
