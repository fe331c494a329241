import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY, HOUR, MINUTE } from '../../src/base/time.ts'
import { instantAt } from '../../src/base/zone.ts'
import { everyCheck } from '../../src/readiness/checks/every-check.ts'
import type { Evidence } from '../../src/readiness/evidence/evidence.ts'
import { LONGEST } from '../../src/readiness/judge/cadence.ts'
import { judgeCheck } from '../../src/readiness/judge/judge-check.ts'
import { readPlan } from '../../src/readiness/plan/read-plan.ts'
import { partNames } from '../../src/readiness/readiness.ts'
import { helpMost } from '../../src/readiness/ready/help-most.ts'
import { countJudged, judgeChecks } from '../../src/readiness/ready/judge-checks.ts'
import { CHECK_IDS } from '../../src/readiness/shape/check-ids.ts'
import { changedPlan, samplePlan } from './sample-plan.ts'
import { wholeEvidence } from './whole-evidence.ts'

const NOW = instantAt('2026-11-23', '12:00', 'America/Chicago')
const { plan } = readPlan(samplePlan)
const whole = wholeEvidence(plan, NOW)
const met = (evidence: readonly Evidence[], now = NOW, of = plan) =>
  judgeChecks(of, evidence, now).filter(({ status }) => status === 'met')

/** The sample's plan with some of its parts empty or gone. */
const anyPlan = fc.subarray(partNames.filter((part) => part !== 'practice')).map((gone) => {
  const files = new Map(samplePlan)
  for (const part of gone) files.set(`${part}.yaml`, '')
  return readPlan(files).plan
})

test('every item has one check, which says what it cites', () => {
  assert.deepEqual(
    everyCheck.map(({ id }) => id),
    [...CHECK_IDS],
  )
  for (const { id, says, serves } of everyCheck) {
    assert.ok(serves.length > 0, id)
    assert.match(says, /^[A-Z].{10,160}\.$/, id)
  }
})

test('all that is asked can be shown: with everything just seen, every check of the sample practice is met', () => {
  const rest = judgeChecks(plan, whole, NOW).flatMap((one) =>
    one.status === 'met' ? [] : [`${one.check.id}: ${'verdict' in one ? one.verdict.because : 'excluded'}`],
  )
  assert.deepEqual(rest, [])
})

test('without evidence nothing is met, whatever stands in the plan', () => {
  fc.assert(
    fc.property(anyPlan, fc.integer({ min: -400 * DAY, max: 400 * DAY }), (of, later) => {
      const judged = judgeChecks(of, [], NOW + later)
      assert.deepEqual(countJudged(judged), { met: 0, failed: 0, missing: CHECK_IDS.length, excluded: 0 })
      for (const one of judged) assert.notEqual('verdict' in one ? one.verdict.because : '', '')
    }),
    { numRuns: 12 },
  )
})

test('evidence of nothing that the plan names meets nothing that asks for it', () => {
  fc.assert(
    fc.property(anyPlan, (of) => {
      for (const { check, ...one } of judgeChecks(of, whole, NOW))
        if (check.wants !== undefined && check.wants(of, NOW).length === 0) assert.notEqual(one.status, 'met', check.id)
    }),
    { numRuns: 12 },
  )
})

test('evidence decays: what is older than it counts is missing, whatever it said, and up to then it counts', () => {
  const wanted = everyCheck.flatMap((check) => (check.wants?.(plan, NOW) ?? []).map((one) => ({ check, one })))
  fc.assert(
    fc.property(fc.constantFrom(...wanted), fc.nat(3 * 365), ({ check, one }, days) => {
      const aged = (age: number) =>
        whole.map((record) => (record.subject === one.subject ? { ...record, at: NOW - age } : record))
      const shown = (age: number) =>
        judgeCheck(check, plan, aged(age), NOW).shown.find(
          ({ subject, name }) => subject === one.subject && name === one.name,
        )
      assert.equal(shown(one.countsForMs)?.status, 'met')
      assert.equal(shown(one.countsForMs + 1 + days * DAY)?.status, 'missing')
      assert.notEqual(judgeCheck(check, plan, aged(one.countsForMs + 1 + days * DAY), NOW).status, 'met')
    }),
    { numRuns: 200 },
  )
  assert.deepEqual(met(whole, NOW + Math.max(LONGEST, 2 * 365 * DAY) + 1), [])
})

test('who failed last has failed, what nobody can say how it ended is missing, and what is not yet is not counted', () => {
  fc.assert(
    fc.property(fc.constantFrom(...whole), fc.constantFrom('failed', 'unclear'), (record, outcome) => {
      const later = { ...record, id: 'evidence_later', at: NOW + 1, outcome } as const
      const due = outcome === 'failed' ? 'failed' : 'missing'
      for (const check of everyCheck)
        for (const { subject, kinds } of check.wants?.(plan, NOW) ?? [])
          if (subject === record.subject && kinds.includes(record.kind))
            assert.equal(judgeCheck(check, plan, [...whole, later], NOW + 2).status, due, check.id)
    }),
    { numRuns: 100 },
  )
})

test('what is dated after now is not counted', () => {
  const ahead = whole.map((one) => ({ ...one, at: NOW + HOUR }))
  assert.equal(met(ahead).length, 0)
})

test('taking any record away leaves nothing met that rested on it alone', () => {
  for (const one of met(whole)) {
    const rests = 'verdict' in one ? one.verdict.shown : []
    for (const { subject } of rests) {
      const without = whole.filter((record) => record.subject !== subject)
      assert.notEqual(judgeCheck(one.check, plan, without, NOW).status, 'met', `${one.check.id} without ${subject}`)
    }
  }
})

test('a restore that nobody counted in, dated or signed in to is missing, and says which', () => {
  const b5 = (measured: Evidence['measured']) => {
    const [check] = everyCheck.filter(({ id }) => id === 'B5')
    assert.ok(check !== undefined)
    const of = whole.map((one) => (one.kind === 'restore-test' ? { ...one, measured } : one))
    return judgeCheck(check, plan, of, NOW)
  }
  const rows = { what: 'rows', value: 48, unit: 'count' }
  const newest = { what: 'newest record', value: NOW - HOUR, unit: 'instant' }
  assert.equal(b5([rows, newest, { what: 'sign-in', value: 'yes', unit: 'text' }]).status, 'met')
  const without = b5([rows, newest])
  assert.equal(without.status, 'missing')
  assert.match(without.because, /does not show a sign-in \(measured as sign-in=yes\)/)
  assert.match(
    b5([]).because,
    /does not show rows or files counted, nor the moment of the newest record, nor a sign-in/,
  )
  assert.equal(b5([rows, newest, { what: 'sign-in', value: 'no', unit: 'text' }]).status, 'missing')
  assert.equal(b5([{ ...rows, value: 0 }, newest, { what: 'sign-in', value: 'yes', unit: 'text' }]).status, 'missing')
})

test('a whole machine is brought back by a start from its image only, never by a restore of data', () => {
  const [check] = everyCheck.filter(({ id }) => id === 'B6')
  assert.ok(check !== undefined)
  const data = whole.filter(({ kind }) => kind !== 'image-restore')
  assert.ok(data.some(({ kind, subject }) => kind === 'restore-test' && subject === 'backup:image-backup'))
  assert.equal(judgeCheck(check, plan, data, NOW).status, 'missing')
  assert.equal(judgeCheck(check, plan, whole, NOW).status, 'met')
})

test('who has neither telephone nor address is told so, and to be given one comes before any test notice', () => {
  const bare = plan.people.people.map((one) =>
    one.id === 'edriftgale' ? { ...one, phones: [], email: undefined } : one,
  )
  const c1 = (of: typeof plan) => {
    const [judged] = judgeChecks(
      of,
      whole.filter(({ kind }) => kind !== 'person-reached'),
      NOW,
      everyCheck.filter(({ id }) => id === 'C1'),
    )
    assert.ok(judged !== undefined && 'verdict' in judged)
    return judged
  }
  assert.equal(helpMost([c1(plan)])[0]?.act, 'people')
  const without = c1({ ...plan, people: { ...plan.people, people: bare } })
  const [help] = helpMost([without])
  assert.equal(help?.act, 'reachable')
  assert.match(help?.does ?? '', /a telephone away from their desk or an address/)
  assert.match(
    without.verdict.shown.find(({ subject }) => subject === 'person:edriftgale')?.because ?? '',
    /no telephone away from the desk and no address stands in the plan/,
  )
})

test('a failover that only one person rehearsed, or one who left, is no rehearsal by two', () => {
  const alone = whole.map((one) => (one.kind === 'rehearsal' ? { ...one, people: ['edriftgale', 'left'] } : one))
  const [judged] = judgeChecks(
    plan,
    alone,
    NOW,
    everyCheck.filter(({ id }) => id === 'M2'),
  )
  assert.equal(judged?.status, 'failed')
  assert.match(
    judged !== undefined && 'verdict' in judged ? judged.verdict.because : '',
    /1 of 2 people who are still there/,
  )
})

test('paper that was printed on Friday counts on Monday morning before the doors open, and not after they did', () => {
  const [check] = everyCheck.filter(({ id }) => id === 'D3')
  assert.ok(check !== undefined)
  const at = (day: string, time: string) => instantAt(day, time, 'America/Chicago')
  const friday = at('2026-11-20', '06:00')
  const of = (now: number) =>
    judgeCheck(
      check,
      plan,
      whole.map((one) => ({ ...one, at: one.kind === 'print-receipt' ? friday : now })),
      now,
    ).shown.find(({ name }) => name === 'Paper at North Valley')?.status
  assert.equal(of(at('2026-11-20', '07:31')), 'met')
  assert.equal(of(at('2026-11-23', '07:29')), 'met')
  assert.equal(of(at('2026-11-23', '07:31')), 'missing')
})

test('an excluded check is shown with owner, reason and end, is never met, and is judged again after its last day', () => {
  const line =
    'exclusions: [{ check: B5, owner: famberworth, because: The new storage comes first., until: 2026-11-30 }]'
  const left = readPlan(changedPlan(['practice.yaml', 'copies:', `${line}\ncopies:`])).plan
  const b5 = (now: number, evidence = whole, of = left) =>
    judgeChecks(of, evidence, now).find(({ check }) => check.id === 'B5')
  const now = b5(NOW)
  assert.ok(now?.status === 'excluded')
  assert.deepEqual(
    [now.excluded.owner, now.excluded.because, now.otherwise.status],
    ['Flora Amberworth', 'The new storage comes first.', 'met'],
  )
  assert.deepEqual(countJudged(judgeChecks(left, whole, NOW)), { met: 66, failed: 0, missing: 0, excluded: 1 })
  const end = instantAt('2026-12-01', '00:00', 'America/Chicago')
  assert.equal(b5(end - MINUTE)?.status, 'excluded')
  assert.equal(b5(end)?.status, 'met')
  assert.equal(b5(end, [])?.status, 'missing')
  const orphan = { ...left, people: { ...left.people, people: [] } }
  assert.equal(b5(NOW, [], orphan)?.status, 'missing')
})

test('what would help most names at most three acts, settles only what is not met, and puts the gravest first', () => {
  fc.assert(
    fc.property(fc.subarray(whole), fc.nat(500), (evidence, days) => {
      const judged = judgeChecks(plan, evidence, NOW + days * DAY)
      const help = helpMost(judged)
      const open = judged.filter(({ status }) => status !== 'met' && status !== 'excluded')
      assert.ok(help.length <= 3 && help.length === Math.min(3, new Set(open.map(({ check }) => check.act)).size))
      const ids = open.map(({ check }) => check.id)
      for (const { settles, because } of help) {
        assert.ok(settles.length > 0 && settles.every((id) => ids.includes(id)))
        assert.notEqual(because, '')
      }
      const worst = Math.max(0, ...open.map(({ check }) => check.gravity))
      if (help[0] !== undefined) assert.equal(help[0].gravest, worst)
      assert.deepEqual(
        helpMost(judged.toReversed()).map(({ act }) => act),
        help.map(({ act }) => act),
      )
    }),
    { numRuns: 30 },
  )
  assert.deepEqual(helpMost(judgeChecks(plan, whole, NOW)), [])
})
