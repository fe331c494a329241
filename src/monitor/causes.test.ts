import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MINUTE, SECOND } from '../base/time.ts'
import { alarmMoves } from './alarms.ts'
import { causesOf } from './causes.ts'
import { judgeSite } from './judge-site.ts'
import { judgeSource } from './judge-source.ts'
import type { Alarm, Cause, SiteFacts, SourceFacts } from './monitor.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const limits = { staleAfterMs: 15 * MINUTE, expiredAfterMs: 240 * MINUTE }

const source = (more: Partial<SourceFacts> = {}): SourceFacts => ({
  sourceId: 'ehr',
  name: 'EHR standby',
  everyMs: MINUTE,
  readAt: NOW - 20 * SECOND,
  asOf: NOW - 21 * SECOND,
  failing: undefined,
  readingSince: undefined,
  canary: { back: NOW - 80 * SECOND, failing: undefined },
  quietMs: 30 * MINUTE,
  watchedSince: undefined,
  ...more,
})

const site = (name: string, more: Partial<SiteFacts> = {}): SiteFacts => ({
  siteId: name.toLowerCase(),
  name,
  enrolment: 'enrolled',
  enrolledAt: NOW - 100 * MINUTE,
  heardAt: NOW - 20 * SECOND,
  held: { schedule: NOW - MINUTE, keyData: NOW - MINUTE },
  locked: false,
  published: { schedule: NOW - 30 * SECOND, keyData: NOW - 30 * SECOND, untakenSince: undefined },
  pullEveryMs: MINUTE,
  silentAfterMs: 2 * MINUTE,
  limits: { schedule: limits, keyData: limits },
  watchedSince: undefined,
  ...more,
})

const look = (sources: SourceFacts[], sites: SiteFacts[], now = NOW, open: string[] = []) =>
  causesOf({
    sources: sources.map((facts) => ({
      status: judgeSource(facts, now),
      everyMs: facts.everyMs,
      readAt: facts.readAt,
    })),
    sites: sites.map((facts) => ({ status: judgeSite(facts, now), facts })),
    publishing: undefined,
    trail: undefined,
    heldBack: [],
    open,
    now,
  })

test('a source whose reads succeed but bring no newer stamp is frozen, one and a half intervals after the last stamp', () => {
  const at = (ageMs: number) => judgeSource(source({ canary: { back: NOW - ageMs, failing: undefined } }), NOW)
  assert.equal(at(90 * SECOND).status, 'current')
  assert.equal(at(91 * SECOND).status, 'frozen')
  assert.match(at(3 * MINUTE).because, /older state as if it were now/)
})

test('a stamp that cannot be written any more is said with its reason', () => {
  const failing = 'no stamp can be written (the primary refuses the connection.)'
  const { status, because } = judgeSource(source({ canary: { back: NOW - 3 * MINUTE, failing } }), NOW)
  assert.equal(status, 'frozen')
  assert.match(because, /no stamp can be written \(the primary refuses/)
})

test('a source that has come right leaves old data at sites for a while, which is no cause of its own', () => {
  const old = { schedule: NOW - 20 * MINUTE, keyData: NOW - 20 * MINUTE }
  assert.deepEqual(look([source()], [site('East', { held: old })], NOW, ['source:ehr']), [])
  assert.equal(look([source()], [site('East', { held: old })])[0]?.key, 'site:east')
})

test('what grew old while no hub watched is no cause until it had time to come in again', () => {
  const ago = NOW - 20 * MINUTE
  const watchedSince = NOW - 5 * SECOND
  const asleep = {
    sources: [source({ readAt: ago, asOf: ago, canary: { back: ago, failing: undefined }, watchedSince })],
    sites: [
      site('East', { heardAt: ago, watchedSince }),
      site('West', { held: { schedule: ago, keyData: ago }, watchedSince }),
    ],
  }
  assert.deepEqual(look(asleep.sources, asleep.sites), [])
  assert.equal(judgeSource(source({ readAt: ago, watchedSince }), NOW).status, 'starting')
  const later = look(asleep.sources, asleep.sites, NOW + 3 * MINUTE).map((cause) => cause.key)
  assert.deepEqual(later, ['source:ehr', 'sites'])
})

test('where no stamp may be written, a source that says nothing newer for too long is frozen', () => {
  const quiet = (ageMs: number) => judgeSource(source({ canary: undefined, asOf: NOW - ageMs }), NOW).status
  assert.equal(quiet(29 * MINUTE), 'current')
  assert.equal(quiet(31 * MINUTE), 'frozen')
})

test('a source that fails, hangs or has never been read is told apart', () => {
  const failing = { since: NOW - MINUTE, kind: 'transient' as const, because: 'It refuses the connection.' }
  assert.equal(judgeSource(source({ failing }), NOW).status, 'failing')
  assert.equal(judgeSource(source({ readAt: NOW - 3 * MINUTE, readingSince: NOW - 2 * MINUTE }), NOW).status, 'late')
  assert.equal(judgeSource(source({ readAt: undefined }), NOW).status, 'starting')
})

test('while a long read is under way, a source that failed before says so first', () => {
  const failing = { since: NOW - 10 * MINUTE, kind: 'transient' as const, because: 'Nothing listens there (refused).' }
  const said = (readingSince: number | undefined) => judgeSource(source({ failing, readingSince }), NOW).because
  assert.equal(
    said(NOW - 4 * MINUTE),
    'A read has been under way for 4 min. The one before it failed: Nothing listens there (refused).',
  )
  assert.equal(said(NOW - 2 * SECOND), failing.because, 'a try that has just begun says nothing yet')
  assert.equal(said(undefined), failing.because)
})

test('one failed read is a blink; the second is a cause', () => {
  const failing = (since: number) => ({ since, kind: 'transient' as const, because: 'refused' })
  assert.deepEqual(look([source({ failing: failing(NOW - 10 * SECOND) })], []), [])
  assert.equal(look([source({ failing: failing(NOW - MINUTE) })], [])[0]?.key, 'source:ehr')
})

test('a site is fresh, locked, behind, stale or silent, each with its reason', () => {
  const status = (more: Partial<SiteFacts>) => judgeSite(site('East', more), NOW)
  assert.equal(status({}).status, 'fresh')
  assert.equal(status({ locked: true }).status, 'locked')
  assert.equal(status({ heardAt: NOW - 3 * MINUTE }).status, 'silent')
  const untaken = (ms: number) => ({ published: { schedule: NOW, keyData: NOW, untakenSince: NOW - ms } })
  assert.equal(status(untaken(6 * MINUTE)).status, 'behind')
  assert.equal(status({ ...untaken(SECOND), held: { schedule: NOW - 10 * MINUTE, keyData: NOW } }).status, 'fresh')
  assert.equal(status({ held: undefined }).status, 'behind')
  assert.equal(status({ held: undefined, enrolledAt: NOW - MINUTE }).status, 'waiting')
  const old = { schedule: NOW - 20 * MINUTE, keyData: NOW - 20 * MINUTE }
  const stale = status({ held: old, published: { ...old, untakenSince: undefined } })
  assert.equal(stale.status, 'stale')
  assert.match(stale.because, /schedule is 20 min old; the limit is 15 min/)
  assert.equal(status({ enrolment: 'planned' }).status, 'planned')
  assert.equal(status({ enrolment: 'revoked' }).status, 'revoked')
})

test('a pack that is late by a few pulls is no alarm while the data at the site is not stale', () => {
  const busy = (ms: number, heldMs = MINUTE) =>
    site('East', {
      pullEveryMs: 15 * SECOND,
      held: { schedule: NOW - heldMs, keyData: NOW - heldMs },
      published: { schedule: NOW, keyData: NOW, untakenSince: NOW - ms },
    })
  assert.equal(judgeSite(busy(35 * SECOND), NOW).status, 'fresh')
  assert.deepEqual(look([source()], [busy(35 * SECOND), busy(4 * MINUTE)]), [])
  assert.equal(judgeSite(busy(6 * MINUTE), NOW).status, 'behind')
  assert.equal(judgeSite(busy(35 * SECOND, 20 * MINUTE), NOW).status, 'behind', 'old already: that is why')
})

test('a frozen source is one cause; the sites that go stale are its symptoms', () => {
  const old = { schedule: NOW - 20 * MINUTE, keyData: NOW - 20 * MINUTE }
  const stale = { held: old, published: { ...old, untakenSince: undefined } }
  const causes = look(
    [source({ canary: { back: NOW - 20 * MINUTE, failing: undefined } })],
    [site('East', stale), site('West', stale)],
  )
  assert.deepEqual(
    causes.map((cause) => cause.key),
    ['source:ehr'],
  )
  assert.equal(causes[0]?.symptoms.length, 2)
})

test('one silent site is its own cause; all of them are the hub’s line', () => {
  const gone = { heardAt: NOW - 3 * MINUTE }
  assert.deepEqual(
    look([source()], [site('East'), site('West', gone)]).map((cause) => cause.key),
    ['site:west'],
  )
  assert.deepEqual(
    look([source()], [site('East', gone), site('West', gone)]).map((cause) => cause.key),
    ['sites'],
  )
  assert.deepEqual(
    look([source()], [site('West', gone)]).map((cause) => cause.key),
    ['site:west'],
  )
})

test('when all lines die at once, no single site is blamed, however their last words were spread', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 2, maxLength: 8 }), (spread) => {
      const sites = spread.map((early, at) =>
        site(`S${at}`, {
          heardAt: NOW - early,
          held: { schedule: NOW - early, keyData: NOW - early },
          published: undefined,
        }),
      )
      const keys = new Set<string>()
      for (let after = 0; after <= 5 * MINUTE; after += 5 * SECOND) {
        const alive = source({ readAt: NOW + after, canary: { back: NOW + after, failing: undefined } })
        for (const cause of look([alive], sites, NOW + after)) keys.add(cause.key)
      }
      assert.deepEqual([...keys], ['sites'])
    }),
    { numRuns: 60 },
  )
})

test('an alarm never says that it began after it was raised', () => {
  const began = { ...cause('site:east'), since: NOW - 6 * MINUTE }
  const never = { clearSince: undefined, closedAt: undefined, toldAt: undefined }
  const open = { id: 'a', key: began.key, raisedAt: NOW, cause: began, ...never }
  const [kept] = alarmMoves(
    [open],
    [{ ...began, headline: 'East lags', since: NOW + MINUTE }],
    NOW + MINUTE,
    MINUTE,
  ).keep
  assert.deepEqual([kept?.cause.since, kept?.cause.headline], [began.since, 'East lags'])
})

test('no clock and no other name of it makes an alarm begin after it was raised', () => {
  const later = { ...cause('source:ehr'), since: NOW + MINUTE }
  const [raised] = alarmMoves([], [later], NOW, MINUTE).raise
  assert.equal(raised?.since, NOW)
  const never = { clearSince: undefined, closedAt: undefined, toldAt: undefined }
  const open = { id: 'a', key: 'source:ehr', raisedAt: NOW, cause: cause('source:ehr'), ...never }
  const other = { ...cause('thing:switch'), since: NOW + MINUTE, replaces: 'source:ehr' }
  const [renamed] = alarmMoves([open], [other], NOW + MINUTE, MINUTE).rename
  assert.deepEqual([renamed?.cause.key, renamed?.cause.since], ['thing:switch', NOW])
})

const cause = (key: string): Cause => ({ key, since: NOW, headline: key, because: '', symptoms: [], advice: '' })

test('a cause that comes and goes is one alarm, told once and once when it is over', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), (there) => {
      let open: Alarm[] = []
      let told = 0
      let lastThere = Number.NEGATIVE_INFINITY
      for (const [tick, is] of there.entries()) {
        const now = NOW + tick * 10 * SECOND
        const moves = alarmMoves(open, is ? [cause('source:ehr')] : [], now, MINUTE)
        if (moves.raise.length > 0) {
          assert.ok(now - lastThere > MINUTE, 'it was told again before it had stayed away')
          told++
        }
        if (is) lastThere = now
        open = [
          ...moves.raise.map((one) => ({
            id: `${told}`,
            key: one.key,
            raisedAt: now,
            cause: one,
            clearSince: undefined,
            closedAt: undefined,
            toldAt: undefined,
          })),
          ...moves.keep.map(({ alarm }) => ({ ...alarm, clearSince: undefined })),
          ...moves.clearing.map((alarm) => ({ ...alarm, clearSince: alarm.clearSince ?? now })),
        ]
        assert.ok(open.length <= 1)
        if (is) assert.equal(open.length, 1)
      }
    }),
  )
})

test('an alarm that another one tells of now ends with it: it is neither renamed nor over', () => {
  const alarmOf = (key: string): Alarm => ({
    id: key,
    key,
    raisedAt: NOW,
    cause: cause(key),
    clearSince: undefined,
    closedAt: undefined,
    toldAt: NOW,
  })
  const both: Cause = { ...cause('thing:a+b'), replaces: 'thing:a', takesIn: ['thing:b'] }
  const moves = alarmMoves([alarmOf('thing:a'), alarmOf('thing:b')], [both], NOW, MINUTE)
  const keys = (alarms: readonly Alarm[]) => alarms.map(({ key }) => key)
  assert.deepEqual([keys(moves.rename.map(({ alarm }) => alarm)), keys(moves.join)], [['thing:a'], ['thing:b']])
  assert.deepEqual([moves.raise, moves.close, moves.clearing, moves.keep], [[], [], [], []])
})

test('an alarm that changes its name keeps the one before and began no later than it was raised', () => {
  const before = { ...cause('standby:ehr:log'), headline: 'the standby does not answer', since: NOW - MINUTE }
  const never = { clearSince: undefined, closedAt: undefined, toldAt: NOW }
  const open: Alarm = { id: 'a', key: before.key, raisedAt: NOW, cause: before, ...never }
  const worse = { ...cause('standby:ehr:writes'), headline: 'commits hang', since: NOW + MINUTE, replaces: before.key }
  const [renamed] = alarmMoves([open], [worse], NOW + MINUTE, MINUTE).rename
  const earlier = [{ headline: before.headline, until: NOW + MINUTE }]
  assert.deepEqual([renamed?.cause.since, renamed?.cause.earlier], [before.since, earlier])
  const behind = (seconds: number) => ({ ...before, headline: `it is ${seconds} s behind` })
  const [kept] = alarmMoves([{ ...open, cause: behind(58) }], [behind(60)], NOW + MINUTE, MINUTE).keep
  assert.equal(kept?.cause.earlier, undefined)
  const [named] = alarmMoves([open], [behind(60)], NOW + MINUTE, MINUTE).keep
  assert.deepEqual([named?.cause.toldAs?.headline, named?.cause.earlier], [before.headline, earlier])
})

test('a source whose loss is held back is one cause, whoever is old or silent besides; it names its owner and what happens otherwise', () => {
  const held = {
    sourceId: 'ehr',
    name: 'EHR standby',
    since: NOW - MINUTE,
    what: '496 of 496 allergies',
    people: 2 as const,
  }
  const seen = { sources: [], sites: [], publishing: undefined, trail: undefined, open: [], now: NOW }
  const [cause, ...others] = causesOf({ ...seen, heldBack: [held] })
  assert.deepEqual(others, [])
  assert.deepEqual([cause?.key, cause?.since], ['held-back:ehr', NOW - MINUTE])
  assert.match(cause?.because ?? '', /496 of 496 allergies\. Nothing was removed/)
  assert.match(cause?.advice ?? '', /^Owner: .*ends by itself.*two people approve.*If nobody acts, /)
})
