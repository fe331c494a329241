import assert from 'node:assert/strict'
import { test } from 'node:test'
import { samplePlan } from '../../../test/readiness/sample-plan.ts'
import { readPlan } from '../plan/read-plan.ts'
import { lostWithout } from './lost-without.ts'

const { plan } = readPlan(samplePlan)

test('what needs a lost node is lost with it, near and far', () => {
  const lost = lostWithout(plan, ['storage'])
  assert.ok(['documents-store', 'billing-app'].every((id) => lost.has(id)))
  assert.ok(!lost.has('ehr-app'))
})

test('of a group, one is enough; without the last it is lost too', () => {
  assert.ok(!lostWithout(plan, ['riverside-fiber']).has('riverside-ehr'))
  assert.ok(lostWithout(plan, ['riverside-fiber', 'riverside-cellular']).has('riverside-ehr'))
})

test('a lockbox is lost with its power only, not with the servers or the lines', () => {
  const lost = lostWithout(plan, ['server-power'])
  assert.deepEqual([lost.has('riverside-lockbox'), lost.has('harbor-lockbox')], [false, true])
})
