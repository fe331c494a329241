import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { displayName, foldName, personName, withoutDirections } from './name.ts'

const TURNS = Array.from('\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069')

test('nothing in a name turns the direction of what stands after it, and it is found as if it were not there', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...TURNS, 'a', 'B', 'é', 'ל', '김', ' '), { maxLength: 12 }), (letters) => {
      const text = letters.join('')
      const patient = { name: { family: text, given: [text], suffix: text }, preferredName: text }
      for (const shown of [personName(patient.name), displayName(patient), withoutDirections(text)])
        for (const turn of TURNS) assert.ok(!shown.includes(turn))
      assert.equal(foldName(text), foldName(letters.filter((one) => !TURNS.includes(one)).join('')))
    }),
  )
})

test('a name of nothing but directions is a name that was not received', () => {
  assert.equal(personName({ family: '\u202e', given: ['\u2066'] }), 'Name not received')
})

test('names in scripts that run from right to left stay as they are', () => {
  assert.equal(personName({ family: 'לוי', given: ['דנה'] }), 'לוי, דנה')
})
