import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { connectionOf } from '../../src/base/database.ts'
import { systemClock } from '../../src/base/time.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The line to one clinic is dead for good; newer packs come on a USB stick, and a bad stick changes nothing'

const [SITE, OTHER] = ['west-mill', 'harbor-main'] as const
const FIRST = 'Sticklewort'
const SECOND = 'Lateclover'

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using stage = await openStage({ signal, sites: [SITE, OTHER], patients: 200 })
  const site = stage.site(SITE)
  const [visit] = stage.visits(SITE)
  assert.ok(visit)
  const path = `/patient/${visit.patient.id}`
  site.cable.pull()
  tell('The line to West Mill is cut, and stays cut.')
  await chart(stage, visit.patient.id, 1, FIRST)
  await stage.fresh(systemClock.now(), [OTHER])
  const doctor = stage.browser(site.url)
  await doctor.signIn('doctor', PASSWORD)
  assert.ok(!(await doctor.open(path)).words.includes(FIRST))
  tell('An allergy is charted; Harbor Main has it within seconds, West Mill cannot.')

  const good = await exported(stage, 'stick-1')
  await chart(stage, visit.patient.id, 2, SECOND)
  await stage.fresh(systemClock.now(), [OTHER])
  const newer = await exported(stage, 'stick-2')
  tell('Two sticks are written at the hub, one after the other; each was read back and found right.')

  await damage(newer)
  const bad = await stage.holdfast('pack', 'import', '--data', site.folder, '--from', newer)
  assert.notEqual(bad.code, 0, bad.said)
  assert.ok(!(await doctor.open(path)).words.includes(SECOND))
  tell('The second stick was damaged on the way: it is refused with a reason, and the site goes on with what it has.')

  const taken = await stage.holdfast('pack', 'import', '--data', site.folder, '--from', good)
  assert.equal(taken.code, 0, taken.said)
  await until(
    'the running site shows what came on the stick',
    async () => (await doctor.open(path)).words.includes(FIRST),
    {
      withinMs: 60_000,
      signal,
    },
  )
  tell('The first stick is taken in; the chart shows the allergy, with no network and without a restart.')
  const again = await stage.holdfast('pack', 'import', '--data', site.folder, '--from', good)
  assert.equal(again.code, 0, again.said)
  assert.match(again.said, /nothing newer/)
  tell('The same stick once more changes nothing.')

  site.cable.mend()
  await stage.fresh(systemClock.now())
  await until('the line brings what the stick did not', async () => (await doctor.open(path)).words.includes(SECOND), {
    withinMs: 60_000,
    signal,
  })
  tell('The line is mended, and West Mill goes on from there by itself.')
}

async function chart(stage: Stage, patientId: number, nth: number, substance: string): Promise<void> {
  const client = new pg.Client(connectionOf(stage.sample.ehr.urls.owner))
  await client.connect()
  try {
    await client.query("UPDATE patient SET restriction = 'none' WHERE patient_id = $1", [patientId])
    await client.query(
      `INSERT INTO allergy (allergy_id, patient_id, substance, criticality, verified) VALUES ($1, $2, $3, 'high', true)`,
      [2 ** 30 + nth, patientId, substance],
    )
  } finally {
    await client.end()
  }
}

async function exported(stage: Stage, name: string): Promise<string> {
  const stick = join(stage.folder, name)
  const done = await stage.holdfast('pack', 'export', '--config', stage.sample.hubConfigFile, '--to', stick)
  assert.equal(done.code, 0, done.said)
  assert.match(done.said, /read back/)
  return stick
}

/** One bit of every sealed file. */
async function damage(stick: string): Promise<void> {
  const sealed = readdirSync(stick, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name),
  )
  assert.ok(sealed.length > 0)
  for (const entry of sealed) {
    const file = join(entry.parentPath, entry.name)
    const bytes = await readFile(file)
    bytes[Math.floor(bytes.length / 2)]! ^= 1
    await writeFile(file, bytes)
  }
}
