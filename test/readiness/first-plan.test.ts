import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { blankPlan } from '../../src/readiness/init/blank-plan.ts'
import { QUESTIONS, wrongAnswers } from '../../src/readiness/init/questions.ts'
import { checkPlan } from '../../src/readiness/plan/check-plan.ts'
import { complaintInWords } from '../../src/readiness/plan/plan-complaint.ts'

const NOW = Date.parse('2026-11-23T18:00:00Z')
const LEAST = [
  ['practice', 'Little Clinic'],
  ['zone', 'America/Denver'],
  ['sites', 'Main Street, Annex'],
] as const
const MORE = [
  ['hours', '08:00-17:00'],
  ['coordinator', 'Ann Lee, (608) 555-0101'],
  ['deputy', 'Bo Ray, (608) 555-0102'],
  ['technical', 'Cy Fox, (608) 555-0103'],
  ['technical2', 'Di Orr, (608) 555-0104'],
  ['clinical', 'Ed Poe, MD, (608) 555-0105'],
  ['clinical2', 'Flo Kay, (608) 555-0106'],
  ['handover', '07:30'],
  ['ehr', 'Tessera'],
  ['ehrVendor', 'Tessera EHR: support'],
  ['ehrVendorPhone', '(920) 555-0100'],
] as const

test('a first plan can be read whole, and what nobody knows yet is a blank, not a guess', () => {
  const checked = checkPlan(blankPlan(new Map(LEAST), NOW), NOW)
  assert.deepEqual([...checked.unread], [])
  assert.deepEqual(checked.notJudged, [])
  assert.ok(checked.blanks > 40)
  const blanks = checked.complaints.filter(({ weight }) => weight === 'blank').map(({ says }) => says)
  assert.ok(blanks.includes('name of coordinator is still to be filled in'))
  assert.ok(blanks.includes('name of ehr-vendor is still to be filled in'))
  assert.equal(checked.plan.people.people[0]?.name, 'coordinator, not yet named')
  // Beside the blanks there is only what follows from them: nobody can be called yet.
  const rules = checked.complaints.filter(({ weight }) => weight === 'error').map(({ rule }) => rule)
  assert.deepEqual([...new Set(rules)].sort(), ['escalation-step', 'role-filled'])
})

test('each answer fills its blank; with the people named, nothing is wrong but blanks', () => {
  const answers = new Map<string, string>([...LEAST, ...MORE.filter(([key]) => key !== 'clinical')])
  answers.set('clinical', 'Ed Poe, (608) 555-0105')
  const checked = checkPlan(blankPlan(answers, NOW), NOW)
  assert.deepEqual(checked.complaints.filter(({ weight }) => weight === 'error').map(complaintInWords), [])
  assert.ok(checked.blanks < checkPlan(blankPlan(new Map(LEAST), NOW), NOW).blanks)
  assert.deepEqual(checked.plan.roster.rosters[0]?.rotations[0]?.at, '07:30')
  assert.equal(checked.plan.vendors.vendors[0]?.name, 'Tessera EHR: support')
})

test('answers that will not do are told all at once', () => {
  const wrong = wrongAnswers(
    new Map([...LEAST.slice(1), ['zone', 'Nowhere'], ['hours', 'mornings'], ['colour', 'blue']]),
  )
  assert.equal(wrong.length, 4)
  assert.match(wrong.join('\n'), /colour: nobody asked.*\n.*practice: there is no plan without it.*\n.*zone.*\n.*hours/)
})

test('whatever people answer, the plan that comes of it can be read', () => {
  const answer = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((text) => text.trim() !== '' && !/^TODO\b/.test(text.trim()))
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom('practice', 'sites', 'ehr', 'ehrVendor', 'provider'),
        answer.map((text) => text.trim()),
      ),
      (said) => {
        const answers = new Map<string, string>([...LEAST, ...Object.entries(said)].map(([key, text]) => [key, text]))
        if (!(answers.get('sites') ?? '').split(',').some((name) => name.trim() !== '')) return
        assert.deepEqual(wrongAnswers(answers), [])
        assert.deepEqual([...checkPlan(blankPlan(answers, NOW), NOW).unread], [])
      },
    ),
    { numRuns: 30 },
  )
})

test('every question has words of its own', () => {
  assert.equal(new Set(QUESTIONS.map(({ key }) => key)).size, QUESTIONS.length)
})
