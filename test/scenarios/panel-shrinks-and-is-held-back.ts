import assert from 'node:assert/strict'
import { recordOf } from '../../dev/practice/practice.ts'
import { bringAllergiesBack, emptyAllergies } from '../../dev/sample/empty-allergies.ts'
import { personByLogin } from '../../src/access/people/store.ts'
import { systemClock } from '../../src/base/time.ts'
import { decideHeld } from '../../src/hub/flows/decide-held.ts'
import type { HeldBack } from '../../src/hub/held/held.ts'
import { heldBack } from '../../src/hub/held/store.ts'
import { openChart } from './stage/find.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'A restore empties the EHR’s allergies; every chart keeps what it had and says so, and nothing goes without two people'

const SITE = 'lighthouse-point'

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using stage = await openStage({ signal, sites: [SITE], patients: 240 })
  const { practice } = stage.sample
  const known = Array.from({ length: 240 }, (_, at) => recordOf(practice, at + 1)).find(
    ({ allergy, patient }) => allergy.length > 0 && patient.restriction === 'none',
  )
  assert.ok(known !== undefined)
  const { patient, allergy } = known
  const doctor = stage.browser(stage.site(SITE).url)
  await doctor.signIn('doctor', PASSWORD)
  const chart = async () => (await openChart(doctor, patient.mrn, patient.mrn)).words
  const patience = { withinMs: 90_000, signal }
  assert.ok((await chart()).includes(allergy[0]?.substance ?? '?'))

  await emptyAllergies(stage.sample.ehr)
  const held = await until('the loss is held back', async () => (await open(stage))[0], patience)
  assert.ok(held.shrinks.some(({ what }) => what === 'allergies'))
  await stage.fresh(systemClock.now())
  assert.ok((await chart()).includes(allergy[0]?.substance ?? '?'), 'the allergy is still on the chart')
  await until('the chart says so', async () => /held back/i.test(await chart()), patience)
  tell(
    `The EHR's allergy table is emptied. ${told(held)} are held back: charts keep them and say so. The rest stays current.`,
  )

  const again = await open(stage)
  assert.equal(again.length, 1, 'one question, however often it is read')
  const alarms = await until(
    'an alarm says so',
    async () => {
      const owner = stage.browser(stage.hubUrl)
      await owner.signIn('owner', PASSWORD)
      const page = await owner.open('/alarms')
      return /held back/i.test(page.words) ? page.words : undefined
    },
    patience,
  )
  assert.ok(alarms.length > 0)
  tell('One alarm says what happened and who must decide.')

  const { centre } = stage.sample.settled
  const owner = await personByLogin(centre.db, 'owner')
  assert.ok(owner !== undefined)
  const actor = { personId: owner.id, login: owner.login }
  const asked = { id: held.id, decision: 'approve', reason: 'looked in the EHR' } as const
  assert.equal(await decideHeld(centre, actor, asked), 'needs-another-person')
  assert.ok((await chart()).includes(allergy[0]?.substance ?? '?'))
  tell('One person alone cannot let allergies go.')

  await bringAllergiesBack(stage.sample.ehr)
  await until('the hold ends by itself', async () => (await open(stage)).length === 0, patience)
  await stage.fresh(systemClock.now())
  await until('the chart is as before', async () => !/held back/i.test(await chart()), patience)
  tell(
    'The restore ends and the EHR has its allergies again: the hold ends by itself, and nobody has to press anything.',
  )
}

function told(held: HeldBack): string {
  const shrink = held.shrinks.find(({ what }) => what === 'allergies')
  return `${shrink?.entries} allergies of ${shrink?.charts} charts`
}

async function open(stage: Stage): Promise<HeldBack[]> {
  return heldBack(stage.sample.settled.centre.db, 'open')
}
