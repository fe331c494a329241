import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Alarm } from '../../src/monitor/monitor.ts'
import type { Measured } from '../../src/monitor/observations/observations.ts'
import { observersOf } from '../../src/monitor/observations/store.ts'
import { openAlarms, recentNotices } from '../../src/monitor/store.ts'
import { type HubAlone, hubAlone } from './stage/hub-alone.ts'
import { twoLines } from './stage/two-lines.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The second Internet line is paid for, plugged in, and leaves by the first one; later it is dead: one alarm each time says so, with what each line loses and how it is seen outside'

const PATIENT = { resourceType: 'Patient', id: 'p1', birthDate: '1988-08-18', name: [{ family: 'Quillfeather' }] }

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using lines = await twoLines()
  const probe = {
    id: 'lines',
    kind: 'lines',
    observes: 'internet',
    name: 'The Internet lines',
    every: '2s',
    lines: [
      { name: 'cable', from: lines.from.cable },
      { name: 'fibre', from: lines.from.fibre },
    ],
    targets: [lines.target],
    address: lines.address,
    deadlineMs: 6000,
  }
  const config = (folder: string): object => ({
    // Nobody is there to take it: what counts here is how often somebody would be told.
    notices: { webhooks: [{ name: 'pager', url: 'http://127.0.0.1:9/', secret: 'a secret of the scenario' }] },
    sources: [{ id: 'drop', kind: 'files', name: 'The drop folder', every: '2s', folder: join(folder, 'drop') }],
    probes: [probe],
  })
  await using hub = await hubAlone(config, signal, {
    through: lines.through,
    ready: async (db) => (await observersOf(db)).some(({ last }) => last !== undefined),
  })
  await mkdir(join(hub.folder, 'drop'))
  await writeFile(join(hub.folder, 'drop', 'patients.ndjson'), `${JSON.stringify(PATIENT)}\n`)
  await hub.up()
  tell('A hub stands on a machine with two Internet lines, each configured with an address of its own.')

  const first = await alarmed(hub, /one line/, signal)
  const [cable, fibre] = [await outside(hub, 'cable'), await outside(hub, 'fibre')]
  assert.equal(cable, fibre)
  for (const line of ['cable', 'fibre'])
    assert.ok(
      first.cause.symptoms.some((says) => says.includes(`${line} loss: 0 %`)),
      first.cause.symptoms.join(' '),
    )
  assert.ok(first.cause.symptoms.some((says) => says.includes(`fibre seen outside as: ${cable}`)))
  tell(
    `Both carry, and a check that asks "is the Internet there" would be green. Holdfast raises one alarm: "${first.cause.because}"`,
  )
  tell(`Under it stands what was measured: ${first.cause.symptoms.join(' ')}`)

  lines.bySource()
  await over(hub, signal)
  assert.notEqual(await outside(hub, 'cable'), await outside(hub, 'fibre'))
  tell(
    `The routing is put right. The alarm ends by itself: "${await says(hub)}" They are seen outside as ${await outside(hub, 'cable')} and ${await outside(hub, 'fibre')}.`,
  )

  lines.cutFibre()
  const second = await alarmed(hub, /fibre carries nothing/, signal)
  assert.ok(second.cause.symptoms.some((line) => line.includes('fibre loss: 100 %')))
  assert.ok(second.cause.symptoms.some((line) => line.includes('cable loss: 0 %')))
  tell(`The fibre is cut in the street. Nobody would notice: the cable carries everything. "${second.cause.because}"`)

  lines.mendFibre()
  await over(hub, signal)
  assert.match(await says(hub), /2 of 2 lines carry: cable, fibre\./)
  const kinds = (await recentNotices(hub.db, 20)).map(({ text }) => `${text.kind} ${text.key}`).toReversed()
  const pair = ['raised system:internet', 'over system:internet']
  assert.deepEqual(
    kinds.filter((kind) => kind.endsWith('internet')),
    [...pair, ...pair],
  )
  tell(
    'It is mended: both carry again, and the hub says so. In all four notices: two faults, each told once and its end once.',
  )
}

async function lookOf(hub: HubAlone) {
  return (await observersOf(hub.db, 'internet'))[0]?.last?.observation
}

async function says(hub: HubAlone): Promise<string> {
  return (await lookOf(hub))?.because ?? ''
}

async function outside(hub: HubAlone, line: string): Promise<Measured['value'] | undefined> {
  return (await lookOf(hub))?.measured.find(({ what }) => what === `${line} seen outside as`)?.value
}

function alarmed(hub: HubAlone, because: RegExp, signal: AbortSignal): Promise<Alarm> {
  return until(
    `an alarm says ${because}`,
    async () => {
      const open = (await openAlarms(hub.db)).filter(({ key }) => key === 'system:internet')
      assert.ok(open.length <= 1)
      return open.find(({ cause }) => because.test(cause.because))
    },
    { withinMs: 180_000, signal },
  )
}

async function over(hub: HubAlone, signal: AbortSignal): Promise<void> {
  await until(
    'the alarm is over',
    async () => (await openAlarms(hub.db)).every(({ key }) => key !== 'system:internet'),
    {
      withinMs: 240_000,
      signal,
    },
  )
}
