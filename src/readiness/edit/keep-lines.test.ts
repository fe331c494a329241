import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keepLines } from './keep-lines.ts'

test('a change is taken over, and what is only written otherwise stays as its writer left it', () => {
  const text = 'a:   1   # one\nb: 2\nc:   3\n\n\n\ne: 5\n'
  const before = 'a: 1 # one\nb: 2\nc: 3\n\ne: 5\n'
  const after = 'a: 1 # one\nb: 20\nc: 3\n\ne: 5\nf: 6\n'
  assert.equal(keepLines(text, before, after), 'a:   1   # one\nb: 20\nc:   3\n\n\n\ne: 5\nf: 6\n')
  assert.equal(keepLines(text, before, before), text)
})

const line = fc.constantFrom('a', 'b', 'c', 'd', '')
const lines = fc.array(line, { maxLength: 12 }).map((all) => all.join('\n'))

test('without a change of its own a text is what the change says; without a change it stays', () => {
  fc.assert(
    fc.property(lines, lines, lines, (text, before, after) => {
      assert.equal(keepLines(before, before, after), after)
      assert.equal(keepLines(text, before, before), text)
    }),
  )
})

test('a file too long to compare is as the change says', () => {
  const many = Array.from({ length: 3000 }, (_, nth) => `own ${nth}`).join('\n')
  const other = Array.from({ length: 3000 }, (_, nth) => `other ${nth}`).join('\n')
  assert.equal(keepLines(many, other, 'after'), 'after')
})
