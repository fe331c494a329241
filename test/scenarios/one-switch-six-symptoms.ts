import assert from 'node:assert/strict'
import { join, resolve } from 'node:path'
import { makePart, type Part } from '../../dev/sample/part.ts'
import { freePorts } from '../../dev/sample/ports.ts'
import { systemClock } from '../../src/base/time.ts'
import type { DependencyMap, Thing } from '../../src/monitor/map.ts'
import { keepMap } from '../../src/monitor/map-store/store.ts'
import { observersOf } from '../../src/monitor/observations/store.ts'
import { openAlarms, recentNotices } from '../../src/monitor/store.ts'
import { type HubAlone, hubAlone } from './stage/hub-alone.ts'
import { webhookSink } from './stage/sinks.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'A switch dies and six things behind it with it: one notice comes, it names the switch, and one when it is over'

const STAGE = resolve(import.meta.dirname, 'stage')
const SIX = [
  ['host', 'The EHR server', 'host'],
  ['database', 'The EHR database', 'database'],
  ['ehr', 'The EHR', 'application'],
  ['portal', 'The patient portal', 'portal'],
  ['lab', 'The lab interface', 'interface'],
  ['fax', 'The fax server', 'application'],
] as const
const NEEDS: { [id: string]: string[] } = {
  host: ['switch'],
  database: ['host'],
  ehr: ['database'],
  portal: ['ehr'],
  lab: ['ehr'],
  fax: ['switch'],
}

const map: DependencyMap = {
  things: [
    { id: 'power', name: 'Power in the server room', kind: 'power', needs: [] },
    {
      id: 'switch',
      name: 'Switch 3',
      kind: 'switch',
      needs: ['power'],
      advice: 'A spare stands in the cupboard of the server room.',
    },
    { id: 'phones', name: 'The phones', kind: 'application', needs: ['power'] },
    ...SIX.map(([id, name, kind]): Thing => ({ id, name, kind, needs: NEEDS[id] ?? [] })),
    { id: 'hub', name: 'The hub', kind: 'vantage', needs: [] },
    { id: 'east', name: 'East clinic', kind: 'vantage', needs: [] },
  ],
  probes: [],
}
const LOOKED_AT = ['switch', 'phones', ...SIX.map(([id]) => id)]
const tokenOf = (id: string): string => `looks-from-east-at-${id}`.padEnd(28, '-')

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using hook = await webhookSink()
  const webhooks = [{ name: 'pager', url: `http://127.0.0.1:${hook.port}/`, secret: 'a secret of the scenario' }]
  const { ports } = await freePorts(33_000 + 100 * Math.floor(Math.random() * 50), SIX.length)
  const places = placesOf([ports.base, ports.breaker, ...ports.sites, ...ports.cables])
  await using hub = await hubAlone(() => ({ notices: { webhooks }, probes: probesAt(places.outside) }), signal)
  await keepMap(hub.db, map, systemClock.now())
  const parts = partsOf(hub, places)
  try {
    await Promise.all(
      Object.values(parts)
        .flat()
        .map((part) => part.start()),
    )
    await hub.up()
    await seen(hub, 'answered', signal)
    tell(
      'Two places look at six systems behind one switch, and at the phones, which need only its power. All of it answers.',
    )

    await parts.switch.kill()
    await seen(hub, 'not-answered', signal)
    tell('The switch is killed. From both places all six systems stop answering, in whatever order the probes come.')
    await until('the alarm is told', () => hook.taken.length > 0, { withinMs: 120_000, signal })
    const [alarm] = await openAlarms(hub.db)
    assert.equal(alarm?.key, 'thing:switch')
    assert.equal(alarm.cause.symptoms.length, SIX.length)
    assert.match(hook.taken[0]?.subject ?? '', /Switch 3 is down/)
    for (const [, name] of SIX) assert.ok(hook.taken[0]?.text.includes(name), `${name} is not under it`)
    assert.doesNotMatch(hook.taken[0]?.text ?? '', /phones/)
    tell(
      `One notice comes: "${alarm.cause.headline}". Six symptoms stand under it; the phones, which work, prove that it is not the power.`,
    )

    await parts.switch.start()
    await seen(hub, 'answered', signal)
    await until('the alarm is over', async () => (await openAlarms(hub.db)).length === 0, { withinMs: 300_000, signal })
    await until('the end is told', () => hook.taken.length > 1, { withinMs: 60_000, signal })
    assert.deepEqual(
      (await recentNotices(hub.db, 20)).map(({ text }) => `${text.kind} ${text.key}`),
      ['over thing:switch', 'raised thing:switch'],
    )
    assert.equal(hook.taken.length, 2)
    tell(
      'The switch is back. One notice says that it is over. In all: two notices, where a notice for each thing would have been fourteen.',
    )
  } finally {
    await Promise.all(
      Object.values(parts)
        .flat()
        .map((part) => part.stop()),
    )
  }
}

type Places = { inside: { [id: string]: number }; outside: { [id: string]: number } }

/** Where each system listens, and where it is met: behind the switch, which itself and the phones are not. */
function placesOf([own = 0, phones = 0, ...rest]: number[]): Places {
  const at = (from: number) => Object.fromEntries(SIX.map(([id], nth) => [id, rest[from + nth] ?? 0]))
  return { inside: at(0), outside: { switch: own, phones, ...at(SIX.length) } }
}

/** The hub's own probes, and those whose eyes are a script at East. */
function probesAt(outside: Places['outside']): object[] {
  return LOOKED_AT.flatMap((id) => [
    { id: `${id}-tcp`, kind: 'tcp', observes: id, every: '2s', host: '127.0.0.1', port: outside[id] },
    {
      id: `${id}-east`,
      kind: 'heartbeat',
      observes: id,
      vantage: 'east',
      every: '2s',
      token: tokenOf(id),
      periodMinutes: 0.5,
      graceMinutes: 0,
      looks: true,
    },
  ])
}

function partsOf(hub: HubAlone, { inside, outside }: Places): { rack: Part; switch: Part; east: Part } {
  const part = (name: string, args: (string | number | undefined)[]): Part =>
    makePart({
      name,
      args: [join(STAGE, `${args[0]}.ts`), ...args.slice(1).map(String)],
      logFile: join(hub.folder, `${name}.log`),
      tethered: false,
    })
  const targets = LOOKED_AT.map((id) => `${tokenOf(id)}=${outside[id]}`)
  return {
    rack: part('rack', ['rack-child', outside.phones, ...Object.values(inside)]),
    switch: part('switch', ['switch-child', outside.switch, ...SIX.map(([id]) => `${outside[id]}=${inside[id]}`)]),
    east: part('east', ['observer-child', hub.url, 700, ...targets]),
  }
}

/** Every probe of the six has found this, from both places. */
async function seen(hub: HubAlone, answer: 'answered' | 'not-answered', signal: AbortSignal): Promise<void> {
  await until(
    `all six are found ${answer} from both places`,
    async () => {
      const found = (await observersOf(hub.db)).filter(({ systemId }) => SIX.some(([id]) => id === systemId))
      return found.length === 2 * SIX.length && found.every(({ last }) => last?.observation.answer === answer)
    },
    { withinMs: 60_000, signal },
  )
}
