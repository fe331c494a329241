import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ACTS, type Act, ROLES, type Role, type RoleGrant } from './access.ts'
import { grantsAllow, may, mayAnywhere, whoMay, worksAt } from './may.ts'

const active = (...grants: RoleGrant[]) => ({ status: 'active' as const, grants })
const CLINICAL: Act[] = ['see-chart', 'open-restricted', 'see-set-aside']

test('looking after machines or money shows nobody a chart', () => {
  for (const role of ['owner', 'it', 'auditor', 'billing', 'front-desk'] satisfies Role[])
    for (const act of CLINICAL)
      assert.equal(may(active({ role, sites: 'all' }), act, 'site_1'), false, `${role} ${act}`)
})

test('who audits changes nothing', () => {
  const allowed = ACTS.filter((act) => may(active({ role: 'auditor', sites: 'all' }), act, 'site_1'))
  assert.deepEqual(
    allowed.filter((act) => !act.startsWith('see-')),
    [],
  )
})

test('every act is allowed to somebody, and whoMay names them', () => {
  for (const act of ACTS) assert.match(whoMay(act), /^This needs the role /, act)
})

test('a grant for one site reaches no other site and nothing of the whole practice', () => {
  const nurse = active({ role: 'clinician', sites: ['site_east'] })
  assert.equal(may(nurse, 'see-chart', 'site_east'), true)
  assert.equal(may(nurse, 'see-chart', 'site_west'), false)
  assert.equal(may(nurse, 'see-sites', undefined), false)
  assert.equal(mayAnywhere(nurse, 'see-sites'), true)
})

test('a suspended or invited person may nothing anywhere', () => {
  for (const status of ['suspended', 'invited'] as const)
    for (const act of ACTS) {
      const person = { status, grants: ROLES.map((role): RoleGrant => ({ role, sites: 'all' })) }
      assert.equal(may(person, act, 'site_east') || mayAnywhere(person, act) || worksAt(person, 'site_east'), false)
    }
})

test('more grants never allow less', () => {
  const grant = fc.record({
    role: fc.constantFrom(...ROLES),
    sites: fc.oneof(fc.constant('all' as const), fc.subarray(['site_a', 'site_b'])),
  })
  fc.assert(
    fc.property(fc.array(grant), grant, fc.constantFrom(...ACTS), (grants, more, act) => {
      if (grantsAllow(grants, act, 'site_a')) assert.ok(grantsAllow([...grants, more], act, 'site_a'))
    }),
  )
})
