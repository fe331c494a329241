import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import { chartsOf } from '../../dev/practice/charts.ts'
import { startSite } from '../../src/site/site.ts'
import { browser, CLINICIAN, handClock, person } from './clinic.ts'
import { littleHub } from './little-hub.ts'

const asOf = Date.parse('2026-11-23T14:00:00Z')

test('in the first minute of a site nothing is called damaged, and a right password is not called wrong', async () => {
  const { clock, runMs } = handClock(asOf)
  await using hub = await littleHub(clock)
  const charts = [...chartsOf({ patients: 5, asOf })]
  await hub.publish({ charts })
  // What is out was published before this site could read, and its own pack is still to come.
  delete hub.published.site
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-site-'))
  const logged: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) })
  const site = await startSite({ dataDir, port: 0, log, clock, runMs, random: () => 0 })
  try {
    await site.enrol(hub.url, await hub.code())
    await site.pullNow()
    const screen = browser(site.url)
    const early = await screen.signIn('amy')
    assert.match(early.text, /No people are here yet: the first pack is on its way/)
    assert.doesNotMatch(early.text, /do not fit/)
    await hub.publish({ charts, people: { people: [await person('amy', CLINICIAN)], envelopes: [] } })
    await site.pullNow()
    assert.equal((await screen.signIn('amy')).status, 200)
    assert.match((await screen.go('/search')).text, /5 patients of the practice/)
    assert.deepEqual(logged, [])
  } finally {
    await site.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
})
