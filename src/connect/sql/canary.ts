import { Failure } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import type { Clock, Instant } from '../../base/time.ts'
import type { SqlSourceConfig } from './connector.ts'
import { newestStamp } from './newest-stamp.ts'
import { openSession } from './open-session.ts'
import { parseStatement } from './statement.ts'

/**
 * Writes a stamp into the source, by the mapping's `canary.write` and its own credentials: the only thing that Holdfast ever writes there, and
 * only where the practice allows it. Gives the stamp. A connection that breaks after the statement was sent is `ambiguous`; the next
 * stamp settles it.
 */
export async function writeCanary(
  { id, mapping, environment }: SqlSourceConfig,
  { log, clock, signal }: { log: Log; clock: Clock; signal?: AbortSignal },
): Promise<Instant> {
  const write = mapping.canary?.write
  if (write === undefined) throw new Failure('permanent', `The mapping ${mapping.file} has no canary.write.`)
  const session = await openSession(mapping, write.connection, environment ?? process.env, { readOnly: false, signal })
  try {
    const stamp = clock.now()
    const what = `writing the canary (${mapping.file}:${mapping.at(['canary', 'write', 'statement']).line})`
    await session.ask(
      parseStatement(write.statement, mapping.driver),
      { stamp: session.instantText(stamp), stampMs: String(stamp) },
      { rows: 1, what },
    )
    log.debug({ source: id, stamp }, 'canary written')
    return stamp
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.kind !== 'transient') throw thrown
    throw new Failure(
      'ambiguous',
      `${thrown.message} Nobody knows whether the canary was written; the next one settles it.`,
    )
  } finally {
    session.close()
  }
}

/**
 * The newest stamp that has come through the source, asked by the reading account; undefined when none has. Nothing else is read. Where the canary
 * follows a chart, only a read can say what has come through.
 */
export async function readCanary(
  { mapping, environment }: SqlSourceConfig,
  { signal }: { signal?: AbortSignal },
): Promise<Instant | undefined> {
  if (mapping.canary?.patient !== undefined) return undefined
  const session = await openSession(mapping, mapping.connection, environment ?? process.env, { readOnly: true, signal })
  try {
    return await newestStamp(mapping, session)
  } finally {
    session.close()
  }
}
