import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { changedPlan, samplePlan } from '../../../test/readiness/sample-plan.ts'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'
import { instantAt } from '../../base/zone.ts'
import type { Evidence, EvidenceOutcome } from '../evidence/evidence.ts'
import { readPlan } from '../plan/read-plan.ts'
import type { CanAct, Figure, ForecastFacts, ScenarioForecast, StandbyHas } from './forecast.ts'
import { ifItHappened } from './if-it-happened.ts'
import { figureInWords, forecastInLines } from './said.ts'

const NOW = instantAt('2026-11-23', '02:00', 'America/Chicago')
const { plan } = readPlan(samplePlan)

const factsOf = (more: Partial<ForecastFacts> = {}): ForecastFacts => ({
  plan,
  evidence: [],
  now: NOW,
  sites: new Map(),
  standbys: new Map(),
  reached: new Map(),
  down: new Map(),
  ...more,
})
const scenario = (id: string, more: Partial<ForecastFacts> = {}): ScenarioForecast => {
  const found = ifItHappened(factsOf(more)).find((one) => one.id === id)
  assert.ok(found !== undefined)
  return found
}

function record(
  kind: Evidence['kind'],
  subject: string,
  more: Partial<Evidence> & { tookMs?: number; moment?: number } = {},
): Evidence {
  const { tookMs, moment, ...rest } = more
  return {
    id: `evidence ${kind} ${subject} ${more.at ?? ''}`,
    kind,
    subject,
    at: NOW - DAY,
    outcome: 'held',
    because: 'It was done.',
    measured: [
      ...(tookMs === undefined ? [] : [{ what: 'took', value: tookMs, unit: 'ms' }]),
      ...(moment === undefined ? [] : [{ what: 'newest record', value: moment, unit: 'instant' }]),
    ],
    people: [],
    artefact: undefined,
    ...rest,
  }
}

/** Every figure of a forecast, in an order that does not depend on the evidence. */
function figures({ sites, recovery, losses }: ScenarioForecast): Figure[] {
  return [
    ...sites.flatMap(({ reads }) =>
      reads.how === 'lockbox' ? [reads.time, ...(reads.until === undefined ? [] : [reads.until])] : [],
    ),
    recovery.figure,
    ...losses.map(({ figure }) => figure),
  ]
}
const everyFigure = (facts: ForecastFacts): Figure[] => ifItHappened(facts).flatMap(figures)

test('without evidence there is no number, whatever the plan promises, and each says that it was never tested', () => {
  const all = everyFigure(factsOf())
  assert.ok(all.length > 100)
  for (const figure of all) {
    assert.equal(figure.status, 'not-known')
    assert.match(figureInWords(figure, NOW), /never|can change every copy|in no backup/)
  }
})

test('the time until systems are back is a range from the last three tries, with the promise beside it', () => {
  const tries = [9, 2, 5, 3].map((minutes, nth) =>
    record('failover-drill', 'standby:ehr-replica', { at: NOW - (4 - nth) * DAY, tookMs: minutes * MINUTE }),
  )
  const { figure, expectedMs } = scenario('host-dies', { evidence: tries }).recovery
  assert.ok(figure.status === 'measured')
  assert.deepEqual([figure.fromMs, figure.toMs, figure.old, expectedMs], [2 * MINUTE, 5 * MINUTE, false, 20 * MINUTE])
  assert.equal(figure.proof.length, 3)
})

test('a try that failed takes the upper end away, and when it was the last, the number', () => {
  const good = (days: number) => record('rehearsal', 'runbook:restore', { at: NOW - days * DAY, tookMs: HOUR })
  const bad = (days: number): Evidence => ({ ...good(days), outcome: 'failed', because: 'The key did not fit.' })
  const first = scenario('both-databases-gone', { evidence: [good(3), bad(2), good(1)] }).recovery.figure
  assert.ok(first.status === 'measured' && first.toMs === undefined && first.fromMs === HOUR)
  const last = scenario('both-databases-gone', { evidence: [good(3), good(2), bad(1)] }).recovery.figure
  assert.match(figureInWords(last, NOW), /^not known: the last try, on 2026-11-22, failed: The key did not fit/)
})

test('a failover into a standby that falls as well is no proof of anything', () => {
  const drill = record('failover-drill', 'standby:ehr-replica', { tookMs: MINUTE })
  assert.equal(scenario('host-dies', { evidence: [drill] }).recovery.figure.status, 'measured')
  assert.equal(scenario('core-switch-dies', { evidence: [drill] }).recovery.figure.status, 'not-known')
})

const standby = (more: Partial<StandbyHas> = {}): StandbyHas => ({
  verdict: 'PROVEN',
  because: 'It has all of it.',
  provenAt: NOW - 5 * MINUTE,
  position: '1/39FFFF50',
  lookedAt: NOW,
  ...more,
})

test('when the host dies the loss is counted from the proven moment of the standby; when the data is damaged, from the restored backup', () => {
  const more = {
    standbys: new Map([['ehr-replica', standby()]]),
    evidence: [record('restore-test', 'backup:ehr-backup', { moment: NOW - 30 * HOUR })],
  }
  const lost = (id: string) => scenario(id, more).losses.find(({ system }) => system === 'ehr')?.figure
  const dies = lost('host-dies')
  assert.ok(dies?.status === 'measured')
  assert.deepEqual([dies.fromMs, dies.toMs], [5 * MINUTE, 5 * MINUTE])
  assert.match(dies.because, /up to 2026-11-23 01:55 \(1\/39FFFF50\); it is PROVEN now/)
  const damaged = lost('database-hangs')
  assert.ok(damaged?.status === 'measured')
  assert.deepEqual([damaged.fromMs, damaged.toMs], [5 * MINUTE, 30 * HOUR])
})

test('what is known to be down, and a standby that is not proven, stand in the way of the answers that need them', () => {
  const way = (id: string, more: Partial<ForecastFacts>) => scenario(id, more).cannotFinish
  assert.deepEqual(way('host-dies', { standbys: new Map([['ehr-replica', standby()]]) }), [])
  const behind = new Map([['ehr-replica', standby({ verdict: 'BEHIND', because: 'It is 2 min behind.' })]])
  assert.deepEqual(way('host-dies', { standbys: behind }), ['EHR standby is BEHIND now: It is 2 min behind'])
  const down = new Map([['ehr-standby', 'It refuses connections.']])
  assert.match(way('host-dies', { down }).join(), /is down now: It refuses connections$/)
  // It takes the standby away itself: its answer cannot count on it anyway.
  assert.deepEqual(way('core-switch-dies', { standbys: behind }), [])
})

test('what was just measured of a standby that proves nothing now is doubtful, and not too old', () => {
  const standbys = new Map([['ehr-replica', standby({ verdict: 'UNKNOWN', lookedAt: NOW - 200 })]])
  const figure = scenario('host-dies', { standbys }).losses.find(({ system }) => system === 'ehr')?.figure
  assert.ok(figure !== undefined)
  const words = figureInWords(figure, NOW)
  assert.match(words, /it is UNKNOWN now; measured just now, not to be relied on while the standby is UNKNOWN/)
  assert.doesNotMatch(words, /now ago|TOO OLD/)
})

test('a copy that nobody restored never makes the worst smaller', () => {
  const restored = record('restore-test', 'backup:ehr-backup', { moment: NOW - 30 * HOUR })
  const seen = record('backup-seen', 'backup:ehr-backup', { moment: NOW - HOUR })
  const figure = scenario('both-databases-gone', { evidence: [restored, seen] }).losses.find(
    ({ system }) => system === 'ehr',
  )?.figure
  assert.ok(figure?.status === 'measured')
  assert.deepEqual([figure.fromMs, figure.toMs], [HOUR, 30 * HOUR])
  // Written down by hand, the newest record has an age and no moment.
  const byHand = { ...restored, measured: [{ what: 'copy age', value: 7200, unit: 's' }] }
  const aged = scenario('both-databases-gone', { evidence: [byHand] }).losses.find(
    ({ system }) => system === 'ehr',
  )?.figure
  assert.ok(aged?.status === 'measured' && aged.toMs === DAY + 2 * HOUR)
  const only = scenario('both-databases-gone', { evidence: [seen] }).losses.find(
    ({ system }) => system === 'ehr',
  )?.figure
  assert.equal(only?.status, 'not-known')
})

test('a scenario of one site is asked for each site with the nodes of its own', () => {
  const { sites } = scenario('site-line-cut')
  assert.deepEqual(new Set(sites.map(({ reads }) => reads.how)), new Set(['ehr', 'lockbox']))
  // At Harbor Main the servers stand in the house: its lines are not needed to read.
  assert.equal(sites.find(({ id }) => id === 'harbor-main')?.reads.how, 'ehr')
  const power = scenario('site-power').sites.find(({ id }) => id === 'eastgate')?.reads
  assert.ok(power?.how === 'lockbox' && power.until?.status === 'not-known' && power.promisedUntilMs === 40 * MINUTE)
})

test('who is on leave cannot act, who never answered is not proven, and what was rehearsed long ago is doubtful', () => {
  const away = readPlan(
    changedPlan([
      'people.yaml',
      'leave:\n      - { from: 2026-12-28',
      'leave:\n      - { from: 2026-11-20, to: 2026-11-29 }\n      - { from: 2026-12-28',
    ]),
  ).plan
  const rehearsal = (days: number) =>
    record('rehearsal', 'runbook:failover', { at: NOW - days * DAY, people: ['lingfell'] })
  const actor = (id: string, more: Partial<ForecastFacts>) =>
    scenario('host-dies', { plan: away, ...more }).actors.find((one) => one.id === id)
  assert.equal(actor('edriftgale', {})?.can, 'cannot')
  assert.equal(actor('lingfell', {})?.can, 'not-proven')
  const reached = new Map([['lingfell', NOW - DAY]])
  assert.equal(actor('lingfell', { reached, evidence: [rehearsal(10)] })?.can, 'can')
  assert.equal(actor('lingfell', { reached, evidence: [rehearsal(200)] })?.can, 'doubtful')
  const lines = [...forecastInLines(scenario('host-dies', { plan: away }), NOW, 'America/Chicago')].join('\n')
  assert.match(lines, /CANNOT BE FINISHED TONIGHT/)
  assert.match(lines, /CANNOT ACT: Emil Driftgale, .*on leave until 2026-11-29/)
})

const KINDS = [
  ['site-reads', 'site:riverside'],
  ['failover-drill', 'standby:ehr-replica'],
  ['rehearsal', 'runbook:restore'],
  ['rehearsal', 'runbook:failover'],
  ['restore-test', 'backup:ehr-backup'],
  ['backup-seen', 'backup:ehr-backup'],
  ['person-reached', 'person:lingfell'],
] as const
const evidence = fc
  .array(
    fc.record({
      about: fc.constantFrom(...KINDS),
      daysAgo: fc.integer({ min: 0, max: 200 }),
      tookMs: fc.option(fc.integer({ min: 1, max: 10 * HOUR }), { nil: undefined }),
      behindMs: fc.integer({ min: 0, max: 10 * DAY }),
      outcome: fc.constantFrom<EvidenceOutcome>('held', 'held', 'held', 'failed', 'unclear'),
      people: fc.subarray(['lingfell', 'edriftgale', 'otarnbrook']),
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all.map(({ about: [kind, subject], daysAgo, tookMs, behindMs, outcome, people }, nth) =>
      record(kind, subject, {
        id: `evidence_${nth}`,
        // No two of one moment: which of them is the newest would be chance.
        at: NOW - daysAgo * DAY - nth,
        ...(tookMs === undefined ? {} : { tookMs }),
        moment: NOW - daysAgo * DAY - nth - behindMs,
        outcome,
        people,
      }),
    ),
  )

/** `a` promises nothing that `b` does not: it is as good or worse. */
function isNoBetter(a: Figure, b: Figure): boolean {
  if (a.status === 'not-known') return true
  if (b.status === 'not-known') return false
  return (a.toMs ?? Infinity) >= (b.toMs ?? Infinity) && a.fromMs >= b.fromMs && (a.old || !b.old)
}
const RANK: Readonly<Record<CanAct, number>> = { cannot: 0, doubtful: 1, 'not-proven': 2, can: 3 }

function assertNoBetter(after: ForecastFacts, before: ForecastFacts): void {
  const [is, was] = [everyFigure(after), everyFigure(before)]
  assert.equal(is.length, was.length)
  for (const [nth, figure] of is.entries()) {
    const other = was[nth]
    assert.ok(
      other !== undefined && isNoBetter(figure, other),
      `${JSON.stringify(figure)} after ${JSON.stringify(other)}`,
    )
  }
}

test('older evidence never gives a better forecast', () => {
  fc.assert(
    fc.property(evidence, fc.integer({ min: 0, max: 400 }), (all, days) => {
      const older = all.map((one) => ({
        ...one,
        at: one.at - days * DAY,
        measured: one.measured.map((measure) =>
          measure.unit === 'instant' && typeof measure.value === 'number'
            ? { ...measure, value: measure.value - days * DAY }
            : measure,
        ),
      }))
      assertNoBetter(factsOf({ evidence: older }), factsOf({ evidence: all }))
    }),
    { numRuns: 40 },
  )
})

test('worse evidence never gives a better forecast: a try that took longer, or did not succeed', () => {
  fc.assert(
    fc.property(evidence, fc.nat(), fc.boolean(), (all, nth, fails) => {
      const worse = all.map((one, at): Evidence => {
        if (all.length === 0 || at !== nth % all.length) return one
        if (fails) return { ...one, outcome: 'failed' }
        return {
          ...one,
          measured: one.measured.map((measure) =>
            typeof measure.value === 'number'
              ? { ...measure, value: measure.unit === 'instant' ? measure.value - DAY : measure.value * 2 }
              : measure,
          ),
        }
      })
      assertNoBetter(factsOf({ evidence: worse }), factsOf({ evidence: all }))
    }),
    { numRuns: 40 },
  )
})

test('removing a person never improves who can act, what can be finished, or any number', () => {
  fc.assert(
    fc.property(evidence, fc.constantFrom(...plan.people.people.map(({ id }) => id)), (all, gone) => {
      const fewer = { ...plan, people: { ...plan.people, people: plan.people.people.filter(({ id }) => id !== gone) } }
      const [before, after] = [
        ifItHappened(factsOf({ evidence: all })),
        ifItHappened(factsOf({ plan: fewer, evidence: all })),
      ]
      assertNoBetter(factsOf({ plan: fewer, evidence: all }), factsOf({ evidence: all }))
      for (const [nth, was] of before.entries()) {
        const is = after[nth]
        assert.ok(is !== undefined)
        assert.ok(was.cannotFinish.length === 0 || is.cannotFinish.length > 0)
        for (const actor of is.actors) {
          const same = was.actors.find(({ id }) => id === actor.id)
          if (same !== undefined) assert.ok(RANK[actor.can] <= RANK[same.can])
        }
      }
    }),
    { numRuns: 10 },
  )
})
