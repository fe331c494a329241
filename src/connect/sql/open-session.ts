import { Failure } from '../../base/failure.ts'
import type { Connection, Mapping } from './mapping.ts'
import { connectMysql } from './mysql.ts'
import { type Environment, placeOf } from './place.ts'
import { connectPostgres } from './postgres.ts'
import type { CurrentTo, SqlSession } from './session.ts'
import { parseStatement } from './statement.ts'
import { instantOf } from './value.ts'

export function openSession(
  mapping: Mapping,
  connection: Connection,
  environment: Environment,
  { readOnly, signal }: { readOnly: boolean; signal?: AbortSignal | undefined },
): Promise<SqlSession> {
  const place = placeOf(connection, mapping.driver, environment)
  const options = {
    zone: mapping.zone,
    connectMs: mapping.deadline.connect,
    statementMs: mapping.deadline.statement,
    readOnly,
    ...(signal === undefined ? {} : { signal }),
  }
  return mapping.driver === 'postgres' ? connectPostgres(place, options) : connectMysql(place, options)
}

/** What the source is current to: by the mapping's own query where it has one, otherwise as the engine tells. Asked before the snapshot. */
export async function currentTo(session: SqlSession, mapping: Mapping): Promise<CurrentTo> {
  if (mapping.asOf === undefined) return session.currentTo()
  const now = await session.clock()
  const what = `the asOf query (${mapping.file}:${mapping.at(['asOf']).line})`
  const { rows } = await session.ask(parseStatement(mapping.asOf, mapping.driver), {}, { rows: 1, what })
  const said = rows[0]?.[0]
  const asOf = said === null || said === undefined ? undefined : instantOf(said, mapping.zone)
  if (asOf === undefined)
    throw new Failure(
      'transient',
      `${session.where}: ${what} does not say what the source is current to. Nothing is read from it until it does.`,
    )
  return { now, asOf: Math.min(asOf, now), because: 'as the asOf query says' }
}
