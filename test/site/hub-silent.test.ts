import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartsOf } from '../../dev/practice/charts.ts'
import { HOUR } from '../../src/base/time.ts'
import { browser, clinic } from './clinic.ts'

const charts = [...chartsOf({ patients: 20, asOf: Date.parse('2026-11-23T14:00:00Z') })]

test('a sign-in says for how long the hub was silent, and says nothing of it while the hub answers', async () => {
  await using here = await clinic({ charts, appointments: [] })
  await here.site().pullNow()
  await browser(here.site().url).signIn('amy')
  here.hub.state.mood = 'cut'
  await here.site().pullNow()
  await browser(here.site().url).signIn('amy')
  here.time.pass(2 * HOUR)
  await here.site().pullNow()
  await browser(here.site().url).signIn('amy')
  here.hub.state.mood = 'well'
  await here.site().pullNow()
  await here.site().pullNow()
  await browser(here.site().url).signIn('amy')
  await here.site().pullNow()
  const said = here.hub.state.lines.filter(({ what }) => what === 'site-sign-in').map(({ about }) => about)
  assert.deepEqual(
    said.map(({ hub }) => hub),
    [undefined, undefined, 'silent', undefined],
  )
  assert.ok(Number(said[2]?.hubSilentMs) >= 2 * HOUR)
})
