import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { changedPlan, samplePlan } from '../../../test/readiness/sample-plan.ts'
import { instantAt } from '../../base/zone.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { readPlan } from '../plan/read-plan.ts'
import type { Plan } from '../readiness.ts'
import { appendicitisTest, type Harm, harmOf } from './appendicitis.ts'
import { groundOf, lossesOf } from './losses.ts'
import { presenceAt } from './presence.ts'
import { everyRemoval } from './removals.ts'
import { keyOf, lossKey } from './without.ts'

const NIGHT = instantAt('2026-11-23', '02:00', 'America/Chicago')
const { plan } = readPlan(samplePlan)
const whole = appendicitisTest(plan, [], NIGHT)
const all = everyRemoval(plan)

const keysOf = (harm: Pick<Harm, 'losses'> | undefined): string[] => (harm?.losses ?? []).map(lossKey)
const named = (...keys: string[]) => all.filter((one) => keys.includes(keyOf(one)))
const without = (from: Plan, ...keys: string[]) => harmOf(from, [], NIGHT, named(...keys))
const pairOf = (a: string, b: string) =>
  whole.pairs.find(({ removed }) => [a, b].every((key) => removed.some((one) => keyOf(one) === key)))

test('without the lead analyst the failover and the code update cannot be finished, and their gates are impossible', () => {
  const harm = without(plan, 'person:edriftgale')
  for (const key of ['unfinished:host-dies', 'unfinished:code-update-fails', 'gate:failover/promote'])
    assert.ok(keysOf(harm).includes(key), key)
  assert.match(harm.losses[0]?.because ?? '', /needs two people.*only Lila Ingfell is there, without Emil Driftgale/)
})

test('a second rehearsed person turns exactly what the lead alone could do', () => {
  const more = readPlan(
    changedPlan(
      ['runbooks.yaml', 'backup: lingfell\n', 'backup: lingfell\n    also: [zsedgeden]\n'],
      ['runbooks.yaml', 'rehearsed:\n', 'rehearsed:\n      - { person: zsedgeden, on: 2026-11-02 }\n'],
    ),
  ).plan
  const before = keysOf(without(plan, 'person:edriftgale'))
  const after = keysOf(without(more, 'person:edriftgale'))
  assert.deepEqual(
    before.filter((key) => !after.includes(key)),
    ['unfinished:host-dies', 'unfinished:database-hangs', 'gate:failover/', 'gate:failover/promote'],
  )
  assert.deepEqual(
    after.filter((key) => !before.includes(key)),
    [],
  )
})

test('what nobody who is left has rehearsed is told, and a rehearsal that is proven ends it', () => {
  const key = 'unrehearsed:code-update'
  assert.ok(keysOf(without(plan, 'person:edriftgale')).includes(key))
  const proof: Evidence = {
    id: 'evidence_1',
    kind: 'rehearsal',
    subject: 'runbook:code-update',
    at: NIGHT - 86_400_000,
    outcome: 'held',
    because: 'Carried out on a copy.',
    measured: [],
    people: ['lingfell'],
    artefact: undefined,
  }
  assert.ok(!keysOf(harmOf(plan, [proof], NIGHT, named('person:edriftgale'))).includes(key))
  assert.ok(keysOf(harmOf(plan, [{ ...proof, outcome: 'failed' }], NIGHT, named('person:edriftgale'))).includes(key))
})

test('a pair is told only for what neither of the two costs alone', () => {
  assert.deepEqual(keysOf(pairOf('line:riverside-fiber', 'line:riverside-cellular')), ['site:riverside/ehr'])
  assert.ok(keysOf(pairOf('person:mwrenlock', 'person:pdunstrand')).includes('gate:failover/both-say-yes'))
  const own = new Map(whole.alone.map((harm) => [harm.removed.map(keyOf).join(), keysOf(harm)]))
  for (const { removed, losses } of whole.pairs) {
    const alone = removed.flatMap((one) => own.get(keyOf(one)) ?? [])
    assert.ok(losses.every((loss) => !alone.includes(lossKey(loss))))
  }
})

test('a sealed envelope stands in for whoever holds a credential, and losing the credential itself does not', () => {
  assert.ok(!keysOf(without(plan, 'person:otarnbrook')).includes('unfinished:central-line-cut'))
  assert.ok(keysOf(without(plan, 'credential:firewall-admin')).includes('unfinished:central-line-cut'))
})

test('a role that two gates ask for is spoken for by different people', () => {
  const one = readPlan(
    changedPlan(
      ['people.yaml', 'roles: [clinical-lead, medical-director]', 'roles: []'],
      ['runbooks.yaml', 'roles: [technical-lead, medical-director]', 'roles: [clinical-lead, medical-director]'],
      ['people.yaml', 'roles: [clinical-lead]', 'roles: []'],
      ['people.yaml', 'roles: [clinical-lead]', 'roles: []'],
    ),
  ).plan
  const lost = lossesOf(groundOf(one, [], NIGHT), presenceAt(one, NIGHT), [])
  assert.match(
    lost.find(({ id }) => id === 'failover/both-say-yes')?.because ?? '',
    /clinical lead and medical director must be different people/,
  )
})

test('singles stand before pairs, worst first, and the counts say what was tried', () => {
  assert.equal(whole.taken, all.length)
  assert.equal(whole.pairsTaken, (all.length * (all.length - 1)) / 2)
  const bounded = appendicitisTest(plan, [], NIGHT, 100)
  assert.deepEqual([bounded.pairsTaken, bounded.pairsLeft], [100, whole.pairsTaken - 100])
  const unfinished = whole.alone.map(({ losses }) => losses.filter(({ kind }) => kind === 'unfinished').length)
  assert.deepEqual(
    unfinished,
    unfinished.toSorted((a, b) => b - a),
  )
})

test('the leave of the medical director shows in which shifts of the month the second one must not be ill', () => {
  const worse = whole.worseTimes.find(({ removed }) => removed?.id === 'pdunstrand')
  assert.equal(worse?.from, instantAt('2026-12-19', '00:00', 'America/Chicago'))
  assert.deepEqual(worse.away, ['Max Wrenlock, MD'])
  assert.ok(keysOf(worse).includes('gate:failover/both-say-yes'))
})

test('on the night of a change of the clocks the shifts still fill the month without a gap', () => {
  const autumn = appendicitisTest(plan, [], instantAt('2026-10-31', '23:30', 'America/Chicago'), 0)
  assert.ok(autumn.shifts > 30)
})

test('taking more out never gives anything back', () => {
  const ground = groundOf(plan, [], NIGHT)
  const presence = presenceAt(plan, NIGHT)
  const lost = (removed: typeof all) =>
    lossesOf(ground, presence, removed)
      .map(lossKey)
      // A runbook that nobody is left for is unfinished, and no longer merely unrehearsed; a site loses its two ways one by one, then whole.
      .filter((key) => !/^(unrehearsed|site):/.test(key))
  fc.assert(
    fc.property(fc.subarray(all, { maxLength: 5 }), fc.constantFrom(...all), (some, one) => {
      const less = lost(some)
      const more = lost([...some, one])
      for (const key of less) assert.ok(more.includes(key), key)
    }),
    { numRuns: 60 },
  )
})
