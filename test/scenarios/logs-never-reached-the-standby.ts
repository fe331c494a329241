import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND, systemClock } from '../../src/base/time.ts'
import { commitsOnDisk } from '../../src/connect/replication/postgres/log-on-disk.ts'
import { lossAfterCrash } from '../../src/monitor/standby/after-crash.ts'
import { amountInWords } from '../../src/monitor/standby/position.ts'
import { hasOf } from '../../src/monitor/standby/view.ts'
import { postgresPair } from '../engines/lab/postgres-pair.ts'
import { BIN } from '../engines/lab/postgres-server.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The cable of the standby is out while people chart: the engines say "streaming", Holdfast says that it is behind, and after the crash which writes are missing'

/** Real PostgreSQL on network namespaces: needs root and what dev/install-engines installs. */
export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using pair = await postgresPair()
  const { primary, standby, hosts } = pair
  const watch = pair.watch()
  const fine = await watch.judged('PROVEN')
  tell(`A primary and its standby. ${fine.seen.verdict.because}`)

  await primary.query('CREATE TABLE encounter (id int PRIMARY KEY, words text)')
  const client = await primary.client()
  const acked: number[] = []
  const charting = (async () => {
    for (let id = 0; ; id++) {
      await client.query(`INSERT INTO encounter VALUES ($1, 'charted')`, [id])
      acked.push(id)
      await pause(20)
    }
  })().catch(() => {})
  await pause(SECOND, undefined, { signal })
  await hosts.pull('B')
  const pulledAt = systemClock.now()
  tell('Somebody pulls the cable of the standby. People go on charting; nothing of theirs fails.')

  const deaf = await watch.named('receiver-deaf')
  const [view] = await primary.query<{ state: string; lag: string | null }>(
    'SELECT state, flush_lag::text AS lag FROM pg_stat_replication',
  )
  assert.equal(view?.state, 'streaming')
  tell(`The primary still calls it "${view.state}", with a lag of ${view.lag ?? 'nothing'}.`)
  tell(`Holdfast names it after ${Math.round((deaf.seen.at - pulledAt) / SECOND)} s: ${deaf.finding.because}`)
  const behind = await watch.judged('BEHIND')
  tell(`The verdict: ${behind.seen.verdict.because}`)

  await primary.kill9()
  await charting
  const diedAt = systemClock.now()
  tell('Then the primary loses its power. Can the practice go on with the standby, and what is missing there?')
  const { seen } = await watch.judged('UNKNOWN')
  assert.ok(seen.look.standby.answered)
  const has = hasOf(seen.look.standby.said)
  assert.ok(has !== undefined)
  const { samples } = watch.memory()
  const asked = lossAfterCrash({
    standbySays: { has, lastCommitAt: seen.look.standby.said.replayedAt },
    samples,
    lastHeard: undefined,
    endedAt: diedAt,
  })
  assert.ok(asked.atMostMs !== undefined && asked.atLeast !== undefined)
  tell(
    `Asked itself, the standby has everything up to ${Math.round(asked.atMostMs / SECOND)} s before the crash; at least ${amountInWords(asked.atLeast)} is missing.`,
  )
  const commits = await commitsOnDisk({ dataDir: primary.dataDir, binaries: BIN }, has)
  const exact = lossAfterCrash({
    standbySays: { has, lastCommitAt: undefined },
    primaryDisk: { commits },
    samples,
    lastHeard: undefined,
    endedAt: diedAt,
  })
  const held = new Set((await standby.query<{ id: number }>('SELECT id FROM encounter')).map(({ id }) => id))
  const lost = acked.filter((id) => !held.has(id))
  assert.ok(lost.length > 0)
  assert.ok((exact.missing?.length ?? 0) >= lost.length, 'the list must not be shorter than what is lost')
  tell(
    `The disk of the dead primary can be read: its log lists ${exact.missing?.length} transactions that never arrived. The people who charted count ${lost.length} rows; the others are heartbeats.`,
  )
}
