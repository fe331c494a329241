import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { HOUR, MINUTE, SECOND } from '../../base/time.ts'
import { dayOf, timeOfDay } from '../../base/zone.ts'
import { addWindow } from '../../monitor/maintenance/store.ts'
import type { DependencyMap, Thing } from '../../monitor/map.ts'
import { keepMap } from '../../monitor/map-store/store.ts'
import type { Observation } from '../../monitor/observations/observations.ts'
import { nameObservers, noteObservation, observersOf } from '../../monitor/observations/store.ts'
import { sightingsOf } from '../../monitor/sightings.ts'
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
const PROBED = ['switch', ...BEHIND].filter((id) => id !== 'source:ehr')
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
  const named = PROBED.map((id) => ({ ...OBSERVER, observerId: id, name: id, systemId: id }))
  await nameObservers(centre.db, named, centre.clock.now())
  return centre
}

const OBSERVER = { kind: 'tcp', from: 'hub', everyMs: 10 * SECOND, deadlineMs: 5 * SECOND, misses: 1, firstAnswerMs: 0 }
const plain = { tookMs: 1, because: 'It said so.', measured: [] }
const UP: Observation = { ...plain, answer: 'answered', findings: [] }
const DOWN: Observation = { ...plain, answer: 'not-answered' }

const noted = { tookMs: 1, charts: 0, appointments: 0, setAside: 0, because: '' }

/** Ten seconds of a hub whose every probe is asked, the source with them. */
async function tick(
  centre: ScratchCentre,
  answer: 'up' | 'down',
  how: Watch = watch,
): Promise<{ raised: string[]; closed: string[] }> {
  centre.pass(10 * SECOND)
  const { db, clock } = centre
  const at = clock.now()
  for (const id of PROBED) await noteObservation(db, id, at, answer === 'up' ? UP : DOWN)
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
  return watchFreshness(centre, how)
}

async function ticks(
  centre: ScratchCentre,
  count: number,
  answer: 'up' | 'down',
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

test('what was found counts from the first of the same answers, and for as long as its probe is not overdue', async () => {
  const { db, clock } = await hub()
  const now = clock.now()
  for (const [observation, ago] of [
    [UP, 40],
    [DOWN, 30],
    [DOWN, 20],
  ] as const)
    await noteObservation(db, 'host', now - ago * SECOND, observation)
  const found = async (later: number) =>
    sightingsOf(map, await observersOf(db, 'host'), now + later).map(({ answer, since, at }) => [answer, since, at])
  assert.deepEqual(await found(0), [['down', now - 30 * SECOND, now - 20 * SECOND]])
  assert.deepEqual(await found(MINUTE), [['unknown', now - 30 * SECOND, now - 20 * SECOND]])
})

test('a system that answers with something wrong, or is down and on no map, is an alarm of its own', async () => {
  const centre = await hub()
  const { db, clock } = centre
  const named = ['host', 'kiosk'].map((id) => ({ ...OBSERVER, observerId: id, name: `The ${id}`, systemId: id }))
  await nameObservers(db, named, clock.now())
  const full: Observation = {
    ...plain,
    answer: 'answered',
    findings: [{ weight: 'act', because: 'The disk is full.' }],
  }
  await noteObservation(db, 'host', clock.now(), full)
  await noteObservation(db, 'kiosk', clock.now(), DOWN)
  const at = clock.now()
  await noteReadEnded(
    db,
    'ehr',
    { cursor: {}, asOf: at, scheduleAsOf: at, canary: undefined },
    { ...noted, endedAt: at, asOf: at, outcome: 'done' },
  )
  assert.deepEqual((await watchFreshness(centre, watch)).raised.toSorted(), ['system:host', 'system:kiosk'])
  const causes = (await openAlarms(db)).map(({ cause }) => `${cause.headline}: ${cause.because}`)
  assert.deepEqual(causes.toSorted(), [
    'The kiosk does not answer: It said so.',
    'host needs somebody: The disk is full.',
  ])
})

test('a source that says what it is read from is a symptom when that is down', async () => {
  const centre = await hub()
  const things = map.things.filter(({ id }) => id !== 'source:ehr')
  await keepMap(centre.db, { things, probes: [] }, centre.clock.now())
  const reading = { ...watch, sources: watch.sources.map((source) => ({ ...source, reads: 'host' })) }
  const at = (answer: 'up' | 'down') => tick(centre, answer, reading)
  for (let nth = 0; nth < 3; nth++) await at('up')
  const raised: string[] = []
  for (let nth = 0; nth < 30; nth++) raised.push(...(await at('down')).raised)
  assert.deepEqual(raised, ['thing:switch'])
  assert.match((await openAlarms(centre.db))[0]?.cause.symptoms.join() ?? '', /EHR standby/)
})

const REFUSED = { ...noted, asOf: undefined, outcome: 'failed' as const, because: 'refused' }

test('a source that cannot be read is told as soon as the probes that could say otherwise have spoken since', async () => {
  const centre = await hub()
  const { db, clock } = centre
  const quick = { ...watch, sources: watch.sources.map((source) => ({ ...source, everyMs: 15 * SECOND })) }
  for (let nth = 0; nth < 3; nth++) await tick(centre, 'up', quick)
  centre.pass(3 * SECOND)
  await noteReadFailed(db, 'ehr', 'transient', { ...REFUSED, endedAt: clock.now() })
  const look = async (afterMs: number): Promise<string[]> => {
    centre.pass(afterMs)
    return (await watchFreshness(centre, quick)).raised
  }
  // One failed read may be a blink: that alone is twelve seconds.
  assert.deepEqual(await look(13 * SECOND), [], 'nothing behind the switch has been asked since')
  for (const id of PROBED) await noteObservation(db, id, clock.now(), UP)
  assert.deepEqual(await look(1), ['source:ehr'])
})

test('a source that was read well before something under it went down says nothing against that', async () => {
  const centre = await hub()
  const { db, clock } = centre
  for (let nth = 0; nth < 3; nth++) await tick(centre, 'up')
  const raised: string[] = []
  for (let nth = 0; nth < 3; nth++) {
    centre.pass(10 * SECOND)
    for (const id of PROBED) await noteObservation(db, id, clock.now(), DOWN)
    raised.push(...(await watchFreshness(centre, watch)).raised)
  }
  assert.deepEqual(raised, ['thing:switch'])
})

/** Three minutes after a start, looked at every second: each probe asks every ten seconds, in a second of its own. */
async function start(answer: (atMs: number) => Observation): Promise<string[]> {
  const centre = await hub()
  const { db, clock } = centre
  const named = PROBED.map((id) => ({ ...OBSERVER, observerId: id, name: id, systemId: id, firstAnswerMs: 2 * MINUTE }))
  await nameObservers(db, named, clock.now())
  const told: string[] = []
  for (let at = 0; at < 3 * MINUTE; at += SECOND) {
    for (const [nth, id] of PROBED.entries())
      if ((at / SECOND) % 10 === nth) await noteObservation(db, id, clock.now(), answer(at))
    const { raised } = await watchFreshness(centre, watch)
    told.push(...raised.map((key) => `${key} after ${at / SECOND} s`))
    centre.pass(SECOND)
  }
  assert.equal((await recentNotices(db, 9)).length, told.length)
  return told
}

test('what starts late is no alarm', async () => {
  assert.deepEqual(await start((at) => (at < 100 * SECOND ? DOWN : UP)), [])
})

test('what is dead from the start is one alarm when its time is over, in whatever order it was first asked', async () => {
  const [told, ...more] = await start(() => DOWN)
  const [, seconds] = /^thing:switch after (\d+) s$/.exec(told ?? '') ?? []
  assert.deepEqual(more, [])
  assert.ok(Number(seconds) >= 120 && Number(seconds) <= 140, told)
})
