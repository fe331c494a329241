import pg from 'pg'
import { watch } from '../finding.ts'
import { knownRowAnswer, refusedAnswer } from '../known-row.ts'
import { looking, notAnswered, wordOf } from '../looking.ts'
import { nameKnown } from '../name-known.ts'
import { placeOf } from '../place.ts'
import { guardStream, hangUp } from '../postgres-stream.ts'
import type { Answer, Finding, Probe, ProbeName } from '../probe.ts'
import type { PostgresLoginConfig } from './config.ts'

/** Signs in to PostgreSQL as people's programs do and reads a known row: what only a database that works can do. */
export function postgresLoginProbe({ id, observes }: ProbeName, config: PostgresLoginConfig): Probe {
  const what = `PostgreSQL at ${config.host.startsWith('/') ? 'its socket' : placeOf(config.host, config.port)}`
  return {
    id,
    kind: 'postgres-login',
    observes,
    look: (signal) => looking({ what, deadlineMs: config.deadlineMs, signal }, (over) => lookOnce(what, config, over)),
  }
}

async function lookOnce(what: string, config: PostgresLoginConfig, over: AbortSignal): Promise<Answer> {
  if (!config.host.startsWith('/')) await nameKnown(config.host, config.deadlineMs, over)
  const client = clientOf(config)
  guardStream(client)
  client.on('error', () => {})
  over.addEventListener('abort', () => hangUp(client), { once: true })
  try {
    const began = performance.now()
    await client.connect()
    const signedIn = performance.now()
    const { standby, findings } = await settle(client, config)
    const asked = performance.now()
    // Prepared: the protocol then takes one statement and no second one behind it.
    const { rows } = await client.query<unknown[]>({ text: config.read, rowMode: 'array', values: [], name: 'known' })
    const readMs = performance.now() - asked
    const first = rows[0]?.[0]
    const row = typeof first === 'string' ? first : undefined
    return knownRowAnswer(what, { signInMs: signedIn - began, readMs, row, standby, findings }, config.expect)
  } catch (thrown) {
    return refusalOf(what, thrown)
  } finally {
    hangUp(client)
  }
}

function clientOf(config: PostgresLoginConfig): pg.Client {
  return new pg.Client({
    host: config.host,
    port: config.port,
    database: config.database,
    user: config.user,
    password: config.password,
    ssl:
      config.tls === 'off' || config.host.startsWith('/')
        ? false
        : { rejectUnauthorized: config.tls === 'verify', ...(config.ca === undefined ? {} : { ca: config.ca }) },
    types: { getTypeParser: () => (text: string) => text },
    application_name: 'holdfast-probe',
  })
}

async function settle(
  client: pg.Client,
  { deadlineMs }: PostgresLoginConfig,
): Promise<{ standby: boolean; findings: Finding[] }> {
  await client.query(`SET default_transaction_read_only = on; SET statement_timeout = ${deadlineMs}`)
  const { rows } = await client.query<{ standby: string; superuser: string }>(
    `SELECT pg_is_in_recovery() AS standby, rolsuper AS superuser FROM pg_roles WHERE rolname = current_user`,
  )
  return {
    standby: rows[0]?.standby === 't',
    findings:
      rows[0]?.superuser === 't'
        ? [watch('This account is a superuser; give the probe one that may only read its row.')]
        : [],
  }
}

/** Errors of the server by the first two characters of their code (PostgreSQL's appendix A). */
const REFUSALS: { [code: string]: string } = {
  '28': 'It refuses this account: user, password or pg_hba.conf.',
  '3D': 'It has no database of this name.',
  '42': 'It cannot read the known row: the table or the right to read it is missing.',
  '25': 'The statement for the known row tries to write.',
  '53': 'It is out of resources: connections, memory or disk.',
  '57': 'It cancelled the question.',
  '58': 'It reports an error of its disk or its system.',
  XX: 'It reports damage inside (internal error).',
}

/** It talks and serves nobody: for people it is down, and after a start it is up again before that counts. */
const NOT_SERVING: { [code: string]: string } = {
  '57P01': 'is shutting down',
  '57P02': 'broke down and is starting anew',
  '57P03': 'is starting up or shutting down, and lets nobody in',
}

function refusalOf(what: string, thrown: unknown): Answer {
  const code = wordOf(thrown)
  const notServing = NOT_SERVING[code ?? '']
  if (notServing !== undefined) return notAnswered(`${what} ${notServing} (${code}).`)
  if (thrown instanceof pg.DatabaseError)
    return refusedAnswer(
      what,
      `${REFUSALS[code?.slice(0, 2) ?? ''] ?? 'It refuses.'} (${code ?? 'no code'}).`.replace('. (', ' ('),
    )
  const said = thrown instanceof Error ? thrown.message : ''
  if (/does not support SSL/.test(said)) return refusedAnswer(what, 'It does not speak TLS, and this probe wants it.')
  if (/certificate|self.signed|altname/i.test(`${said} ${code ?? ''}`))
    return refusedAnswer(what, 'Its certificate is not one that is trusted here, or bears another name.')
  if (/SASL|password/i.test(said)) return refusedAnswer(what, 'It wants a password, and this probe has none that fits.')
  if (/invalid response|unexpected|received/i.test(said))
    return notAnswered(`${what} answers, but what it says is not PostgreSQL. Is the port right?`)
  if (code === undefined) return notAnswered(`${what} broke the connection off.`)
  throw thrown
}
