import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { connectionOf } from '../../base/database.ts'
import { type ScratchServer, scratchServer } from '../../hub/database/scratch.ts'
import { postgresLoginShape } from './config.ts'
import { postgresLoginProbe } from './connector.ts'

let server: ScratchServer
let here: { host: string; port: number; database: string }
let owner: string
before(async () => {
  server = await scratchServer()
  const db = await server.database({ migrated: false })
  await sql`CREATE TABLE holdfast_known (word text)`.execute(db)
  await sql`CREATE TABLE patients (name text)`.execute(db)
  await sql`INSERT INTO holdfast_known VALUES ('known word')`.execute(db)
  await sql`CREATE ROLE probing LOGIN`.execute(db)
  await sql`GRANT SELECT, UPDATE ON holdfast_known TO probing`.execute(db)
  const { host, port, database, user } = connectionOf(db.url)
  here = { host: String(host), port: Number(port), database: String(database) }
  owner = String(user)
})
after(() => server[Symbol.asyncDispose]())

async function said(more: object): Promise<string> {
  const config = postgresLoginShape.parse({
    ...here,
    user: 'probing',
    read: 'SELECT word FROM holdfast_known',
    expect: 'known word',
    ...more,
  })
  const signal = await postgresLoginProbe({ id: 'p', observes: 'ehr' }, config).look()
  assert.ok(signal.answer === 'answered', signal.because)
  return signal.findings.map((one) => `${one.weight}: ${one.because}`).join(' ')
}

test('a row that is another one, or gone, is another or an empty database', async () => {
  assert.equal(await said({}), '')
  assert.match(await said({ expect: 'another word' }), /^act: .*right database/)
  assert.match(await said({ read: 'SELECT word FROM holdfast_known WHERE false' }), /^act: The known row is not there/)
})

test('a table that is not ours to read, a database that is not there, each say so', async () => {
  assert.match(await said({ read: 'SELECT name FROM patients' }), /cannot read the known row.*\(42501\)/)
  assert.match(await said({ database: 'nowhere' }), /no database of this name.*\(3D000\)/)
})

test('a statement that writes is refused even where the account could, and a second one behind it is not run', async () => {
  assert.match(await said({ read: `UPDATE holdfast_known SET word = 'x' RETURNING word` }), /tries to write.*\(25006\)/)
  assert.match(
    await said({ read: `SET default_transaction_read_only = off; UPDATE holdfast_known SET word = 'x'` }),
    /\(42601\)/,
  )
  assert.equal(await said({}), '')
})

test('an account that could do everything is told of', async () => {
  assert.match(await said({ user: owner }), /^watch: This account is a superuser/)
})

test('a database that is only starting has not answered: nobody is called for it before that has lasted', async () => {
  const words = ['SFATAL', 'C57P03', 'Mthe database system is starting up', ''].map((word) => `${word}\0`).join('')
  const length = Buffer.alloc(4)
  length.writeInt32BE(4 + Buffer.byteLength(words))
  const starting = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(Buffer.concat([Buffer.from('E'), length, Buffer.from(words)])))
  })
  const listening = Promise.withResolvers<undefined>()
  starting.listen(0, '127.0.0.1', () => listening.resolve(undefined))
  await listening.promise
  const address = starting.address()
  assert.ok(address !== null && typeof address === 'object')
  const config = postgresLoginShape.parse({
    host: '127.0.0.1',
    port: address.port,
    database: 'ehr',
    user: 'probing',
    tls: 'off',
    read: 'SELECT word FROM holdfast_known',
    expect: 'known word',
  })
  const signal = await postgresLoginProbe({ id: 'p', observes: 'ehr' }, config).look()
  starting.close()
  assert.equal(signal.answer, 'not-answered')
  assert.match(signal.because, /is starting up or shutting down, and lets nobody in \(57P03\)\.$/)
})
