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
