import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ScratchServer, scratchServer } from '../../hub/database/scratch.ts'
import { breakGlassIdentity, makeBreakGlassCodes } from '../offline.ts'
import { breakGlassVerifiersFor, keepEnvelopes, listEnvelopes, markUsed, withdrawEnvelopes } from './store.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const CHEAP = { memoryKiB: 64, passes: 1, parallelism: 1 }
const clock = { now: () => 1_795_000_000_000 }

test('a sealed envelope is in the next pack of its site until it was opened or withdrawn, and its code is kept nowhere', async () => {
  const db = await server.database()
  const made = await makeBreakGlassCodes(3, clock, CHEAP)
  const [first, second, third] = made.map(({ code }) => code)
  assert.ok(first !== undefined && second !== undefined && third !== undefined)
  await keepEnvelopes(
    db,
    'site_east',
    made.map(({ verifier }) => verifier),
    'person_1',
  )
  const verifiers = await breakGlassVerifiersFor(db, 'site_east')
  assert.equal((await breakGlassIdentity(second.shown, verifiers))?.codeId, second.codeId)
  assert.deepEqual(await breakGlassVerifiersFor(db, 'site_west'), [])
  assert.ok(!JSON.stringify([verifiers, await listEnvelopes(db, 'site_east')]).includes(first.secret))

  assert.equal(await markUsed(db, 'site_east', first.codeId, 7), true)
  assert.equal(await markUsed(db, 'site_east', first.codeId, 8), false)
  assert.equal(await withdrawEnvelopes(db, 'site_east', clock, [second.codeId]), 1)
  assert.deepEqual(
    (await breakGlassVerifiersFor(db, 'site_east')).map(({ codeId }) => codeId),
    [third.codeId],
  )
  const states = Object.fromEntries((await listEnvelopes(db, 'site_east')).map(({ codeId, state }) => [codeId, state]))
  assert.deepEqual(states, {
    [first.codeId]: { is: 'used', at: 7 },
    [second.codeId]: { is: 'withdrawn', at: clock.now() },
    [third.codeId]: { is: 'sealed' },
  })
})
