import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { changedPlan } from '../../../test/readiness/sample-plan.ts'
import { appendAudit } from '../../access/audit/store.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../base/time.ts'
import { noteAnswered } from '../../monitor/escalation/store.ts'
import type { Observation } from '../../monitor/observations/observations.ts'
import { nameObservers, noteObservation } from '../../monitor/observations/store.ts'
import type { Verdict } from '../../monitor/standby/standby.ts'
import { addNotice } from '../../monitor/store.ts'
import type { Evidence } from '../../readiness/evidence/evidence.ts'
import { listEvidence, newestEvidence } from '../../readiness/evidence/store.ts'
import { judgeChecks } from '../../readiness/ready/judge-checks.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { addSite, noteEnrolled, noteHeartbeat } from '../sites/store.ts'
import { collectEvidence } from './collect-evidence.ts'
import { evidenceOfStandby } from './evidence-of/standby.ts'
import { keepPlan } from './keep-plan.ts'
import { planInForce } from './plan-in-force.ts'
import { type ScratchCentre, scratchCentre } from './scratch-centre.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const answered = (measured: Observation['measured'], findings: string[] = []): Observation => ({
  answer: 'answered',
  tookMs: 4,
  because: 'It answered.',
  measured,
  findings: findings.map((because) => ({ weight: 'act', because })),
})
const OBSERVERS = [
  { observerId: 'server-ups', kind: 'nut' },
  { observerId: 'riverside-desk-ups', kind: 'snmp-ups' },
  { observerId: 'ehr-standby', kind: 'postgres-login' },
  { observerId: 'host-a', kind: 'ssh-host' },
  { observerId: 'storage', kind: 'clamav' },
  { observerId: 'both-lines', kind: 'lines' },
  { observerId: 'far-away', kind: 'tcp' },
].map((one) => ({
  ...one,
  name: one.observerId,
  systemId: one.observerId,
  everyMs: MINUTE,
  deadlineMs: 5000,
  from: 'hub',
  misses: 2,
  firstAnswerMs: 0,
}))

async function look(centre: ScratchCentre): Promise<void> {
  const at = centre.clock.now()
  const note = (id: string, seen: Observation) => noteObservation(centre.db, id, at, seen)
  await note('server-ups', answered([{ what: 'battery lasts', value: 1320, unit: 's' }]))
  await note('riverside-desk-ups', answered([{ what: 'battery lasts', value: 2400, unit: 's' }]))
  await note('ehr-standby', answered([{ what: 'row read within', value: 9, unit: 'ms' }]))
  await note('host-a', answered([{ what: 'clock ahead, at least', value: 9000, unit: 'ms' }]))
  await note('storage', answered([{ what: 'signature age', value: 0.5, unit: 'd' }]))
  const loss = (what: string, value: number) => ({ what, value, unit: '%' })
  await note('both-lines', answered([loss('harbor-first-line loss', 0), loss('Harbor Main second line loss', 100)]))
  await note('far-away', {
    answer: 'not-observable',
    tookMs: 1,
    because: 'It cannot be asked from here.',
    measured: [],
  })
}

const BEAT = {
  version: '1',
  panelSequence: 1,
  siteSequence: 1,
  locked: false,
  diskFreeBytes: 1e9,
  journalWaiting: 0,
}

/** A practice with a plan, one site, probes, a journal that was handed over, and a test notice that somebody answered. */
async function practice(): Promise<ScratchCentre> {
  const centre = await scratchCentre(await server.database())
  const { db, clock } = centre
  const now = clock.now()
  await keepPlan(centre, changedPlan(), { who: { program: 'test' }, because: 'first' })
  await addSite(db, { id: 'riverside', name: 'Riverside', zone: undefined, locationIds: [], printers: [], madeAt: now })
  await noteEnrolled(db, 'riverside', { recipient: 'age1', signingKey: 'k' }, now)
  const freshness = { schedule: now - MINUTE, keyData: now - HOUR, roster: now, sources: [], canary: undefined }
  const heartbeat = { ...BEAT, at: now - 3 * SECOND, freshness, startedAt: now }
  await noteHeartbeat(db, 'riverside', { heardAt: now, heartbeat })
  const line = (what: string, about: { [key: string]: string | number }, at = now - HOUR) =>
    appendAudit(db, {
      at,
      who: { personId: 'p', login: 'iquillstrand' },
      place: 'riverside',
      what,
      about,
      outcome: 'done',
    })
  await line('site-sign-in', { hub: 'silent', hubSilentMs: 20 * MINUTE }, now - 2 * HOUR)
  await line('site-sign-in', {})
  await line('print-ended', { label: 'day-sheet 2026-11-23 7', pages: 12 })
  const text = { kind: 'test' as const, subject: 's', text: 't', alarmId: 'none', key: 'k', at: now }
  const notice = { channel: 'sms', target: 't', text, at: now - 2 * HOUR }
  await addNotice(db, { id: 'notice_1', ...notice, person: 'edriftgale' })
  await addNotice(db, { id: 'notice_2', ...notice, target: 'u', person: 'lingfell' })
  await noteAnswered(db, 'notice_1', now - 2 * HOUR + 5 * MINUTE)
  await nameObservers(db, OBSERVERS, now)
  await look(centre)
  return centre
}

test('what the hub knows becomes evidence: probes, sites, the plan, who was reached, its own records; unknown becomes nothing', async () => {
  const centre = await practice()
  const kept = await collectEvidence(centre)
  assert.deepEqual(
    kept.map(({ kind, subject, outcome }) => `${kind} ${subject} ${outcome}`).toSorted((a, b) => a.localeCompare(b)),
    [
      'clock-looked-at clock:host-a failed',
      'clock-looked-at clock:site:riverside held',
      'definitions-looked-at antivirus:endpoints:storage held',
      'line-looked-at line:harbor-first-line held',
      'line-looked-at line:harbor-second-line failed',
      'offline-sign-in site:riverside held',
      'pack-fresh site:riverside failed',
      'person-reached person:edriftgale held',
      'person-reached person:lingfell failed',
      'plan-kept plan held',
      'plan-looked-over plan held',
      'plan-reviews-seen plan held',
      'print-receipt site:riverside held',
      'records-verified audit held',
      'records-verified evidence held',
      'system-looked-at system:ehr-standby held',
      'system-looked-at system:host-a held',
      'ups-looked-at ups:riverside-desk-ups held',
      'ups-looked-at ups:server-ups held',
    ],
  )
  const { plan } = await planInForce(centre.db)
  const judged = judgeChecks(plan, await newestEvidence(centre.db), centre.clock.now())
  const of = (id: string) => judged.find(({ check }) => check.id === id)?.status
  assert.deepEqual([of('R2'), of('U6'), of('X3'), of('C1'), of('B5')], ['met', 'failed', 'met', 'failed', 'missing'])
  const print = (await listEvidence(centre.db, { kind: 'print-receipt' }))[0]
  assert.doesNotMatch(JSON.stringify(print), /day-sheet/)
})

test('only a sign-in at a site that heard nothing of the hub was one without the centre; of any other nothing is known', async () => {
  const centre = await practice()
  await collectEvidence(centre)
  const [signIn, ...more] = await listEvidence(centre.db, { kind: 'offline-sign-in' })
  assert.deepEqual([more, signIn?.at], [[], centre.clock.now() - 2 * HOUR])
  assert.match(signIn?.because ?? '', /had heard nothing of the hub for 20 min/)
  const { plan } = await planInForce(centre.db)
  const here = (evidence: readonly Evidence[]) =>
    judgeChecks(plan, evidence, centre.clock.now())
      .flatMap((one) => (one.check.id === 'X2' && 'verdict' in one ? one.verdict.shown : []))
      .find(({ subject }) => subject === 'site:riverside')?.status
  assert.ok(signIn !== undefined)
  assert.equal(here([signIn]), 'met')
  assert.equal(here([{ ...signIn, measured: [] }]), 'missing')
})

test('a site that has just begun and cannot say what it holds is missing, not failed, and fresh as soon as it says so', async () => {
  const centre = await practice()
  const { plan } = await planInForce(centre.db)
  const d3 = async () =>
    judgeChecks(plan, await newestEvidence(centre.db), centre.clock.now())
      .flatMap((one) => (one.check.id === 'D3' && 'verdict' in one ? one.verdict.shown : []))
      .find(({ subject, name }) => subject === 'site:riverside' && name === 'Riverside')?.status
  const spoke = async (freshness: typeof known | undefined) => {
    centre.pass(30 * SECOND)
    const at = centre.clock.now()
    await noteHeartbeat(centre.db, 'riverside', { heardAt: at, heartbeat: { ...BEAT, at, startedAt: at, freshness } })
    await collectEvidence(centre, false)
  }
  const at = centre.clock.now()
  const known = { schedule: at, keyData: at, roster: at, sources: [], canary: undefined }
  await spoke(undefined)
  assert.equal(await d3(), 'missing')
  await spoke(known)
  assert.equal(await d3(), 'met')
  await spoke(undefined)
  assert.equal(await d3(), 'missing')
})

test('once for each thing and cadence: looks in between leave no rows, one that turned does at once, flapping waits a little', async () => {
  const centre = await practice()
  await collectEvidence(centre)
  for (let n = 0; n < 3; n++) {
    centre.pass(MINUTE)
    await look(centre)
    assert.deepEqual(await collectEvidence(centre), [])
  }
  const ups = async (...findings: string[]) => {
    await noteObservation(centre.db, 'server-ups', centre.clock.now(), answered([], findings))
    return (await collectEvidence(centre)).map(({ kind, outcome }) => `${kind} ${outcome}`)
  }
  centre.pass(MINUTE)
  assert.deepEqual(await ups('It is on battery.'), ['ups-looked-at failed'])
  centre.pass(MINUTE)
  assert.deepEqual(await ups(), [])
  centre.pass(MINUTE)
  assert.deepEqual(await ups(), ['ups-looked-at held'])
  centre.pass(DAY)
  await look(centre)
  const next = await collectEvidence(centre)
  assert.deepEqual(
    next.map(({ kind }) => kind).filter((kind) => kind === 'plan-kept' || kind === 'person-reached'),
    [],
  )
  assert.ok(
    next.some(({ kind }) => kind === 'system-looked-at') && next.some(({ kind }) => kind === 'records-verified'),
  )
})

test('a probe that has stopped shows nothing any more, and the last record ages', async () => {
  const centre = await practice()
  await collectEvidence(centre)
  centre.pass(2 * DAY)
  const kinds = (await collectEvidence(centre)).map(({ kind }) => kind)
  assert.ok(!kinds.includes('system-looked-at') && !kinds.includes('ups-looked-at'))
  const { plan } = await planInForce(centre.db)
  const r2 = judgeChecks(plan, await newestEvidence(centre.db), centre.clock.now()).find(
    ({ check }) => check.id === 'R2',
  )
  assert.equal(r2?.status, 'missing')
})

test('only a proven standby holds; behind and diverged fail, unknown is unclear, and a write that was not tried is no refusal', () => {
  const at = 1_795_000_000_000
  const base = { because: 'So it is.', provenAt: undefined, provenTo: undefined }
  const verdicts: [Verdict, string][] = [
    [{ ...base, verdict: 'UNKNOWN' }, 'unclear'],
    [{ ...base, verdict: 'DIVERGED' }, 'failed'],
    [{ ...base, verdict: 'BEHIND', amount: 16, unit: 'bytes', behindMs: 900 }, 'failed'],
  ]
  for (const [verdict, outcome] of verdicts) {
    const [one, ...more] = evidenceOfStandby({ standbyId: 'ehr-replica', at, verdict, write: 'not-tried' })
    assert.deepEqual([one?.outcome, one?.subject, more], [outcome, 'standby:ehr-replica', []])
  }
  const wrote = evidenceOfStandby({
    standbyId: 'ehr-replica',
    at,
    verdict: { ...base, verdict: 'UNKNOWN' },
    write: 'accepted',
  })
  assert.deepEqual(
    wrote.map(({ kind, outcome }) => [kind, outcome]),
    [
      ['standby-verdict', 'unclear'],
      ['write-refused', 'failed'],
    ],
  )
})
