import { after, before } from 'node:test'
import { sql } from 'kysely'
import { connectionOf, type Database, openDatabase } from '../../src/base/database.ts'
import { ownStoreShape } from '../../src/connect/own-store/config.ts'
import { ownStoreProbe } from '../../src/connect/own-store/connector.ts'
import { postgresLoginShape } from '../../src/connect/postgres-login/config.ts'
import { postgresLoginProbe } from '../../src/connect/postgres-login/connector.ts'
import { type ScratchServer, scratchServer } from '../../src/hub/database/scratch.ts'
import { deadPort, farSide, garbage, slowly } from './far-side.ts'
import { type ProbeCase, probeContract } from './probe.ts'

const name = { id: 'p', observes: 'ehr' }
const deadlineMs = 2000
const NOWHERE = 'no-such-host.invalid'
const SECRETS = ['verysecretpassword', 'known word']
type Serve = Parameters<typeof farSide>[0]

let server: ScratchServer
let socket: { host: string; port: number; user: string; database: string }
before(async () => {
  server = await scratchServer()
  const db = await server.database({ migrated: false })
  await sql`CREATE TABLE holdfast_known (word text)`.execute(db)
  await sql`INSERT INTO holdfast_known VALUES ('known word')`.execute(db)
  await sql`CREATE ROLE probing LOGIN`.execute(db)
  await sql`GRANT SELECT ON holdfast_known TO probing`.execute(db)
  const { host, port, user, database } = connectionOf(db.url)
  socket = { host: String(host), port: Number(port), user: String(user), database: String(database) }
})
after(() => server[Symbol.asyncDispose]())

const READ = { read: 'SELECT word FROM holdfast_known', expect: 'known word' }

function postgres(more: object): ProbeCase {
  const config = postgresLoginShape.parse({
    host: '127.0.0.1',
    database: 'ehr',
    user: 'probing',
    password: 'verysecretpassword',
    tls: 'off',
    ...READ,
    deadlineMs,
    ...more,
  })
  return { probe: postgresLoginProbe(name, config), deadlineMs }
}

async function fakePostgres(serve: Serve): Promise<ProbeCase> {
  const side = await farSide(serve)
  return { ...postgres({ port: side.port }), stop: side.stop }
}

const here = () => ({ host: socket.host, port: socket.port, database: socket.database })

probeContract('postgres-login', {
  make: async () => postgres({ ...here(), user: 'probing' }),
  secrets: SECRETS,
  broken: {
    dead: { make: async () => postgres({ port: await deadPort() }) },
    frozen: { make: () => fakePostgres(() => {}) },
    slow: { make: () => fakePostgres(slowly(Buffer.from('R\0\0\0\x08\0\0\0\0'))) },
    garbage: { make: () => fakePostgres(garbage) },
    refusing: { make: async () => postgres({ ...here(), user: 'nobody_here' }) },
    nameless: { make: async () => postgres({ host: NOWHERE }) },
  },
})

function ownStore(db: Database): ProbeCase {
  const store = { db, dataDir: import.meta.dirname }
  const limits = { diskWatchPercent: 100, diskActPercent: 100, writeWatchMs: 60_000, writeActMs: 90_000 }
  const probe = ownStoreProbe(name, ownStoreShape.parse({ ...limits, deadlineMs }), store)
  return { probe, deadlineMs, stop: () => db.destroy() }
}

async function fakeStore(serve: Serve): Promise<ProbeCase> {
  const side = await farSide(serve)
  const held = ownStore(openDatabase(`postgres://nobody@127.0.0.1:${side.port}/holdfast`, 2))
  // The far side goes first: a connection that is still waiting for its answer is not waited for.
  return { ...held, stop: () => side.stop().then(held.stop) }
}

probeContract('own-store', {
  make: async () => ownStore(openDatabase((await server.database({ migrated: false })).url, 4)),
  secrets: SECRETS,
  broken: {
    dead: { make: async () => ownStore(openDatabase(`postgres://nobody@127.0.0.1:${await deadPort()}/holdfast`, 2)) },
    frozen: { make: () => fakeStore(() => {}) },
    slow: { make: () => fakeStore(slowly(Buffer.from('R\0\0\0\x08\0\0\0\0'))) },
    garbage: { make: () => fakeStore(garbage) },
    refusing: { doesNotApply: 'the hub does not start with a database that refuses it' },
    nameless: { doesNotApply: 'it is reached by what the hub itself is at work with' },
  },
})
