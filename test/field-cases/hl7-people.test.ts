import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messagesIn, played } from './hl7-play.ts'

const patientOf = async (file: string) => (await played(messagesIn(file))).chart('7001').patient

test('hl7-ssn-becomes-chart-number.hl7: the chart number is the record number', async () => {
  const { charts } = await played(messagesIn('hl7-ssn-becomes-chart-number.hl7'))
  assert.deepEqual(
    [...charts.values()].map(({ patient }) => [patient.id, patient.mrn]),
    [['7001', '7001']],
  )
})

test('hl7-death-date-without-flag.hl7: deceased', async () => {
  assert.equal((await patientOf('hl7-death-date-without-flag.hl7')).deceased, true)
})

test('hl7-dob-iso-dropped.hl7: the birth date is read', async () => {
  assert.equal((await patientOf('hl7-dob-iso-dropped.hl7')).birthDate, '1980-03-01')
})

test('hl7-email-as-phone.hl7: an e-mail address is no telephone', async () => {
  assert.deepEqual((await patientOf('hl7-email-as-phone.hl7')).phones, [])
})

test('hl7-null-does-not-clear.hl7: the address and the death are cleared, the telephone stays', async () => {
  const { address, deceased, phones } = await patientOf('hl7-null-does-not-clear.hl7')
  assert.deepEqual([address, deceased, phones.length], [undefined, undefined, 1])
})

test('hl7-8859-1-declared-utf8-sent.hl7: the name is read as what its bytes are, and the mismatch is told', async () => {
  const { chart, quarantined } = await played(messagesIn('hl7-8859-1-declared-utf8-sent.hl7'))
  assert.deepEqual(chart('7001').patient.name, { family: 'Muñoz', given: ['Renée'] })
  assert.equal(quarantined.length, 1)
})

test('hl7-one-bad-byte-spoils-all.hl7: only the broken letter is lost, and it is told with the chart', async () => {
  const { chart, quarantined } = await played(messagesIn('hl7-one-bad-byte-spoils-all.hl7'))
  const { name, address } = chart('7001').patient
  assert.deepEqual([name.family, name.given, address?.line], ['Muñoz', ['Renée'], 'Quay\uFFFD St'])
  assert.deepEqual(
    quarantined.map(({ patientId }) => patientId),
    ['7001'],
  )
})
