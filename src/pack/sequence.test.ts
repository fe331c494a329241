import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sequenceAfter } from './sequence.ts'

test('after an older backup the numbers go on past the highest that a site has', () => {
  assert.equal(sequenceAfter(80, [83, 81, undefined]), 84)
  assert.equal(sequenceAfter(0, [900]), 901)
})

test('nothing leaps while no site is ahead', () => {
  assert.equal(sequenceAfter(80, [80, 12, undefined]), undefined)
  assert.equal(sequenceAfter(80, []), undefined)
})

test('a number that no hub can have reached is not believed, and does not hide one that it can', () => {
  assert.equal(sequenceAfter(80, [Number.MAX_SAFE_INTEGER]), undefined)
  assert.equal(sequenceAfter(80, [Number.MAX_SAFE_INTEGER, 90, 10_000_081]), 91)
})
