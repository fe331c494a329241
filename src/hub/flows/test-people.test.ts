import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'
import { recentNotices } from '../../monitor/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { escalationPlan } from '../escalation-config.ts'
import type { Centre } from './centre.ts'
import { scratchCentre } from './scratch-centre.ts'
import { testPeopleWhenDue } from './test-people.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const PLAN = { everyMs: 14 * DAY, from: 0, to: 23 }

test('people are tested when their hour comes, once, by each of their channels', async () => {
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
    scratch.pass(HOUR)
  }
  assert.deepEqual(tested.toSorted(), ['ada', 'ben'])
  const sent = (await recentNotices(centre.db, 50)).map(({ person, channel }) => `${person} ${channel}`)
  assert.deepEqual(sent.toSorted(), ['ada email', 'ada sms', 'ben sms'])
})
