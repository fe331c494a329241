import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedPlan, samplePlan } from '../../../test/readiness/sample-plan.ts'
import { readPlan } from '../../readiness/plan/read-plan.ts'
import { escalationOfPlan } from './plan-escalation.ts'

const MONDAY = Date.parse('2026-11-23T15:00:00Z')
const asking = { escalation: 'technical', carried: new Set(['sms', 'email']) }
const { plan } = readPlan(samplePlan)

test('the people on call at this moment are asked first, by their mobile numbers, then who the plan names', () => {
  const made = escalationOfPlan(plan, asking, MONDAY)
  const [first, second] = made?.steps ?? []
  assert.equal(first?.people.length, 1)
  assert.ok((second?.people.length ?? 0) > 1)
  const reach = made?.people.find(({ id }) => id === first.people[0])?.reach ?? []
  assert.deepEqual(
    reach.map(({ channel }) => channel),
    ['sms', 'email'],
  )
  assert.match(reach[0]?.target ?? '', /^\+1414555\d{4}$/)
})

test('an exchange in the roster changes who is asked, for as long as it lasts', () => {
  const during = Date.parse('2026-11-26T20:00:00Z')
  assert.deepEqual(escalationOfPlan(plan, asking, during)?.steps[0]?.people, ['lingfell'])
})

test('whoever is on leave is told as away, and the next of the rotation is on call', () => {
  const [onCall = ''] = escalationOfPlan(plan, asking, MONDAY)?.steps[0]?.people ?? []
  const away = changedPlan([
    'people.yaml',
    `    email: ${onCall}@harbor-valley.example\n`,
    `    email: ${onCall}@harbor-valley.example\n    leave:\n      - { from: 2026-11-20, to: 2026-11-27 }\n`,
  ])
  const made = escalationOfPlan(readPlan(away).plan, asking, MONDAY)
  assert.notEqual(made?.steps[0]?.people[0], onCall)
})

test('a vendor is called by whoever was asked last, who is told the number and the account', () => {
  const made = escalationOfPlan(plan, asking, MONDAY)
  assert.deepEqual(made?.steps[3]?.people, made?.steps[2]?.people)
  assert.match(made?.steps[3]?.authority ?? '', /^Call .+ at .*\d/)
})

test('an escalation that the plan does not have asks nobody', () => {
  assert.equal(escalationOfPlan(plan, { ...asking, escalation: 'no-such' }, MONDAY), undefined)
})
