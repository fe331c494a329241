import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newNumbers } from './numbers.ts'

test('however visits come and go, a number belongs to one visit for good', () => {
  const rounds = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')), { maxLength: 12 })
  fc.assert(
    fc.property(rounds, (days) => {
      const given = new Map<string, number>()
      for (const ids of days) {
        const before = new Map(given)
        for (const [id, number] of newNumbers(given, ids)) given.set(id, number)
        for (const [id, number] of before) assert.equal(given.get(id), number)
        for (const id of ids) assert.ok((given.get(id) ?? 0) > 0)
      }
      assert.equal(new Set(given.values()).size, given.size)
    }),
  )
})
