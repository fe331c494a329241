import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Box, fitColumns } from './fall-columns.ts'

const box = (key: string, column: number, row: number, look: Box['look'] = 'falls'): Box => ({
  key,
  name: key,
  words: [key],
  look,
  column,
  row,
})

test('a small drawing stays as it is', () => {
  const [from, to] = [box('a', 0, 0, 'taken'), box('b', 1, 0)]
  assert.deepEqual(fitColumns([from, to], [{ from, to }]), { boxes: [from, to], edges: [{ from, to }], leftOut: [] })
})

test('of a long column what leads to a scenario stays, the rest is one box, and nothing goes unnamed', () => {
  const start = box('start', 0, 0, 'taken')
  const falls = Array.from({ length: 40 }, (_, row) => box(`thing-${row}`, 2, row))
  const scenarios = Array.from({ length: 20 }, (_, row) => box(`scenario-${row}`, 3, row, 'unfinished'))
  const telling = falls.slice(-2)
  const edges = [
    ...falls.map((to) => ({ from: start, to })),
    ...telling.flatMap((from) => scenarios.map((to) => ({ from, to }))),
  ]
  const fitted = fitColumns([start, ...falls, ...scenarios], edges)
  const column = fitted.boxes.filter((one) => one.column === 2)
  assert.deepEqual(
    column.map(({ row }) => row).toSorted((a, b) => a - b),
    Array.from({ length: 12 }, (_, row) => row),
  )
  for (const one of telling) assert.ok(column.some(({ key }) => key === one.key))
  assert.equal(fitted.boxes.filter((one) => one.column === 3).length, 20)
  assert.equal(column.at(-1)?.name, 'and 29 more')
  const named = new Set([...fitted.leftOut, ...column].map(({ key }) => key))
  assert.ok(falls.every(({ key }) => named.has(key)))
  assert.equal(fitted.edges.length, 12 + 40)
})
