import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inBrief } from './in-brief.ts'

test('of a message with many complaints one line is told, and how many more there are', () => {
  assert.equal(inBrief('It is refused.'), 'It is refused.')
  assert.equal(inBrief('It is wrong:\na:1:1 x'), 'It is wrong: a:1:1 x')
  assert.equal(inBrief('It is wrong:\na:1:1 x\na:2:1 y\na:3:1 z\n'), 'It is wrong: a:1:1 x (and 2 more)')
})
