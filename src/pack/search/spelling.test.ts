import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { editsBetween, lettersOf, mayBeWithin } from './spelling.ts'

/** The textbook's definition, slow and plain. */
function plainEdits(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  )
  const at = (i: number, j: number): number => d[i]?.[j] ?? 0
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const row = d[i] ?? []
      row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j] ?? 0, at(i - 2, j - 2) + 1)
    }
  return at(a.length, b.length)
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 9 })

test('edits are counted as the textbook counts them, up to the limit', () => {
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 3 }), (a, b, most) => {
      assert.equal(editsBetween(a, b, most), Math.min(plainEdits(a, b), most + 1))
    }),
    { numRuns: 2000 },
  )
})

test('no word within the edits is passed over for its letters', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      const edits = plainEdits(a, b)
      assert.ok(mayBeWithin(lettersOf(a), lettersOf(b), edits))
    }),
    { numRuns: 2000 },
  )
})
