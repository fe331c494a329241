import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'
import { noteAnswered } from '../../monitor/escalation/store.ts'
import { recentNotices } from '../../monitor/store.ts'
import { listEvidence } from '../../readiness/evidence/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { escalationPlan } from '../escalation-config.ts'
import type { Centre } from './centre.ts'
import { scratchCentre } from './scratch-centre.ts'
import { keepReachEvidence, testPeopleWhenDue } from './test-people.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const PLAN = { everyMs: 14 * DAY, from: 0, to: 23 }

test('people are tested when their hour comes, and each test becomes evidence once: answered in time, or not', async () => {
  const scratch = await scratchCentre(await server.database())
  const people = [
    { id: 'ada', name: 'Ada Ruiz', sms: '+15550101', email: 'ada@example.org', away: [] },
    { id: 'ben', name: 'Ben Ito', sms: '+15550102', away: [] },
  ]
  const steps = [{ tell: ['ada', 'ben'], within: 10 * MINUTE, authority: '' }]
  const written = { people, steps, rounds: 1, forgotten: HOUR, again: HOUR }
  const centre: Centre = {
    ...scratch,
    escalation: escalationPlan(written, 'America/New_York', new Set(['sms', 'email'])),
  }
  const tested: string[] = []
  for (let hour = 0; hour < 24; hour++) {
    tested.push(...(await testPeopleWhenDue(centre, PLAN)))
    assert.deepEqual(await testPeopleWhenDue(centre, PLAN), [], 'not twice in an hour')
    const open = (await recentNotices(centre.db, 50)).filter(({ answeredAt }) => answeredAt === undefined)
    const adas = open.find(({ person, channel }) => person === 'ada' && channel === 'email')
    scratch.pass(5 * MINUTE)
    if (adas !== undefined) await noteAnswered(centre.db, adas.id, centre.clock.now())
    scratch.pass(55 * MINUTE)
    await keepReachEvidence(centre)
  }
  assert.deepEqual(tested.toSorted(), ['ada', 'ben'])
  assert.equal(await keepReachEvidence(centre), 0)
  const kept = await listEvidence(centre.db)
  assert.deepEqual(kept.map(({ subject, outcome }) => `${subject} ${outcome}`).toSorted(), [
    'person:ada held',
    'person:ben failed',
  ])
  assert.deepEqual(kept.find(({ subject }) => subject === 'person:ada')?.measured, [
    { what: 'answered after', value: 300_000, unit: 'ms' },
  ])
})
