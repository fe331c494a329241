import assert from 'node:assert/strict'
import { SECOND } from '../../src/base/time.ts'
import { postgresPair } from '../engines/lab/postgres-pair.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'Commits wait for a standby that is cut off, for ever; Holdfast says why the EHR hangs, and when nothing is protected any more'

/** Real PostgreSQL on network namespaces: needs root and what dev/install-engines installs. */
export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using pair = await postgresPair()
  const { primary, hosts } = pair
  await primary.query('CREATE TABLE encounter (id int PRIMARY KEY)')
  await primary.query(`ALTER SYSTEM SET synchronous_standby_names = 'B'`)
  await primary.query('SELECT pg_reload_conf()')
  const watch = pair.watch({ synchronous: true })
  await watch.judged('PROVEN')
  tell('Every commit of the EHR waits until the standby has it: nothing that was acknowledged can be lost.')

  await hosts.pull('B')
  const client = await primary.client()
  await client.query(`SET statement_timeout = '2s'`)
  let answered = false
  const saving = client.query('INSERT INTO encounter VALUES (1)').then(() => {
    answered = true
  })
  const hangs = await watch.named('commits-hang')
  assert.equal(answered, false)
  tell(
    `The cable of the standby is out. Somebody presses Save, and nothing happens; the statement's own time limit does not help.`,
  )
  tell(
    `Holdfast, which does not hang with it, says after ${Math.round(hangs.tookMs / SECOND)} s: ${hangs.finding.because}`,
  )
  tell(`What to do: ${hangs.finding.remedy}`)

  await primary.query(`ALTER SYSTEM SET synchronous_standby_names = ''`)
  await primary.query('SELECT pg_reload_conf()')
  await until('the commit ends', () => answered, { withinMs: 20_000, signal })
  await saving
  await client.end()
  const off = await watch.named('synchronous-degraded')
  tell(`Somebody who may decides to go on without it; the commit ends. From now on it says: ${off.finding.because}`)
  const behind = await watch.judged('BEHIND')
  tell(`The verdict: ${behind.seen.verdict.because}`)

  await hosts.plug('B')
  await primary.query(`ALTER SYSTEM SET synchronous_standby_names = 'B'`)
  await primary.query('SELECT pg_reload_conf()')
  const well = await until(
    'nothing is wrong any more',
    () =>
      watch.seen.find(
        ({ at, verdict, findings }) => at > off.seen.at && verdict.verdict === 'PROVEN' && findings.length === 0,
      ),
    { withinMs: 120_000, signal },
  )
  tell(`The cable is back, and waiting is switched on again. ${well.verdict.because}`)
}
