import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SITES } from '../../dev/practice/sites.ts'
import { staffName, staffOf } from '../../dev/practice/staff.ts'
import { instantAt } from '../../src/base/zone.ts'
import { checkPlan } from '../../src/readiness/plan/check-plan.ts'
import { complaintInWords } from '../../src/readiness/plan/plan-complaint.ts'
import { samplePlan } from './sample-plan.ts'

test('the plan of the sample practice has no fault and no blank, also seen from before each change of the clocks', () => {
  for (const day of ['2026-10-10', '2026-11-23', '2027-01-11', '2027-02-22']) {
    const checked = checkPlan(samplePlan, instantAt(day, '12:00', 'America/Chicago'))
    const bad = checked.complaints.filter(({ weight }) => weight !== 'warning')
    assert.deepEqual([day, ...bad.map(complaintInWords), ...checked.notJudged], [day])
  }
})

test('its people are those of the practice, and so are its sites', () => {
  const { plan } = checkPlan(samplePlan, 0)
  const staff = new Map(staffOf(7).all.map((person) => [person.login, person]))
  for (const { id, name, site } of plan.people.people) {
    const person = staff.get(id)
    assert.deepEqual([id, name, site], [id, person === undefined ? 'nobody' : staffName(person), person?.site_id])
  }
  assert.deepEqual(
    plan.sites.sites.map(({ id, name, phone }) => [id, name, phone]),
    SITES.map(({ siteId, name, phone }) => [siteId, name, phone]),
  )
})

test('every telephone number in it is of the block that is kept for fiction', () => {
  for (const [file, text] of samplePlan)
    for (const [number] of text.matchAll(/\(\d{3}\) [\d-]+/g)) assert.match(number, /^\(\d{3}\) 555-01\d\d$/, file)
})
