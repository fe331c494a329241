import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { SECOND, systemClock } from '../../../src/base/time.ts'
import { commitsOnDisk, standbyOnDisk } from '../../../src/connect/replication/postgres/log-on-disk.ts'
import { type Loss, lossAfterCrash } from '../../../src/monitor/standby/after-crash.ts'
import { recordOf } from '../../../src/monitor/standby/record.ts'
import { hasOf } from '../../../src/monitor/standby/view.ts'
import { until } from '../../scenarios/stage/until.ts'
import type { PostgresPair } from './postgres-pair.ts'
import { BIN, type LabPostgres } from './postgres-server.ts'
import type { PairWatch, Seen } from './watch.ts'

/** What one crash showed. Rows are those of which the client has the acknowledgement. */
export type Round = {
  acked: number
  lost: number
  /** Looks that said PROVEN, and those of them before whose `provenAt` a row was acknowledged that the standby has not. */
  proven: number
  provenFalse: number
  /** Acknowledged after the last proof: what we say may be lost, with nothing left but our record; and after the standby was asked again. */
  predictedByRecord: number
  predictedByStandby: number
  /** From the disk of the dead primary: acknowledged and lost rows that are not in its list, and rows in it that the standby has. */
  missedByList: number
  wronglyListed: number
  /** The last commit on the standby, from its disk alone: is it the one that the standby itself had? */
  diskAgrees: boolean
  /** Rows acknowledged within what pg_stat_replication last called its lag (0 where it had no row or said nothing). */
  predictedByLagColumns: number
}

type Row = { id: number; xid: string; ackedAt: number }

/**
 * Writers go on, the cable of the standby is pulled at some moment, and some time later the primary loses its power. `chance` gives numbers in
 * [0, 1). The pair is whole again afterwards.
 */
export async function crashRound(pair: PostgresPair, chance: () => number): Promise<Round> {
  const { primary, standby, hosts } = pair
  await primary.query('DROP TABLE IF EXISTS acked; CREATE TABLE acked (id int PRIMARY KEY, words text)')
  const watch = pair.watch({ everyMs: 300 })
  const lag = lagColumns(primary)
  await watch.judged('PROVEN')
  const acked: Row[] = []
  const clients = [await primary.client(), await primary.client()]
  const writers = clients.map((client, number) => writeOn(client, number, acked))
  await pause(300 + 2500 * chance())
  await hosts.pull('B')
  await pause(chance() < 0.3 ? 0 : 3000 * chance())
  const said = lag.last()
  await primary.kill9()
  const diedAt = systemClock.now()
  await Promise.all(writers)
  await lag.stop()
  await watch.judged('UNKNOWN')
  await watch[Symbol.asyncDispose]()
  const { seen } = watch
  const samples = watch.memory().samples
  const lastHeard = seen.findLast(({ look, at }) => at <= diedAt && look.standby.answered)
  const record = lossAfterCrash({
    samples,
    lastHeard: lastHeard === undefined ? undefined : recordOf(lastHeard.look, lastHeard.verdict),
    endedAt: diedAt,
  })
  const asked = seen.at(-1)?.look.standby
  const has = asked?.answered === true ? hasOf(asked.said) : undefined
  if (has === undefined) throw new Error('The standby did not say what it has.')
  const commits = await commitsOnDisk({ dataDir: primary.dataDir, binaries: BIN }, has)
  const whole = lossAfterCrash({
    standbySays: { has, lastCommitAt: undefined },
    primaryDisk: { commits },
    samples,
    lastHeard: undefined,
    endedAt: diedAt,
  })
  const held = await heldBy(standby)
  const lost = acked.filter(({ id }) => !held.has(id))
  const listed = new Set(whole.missing?.map(({ xid }) => xid))
  const diskAgrees = await standbyDiskAgrees(standby)
  await mend(pair)
  const predicted = ({ everythingUntil }: Loss) => acked.filter((row) => row.ackedAt >= (everythingUntil ?? 0)).length
  return {
    acked: acked.length,
    lost: lost.length,
    proven: provenLooks(seen).length,
    provenFalse: provenLooks(seen).filter((provenAt) => lost.some(({ ackedAt }) => ackedAt < provenAt)).length,
    predictedByRecord: predicted(record),
    predictedByStandby: predicted(whole),
    missedByList: lost.filter(({ xid }) => !listed.has(xid)).length,
    wronglyListed: acked.filter(({ id, xid }) => held.has(id) && listed.has(xid)).length,
    diskAgrees,
    predictedByLagColumns: acked.filter(({ ackedAt }) => ackedAt > diedAt - said).length,
  }
}

function provenLooks(seen: PairWatch['seen']): number[] {
  return seen.flatMap(({ verdict }: Seen) => (verdict.verdict === 'PROVEN' ? [verdict.provenAt] : []))
}

/** Until the server is gone. */
async function writeOn(client: pg.Client, number: number, acked: Row[]): Promise<void> {
  for (let id = number; ; id += 2) {
    try {
      const { rows } = await client.query<{ xid: string }>(
        `INSERT INTO acked VALUES ($1, repeat('x', 200)) RETURNING pg_current_xact_id()::text AS xid`,
        [id],
      )
      acked.push({ id, xid: rows[0]?.xid ?? '', ackedAt: systemClock.now() })
    } catch {
      return
    }
  }
}

/** What somebody would read who watches the lag columns of the primary, each second. */
function lagColumns(primary: LabPostgres): { last(): number; stop(): Promise<void> } {
  let lagMs = 0
  const ended = new AbortController()
  const reading = (async () => {
    while (!ended.signal.aborted) {
      try {
        const [row] = await primary.query<{ ms: string | null }>(
          `SELECT extract(epoch FROM greatest(flush_lag, replay_lag)) * 1000 AS ms FROM pg_stat_replication`,
        )
        lagMs = Number(row?.ms ?? 0)
      } catch {
        return
      }
      await pause(SECOND, undefined, { signal: ended.signal }).catch(() => {})
    }
  })()
  return {
    last: () => lagMs,
    stop: () => {
      ended.abort()
      return reading
    },
  }
}

async function heldBy(standby: LabPostgres): Promise<Set<number>> {
  await until(
    'the standby has replayed what it received',
    async () =>
      (
        await standby.query(
          'SELECT WHERE pg_last_wal_replay_lsn() >= coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())',
        )
      ).length === 1,
    { withinMs: 60_000 },
  )
  return new Set((await standby.query<{ id: number }>('SELECT id FROM acked')).map(({ id }) => id))
}

async function standbyDiskAgrees(standby: LabPostgres): Promise<boolean> {
  const [last] = await standby.query<{ xid: string }>('SELECT xid::text AS xid FROM pg_last_committed_xact()')
  await standby.kill9()
  const { lastCommit } = await standbyOnDisk({ dataDir: standby.dataDir, binaries: BIN })
  return lastCommit !== undefined && lastCommit.xid === last?.xid
}

async function mend({ primary, standby, hosts, clone }: PostgresPair): Promise<void> {
  await hosts.plug('B')
  await primary.start()
  await clone(primary, standby)
}
