import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { instantAt } from '../../src/base/zone.ts'
import { checkPlan } from '../../src/readiness/plan/check-plan.ts'
import { complaintInWords } from '../../src/readiness/plan/plan-complaint.ts'
import { partNames } from '../../src/readiness/readiness.ts'
import { changedPlan, samplePlan } from './sample-plan.ts'

const NOW = instantAt('2026-11-23', '12:00', 'America/Chicago')

test('an unknown key of one person hides nothing else: not the id that is there twice, not the one on the roster that leads nowhere', () => {
  const checked = checkPlan(
    changedPlan(
      ['people.yaml', '    title: IT director\n', '    title: IT director\n    phone: (414) 555-0100\n'],
      ['people.yaml', '- id: lingfell', '- id: edriftgale'],
      ['roster.yaml', 'people: [otarnbrook, zsedgeden, lingfell]', 'people: [otarnbrok, zsedgeden]'],
    ),
    NOW,
  )
  const told = checked.complaints.map(({ rule, says }) => `${rule} ${says}`)
  assert.ok(told.some((one) => one.startsWith('shape "phone" is not known here. Did you mean "phones"?')))
  assert.ok(told.includes('repeated-id the person "edriftgale" is there twice'))
  assert.ok(told.includes('dangling-id there is no person "otarnbrok". Did you mean "otarnbrook"?'))
  assert.deepEqual([...checked.unread], [])
  assert.deepEqual([...checked.notWhole], ['people'])
})

test('a person whose entry cannot be read is still there by id, and the rules that need the entry are named with its place', () => {
  const changes: [string, string, string][] = [
    ['people.yaml', '  - id: zsedgeden\n    name: Zelda Sedgeden', '  - id: zsedgeden\n    nickname: Zelda'],
    ['map.yaml', 'kind: power', 'kind: powr'],
  ]
  const { complaints, notJudged, plan } = checkPlan(changedPlan(...changes), NOW)
  assert.deepEqual([...new Set(complaints.map(({ rule }) => rule))], ['shape'])
  // A name is stood in for; a node without its kind is no node.
  assert.equal(plan.people.people[0]?.name, 'zsedgeden')
  assert.equal(plan.map.nodes.length, checkPlan(samplePlan, NOW).plan.map.nodes.length - 1)
  const cycle = notJudged.find(({ rule }) => rule === 'dependency-cycle')
  assert.deepEqual([cycle?.because, cycle?.places.map(({ file }) => file)], [['map'], ['map.yaml']])
  assert.ok(!notJudged.some(({ rule }) => rule === 'forms-good'))
})

test('what stands beside a wrong key in its own entry is judged, when it does not hang on that key', () => {
  const { complaints } = checkPlan(
    changedPlan(
      ['people.yaml', '(414) 555-0100, kind: mobile', '(414) 555-0100, kind: moble'],
      ['people.yaml', '(414) 555-0101, kind: mobile', '(414) 555-0101, kind: desk'],
      ['people.yaml', '(262) 555-0101, kind: home', '(262) 555-0101, kind: desk'],
    ),
    NOW,
  )
  const told = complaints.map(({ rule, says }) => `${rule} ${says}`)
  assert.ok(told.some((one) => one.startsWith('shape kind of the 1st of phones of zsedgeden must be one of mobile')))
  assert.ok(told.includes('person-phone Emil Driftgale has only a telephone on the desk'))
})

/** Every key of the plan's files, and what becomes of it when its name, or what stands there, is spoilt. */
const LINES = partNames.flatMap((part) => {
  const file = `${part}.yaml`
  return [...(samplePlan.get(file) ?? '').matchAll(/(?<=[\s{])([a-zA-Z]+):(?=[ \n])/g)].map(
    ({ index, 1: key = '' }) => ({
      file,
      index,
      key,
    }),
  )
})
const SPOILT = [(key: string) => `${key}zz:`, () => 'zzzzzzzz:', (key: string) => `${key}: &x !!int 7\n#`] as const

test('whatever one key is spoilt in a plan without a fault, only that is told: nothing that comes of leaving it out', () => {
  fc.assert(
    fc.property(fc.constantFrom(...LINES), fc.constantFrom(...SPOILT), (at, how) => {
      const text = samplePlan.get(at.file) ?? ''
      const spoil = how(at.key)
      const spoilt = `${text.slice(0, at.index)}${spoil}${text.slice(at.index + at.key.length + 1)}`
      const { complaints } = checkPlan(new Map(samplePlan).set(at.file, spoilt), NOW)
      assert.deepEqual(
        complaints.filter(({ rule }) => rule !== 'shape').map(complaintInWords),
        [],
        `${at.file} ${spoil}`,
      )
    }),
    { numRuns: Number(process.env.HOLDFAST_FUZZ_ROUNDS ?? 60) },
  )
})
