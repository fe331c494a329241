import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkPlan } from '../../src/readiness/plan/check-plan.ts'
import { complaintInWords } from '../../src/readiness/plan/plan-complaint.ts'
import { partNames } from '../../src/readiness/readiness.ts'
import { samplePlan } from '../readiness/sample-plan.ts'

/** `HOLDFAST_FUZZ_ROUNDS` plans are spoilt; few by default, many when somebody wants to know. */
const ROUNDS = Number(process.env.HOLDFAST_FUZZ_ROUNDS ?? 50)
const NOW = Date.parse('2026-11-23T18:00:00Z')
const FILES = partNames.map((part) => `${part}.yaml`)

/** Whatever is in the files: an answer, and each complaint with a place that is in its file. */
function holds(files: Map<string, string>): ReturnType<typeof checkPlan> {
  const checked = checkPlan(files, NOW)
  for (const complaint of checked.complaints) {
    const lines = (files.get(complaint.file) ?? '').split(/\r\n|\r|\n/)
    assert.ok(complaint.line >= 1 && complaint.line <= lines.length, complaintInWords(complaint))
    assert.ok(complaint.column >= 1 && complaint.says.length > 0)
    assert.match(complaintInWords(complaint), /^[\w./-]+:\d+:\d+ \S/)
  }
  // Nothing is let through in silence: what was not understood is told, and what could not be judged is named.
  if (checked.unread.size > 0) assert.ok(checked.faults + checked.blanks > 0 && checked.notJudged.length > 0)
  return checked
}

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
      '&a ',
      '*a',
      '!!binary ',
      '|',
      '\t',
      '\u0000',
      '\ud800',
      '<<: ',
      '? ',
      '\r',
      '---\n',
    ),
    fc.constantFrom(
      'null',
      '[]',
      '{}',
      '1e999',
      'true',
      '__proto__: {}',
      'constructor: 1',
      '~',
      'TODO',
      'TODO: ',
      'always',
      '2026-02-30',
      '0000-00-00',
    ),
  ),
})

test(`${ROUNDS} spoilt plans: no crash, no hang, and a place for each complaint`, () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...FILES), edit), { minLength: 1, maxLength: 6 }), (edits) => {
      const files = new Map(samplePlan)
      for (const [file, { at, length, put }] of edits) {
        const text = files.get(file) ?? ''
        const place = Math.floor(at * text.length)
        files.set(file, text.slice(0, place) + put + text.slice(place + length))
      }
      holds(files)
    }),
    { numRuns: ROUNDS },
  )
})

const rubbish = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.json({ maxDepth: 4 }),
  fc
    .array(
      fc.constantFrom(
        'people:',
        'sites:',
        '  - id: a',
        '  - ',
        'TODO',
        '    hours: always',
        '    needs: [a]',
        '    roles: {}',
        'practice: &x',
        '*x',
      ),
      { maxLength: 12 },
    )
    .map((lines) => lines.join('\n')),
)

test('any rubbish in any file gives complaints with places, never a crash', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...FILES, 'notes.md', 'vendor.yaml'), rubbish, { noNullPrototype: true }),
      (held) => {
        assert.ok(holds(new Map(Object.entries(held))).faults > 0)
      },
    ),
    { numRuns: ROUNDS * 4 },
  )
})

test('well-formed and absurd: extreme days, turns of a day since the year 1900, a map of ten thousand in a row', () => {
  const files = new Map(samplePlan)
  files.set(
    'roster.yaml',
    'rosters:\n  - { id: r, name: R, rotations: [{ people: [lingfell], starts: 1900-01-01, at: "00:00", every: 1d }], shifts: [{ person: lingfell, from: 2199-12-31 23:59, to: 1900-01-01 00:00 }] }\n',
  )
  const nodes = Array.from(
    { length: 10_000 },
    (_none, nth) => `  - { id: n${nth}, kind: host, name: N, needs: [n${(nth + 1) % 10_000}] }`,
  )
  files.set('map.yaml', `nodes:\n${nodes.join('\n')}\n`)
  const { complaints } = holds(files)
  assert.equal(complaints.filter(({ rule }) => rule === 'dependency-cycle').length, 1)
})
