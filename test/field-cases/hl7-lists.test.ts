import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entriesOf } from '../../src/chart/apply-section.ts'
import { messagesIn, played } from './hl7-play.ts'

const allergiesAfter = async (file: string): Promise<string[]> =>
  entriesOf((await played(messagesIn(file))).chart('7001').allergies)
    .map(({ code }) => code.text)
    .toSorted()

test('hl7-nkda-wipes-peanut.hl7: the peanut stays', async () => {
  assert.deepEqual(await allergiesAfter('hl7-nkda-wipes-peanut.hl7'), ['NKDA', 'Peanut'])
})

test('hl7-nkfa-wipes-penicillin.hl7: the penicillin stays, and the narrower statement is an entry', async () => {
  assert.deepEqual(await allergiesAfter('hl7-nkfa-wipes-penicillin.hl7'), ['No known food allergy', 'Penicillin'])
})

test('hl7-iam-nkfa-wipes-penicillin.hl7: the penicillin stays', async () => {
  assert.deepEqual(await allergiesAfter('hl7-iam-nkfa-wipes-penicillin.hl7'), ['No known food allergies', 'Penicillin'])
})
