import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { scratchServer } from '../database/scratch.ts'
import { takeTurn } from './store.ts'

test('a turn whose connection the server ends fails, is free for the next, and ends no program', async () => {
  await using server = await scratchServer()
  const db = await server.database()
  const other = await server.database()
  const cut = takeTurn(db, 'read', async () => {
    // Waits until the server has ended it: the news then lies in our socket while nobody asks anything.
    await sql`SELECT pg_terminate_backend(pid, 10000) FROM pg_locks
      WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = ${databaseOf(db.url)})`.execute(
      other,
    )
    await sql`SELECT 1`.execute(db)
  })
  await assert.rejects(cut)
  assert.equal(await takeTurn(db, 'read', async () => 'taken'), 'taken')
})

function databaseOf(url: string): string {
  return new URL(url).searchParams.get('database') ?? ''
}
