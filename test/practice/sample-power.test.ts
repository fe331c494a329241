import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startOutside, upsProbe } from '../../dev/sample/outside.ts'
import { startUps, UPS_NAME } from '../../dev/sample/ups.ts'
import { systemClock } from '../../src/base/time.ts'
import { nutShape } from '../../src/connect/nut/config.ts'
import { nutProbe } from '../../src/connect/nut/connector.ts'
import { stopSystem } from '../../src/connect/shutdown/connector.ts'
import { readHubConfig } from '../../src/hub/config.ts'
import { powerOrdersOf } from '../../src/hub/power-orders.ts'

const folder = await mkdtemp(join(tmpdir(), 'hf sample power '))
after(() => rm(folder, { recursive: true, force: true }))

async function until(what: string, holds: () => boolean): Promise<void> {
  const giveUp = performance.now() + 20_000
  while (!holds()) {
    assert.ok(performance.now() < giveUp, `did not come about: ${what}`)
    await pause(10)
  }
}

function look(port: number, ups = UPS_NAME) {
  return nutProbe({ id: 'u', observes: 'u' }, nutShape.parse({ host: '127.0.0.1', port, ups }), systemClock).look()
}

test("the sample's UPS is well on the mains, then on its battery, then low, and well again when the mains are back", async () => {
  await using ups = await startUps(0, 1)
  const mains = await look(ups.port)
  assert.ok(mains.answer === 'answered', mains.because)
  assert.deepEqual(mains.findings, [])

  const said: string[] = []
  ups.hear(() => said.push('heard'))
  ups.fail()
  ups.fail()
  assert.equal(ups.mains, false)
  await until('its battery is low', () => said.length === 2)
  const low = await look(ups.port)
  assert.ok(low.answer === 'answered' && low.findings.some(({ because }) => /battery is low \(LB\)/.test(because)))

  ups.back()
  assert.match((await look(ups.port)).because, /is on the mains, 22 min left/)
  const other = await look(ups.port, 'another')
  assert.ok(other.answer === 'answered' && /knows no UPS of this name/.test(other.findings[0]?.because ?? ''))
})

test("each stop of the sample's order writes a line and stops nothing, and the pager writes what it gets beside it", async () => {
  await using outside = await startOutside(folder, { ups: 0, pager: 0 })
  const config = `practice: { id: hv, name: Harbor Valley, zone: America/Chicago }\nprobes: [${JSON.stringify(upsProbe(folder, outside.ups.port))}]`
  const read = readHubConfig(config, 'hub.yaml', {})
  assert.deepEqual(read.complaints, [])
  const [order] = powerOrdersOf(read.config?.probes ?? [])
  const stops = (order?.steps ?? []).filter(({ kind }) => kind === 'stop')
  assert.equal(stops.length, 4)

  let heard = 0
  outside.hear(() => heard++)
  outside.powerFails()
  for (const { argv, withinMs } of stops) {
    const ended = await stopSystem(argv ?? [], withinMs, new AbortController().signal)
    assert.equal(ended.outcome, 'done', ended.because)
  }
  await fetch(`http://127.0.0.1:${outside.pagerPort}/`, { method: 'POST', body: '{"subject":"The power has failed"}' })
  const lines = outside.lines().map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''))
  assert.deepEqual(lines, [
    'The mains are out',
    ...stops.map(({ name }) => `Stopped, if this were real: ${name}`),
    'The pager: The power has failed',
  ])
  await until('whoever shows the sheet knows of it', () => heard > 1)
})
