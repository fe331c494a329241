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

test('hl7-report-lines-one-kept.hl7: all lines, in order', async () => {
  const chart = (await played(messagesIn('hl7-report-lines-one-kept.hl7'))).chart('7001')
  assert.deepEqual(
    entriesOf(chart.results).map(({ value }) => value),
    ['CHEST, TWO VIEWS\n2.3 cm nodule, right upper lobe.\nDiscussed by telephone.'],
  )
})

test('hl7-two-organisms-one-kept.hl7: both organisms', async () => {
  const chart = (await played(messagesIn('hl7-two-organisms-one-kept.hl7'))).chart('7001')
  assert.deepEqual(
    entriesOf(chart.results).map(({ value }) => value),
    ['MRSA', 'E. coli'],
  )
})

test('hl7-glucose-series-one-kept.hl7: both values, each with its time', async () => {
  const chart = (await played(messagesIn('hl7-glucose-series-one-kept.hl7'))).chart('7001')
  assert.deepEqual(
    entriesOf(chart.results).map(({ value, at }) => [value, at === undefined ? at : new Date(at).toISOString()]),
    [
      ['201', '2026-11-22T15:00:00.000Z'],
      ['92', '2026-11-22T13:00:00.000Z'],
    ],
  )
})

test('hl7-nte-holds-the-result.hl7: the note is shown with the result', async () => {
  const { chart, quarantined } = await played(messagesIn('hl7-nte-holds-the-result.hl7'))
  const [result] = entriesOf(chart('7001').results)
  assert.deepEqual([result?.value, result?.note], ['See note', 'REPEATEDLY REACTIVE. Confirm.'])
  assert.deepEqual(quarantined, [])
})

test('hl7-repeated-hour-drops-correction.hl7: the corrected value stands', async () => {
  const chart = (await played(messagesIn('hl7-repeated-hour-drops-correction.hl7'))).chart('7001')
  assert.deepEqual(
    entriesOf(chart.results).map(({ value, status }) => [value, status]),
    [['4.9', 'corrected']],
  )
})
