import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { changedPlan, samplePlan } from '../../../test/readiness/sample-plan.ts'
import { Failure } from '../../base/failure.ts'
import { listPlanReviews, listPlanVersions, newestPlanVersion, planFilesOf } from '../../readiness/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { closeReview, keepPlan } from './keep-plan.ts'
import { scratchCentre } from './scratch-centre.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const FLORA = { personId: 'person_1', login: 'famberworth' }

test('a plan is kept in versions with who, when and why; the same folder is no new version', async () => {
  const centre = await scratchCentre(await server.database())
  const first = await keepPlan(centre, samplePlan, { who: FLORA, because: 'approved in September' })
  assert.deepEqual(first.outcome === 'kept' && [first.kept.version, first.reviews], [1, []])
  centre.pass(1000)
  assert.deepEqual(await keepPlan(centre, samplePlan, { who: FLORA, because: 'again' }), {
    outcome: 'same',
    version: 1,
  })
  const moved = changedPlan(['people.yaml', '(414) 555-0126', '(414) 555-0199'])
  await keepPlan(centre, moved, { who: FLORA, because: 'Bonnie has a new number' })
  assert.deepEqual(
    (await listPlanVersions(centre.db)).map(({ version, keptBy, because }) => [version, keptBy, because]),
    [
      [2, 'famberworth', 'Bonnie has a new number'],
      [1, 'famberworth', 'approved in September'],
    ],
  )
  assert.deepEqual(await planFilesOf(centre.db, 1), samplePlan)
  assert.deepEqual(await planFilesOf(centre.db, 2), moved)
  assert.deepEqual(await listPlanReviews(centre.db), [])
  assert.deepEqual(
    centre.audited.map(({ what, about }) => [what, about.version]),
    [
      ['plan-kept', 1],
      ['plan-kept', 2],
    ],
  )
  const { rows } = await sql<{ texts: number }>`select count(*)::int as texts from plan_text`.execute(centre.db)
  assert.equal(rows[0]?.texts, samplePlan.size + 1)
})

test('a new, a changed and a removed system each open one review, which stays until somebody says what came of it', async () => {
  const centre = await scratchCentre(await server.database())
  await keepPlan(centre, samplePlan, { who: FLORA, because: 'first' })
  const files = changedPlan(
    ['systems.yaml', 'systems:\n', 'systems:\n  - { id: imaging, name: Imaging, criticality: deferrable }\n'],
    ['systems.yaml', 'rto: 8h\n    rpo: 1h\n    mtd: 7d', 'rto: 10h\n    rpo: 1h\n    mtd: 7d'],
    ['map.yaml', 'name: Patient portal\n    system: portal', 'name: Patient portal (hosted)\n    system: portal'],
    ['map.yaml', '    system: mail\n', ''],
    ['systems.yaml', '  - id: mail\n', '  - id: mail-of-before\n'],
  )
  const kept = await keepPlan(centre, files, { who: FLORA, because: 'imaging came, mail went' })
  assert.ok(kept.outcome === 'kept')
  assert.deepEqual(
    Object.fromEntries(kept.reviews.map(({ system, change, because }) => [system, [change, ...because]])),
    {
      imaging: ['new', 'system imaging is new'],
      'mail-of-before': ['new', 'system mail-of-before is new'],
      'e-prescribing': ['changed', 'system e-prescribing changed (rtoMs)'],
      mail: ['gone', 'system mail is gone', 'map mail-service changed (system)'],
      portal: ['changed', 'map patient-portal changed (name)'],
    },
  )
  const again = changedPlan([
    'map.yaml',
    'name: Patient portal\n    system: portal',
    'name: Patient portal (ours again)\n    system: portal',
  ])
  await keepPlan(centre, again, { who: FLORA, because: 'back' })
  const open = await listPlanReviews(centre.db)
  assert.equal(open.filter(({ system }) => system === 'portal').length, 1)
  const portal = open.find(({ system }) => system === 'portal')
  assert.deepEqual([portal?.version, portal?.closed], [3, undefined])
  centre.pass(5000)
  await closeReview(centre, portal?.id ?? '', { who: FLORA, outcome: 'backup and runbook still hold' })
  await assert.rejects(closeReview(centre, portal?.id ?? '', { who: FLORA, outcome: 'twice' }), /no open review/)
  const closed = (await listPlanReviews(centre.db)).find(({ system }) => system === 'portal')?.closed
  assert.deepEqual([closed?.by, closed?.outcome], ['famberworth', 'backup and runbook still hold'])
})

test('two who keep a plan in the same moment make two versions in a row, or one of them is told', async () => {
  const centre = await scratchCentre(await server.database())
  const tries = ['A', 'B', 'C', 'D'].map((letter) =>
    keepPlan(centre, changedPlan(['practice.yaml', 'state: WI', `state: W${letter}`]), { who: FLORA, because: letter }),
  )
  const settled = await Promise.allSettled(tries)
  const kept = settled.filter(({ status }) => status === 'fulfilled').length
  assert.ok(kept >= 1)
  assert.equal((await newestPlanVersion(centre.db))?.version, kept)
  for (const one of settled)
    if (one.status === 'rejected') assert.match(String(one.reason), /Nothing of yours was kept/)
})

test('a plan with a NUL in it is not kept, wherever it stands, and its file is named', async () => {
  const centre = await scratchCentre(await server.database())
  const runbook = [...samplePlan.keys()].find((file) => file.endsWith('.md')) ?? ''
  const people = samplePlan.get('people.yaml') ?? ''
  for (const [file, text] of [
    [runbook, 'Call\0 the vendor.'],
    ['people.yaml', `${people}\n# \0`],
    ['people.yaml', people.replace(/name: .*/, 'name: "A\\0b"')],
  ] as const)
    await assert.rejects(
      keepPlan(centre, new Map([...samplePlan, [file, text]]), { who: FLORA, because: 'slip' }),
      (thrown: Error) => thrown instanceof Failure && thrown.message.includes(file),
    )
  assert.equal(await newestPlanVersion(centre.db), undefined)
})

test('a plan that cannot be read is not kept, and a kept version cannot be changed', async () => {
  const centre = await scratchCentre(await server.database())
  await assert.rejects(
    keepPlan(centre, changedPlan(['people.yaml', 'people:\n', 'peple:\n']), { who: FLORA, because: 'slip' }),
    /was not kept; the version in force stays[^]*people.yaml:\d+:1 "peple" is not known/,
  )
  assert.equal(await newestPlanVersion(centre.db), undefined)
  await keepPlan(centre, samplePlan, { who: FLORA, because: 'first' })
  for (const table of ['plan_version', 'plan_version_file', 'plan_text'])
    await assert.rejects(sql`delete from ${sql.table(table)}`.execute(centre.db), /stays as it is/)
})
