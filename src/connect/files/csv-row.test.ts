import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CsvRow, rowOf } from './csv-row.ts'

const FIELDS =
  'id mrn patientId patientMrn phone.home memberId code lot providerId birthDate text name.family restriction balanceDue'
const rule = {
  match: '*',
  holds: 'patients',
  encoding: 'utf-8',
  delimiter: ',',
  dates: 'MM/DD/YYYY',
  fields: Object.fromEntries(FIELDS.split(' ').map((name) => [name, { column: 'c' }])),
}

const of = (cell: string): CsvRow => rowOf({ c: cell }, { rule, zone: 'America/New_York' })

test('a number that a spreadsheet rounded or lost names nobody, wherever it stands', () => {
  for (const cell of ['1.23457E+11', '1,23E+05', '1.2e+5', '1E+05', '5.03556E+09', '-1.2E-3', '1.23457E11', '1.2 E+11'])
    for (const field of ['id', 'mrn', 'patientId', 'patientMrn', 'phone.home', 'memberId', 'code', 'providerId']) {
      const row = of(cell)
      assert.equal(row.text(field), undefined, `${field} ${cell}`)
      assert.match(row.faults.join(), /^Column "c" holds no number as it was: a spreadsheet rounded it[^,]*,? /, cell)
      row.text(field)
      assert.equal(row.faults.length, 1, 'told one time')
    }
  for (const cell of ['#REF!', '#VALUE!', '#NAME?', '#DIV/0!', '########'])
    for (const field of ['id', 'phone.home', 'text', 'birthDate', 'restriction']) {
      const row = of(cell)
      assert.equal(row.text(field), undefined, `${field} ${cell}`)
      assert.match(row.faults.join(), /an error of a spreadsheet/)
    }
  assert.equal(of('12E4').text('lot'), '12E4', 'a lot may have a letter of its own')
  assert.equal(of('E11.9').text('code'), 'E11.9')
  for (const id of ['0012', '7-12', 'A1E5', 'E5', '12E', '1.5']) assert.equal(of(id).text('id'), id)
})

test('words for nothing are nothing, and no name, allergy or answer is taken for one', () => {
  for (const cell of ['NULL', '\\N', '#N/A', '(null)', '', '  '])
    for (const field of ['id', 'mrn', 'phone.home', 'text', 'birthDate', 'name.family', 'restriction']) {
      const row = of(cell)
      assert.deepEqual([row.text(field), row.faults], [undefined, []], `${field} ${cell}`)
    }
  for (const cell of ['-', '--', 'N/A', 'n/a', 'null', 'nil', 'None', 'nan', 'NaT', 'unknown', '?'])
    for (const field of ['id', 'mrn', 'patientId', 'phone.home', 'birthDate']) {
      const row = of(cell)
      assert.deepEqual(
        [row.text(field), row.day('birthDate'), row.faults],
        [undefined, undefined, []],
        `${field} ${cell}`,
      )
    }
  for (const family of ['Null', 'null', 'Nil', 'None', 'Na', 'Nan', 'Unknown'])
    assert.equal(of(family).text('name.family'), family)
  for (const said of ['None', 'nil', 'Unknown', 'None known']) assert.equal(of(said).text('text'), said)
  for (const nothing of ['-', 'N/A', 'null']) assert.equal(of(nothing).text('text'), undefined)
  const doubtful = of('-')
  assert.equal(doubtful.oneOf('restriction', ['none', 'vip']), undefined)
  assert.equal(doubtful.faults.length, 1, 'an answer that is none is doubted')
})

test('days are read as the rule says, and what a spreadsheet made of them is a fault', () => {
  for (const [cell, day] of [
    ['3/1/1980', '1980-03-01'],
    ['03/01/1980 00:00', '1980-03-01'],
    ['1980-03-01T00:00:00', '1980-03-01'],
    ['1980-03', '1980-03'],
    ['1980', '1980'],
  ] as const)
    assert.deepEqual([of(cell).day('birthDate'), of(cell).faults], [day, []], cell)
  for (const cell of ['0000-00-00', '00/00/0000', '0000-00-00 00:00:00']) {
    const row = of(cell)
    assert.deepEqual([row.day('birthDate'), row.faults], [undefined, []], cell)
  }
  for (const cell of [
    '44927',
    '9131',
    '29281.5',
    '3/1/80',
    '3/1/19801',
    '3/1/1980xyz',
    '1980-03-012',
    '13/1/1980',
    '1980-13',
    '2/30/1980',
    '1980-00',
  ]) {
    const row = of(cell)
    assert.equal(row.day('birthDate'), undefined, cell)
    assert.match(row.faults.join(), /holds no day as MM\/DD\/YYYY/, cell)
  }
})

test('an amount in parts of a cent is a fault, and four zeros are none', () => {
  assert.equal(of('12.3000').cents('balanceDue'), 1230)
  assert.equal(of('19.99').cents('balanceDue'), 1999)
  const odd = of('12.3456')
  assert.deepEqual([odd.cents('balanceDue'), odd.faults.length], [undefined, 1])
})
