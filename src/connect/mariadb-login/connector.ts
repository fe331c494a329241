import { once } from 'node:events'
import mysql from 'mysql2'
import { knownRowAnswer, refusedAnswer } from '../known-row.ts'
import { looking, notAnswered, wordOf } from '../looking.ts'
import { nameKnown } from '../name-known.ts'
import { placeOf } from '../place.ts'
import type { Answer, Probe, ProbeName } from '../probe.ts'
import type { MariadbLoginConfig } from './config.ts'

/** Signs in to MariaDB or MySQL as people's programs do and reads a known row. */
export function mariadbLoginProbe({ id, observes }: ProbeName, config: MariadbLoginConfig): Probe {
  const what = `MariaDB at ${config.host.startsWith('/') ? 'its socket' : placeOf(config.host, config.port)}`
  return {
    id,
    kind: 'mariadb-login',
    observes,
    look: (signal) => looking({ what, deadlineMs: config.deadlineMs, signal }, (over) => lookOnce(what, config, over)),
  }
}

async function lookOnce(what: string, config: MariadbLoginConfig, over: AbortSignal): Promise<Answer> {
  if (!config.host.startsWith('/')) await nameKnown(config.host, config.deadlineMs, over)
  const began = performance.now()
  const connection = connectionOf(config)
  connection.on('error', () => {})
  over.addEventListener('abort', () => connection.destroy(), { once: true })
  try {
    await once(connection, 'connect', { signal: over })
    const signedIn = performance.now()
    const [settings] = await ask(connection, 'SELECT @@global.read_only')
    await ask(connection, 'SET SESSION TRANSACTION READ ONLY')
    const asked = performance.now()
    const rows = await ask(connection, config.read)
    const readMs = performance.now() - asked
    const standby = settings?.[0] !== '0' && settings?.[0] !== 'OFF'
    const row = rows[0]?.[0] ?? undefined
    return knownRowAnswer(what, { signInMs: signedIn - began, readMs, row, standby, findings: [] }, config.expect)
  } catch (thrown) {
    return refusalOf(what, thrown)
  } finally {
    connection.destroy()
  }
}

function connectionOf(config: MariadbLoginConfig): mysql.Connection {
  const local = config.host.startsWith('/')
  return mysql.createConnection({
    ...(local ? { socketPath: config.host } : { host: config.host, port: config.port }),
    user: config.user,
    password: config.password,
    database: config.database,
    charset: 'utf8mb4',
    // Ours is the deadline; the driver's own would only hide it.
    connectTimeout: config.deadlineMs + 1000,
    multipleStatements: false,
    rowsAsArray: true,
    typeCast: (field) => field.string('utf8'),
    ...(config.tls === 'off' || local
      ? {}
      : {
          ssl: {
            rejectUnauthorized: config.tls === 'verify',
            verifyIdentity: config.tls === 'verify',
            ...(config.ca === undefined ? {} : { ca: config.ca }),
          },
        }),
  })
}

function ask(connection: mysql.Connection, text: string): Promise<(string | null)[][]> {
  return new Promise((resolve, reject) => {
    const rows: (string | null)[][] = []
    const query = connection.query({ sql: text, rowsAsArray: true })
    query.on('error', reject)
    query.on('result', (row: unknown) => {
      if (Array.isArray(row) && rows.length < 10) rows.push(row.map((one) => (typeof one === 'string' ? one : null)))
    })
    query.on('end', () => resolve(rows))
  })
}

/** Server errors by number: https://mariadb.com/kb/en/mariadb-error-code-reference/ */
const REFUSALS: { [number: number]: string } = {
  1040: 'It takes no more connections (1040).',
  1044: 'It refuses this account for this database (1044).',
  1045: 'It refuses this account: user, password, or the host that the account is for (1045).',
  1049: 'It has no database of this name (1049).',
  1129: 'It has blocked this host after many broken connections (1129).',
  1130: 'It lets nobody in from this host (1130).',
  1142: 'This account may not read the known row (1142).',
  1146: 'The table of the known row is not there (1146).',
  1698: 'It refuses this account (1698).',
  1792: 'The statement for the known row tries to write (1792).',
}

/** It talks and serves nobody: for people it is down. */
const SHUTTING_DOWN = 1053

function refusalOf(what: string, thrown: unknown): Answer {
  const number = thrown instanceof Error && 'errno' in thrown ? Number(thrown.errno) : Number.NaN
  if (number === SHUTTING_DOWN) return notAnswered(`${what} is shutting down, and lets nobody in (${number}).`)
  if (number >= 1000 && number < 10_000) return refusedAnswer(what, REFUSALS[number] ?? `It refuses (${number}).`)
  const code = wordOf(thrown)
  const said = thrown instanceof Error ? thrown.message : ''
  if (/does not support secure connection/i.test(said))
    return refusedAnswer(what, 'It does not speak TLS, and this probe wants it.')
  if (/certificate|self.signed|altname/i.test(`${said} ${code ?? ''}`))
    return refusedAnswer(what, 'Its certificate is not one that is trusted here, or bears another name.')
  if (code === 'PROTOCOL_CONNECTION_LOST') return notAnswered(`${what} broke the connection off.`)
  if (code !== undefined && /^E[A-Z]+$/.test(code)) throw thrown
  return notAnswered(`${what} answers, but what it says is not MariaDB. Is the port right?`)
}
