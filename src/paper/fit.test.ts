import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fits, rowOf } from './fit.ts'

test('a usual value fits its column, a long or a strange one is left to be measured', () => {
  assert.ok(fits('14.0 H · 2026-11-08', 38.8))
  assert.ok(fits('Creatinine, mg/dL (0.6 - 1.3)', 59))
  assert.ok(!fits('14.0 mL/min/1.73 m² HH! (preliminary) · 2026-11-08', 38.8))
  assert.ok(!fits('李小龍', 59), 'nothing is known of the widths of other scripts')
  assert.ok(!fits('two\nlines', 59))
})

test('two lines hold what breaks between words, never a word longer than a line', () => {
  assert.ok(!fits('Great Lakes Mutual PPO, GLM710371699', 45))
  assert.ok(fits('Great Lakes Mutual PPO, GLM710371699', 62, 2))
  assert.ok(!fits('Donaudampfschifffahrtsgesellschaftskapitän', 40, 2))
})

test('a row is short when all of its cells are', () => {
  assert.equal(rowOf(['a', 'b'], [10, 10]).short, true)
  assert.equal(rowOf(['a', 'a very long cell indeed'], [10, 10]).short, false)
  assert.equal(rowOf(['a', 'b'], [10]).short, false, 'a column of unknown width')
})
