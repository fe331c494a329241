import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { HOUR, MINUTE, SECOND } from '../../base/time.ts'
import { dayOf, timeOfDay } from '../../base/zone.ts'
import { addWindow } from '../../monitor/maintenance/store.ts'
import type { DependencyMap, Sighting, Thing } from '../../monitor/map.ts'
import { keepMap, noteSightings, sightings } from '../../monitor/sightings/store.ts'
import { openAlarms, recentNotices } from '../../monitor/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { DEFAULT_POLICY } from '../policy/policy.ts'
import { changePolicy } from '../policy/store.ts'
import { nameSources, noteReadEnded, noteReadFailed } from '../sources/store.ts'
import { type ScratchCentre, scratchCentre } from './scratch-centre.ts'
import { type Watch, watchFreshness } from './watch-freshness.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const thing = (id: string, kind: Thing['kind'], ...needs: string[]): Thing => ({ id, name: id, kind, needs })
const BEHIND = ['host', 'portal', 'lab', 'phones', 'fax', 'source:ehr']
const map: DependencyMap = {
  things: [
    thing('switch', 'switch'),
    ...BEHIND.map((id) => thing(id, 'application', 'switch')),
    { ...thing('hub', 'vantage'), knowsBlindness: true },
  ],
  probes: ['switch', ...BEHIND].map((id) => ({ thing: id, observer: 'hub' })),
}
const watch: Watch = {
  sources: [{ id: 'ehr', everyMs: MINUTE, canary: false, quietMs: 30 * MINUTE }],
  hubUrl: 'https://hub.lan',
  clearAfterMs: MINUTE,
}

async function hub(): Promise<ScratchCentre> {
  const centre = await scratchCentre(await server.database())
  centre.targets = { email: true, webhooks: [] }
  await nameSources(centre.db, [{ id: 'ehr', kind: 'sql', name: 'EHR standby' }])
  await changePolicy(centre.db, { ...DEFAULT_POLICY, noticeTo: ['it@harbor.example'] }, 0, { at: 1, who: 'ada' })
  await keepMap(centre.db, map, centre.clock.now())
  return centre
}

const noted = { tookMs: 1, charts: 0, appointments: 0, setAside: 0, because: '' }

/** Ten seconds of a hub whose every probe is asked, the source with them. */
async function tick(
  centre: ScratchCentre,
  answer: Sighting['answer'],
): Promise<{ raised: string[]; closed: string[] }> {
  centre.pass(10 * SECOND)
  const { db, clock } = centre
  const at = clock.now()
  const found = map.probes.filter((probe) => probe.thing !== 'source:ehr').map((probe) => ({ ...probe, answer, at }))
  await noteSightings(db, found)
  if (answer === 'up')
    await noteReadEnded(
      db,
      'ehr',
      { cursor: {}, asOf: at, scheduleAsOf: at, canary: undefined },
      { ...noted, endedAt: at, asOf: at, outcome: 'done' },
    )
  else
    await noteReadFailed(db, 'ehr', 'transient', {
      ...noted,
      endedAt: at,
      asOf: undefined,
      outcome: 'failed',
      because: 'refused',
    })
  return watchFreshness(centre, watch)
}

async function ticks(
  centre: ScratchCentre,
  count: number,
  answer: Sighting['answer'],
): Promise<{ raised: string[]; closed: string[] }> {
  const all = { raised: [] as string[], closed: [] as string[] }
  for (let at = 0; at < count; at++) {
    const { raised, closed } = await tick(centre, answer)
    all.raised.push(...raised)
    all.closed.push(...closed)
  }
  return all
}

test('a switch that takes the EHR and five other things down is one alarm and one notice, and one when it is over', async () => {
  const centre = await hub()
  await ticks(centre, 3, 'up')
  assert.deepEqual((await ticks(centre, 30, 'down')).raised, ['thing:switch'])
  const [alarm] = await openAlarms(centre.db)
  assert.equal(alarm?.cause.symptoms.length, 6)
  assert.deepEqual((await ticks(centre, 15, 'up')).closed, ['thing:switch'])
  const notices = await recentNotices(centre.db, 9)
  assert.deepEqual(
    notices.map(({ text }) => text.kind),
    ['over', 'raised'],
  )
})

test('inside a maintenance window the alarm is there and nobody is called; still there at its end, it is told', async () => {
  const centre = await hub()
  const { db, clock } = centre
  const zone = 'America/New_York'
  const wall = (at: number) => ({ day: dayOf(at, zone), time: timeOfDay(at, zone) })
  const from = clock.now()
  const when = { kind: 'once' as const, from: wall(from), to: wall(from + 10 * MINUTE) }
  await addWindow(db, 'w1', { name: 'New switch', covers: ['thing:switch'], zone, when }, { at: from, who: 'ada' })
  await ticks(centre, 3, 'up')
  assert.deepEqual((await ticks(centre, 20, 'down')).raised, ['thing:switch'])
  assert.equal((await openAlarms(db))[0]?.toldAt, undefined)
  assert.deepEqual(await recentNotices(db, 9), [])
  await ticks(centre, 40, 'down')
  assert.deepEqual(
    (await recentNotices(db, 9)).map(({ text }) => text.kind),
    ['raised'],
  )
  await ticks(centre, 15, 'up')
  assert.equal((await recentNotices(db, 9)).length, 2)
})

test('an alarm that begins and ends inside its window is nobody’s notice; one that was told before ends with one', async () => {
  const centre = await hub()
  const { db, clock } = centre
  const window = (name: string, at: number) => ({
    name,
    covers: [],
    zone: 'UTC',
    when: {
      kind: 'once' as const,
      from: { day: dayOf(at, 'UTC'), time: timeOfDay(at, 'UTC') },
      to: { day: dayOf(at + HOUR, 'UTC'), time: timeOfDay(at + HOUR, 'UTC') },
    },
  })
  await ticks(centre, 3, 'up')
  await ticks(centre, 6, 'down')
  assert.equal((await recentNotices(db, 9)).length, 1)
  await addWindow(db, 'w1', window('Backup', clock.now()), { at: clock.now(), who: 'ada' })
  await ticks(centre, 15, 'up')
  assert.equal((await recentNotices(db, 9)).length, 2, 'recovery is never held back')
  await ticks(centre, 6, 'down')
  await ticks(centre, 15, 'up')
  assert.equal((await openAlarms(db)).length, 0)
  assert.equal((await recentNotices(db, 9)).length, 2)
})

test('answers that come late, or say nothing, take back nothing', async () => {
  const { db } = await hub()
  const note = (answer: Sighting['answer'], at: number) =>
    noteSightings(db, [{ thing: 'host', observer: 'hub', answer, at }])
  await note('up', 10)
  await note('down', 20)
  await note('up', 15)
  await note('unknown', 30)
  await note('down', 40)
  assert.deepEqual(await sightings(db), [{ thing: 'host', observer: 'hub', answer: 'down', since: 20, at: 40 }])
})
