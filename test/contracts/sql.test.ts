import { readFile } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { sql } from 'kysely'
import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import { instantAt } from '../../src/base/zone.ts'
import { openSqlSource } from '../../src/connect/sql/connector.ts'
import { loadMapping } from '../../src/connect/sql/read-mapping.ts'
import { type ScratchServer, scratchServer } from '../../src/hub/database/scratch.ts'
import { type ContractCase, ehrSourceContract, type HealthyCase } from './ehr-source.ts'

const ZONE = 'America/Chicago'
const WINDOW = { from: instantAt('2026-11-20', '00:00', ZONE), to: instantAt('2026-11-24', '00:00', ZONE) }
const DEADLINE = { connect: 1000, statement: 1000 }

let server: ScratchServer
let url: string

before(async () => {
  server = await scratchServer()
  const db = await server.database({ migrated: false })
  url = db.url
  await sql.raw(await readFile(join(import.meta.dirname, '../../dev/practice/schema.sql'), 'utf8')).execute(db)
  await sql.raw(RECORDS).execute(db)
})

after(() => server[Symbol.asyncDispose]())

/** Three people; one has a birth date that is none (in the chart and on the schedule), one an allergy of a criticality that nobody knows. */
const RECORDS = `
  INSERT INTO site VALUES ('harbor', 'Harbor', '1 Pier', 'Harbor Valley', 'WI', '53990', '555-0100', 'America/Chicago', 4);
  INSERT INTO staff VALUES (1, 'berg', 'Berg', 'Anna', 'MD', 'physician', 'Internal medicine', 'harbor');
  INSERT INTO patient (patient_id, mrn, family_name, given_names, birth_date, sex) VALUES
    (1, 'M1', 'Quillfeather', 'Ada', '1950-03-01', 'F'),
    (2, 'M2', 'Quillfeather', 'Bo', 'in the spring', 'M'),
    (3, 'M3', 'Quillfeather', 'Cy', '1999', 'X');
  INSERT INTO allergy (allergy_id, patient_id, substance, criticality, verified) VALUES
    (1, 3, 'Penicillin', 'very bad indeed', true), (2, 3, 'Latex', 'high', true);
  INSERT INTO appointment (appointment_id, site_id, provider_id, patient_id, starts_at, minutes, visit_type, status) VALUES
    (1, 'harbor', 1, 1, '2026-11-23 09:00-06', 20, 'Visit', 'booked'),
    (2, 'harbor', 1, 2, '2026-11-23 09:20-06', 20, 'Visit', 'cancelled'),
    (3, 'harbor', 1, NULL, '2026-11-23 12:00-06', 60, 'Block', 'booked'),
    (4, 'harbor', 1, 3, '2026-12-23 09:00-06', 20, 'Visit', 'booked');`

async function healthy(): Promise<HealthyCase> {
  const made = await caseAt(url.replace(/user=[^&]*/, 'user=holdfast_reader'))
  const secrets = ['Quillfeather', 'in the spring', 'very bad', 'Penicillin']
  return { ...made, patients: 3, appointments: 2, setAside: 3, secrets, panel: true }
}

async function caseAt(databaseUrl: string): Promise<ContractCase> {
  const mapping = { ...(await loadMapping('sample-practice')), deadline: DEADLINE }
  const environment = { HOLDFAST_EHR_URL: databaseUrl }
  const source = openSqlSource({ id: 'ehr', mapping, environment }, { log: silentLog, clock: systemClock })
  return { source, deadlineMs: 2 * DEADLINE.connect + 2 * DEADLINE.statement, window: WINDOW }
}

/** A source on a server of the test's own that treats each connection as `serve` says. */
async function behind(serve: (socket: Socket) => void): Promise<ContractCase> {
  const sockets = new Set<Socket>()
  const far = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  const port = await listening(far)
  const user = 'holdfast_reader'
  const made = await caseAt(
    `postgres://${user}:Quillfeather-secret@127.0.0.1:${port}/${new URL(url).searchParams.get('database')}`,
  )
  return {
    ...made,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => far.close(resolve))
    },
  }
}

function listening(far: Server): Promise<number> {
  return new Promise((resolve) =>
    far.listen(0, '127.0.0.1', () => {
      const address = far.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    }),
  )
}

/** Passes a connection on to the real database; `answer` decides what comes back, with what was asked last. */
function passOn(socket: Socket, answer: (bytes: Buffer, asked: string) => void): void {
  const { socketDir, port } = server.postgres
  const real = connect(join(socketDir, `.s.PGSQL.${port}`))
  let asked = ''
  real.on('error', () => {})
  socket.on('data', (bytes: Buffer) => {
    asked = bytes.toString('latin1')
    real.write(bytes)
  })
  real.on('data', (bytes: Buffer) => answer(bytes, asked))
  socket.on('close', () => real.destroy())
}

/** One byte at a time, so slowly that no deadline is kept, once the far side is asked something of substance. */
function drip(socket: Socket, bytes: Buffer): void {
  let at = 0
  const timer = setInterval(() => {
    if (at >= bytes.length || socket.destroyed) clearInterval(timer)
    else socket.write(bytes.subarray(at, ++at))
  }, 50)
  socket.on('close', () => clearInterval(timer))
}

/** Looks like rows of a result, with lengths that contradict each other. */
const GARBAGE = Buffer.from('440000000600ffffffffff5aa544ff00', 'hex')

ehrSourceContract('the SQL source', {
  make: healthy,
  broken: {
    dead: {
      make: async () => {
        const far = createServer()
        const port = await listening(far)
        await new Promise((resolve) => far.close(resolve))
        return caseAt(`postgres://holdfast_reader@127.0.0.1:${port}/ehr`)
      },
    },
    frozen: { make: () => behind(() => {}) },
    slow: {
      make: () =>
        behind((socket) =>
          passOn(socket, (bytes, asked) => {
            if (/pg_is_in_recovery/.test(asked)) drip(socket, bytes)
            else socket.write(bytes)
          }),
        ),
    },
    garbage: { make: () => behind((socket) => socket.on('data', () => socket.write(GARBAGE))) },
    'half-answering': {
      make: () =>
        behind((socket) =>
          passOn(socket, (bytes, asked) => {
            if (!/pg_is_in_recovery/.test(asked)) socket.write(bytes)
            else socket.end(bytes.subarray(0, bytes.length / 2))
          }),
        ),
    },
  },
})
