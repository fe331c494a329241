import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { randomDay } from '../../test/monitor/random-days.ts'
import { answerOf, randomPractice } from '../../test/monitor/random-map.ts'
import { HOUR, MINUTE } from '../base/time.ts'
import type { Asker } from './askers.ts'
import { diagnose } from './diagnose.ts'
import { wiringOf } from './failing.ts'
import { type DependencyMap, mapComplaints, type Sighting, type Thing } from './map.ts'
import type { Cause } from './monitor.ts'
import { nameCauses } from './name-causes.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const pace = { freshMs: 3 * MINUTE, settleMs: 2 * MINUTE, askers: [] }
const thing = (id: string, kind: Thing['kind'], ...needs: Thing['needs']): Thing => ({ id, name: id, kind, needs })

/** The switch of the facts: six things behind it, seen from the hub, and two of them from a clinic with a line of its own. */
const six: DependencyMap = {
  things: [
    thing('ups', 'power'),
    thing('switch', 'switch', 'ups'),
    thing('host', 'host', 'switch'),
    thing('database', 'database', 'host'),
    thing('ehr', 'application', 'database'),
    thing('lab', 'interface', 'ehr'),
    thing('portal', 'portal', 'ehr'),
    thing('line-a', 'line'),
    thing('line-b', 'line'),
    thing('internet', 'line', { anyOf: ['line-a', 'line-b'] }),
    thing('hub', 'vantage'),
    thing('east', 'vantage', 'internet'),
  ],
  probes: [
    ...['switch', 'host', 'database', 'ehr', 'lab', 'portal', 'line-a', 'line-b'].map((one) => ({
      thing: one,
      observer: 'hub',
    })),
    { thing: 'ehr', observer: 'east' },
    { thing: 'portal', observer: 'east' },
    { thing: 'ups', observer: 'hub', by: 'person' },
  ],
}

const says = (answer: Sighting['answer'], ids: string[], at = NOW, observer = 'hub', since = at): Sighting[] =>
  ids.map((one) => ({ thing: one, observer, answer, since, at }))
const ALL = ['switch', 'host', 'database', 'ehr', 'lab', 'portal']
const lines = says('up', ['line-a', 'line-b'])

test('one switch, six symptoms: one cause, the rest under it, and who has to look at what', () => {
  const { causes, settling } = nameCauses(six, [...says('down', ALL), ...lines], [], NOW, pace)
  assert.deepEqual(settling, [])
  assert.equal(causes.length, 1)
  const [cause] = causes
  assert.equal(cause?.key, 'thing:switch')
  assert.equal(cause.symptoms.length, 5)
  assert.match(cause.because, /seen down from one place, and 5 things that need it are down/)
  assert.match(cause.because, /It may also be: ups/)
  assert.match(cause.advice, /Have somebody look at ups from hub: if it does not answer, it is ups; if it does, switch/)
})

/** Each asked by the hub every so often, and last a minute ago. */
const asked = (ids: string[], everyMs: number, more: Partial<Asker> = {}): Asker[] =>
  ids.map((one) => ({
    thing: one,
    observer: 'hub',
    toldAt: NOW - MINUTE,
    nextAt: NOW - MINUTE + everyMs,
    turnMs: everyMs,
    ...more,
  }))
const first = [...says('up', ALL.slice(0, 5), NOW - MINUTE), ...says('down', ['portal']), ...lines]

test('the first symptom waits for the probes that tell, and is named when they have, or when their turn is over', () => {
  const askers = asked(ALL, 70_000)
  const waiting = nameCauses(six, first, [], NOW, { ...pace, askers })
  assert.deepEqual(waiting.causes, [])
  assert.deepEqual(waiting.settling, [{ thing: 'ehr', until: NOW + 70_000 }])
  const looked = [...says('up', ALL.slice(0, 5), NOW + 1), ...says('down', ['portal']), ...lines]
  const told = asked(ALL, 70_000, { toldAt: NOW + 1 })
  assert.deepEqual(
    nameCauses(six, looked, [], NOW + 2, { ...pace, askers: told }).causes.map(({ key }) => key),
    ['thing:portal'],
  )
  assert.equal(nameCauses(six, first, [], NOW + 70_000, { ...pace, askers }).causes.length, 1)
})

test('a naming waits for what tells and for nothing else: not for who has spoken, is not at work, or asks too late', () => {
  const named = (askers: Asker[], now = NOW) => nameCauses(six, first, [], now, { ...pace, askers }).causes.length
  assert.equal(named(asked(ALL, 70_000)), 0)
  assert.equal(named(asked(['line-a', 'line-b'], 70_000)), 1, 'the lines tell nothing of a portal inside')
  assert.equal(named([]), 1, 'nobody is at work')
  assert.equal(named(asked(ALL, 70_000, { toldAt: NOW })), 1, 'all have spoken since')
  assert.equal(named(asked(ALL, 5 * MINUTE)), 1, 'the next look comes after the longest wait')
  assert.equal(named(asked(ALL, 70_000, { toldAt: undefined, turnMs: 9 * MINUTE }), NOW + 2 * MINUTE - 1), 0)
  assert.equal(named(asked(ALL, 70_000, { toldAt: undefined, turnMs: 9 * MINUTE }), NOW + 2 * MINUTE), 1)
})

test('whoever is waited for, no cause is held back for longer than the longest wait, and none for ever', () => {
  const anybody = fc.array(
    fc.record({
      thing: fc.constantFrom(...ALL),
      observer: fc.constantFrom('hub', 'east'),
      toldAt: fc.option(fc.integer({ min: NOW - 5 * MINUTE, max: NOW + 5 * MINUTE }), { nil: undefined }),
      nextAt: fc.integer({ min: NOW - 5 * MINUTE, max: NOW + 5 * MINUTE }),
      turnMs: fc.integer({ min: 1, max: 30 * MINUTE }),
    }),
  )
  fc.assert(
    fc.property(anybody, fc.nat(4 * MINUTE), (askers, later) => {
      const { causes, settling } = nameCauses(six, first, [], NOW + later, {
        freshMs: HOUR,
        settleMs: 2 * MINUTE,
        askers,
      })
      assert.equal(causes.length + settling.length, 1)
      assert.ok(settling.every(({ until }) => NOW + later < until && until <= NOW + 2 * MINUTE))
    }),
  )
})

test('what is unknown, old or cannot be seen from here is neither down nor fine', () => {
  const { causes, settling, unseen } = nameCauses(
    six,
    [
      ...says('unknown', ['ehr']),
      ...says('unobservable', ['portal']),
      ...says('down', ['lab'], NOW - 4 * MINUTE),
      ...lines,
    ],
    [],
    NOW,
    pace,
  )
  assert.deepEqual([causes, settling], [[], []])
  for (const id of ['ehr', 'portal', 'lab']) assert.ok(unseen.includes(id), `${id} is fine although nobody knows`)
})

test('of two lines one may fail without a symptom; when both do, both are named', () => {
  const one = nameCauses(
    six,
    [...says('down', ['line-a']), ...says('up', [...ALL, 'line-b']), ...says('up', ['ehr'], NOW, 'east')],
    [],
    NOW,
    pace,
  )
  assert.deepEqual(
    one.causes.map(({ key }) => key),
    ['thing:line-a'],
  )
  const both = [
    ...says('down', ['line-a', 'line-b']),
    ...says('up', ALL),
    ...says('down', ['ehr', 'portal'], NOW, 'east'),
  ]
  const { causes } = nameCauses(six, both, [], NOW, pace)
  assert.deepEqual(
    causes.map(({ key }) => key),
    ['thing:line-a', 'thing:line-b'],
  )
})

test('what one place cannot reach and another can is blamed on the way, not on the thing', () => {
  const seen = [
    ...says('up', ALL),
    ...lines,
    ...says('down', ['ehr'], NOW, 'east'),
    ...says('up', ['portal'], NOW, 'east'),
  ]
  const { causes } = nameCauses(six, seen, [], NOW + 3 * MINUTE - 1, pace)
  assert.equal(causes[0]?.headline, 'Something between east and ehr that the map does not show is broken')
})

test('an alarm stays while nobody can look, ends when something that needs it is up, and what it took down is not blamed anew', () => {
  const [named] = nameCauses(six, [...says('down', ALL), ...lines], [], NOW, pace).causes
  assert.ok(named)
  const open = [{ key: named.key, cause: named, clearSince: undefined }]
  const dark = nameCauses(six, says('unknown', ALL, NOW + 9 * MINUTE), open, NOW + 9 * MINUTE, pace)
  assert.deepEqual(
    dark.causes.map(({ key }) => key),
    ['thing:switch'],
  )
  assert.match(dark.causes[0]?.because ?? '', /not known/)
  const mended = [
    ...says('up', ['host'], NOW + MINUTE),
    ...says(
      'down',
      ALL.filter((id) => id !== 'host'),
    ),
  ]
  const after = nameCauses(six, mended, open, NOW + MINUTE, pace)
  assert.deepEqual([after.causes, after.settling, after.notOver], [[], [], ['thing:switch']])
})

test('a cause that turns out to be another one takes its alarm over', () => {
  const cause: Cause = { key: 'thing:portal', since: NOW, headline: '', because: '', symptoms: [], advice: '' }
  const open = [{ key: cause.key, cause, clearSince: undefined }]
  const { causes } = nameCauses(six, [...says('down', ALL), ...lines], open, NOW + MINUTE, pace)
  assert.deepEqual(
    causes.map(({ key, replaces }) => [key, replaces]),
    [['thing:switch', 'thing:portal']],
  )
})

test('things that need each other fail together and are no riddle without end', () => {
  const ring: DependencyMap = {
    things: [
      thing('dns', 'application', 'vm'),
      thing('vm', 'host', 'dns'),
      thing('mail', 'application', 'dns'),
      thing('hub', 'vantage'),
    ],
    probes: ['dns', 'vm', 'mail'].map((one) => ({ thing: one, observer: 'hub' })),
  }
  const { causes } = nameCauses(ring, says('down', ['dns', 'vm', 'mail']), [], NOW, pace)
  assert.equal(causes.length, 1)
})

test('a map that names what it does not hold says so, all at once', () => {
  const broken: DependencyMap = {
    things: [thing('a', 'host', 'b', { anyOf: [] }), thing('a', 'host', 'a')],
    probes: [{ thing: 'c', observer: 'a' }],
  }
  assert.equal(mapComplaints(broken).length, 5)
  assert.deepEqual(mapComplaints(six), [])
})

const practices = fc.integer({ min: 1, max: 2 ** 30 }).map((seed) => ({ seed, practice: randomPractice(seed) }))

test('the order in which answers arrive changes nothing', () => {
  fc.assert(
    fc.property(practices, fc.infiniteStream(fc.nat()), ({ practice }, order) => {
      const { map, planted, wiring } = practice
      const seen = map.probes.flatMap((probe): Sighting[] => {
        const answer = answerOf(practice, probe, [planted])
        return answer === undefined ? [] : [{ ...probe, answer, since: NOW, at: NOW }]
      })
      const shuffled = seen
        .map((one) => ({ one, at: order.next().value ?? 0 }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ one }) => one)
      const named = (all: Sighting[]) => nameCauses(map, all, [], NOW, pace, wiring)
      assert.deepEqual(named(shuffled), named(seen))
    }),
    { numRuns: 150 },
  )
})

test('every diagnosis explains every symptom, and what a diagnosis says is down never was seen up since', () => {
  fc.assert(
    fc.property(practices, ({ practice }) => {
      const { map, planted, wiring } = practice
      const seen = map.probes.flatMap((probe): Sighting[] => {
        const answer = answerOf(practice, probe, [planted])
        return answer === undefined ? [] : [{ ...probe, answer, since: NOW, at: NOW }]
      })
      const { diagnoses, downs, ups } = diagnose(map, seen, { now: NOW, freshMs: MINUTE }, wiring)
      assert.ok(diagnoses.some(({ faults }) => faults.includes(planted) && faults.length === 1))
      for (const { faults } of diagnoses) {
        const down = wiring.failing(faults)
        for (const one of downs)
          assert.ok(down.has(one.thing) || down.has(one.observer) || faults.some((id) => id.startsWith('between:')))
        for (const one of ups) assert.ok(!down.has(one.thing) && !down.has(one.observer))
      }
    }),
    { numRuns: 150 },
  )
})

test('smallest sets of failures bring a thing down, and none of them could be left out', () => {
  fc.assert(
    fc.property(practices, ({ practice: { map } }) => {
      const wiring = wiringOf(map)
      for (const { id } of map.things)
        for (const cut of wiring.cuts(id)) {
          assert.ok(wiring.failing(cut).has(id))
          for (const one of cut) assert.ok(!wiring.failing(cut.filter((other) => other !== one)).has(id))
        }
    }),
    { numRuns: 60 },
  )
})

test('over whole days of random practices, one fault is told once and once when it is over', () => {
  let once = 0
  for (let seed = 1; seed <= 60; seed++) {
    const { told } = randomDay(randomPractice(seed), seed)
    assert.equal(told.filter(({ kind }) => kind === 'over').length, 1)
    once += Number(told.length === 2)
  }
  assert.equal(once, 60)
})
