import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedPlan, samplePlan } from '../../../test/readiness/sample-plan.ts'
import { MINUTE, SECOND } from '../../base/time.ts'
import { mapComplaints, type Sighting } from '../../monitor/map.ts'
import type { Alarm, Cause } from '../../monitor/monitor.ts'
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
  return causesOf(downs, ups).map(({ key }) => key)
}

function causesOf(downs: string[], ups: string[], open: Alarm[] = []): Cause[] {
  const seen = (answer: Sighting['answer']) => (thing: string) => ({
    thing,
    observer: 'hub',
    answer,
    since: NOW - 3 * MINUTE,
    at: NOW - SECOND,
  })
  const sightings = [...downs.map(seen('down')), ...ups.map(seen('up'))]
  const pace = { freshMs: 5 * MINUTE, settleMs: MINUTE, askers: [] }
  return nameCauses(map, sightings, open, NOW, pace).causes
}

test("the sample's plan is a map that can be used, with the hub, each site and the source in it", () => {
  assert.deepEqual(mapComplaints(map), [])
  const ids = new Set(map.things.map(({ id }) => id))
  for (const id of ['hub', 'source:ehr', ...SITES.map((site) => `site:${site}`)]) assert.ok(ids.has(id), id)
  assert.match(map.answers?.find(({ takesOut }) => takesOut.join() === 'core-switch')?.says ?? '', /runbook/)
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

const FAR = SITES.map((site) => `site:${site}`)

function alarmOf(cause: Cause | undefined): Alarm {
  assert.ok(cause !== undefined)
  return {
    id: cause.key,
    key: cause.key,
    raisedAt: NOW,
    cause,
    clearSince: undefined,
    closedAt: undefined,
    toldAt: NOW,
  }
}

test('primary and standby both gone are one notice, which names the case and its one answer', () => {
  const [cause, ...more] = causesOf(
    ['ehr-primary', 'ehr-standby', 'source:ehr'],
    [...FAR, 'core-switch', 'host-a', 'host-b'],
  )
  assert.deepEqual(more, [])
  assert.equal(cause?.key, 'thing:ehr-primary+ehr-standby')
  assert.match(
    cause.headline,
    /^Primary and standby are both gone: EHR database, primary is down; EHR database, standby/,
  )
  assert.deepEqual(cause.advice.match(/runbook “[^”]*”/g), ['runbook “Restore the EHR from backup”'])
})

test('the primary alone has the runbook that turns to its standby, and a standby alone has none', () => {
  const [primary] = causesOf(['ehr-primary'], [...FAR, 'ehr-standby', 'core-switch', 'host-a'])
  assert.match(primary?.advice ?? '', /runbook “Fail over to the standby”/)
  const [standby] = causesOf(['ehr-standby', 'source:ehr'], [...FAR, 'ehr-primary', 'core-switch', 'host-b'])
  assert.equal(standby?.key, 'thing:ehr-standby')
  assert.doesNotMatch(standby.advice, /runbook/)
})

test('what was told one after the other becomes one alarm, and goes on as one when half of it is mended', () => {
  const [primary] = causesOf(['ehr-primary'], [...FAR, 'ehr-standby', 'core-switch', 'host-a'])
  const [standby] = causesOf(['ehr-standby'], [...FAR, 'ehr-primary', 'core-switch', 'host-b'])
  const both = causesOf(['ehr-primary', 'ehr-standby'], FAR, [alarmOf(primary), alarmOf(standby)])
  assert.deepEqual(
    both.map(({ key, replaces, takesIn }) => [key, replaces, takesIn]),
    [['thing:ehr-primary+ehr-standby', 'thing:ehr-primary', ['thing:ehr-standby']]],
  )
  const again = causesOf(['ehr-primary', 'ehr-standby'], FAR, [alarmOf(both[0])])
  assert.deepEqual(
    again.map(({ key, replaces }) => [key, replaces]),
    [[both[0]?.key, undefined]],
  )
  const half = causesOf(['ehr-standby'], [...FAR, 'ehr-primary'], [alarmOf(both[0])])
  assert.deepEqual(
    half.map(({ key, replaces }) => [key, replaces]),
    [['thing:ehr-standby', both[0]?.key]],
  )
  const unseen = causesOf(['ehr-standby'], FAR, [alarmOf(both[0])])
  assert.deepEqual(
    unseen.map(({ key, replaces }) => [key, replaces]),
    [[both[0]?.key, undefined]],
  )
})
