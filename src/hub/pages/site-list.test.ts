import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SiteStatus, SourceStatus } from '../../monitor/monitor.ts'
import { sitesHeadline, upstreamTrouble } from './site-list.ts'

const fresh = (name: string): SiteStatus => ({ siteId: name, name, status: 'fresh', because: 'It speaks.' })
const failing: SourceStatus = {
  sourceId: 'ehr',
  name: 'EHR standby',
  status: 'failing',
  since: 1,
  because: 'Nothing listens there (refused).',
}
const current: SourceStatus = { sourceId: 'labs', name: 'Labs', status: 'current', because: 'It moves.' }
const sites = [fresh('East'), fresh('West')]

test('the headline of the sites begins with what will make all of them old', () => {
  assert.equal(
    sitesHeadline(sites, upstreamTrouble([current, failing], undefined)),
    'EHR standby is failing: nothing listens there (refused). All 2 sites are fresh.',
  )
  assert.match(
    sitesHeadline(sites, upstreamTrouble([failing], { because: 'The disk is full.' })),
    /^Packs cannot be published: the disk is full\./,
  )
})

test('where the road is sound the sites speak for themselves', () => {
  assert.equal(sitesHeadline(sites, upstreamTrouble([current], undefined)), 'All 2 sites are fresh.')
})
