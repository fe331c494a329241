import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { inWords } from '../../src/base/complaint.ts'
import { mappingFile, parseMapping, SHIPPED } from '../../src/connect/sql/read-mapping.ts'

/** `HOLDFAST_FUZZ_ROUNDS` mappings are spoilt; few by default, many when somebody wants to know. */
const ROUNDS = Number(process.env.HOLDFAST_FUZZ_ROUNDS ?? 300)

const whole = SHIPPED.map((name) => readFileSync(mappingFile(name), 'utf8'))
/** Up to the first list, which is where most of a mapping's own rules stand, and a quarter of the work. */
const heads = whole.map(
  (text) => `${text.slice(0, text.indexOf('\nallergies:'))}\nallergies: { empty: none-known, from: [] }\n`,
)
const oneOf = fc.oneof(
  { arbitrary: fc.constantFrom(...heads), weight: 9 },
  { arbitrary: fc.constantFrom(...whole), weight: 1 },
)

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 40 }),
  put: fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      '\n',
      ': ',
      '- ',
      '{',
      ']',
      '"',
      "'",
      '&a ',
      '*a',
      '!!binary ',
      '|',
      '\t',
      '\u0000',
      '\ud800',
      ':patients',
      '--',
      '<<: ',
      '? ',
      '0x',
      '\r',
      '%YAML 9\n',
      '---\n',
    ),
    fc.constantFrom('null', '[]', '{}', '1e999', 'true', '__proto__: {}', 'constructor: 1', '~'),
  ),
})

function spoil(text: string, edits: { at: number; length: number; put: string }[]): string {
  return edits.reduce((held, { at, length, put }) => {
    const place = Math.floor(at * held.length)
    return held.slice(0, place) + put + held.slice(place + length)
  }, text)
}

test(`${ROUNDS} spoilt mappings: no crash, no hang, and a reason with its line each time`, () => {
  let slowest = 0
  let refused = 0
  fc.assert(
    fc.property(oneOf, fc.array(edit, { minLength: 1, maxLength: 6 }), (text, edits) => {
      const began = performance.now()
      const { mapping, complaints } = parseMapping(spoil(text, edits), 'spoilt.yaml')
      slowest = Math.max(slowest, performance.now() - began)
      if (mapping !== undefined) return
      refused++
      assert.ok(
        complaints.some((complaint) => complaint.weight === 'error'),
        'refused without a reason',
      )
      for (const complaint of complaints) {
        assert.ok(complaint.line >= 1 && complaint.column >= 1)
        assert.match(inWords(complaint), /^spoilt\.yaml:\d+:\d+ \S/)
      }
    }),
    { numRuns: ROUNDS },
  )
  assert.ok(slowest < 5000, `one took ${Math.round(slowest)} ms`)
  assert.ok(refused > 0)
})

test('a file that blows itself up by its aliases is refused', () => {
  const bomb = ['a: &a [1,2,3,4,5,6,7,8,9]']
  for (let depth = 1; depth < 12; depth++) {
    const before = String.fromCharCode(96 + depth)
    const name = String.fromCharCode(97 + depth)
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`)
  }
  const { mapping, complaints } = parseMapping(bomb.join('\n'), 'bomb.yaml')
  assert.equal(mapping, undefined)
  assert.equal(complaints.length, 1)
})
