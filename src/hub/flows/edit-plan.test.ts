import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { changedPlan, samplePlan } from '../../../test/readiness/sample-plan.ts'
import { valuesOf } from '../../readiness/edit/card-values.ts'
import { CARDS, type CardKind } from '../../readiness/edit/cards.ts'
import { writtenEntry } from '../../readiness/edit/edit-plan.ts'
import type { Values } from '../../readiness/edit/value-parts.ts'
import { listPlanVersions, newestPlanVersion, planFilesOf } from '../../readiness/store.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { editPlan, type SentEdit } from './edit-plan.ts'
import { keepPlan } from './keep-plan.ts'
import { type ScratchCentre, scratchCentre } from './scratch-centre.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const FLORA = { personId: 'person_1', login: 'flora' }
const RALPH = { personId: 'person_2', login: 'ralph' }

async function practice(): Promise<ScratchCentre> {
  const centre = await scratchCentre(await server.database())
  await keepPlan(centre, samplePlan, { who: FLORA, because: 'first' })
  return centre
}
function valuesIn(kind: CardKind, id: string): Values {
  return valuesOf(CARDS[kind], writtenEntry(CARDS[kind], samplePlan, id))
}
function sent(kind: CardKind, id: string | undefined, change: Values, more: Partial<SentEdit> = {}): SentEdit {
  const values = { ...(id === undefined ? valuesOf(CARDS[kind], {}) : valuesIn(kind, id)), ...change }
  return { card: CARDS[kind], id, base: 1, values, because: 'it changed', anyway: false, remove: false, ...more }
}
const phones = (number: string): Values => ({ phones: [{ number, kind: 'mobile' }] })

test('a change on the page is the next version of the same files, with who and why; pressing twice makes one', async () => {
  const centre = await practice()
  const edit = sent('person', 'bfenworth', phones('(414) 555-0199'))
  assert.deepEqual(await editPlan(centre, edit, FLORA), { outcome: 'kept', version: 2 })
  assert.deepEqual(await editPlan(centre, edit, FLORA), { outcome: 'same', version: 2 })
  assert.deepEqual(await planFilesOf(centre.db, 2), changedPlan(['people.yaml', '(414) 555-0126', '(414) 555-0199']))
  const [last] = await listPlanVersions(centre.db)
  assert.deepEqual([last?.keptBy, last?.because], ['flora', 'it changed'])
  assert.deepEqual(centre.audited.map(({ what, about }) => [what, about.version]).at(-1), ['plan-kept', 2])
  const added = sent('person', undefined, { name: 'Ada Ruiz', ...phones('(414) 555-0150') })
  const [one, two] = await Promise.all([editPlan(centre, added, FLORA), editPlan(centre, added, FLORA)])
  assert.deepEqual([one.outcome, two.outcome].toSorted(), ['kept', 'same'])
  const people = (await planFilesOf(centre.db, 3)).get('people.yaml') ?? ''
  assert.equal(people.split('id: ada-ruiz').length, 2)
})

test('two who change different things both get them; of the same thing the second is shown what the first did, and loses nothing', async () => {
  const centre = await practice()
  await editPlan(centre, sent('person', 'bfenworth', { ...phones('(414) 555-0199'), title: 'Head of billing' }), FLORA)
  // Ralph opened both forms before that.
  assert.deepEqual(await editPlan(centre, sent('site', 'riverside', { phone: '(608) 555-0119' }), RALPH), {
    outcome: 'kept',
    version: 3,
  })
  const leave = [{ from: '2026-12-01', to: '2026-12-02' }]
  const mine = sent('person', 'bfenworth', { leave, title: 'Billing lead' })
  const told = await editPlan(centre, mine, RALPH)
  assert.ok(told.outcome === 'again')
  assert.deepEqual(
    told.meanwhile.map(({ key, is, clash }) => [key, is, clash]),
    [
      ['title', 'Head of billing', true],
      ['phones', [{ number: '(414) 555-0199', kind: 'mobile' }], false],
    ],
  )
  assert.deepEqual([told.values.leave, told.values.title], [leave, 'Billing lead'])
  assert.deepEqual([told.version.version, (await newestPlanVersion(centre.db))?.version], [3, 3])
  const again = { ...mine, values: told.values, base: told.version.version }
  assert.deepEqual(await editPlan(centre, again, RALPH), { outcome: 'kept', version: 4 })
  const files = await planFilesOf(centre.db, 4)
  assert.match(files.get('people.yaml') ?? '', /title: Billing lead[^]*\(414\) 555-0199[^]*2026-12-01/)
  assert.match(files.get('sites.yaml') ?? '', /\(608\) 555-0119/)
})

test('many who change things in the same moment each get their own version, in a row', async () => {
  const centre = await practice()
  const ids = ['bfenworth', 'lwickley', 'vsorrelshaw', 'rthornvane']
  const all = await Promise.all(
    ids.map((id, nth) => editPlan(centre, sent('person', id, phones(`(414) 555-018${nth}`)), FLORA)),
  )
  assert.deepEqual(
    all.map(({ outcome }) => outcome),
    ids.map(() => 'kept'),
  )
  const last = (await planFilesOf(centre.db, 5)).get('people.yaml') ?? ''
  for (const [nth] of ids.entries()) assert.match(last, new RegExp(`555-018${nth}`))
})

test('what is wrong, what would follow and what names somebody still are told before anything is kept', async () => {
  const centre = await practice()
  const wrong = await editPlan(
    centre,
    sent('person', 'bfenworth', { ...phones('1'), email: 'x' }, { because: '' }),
    FLORA,
  )
  assert.ok(wrong.outcome === 'again')
  assert.deepEqual(wrong.wrong.map(({ field }) => field).toSorted(), ['because', 'email', 'phones-0-number'])
  const mute = sent('vendor', 'valley-electric', {
    tiers: [{ name: 'Outage line', phone: '', email: '', answersWithin: '' }],
  })
  const follows = await editPlan(centre, mute, FLORA)
  assert.ok(follows.outcome === 'again' && !follows.stops)
  assert.match(follows.follows.map(({ says }) => says).join(), /Valley Electric has no telephone number/)
  assert.equal((await editPlan(centre, { ...mute, anyway: true }, FLORA)).outcome, 'kept')
  const gone = await editPlan(centre, sent('person', 'zsedgeden', {}, { remove: true, anyway: true, base: 2 }), FLORA)
  assert.ok(gone.outcome === 'again' && gone.stops)
  assert.equal((await newestPlanVersion(centre.db))?.version, 2)
})
