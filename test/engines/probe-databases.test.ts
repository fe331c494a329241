import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { mariadbLoginShape } from '../../src/connect/mariadb-login/config.ts'
import { mariadbLoginProbe } from '../../src/connect/mariadb-login/connector.ts'
import { deadPort, farSide, garbage, slowly } from '../contracts/far-side.ts'
import { type ProbeCase, probeContract } from '../contracts/probe.ts'
import { type MariaDb, startMariaDb } from './mariadb.ts'

/** The login probe against Debian's MariaDB, by an account that may read one row, and against far sides that are none. */
const name = { id: 'p', observes: 'ehr' }
const deadlineMs = 3000
const NOWHERE = 'no-such-host.invalid'
const SECRETS = ['verysecretpassword', 'known word']
const READ = { read: 'SELECT word FROM holdfast_known', expect: 'known word' }
type Serve = Parameters<typeof farSide>[0]

let server: MariaDb
before(async () => {
  server = await startMariaDb()
  await server.run(`CREATE DATABASE ehr`)
  await server.run(
    `CREATE TABLE holdfast_known (one tinyint PRIMARY KEY DEFAULT 1 CHECK (one = 1), word varchar(100) NOT NULL);
    INSERT INTO holdfast_known (word) VALUES ('known word');
    CREATE USER probing@localhost IDENTIFIED BY 'verysecretpassword' WITH MAX_USER_CONNECTIONS 4;
    GRANT SELECT ON ehr.holdfast_known TO probing@localhost`,
    'ehr',
  )
})
after(() => server[Symbol.asyncDispose]())

function mariadb(more: object): ProbeCase {
  const config = mariadbLoginShape.parse({
    host: '127.0.0.1',
    database: 'ehr',
    user: 'probing',
    password: 'verysecretpassword',
    tls: 'off',
    ...READ,
    deadlineMs,
    ...more,
  })
  return { probe: mariadbLoginProbe(name, config), deadlineMs }
}

async function fakeMariadb(serve: Serve): Promise<ProbeCase> {
  const side = await farSide(serve)
  return { ...mariadb({ port: side.port }), stop: side.stop }
}

const packet = (body: Buffer) => Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body])

probeContract('mariadb-login', {
  make: async () => mariadb({ host: server.socket }),
  secrets: SECRETS,
  broken: {
    dead: { make: async () => mariadb({ port: await deadPort() }) },
    frozen: { make: () => fakeMariadb(() => {}) },
    slow: { make: () => fakeMariadb(slowly(packet(Buffer.alloc(80, 0x0a)))) },
    garbage: { make: () => fakeMariadb(garbage) },
    refusing: { make: async () => mariadb({ host: server.socket, password: 'verysecretpassword2' }) },
    nameless: { make: async () => mariadb({ host: NOWHERE }) },
  },
})

async function said(more: object): Promise<string> {
  const signal = await mariadb({ host: server.socket, ...more }).probe.look()
  assert.ok(signal.answer === 'answered', signal.because)
  return signal.findings.map((one) => one.because).join(' ')
}

test('a row that is another one, gone, not ours to read, or written by the statement, is told', async () => {
  assert.match(await said({ expect: 'another word' }), /right database/)
  assert.match(await said({ read: 'SELECT word FROM holdfast_known WHERE one = 2' }), /known row is not there/)
  assert.match(await said({ read: 'SELECT 1 FROM patients' }), /1142|1146/)
  assert.match(await said({ read: "UPDATE holdfast_known SET word = 'x'" }), /1142|1792/)
  assert.match(await said({ database: 'nowhere' }), /1044|1049/)
})
