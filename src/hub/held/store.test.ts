import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { heldBack, raiseIdentity, raiseShrink } from './store.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

test('a removal stands before all records that name another person, however many and however new they are', async () => {
  const db = await server.database()
  const shrink = { what: 'allergies', charts: 60, entries: 60, of: 60, emptied: 60, filled: 60 } as const
  const id = await raiseShrink(db, 'ehr', [shrink], 1)
  for (let at = 0; at < 30; at += 1)
    await raiseIdentity(db, { sourceId: 'ehr', subject: `p${at}`, digest: 'x', people: [], at: 2 + at })
  const shown = await heldBack(db, 'open', 10)
  assert.deepEqual([shown[0]?.id, shown[1]?.subject, shown.length], [id, 'p29', 10])
})
