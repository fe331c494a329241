import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND, systemClock } from '../../src/base/time.ts'
import { scratchServer } from '../../src/hub/database/scratch.ts'
import { lossAfterCrash, lossInWords } from '../../src/monitor/standby/after-crash.ts'
import { recordOf } from '../../src/monitor/standby/record.ts'
import { keepLook, lastHeardOfStandby, pinPair, samplesKept } from '../../src/monitor/standby/store.ts'
import { postgresPair } from '../engines/lab/postgres-pair.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'Both database servers are gone; the record kept off the box still says up to when the standby had everything'

/** Real PostgreSQL on network namespaces: needs root and what dev/install-engines installs. The hub's store is a server of its own. */
export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using hub = await scratchServer()
  const db = await hub.database()
  const acked: { id: number; at: number }[] = []
  let held = new Set<number>()
  const diedAt = await (async () => {
    await using pair = await postgresPair()
    const { primary, standby, hosts } = pair
    const watch = pair.watch({ everyMs: SECOND })
    await watch.judged('PROVEN')
    await primary.query('CREATE TABLE encounter (id int PRIMARY KEY)')
    const client = await primary.client()
    const charting = (async () => {
      for (let id = 0; ; id++) {
        await client.query('INSERT INTO encounter VALUES ($1)', [id])
        acked.push({ id, at: systemClock.now() })
        await pause(20)
      }
    })().catch(() => {})
    await pause(4 * SECOND, undefined, { signal })
    tell(
      `People chart; after 4 s ${acked.length} of their rows are acknowledged. Each second Holdfast asks both servers and keeps what they say.`,
    )
    await hosts.pull('B')
    await pause(3 * SECOND, undefined, { signal })
    await primary.kill9()
    const at = systemClock.now()
    await charting
    held = new Set((await standby.query<{ id: number }>('SELECT id FROM encounter')).map(({ id }) => id))
    for (const { look, verdict } of watch.seen.filter((one) => one.at <= at)) {
      const { expected } = watch.memory()
      await pinPair(db, 'ehr', expected.systemId, look.primary.askedAt)
      await keepLook(
        db,
        'ehr',
        recordOf(look, verdict, [
          { what: 'unsigned encounters', count: 1, who: ['Dr. Okafor'], asOf: look.primary.askedAt },
        ]),
      )
    }
    return at
  })()
  tell(
    'The room floods: the cable of the standby first, the primary three seconds later, then the standby. Both disks are gone.',
  )

  const loss = lossAfterCrash({
    samples: await samplesKept(db, 'ehr', diedAt - 3600 * SECOND),
    lastHeard: await lastHeardOfStandby(db, 'ehr'),
    endedAt: diedAt,
  })
  for (const line of lossInWords(loss, (at) => new Date(at).toISOString().slice(11, 19))) tell(line)
  assert.ok(loss.everythingUntil !== undefined)
  assert.equal(loss.by, 'the record kept off the box')
  const until = loss.everythingUntil
  const before = acked.filter((row) => row.at < until)
  assert.ok(before.length > 0)
  assert.deepEqual(
    before.filter(({ id }) => !held.has(id)),
    [],
    'what was said to be safe must have been on the standby',
  )
  const lost = acked.filter(({ id }) => !held.has(id)).length
  tell(
    `Counted by those who wrote: ${acked.length} rows, ${lost} of them never reached the standby; all ${before.length} from before that time had.`,
  )
}
