import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { samplePlan } from '../../../test/readiness/sample-plan.ts'
import { readPlan } from '../plan/read-plan.ts'
import { fallSteps } from './fall-steps.ts'
import { lostWithout } from './lost-without.ts'

const { plan } = readPlan(samplePlan)

test('what needs a lost node falls first, and what needs that falls after it', () => {
  const steps = new Map(fallSteps(plan, ['host-a']).map(({ id, step }) => [id, step]))
  assert.deepEqual(
    ['ehr-primary', 'ehr-app', 'billing-app', 'riverside-ehr'].map((id) => steps.get(id)),
    [1, 2, 3, 3],
  )
})

test('exactly what is lost falls, each after something that it needs', () => {
  fc.assert(
    fc.property(
      fc.subarray(
        plan.map.nodes.map(({ id }) => id),
        { maxLength: 4 },
      ),
      (gone) => {
        const fallen = fallSteps(plan, gone)
        const lost = lostWithout(plan, gone)
        assert.deepEqual(new Set([...gone, ...fallen.map(({ id }) => id)]), lost)
        const steps = new Map(fallen.map(({ id, step }) => [id, step]))
        for (const { from, step } of fallen) assert.ok(from.some((id) => (steps.get(id) ?? 0) < step))
      },
    ),
    { numRuns: 50 },
  )
})
