import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { appointmentsIn } from '../../src/chart/visits/store.ts'
import { type ScratchServer, scratchServer } from '../../src/hub/database/scratch.ts'
import { idsIn, NOW, type Stage, stageOn } from '../truth/stage.ts'
import { messagesIn, partsOf } from './hl7-play.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

/** A hub that has read the messages, all at once or one read for each. */
async function hubAfter(file: string, how: 'at once' | 'one by one'): Promise<Stage> {
  const hub = await stageOn(await server.database(), [{ id: 'feed', kind: 'hl7v2' }])
  const messages = messagesIn(file)
  for (const batch of how === 'at once' ? [messages] : messages.map((one) => [one]))
    await hub.read('feed', await partsOf(batch))
  return hub
}

const WAYS = ['at once', 'one by one'] as const

test('hl7-mrg-with-two-numbers.hl7: both old charts are merged, with their allergies', async () => {
  for (const how of WAYS) {
    const panel = await (await hubAfter('hl7-mrg-with-two-numbers.hl7', how)).panel()
    assert.deepEqual([...panel.keys()], ['7'], how)
    assert.deepEqual(idsIn(panel.get('7'), 'allergies').toSorted(), ['L@L~latex', 'P@L~penicillin'], how)
  }
})

test('hl7-old-number-after-merge.hl7: what comes under the merged number reaches the chart that stayed', async () => {
  for (const how of WAYS) {
    const panel = await (await hubAfter('hl7-old-number-after-merge.hl7', how)).panel()
    assert.deepEqual([...panel.keys()], ['7'], how)
    assert.deepEqual(idsIn(panel.get('7'), 'allergies'), ['P@L~penicillin'], how)
  }
})

test('hl7-cancel-before-booking.hl7: a visit that was canceled before its booking came is canceled', async () => {
  for (const how of WAYS) {
    const hub = await hubAfter('hl7-cancel-before-booking.hl7', how)
    const visits = await appointmentsIn(hub.db, 'all', 0, NOW * 2)
    assert.deepEqual(
      visits.map(({ id, patientId, status }) => [id, patientId, status]),
      [['F1', '7001', 'cancelled']],
      how,
    )
  }
})

test('a visit that is first heard of by an update is on the schedule, and its booking or another update completes it', async () => {
  const hub = await stageOn(await server.database(), [{ id: 'feed', kind: 'hl7v2' }])
  const siu = (trigger: string, time: string, ...lines: string[]): Buffer =>
    Buffer.from(
      [`MSH|^~\\&|A|B|||${time}||SIU^${trigger}|${time}|P|2.5.1`, 'SCH|A1|F1|||||K^Knee|FU|20|min', ...lines].join(
        '\r',
      ),
    )
  const pid = 'PID|1||7001^^^HV^MR||Quillen^Tamsin||19800301|F'
  const visits = async () =>
    (await appointmentsIn(hub.db, 'all', 0, NOW * 2)).map(
      (one) => `${one.id} ${one.patientId} ${one.locationId} ${one.status}`,
    )
  await hub.read('feed', await partsOf([siu('S14', '202611221000', pid, 'AIS|1|A|x|20261123093000')]))
  assert.deepEqual(await visits(), ['F1 7001 unknown booked'])
  await hub.read('feed', await partsOf([siu('S14', '202611221010', 'AIL|1|A|East^R2^^HV-East')]))
  assert.deepEqual(await visits(), ['F1 7001 HV-East booked'])
  await hub.read('feed', await partsOf([siu('S14', '202611221020', 'AIS|1|A|x|20261123100000')]))
  assert.deepEqual(await visits(), ['F1 7001 HV-East booked'])
  await hub.read('feed', await partsOf([siu('S15', '202611221030', pid), siu('S14', '202611221025', pid)]))
  assert.deepEqual(await visits(), ['F1 7001 HV-East cancelled'])
  await hub.read('feed', await partsOf([siu('S17', '202611221040', pid)]))
  assert.deepEqual(await visits(), [])
  await hub.read('feed', await partsOf([siu('S12', '202611221050', pid, 'AIS|1|A|x|20261123093000')]))
  assert.deepEqual(await visits(), ['F1 7001 unknown booked'])
})
