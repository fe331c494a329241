import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedPlan, samplePlan } from '../../../test/readiness/sample-plan.ts'
import { MINUTE, SECOND } from '../../base/time.ts'
import { mapComplaints, type Sighting } from '../../monitor/map.ts'
import { nameCauses } from '../../monitor/name-causes.ts'
import { readPlan } from '../../readiness/plan/read-plan.ts'
import { mapNow } from './map-now.ts'
import { mapOfPlan } from './plan-map.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const drawn = mapOfPlan(readPlan(samplePlan).plan)
const map = mapNow(drawn, [], [{ id: 'ehr', name: 'EHR standby', reads: 'ehr-standby' }])
const SITES = ['harbor-main', 'riverside', 'north-valley', 'eastgate', 'west-mill', 'lighthouse-point']

/** Named out of what the hub sees on its own and what its probes of the sample find. */
function named(downs: string[], ups: string[]): string[] {
  const seen = (answer: Sighting['answer']) => (thing: string) => ({
    thing,
    observer: 'hub',
    answer,
    since: NOW - 3 * MINUTE,
    at: NOW - SECOND,
  })
  const sightings = [...downs.map(seen('down')), ...ups.map(seen('up'))]
  const pace = { freshMs: 5 * MINUTE, settleMs: MINUTE, askers: [] }
  return nameCauses(map, sightings, [], NOW, pace).causes.map(({ key }) => key)
}

test("the sample's plan is a map that can be used, with the hub, each site and the source in it", () => {
  assert.deepEqual(mapComplaints(map), [])
  const ids = new Set(map.things.map(({ id }) => id))
  for (const id of ['hub', 'source:ehr', ...SITES.map((site) => `site:${site}`)]) assert.ok(ids.has(id), id)
  assert.match(map.things.find(({ id }) => id === 'core-switch')?.advice ?? '', /runbook/)
})

test('a clinic without power is one cause, and so is the host under the primary; the host that the hub itself runs on is none', () => {
  const others = SITES.filter((site) => site !== 'riverside').map((site) => `site:${site}`)
  assert.deepEqual(named(['site:riverside', 'riverside-fiber', 'riverside-cellular'], [...others, 'source:ehr']), [
    'thing:riverside-power',
  ])
  const sites = SITES.map((site) => `site:${site}`)
  const rest = [...sites, 'source:ehr', 'ehr-standby', 'core-switch']
  assert.deepEqual(named(['ehr-primary', 'host-a'], rest), ['thing:host-a'])
  assert.ok(!named(['source:ehr', 'ehr-standby', 'host-b'], sites).includes('thing:host-b'))
})

test('what a plan names and does not draw leaves the rest of the map usable', () => {
  const broken = changedPlan([
    'map.yaml',
    'needs: [server-power, core-switch]',
    'needs: [server-power, no-such-switch]',
  ])
  assert.deepEqual(mapComplaints(mapOfPlan(readPlan(broken).plan)), [])
})
