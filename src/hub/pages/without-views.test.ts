import assert from 'node:assert/strict'
import { test } from 'node:test'
import { samplePlan } from '../../../test/readiness/sample-plan.ts'
import { readPlan } from '../../readiness/plan/read-plan.ts'
import type { AppendicitisTest, Harm } from '../../readiness/without/appendicitis.ts'
import type { Loss, Removal } from '../../readiness/without/without.ts'
import { withoutHeadline, worstAlone } from './without-views.ts'

const { plan } = readPlan(samplePlan)
const loss = (kind: Loss['kind']): Loss => ({ kind, id: kind, name: kind, because: 'so' })
const harm = (kind: Removal['kind'], name: string, ...losses: Loss['kind'][]): Harm => ({
  removed: [{ kind, id: name, name }],
  losses: losses.map(loss),
})
const tested = (...alone: Harm[]): AppendicitisTest => ({
  at: 0,
  asItStands: [],
  alone,
  taken: 71,
  pairs: [],
  pairsTaken: 0,
  pairsLeft: 0,
  worseTimes: [],
  shifts: 0,
})

test('the answer begins with who must not fall ill, and goes on with the one that the page tells of', () => {
  const of = tested(
    harm('vendor', 'Valley Electric', 'unfinished', 'system'),
    harm('person', 'Emil', 'unfinished'),
    harm('person', 'Lila', 'unfinished'),
    harm('person', 'Omar', 'unrehearsed'),
  )
  assert.match(
    withoutHeadline(of, plan),
    /^Who must not fall ill now: Emil, Lila; without any of them something cannot be finished\. Without Emil \(person\): 1 scenario cannot be finished, of 17 scenarios\. 4 of 71/,
  )
  assert.equal(worstAlone(of)[0]?.name, 'Emil')
})

test('where no person is missed it says so, and tells of the worst thing', () => {
  const of = tested(harm('vendor', 'Valley Electric', 'system'))
  assert.match(
    withoutHeadline(of, plan),
    /^Nobody alone must stay well: .* Without Valley Electric \(vendor\): 1 system/,
  )
  assert.equal(worstAlone(of)[0]?.name, 'Valley Electric')
  assert.match(withoutHeadline(tested(), plan), /^None of 71/)
})
