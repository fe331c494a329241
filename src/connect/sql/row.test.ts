import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FieldSpec } from './mapping.ts'
import { personFrom } from './person.ts'
import { bind, RowReader } from './row.ts'
import { visitFrom } from './visit.ts'

const read = (cell: string | null, spec: Omit<FieldSpec, 'column'> = {}, name = 'x'): RowReader =>
  new RowReader(bind({ [name]: { column: 'c', ...spec } }, ['c'], 'America/New_York'), [cell])

test('yes and no are read however an engine writes them, for deceased and for restriction', () => {
  for (const [cell, yes] of [
    ['t', true],
    ['true', true],
    ['1', true],
    ['f', false],
    ['false', false],
    ['0', false],
  ] as const) {
    assert.equal(read(cell).yesNo('x'), yes, cell)
    for (const map of [
      { '1': 'vip', '0': 'none' },
      { true: 'vip', false: 'none' },
      { t: 'vip', f: 'none' },
      { TRUE: 'vip', FALSE: 'none' },
    ])
      assert.equal(
        read(cell, { map }).oneOf('x', ['vip', 'none']),
        yes ? 'vip' : 'none',
        `${cell} by ${JSON.stringify(map)}`,
      )
  }
  const codes = read('t', { map: { '1': 'booked', T: 'arrived', Q: 'cancelled' } })
  assert.equal(codes.oneOf('x', ['booked', 'arrived', 'cancelled']), undefined, 'a list of codes is no boolean')
  assert.equal(codes.faults.length, 1)
})

test('bytes are the text that they are in UTF-8, and otherwise nobody’s words', () => {
  const hex = (text: string): string => `\\x${Buffer.from(text).toString('hex')}`
  assert.equal(read(hex('Muñoz')).text('x'), 'Muñoz')
  assert.equal(read(hex('Muñoz\0\0')).text('x'), 'Muñoz', 'filled up to a fixed length')
  for (const cell of ['\\x4d75f16f7a', '\\x4100420043']) {
    const row = read(cell)
    assert.equal(row.text('x'), undefined, cell)
    assert.match(row.faults.join(), /bytes that are no text/)
  }
  for (const text of ['\\x', '\\xyz', 'a \\x41', '\\x4', 'bytes'])
    assert.equal(read(text).text('x'), text === '\\x' ? undefined : text)
  assert.equal(read('\\x4d75f16f7a', {}, 'id').text('id'), '\\x4d75f16f7a', 'an id stays what it is')
})

test('an id that was rounded names nobody, and is told one time', () => {
  for (const cell of ['1.23457e11', '1.23457E+11', '1e+15', '-1.2e-3'])
    for (const name of ['id', 'patientId', 'mrn', 'patientMrn']) {
      const row = read(cell, {}, name)
      assert.equal(row.text(name), undefined, cell)
      row.text(name)
      assert.equal(row.faults.length, 1)
    }
  assert.equal(read('1.5e3', {}, 'value').text('value'), '1.5e3')
})

test('a patient without an MRN has a chart under the id; one whose MRN cannot be used has none shown', () => {
  const fields = { id: { column: 'id' }, mrn: { column: 'mrn' }, 'name.family': { column: 'family' } }
  const personOf = (mrn: string | null) => {
    const row = new RowReader(bind(fields, ['id', 'mrn', 'family'], 'UTC'), ['12', mrn, 'Ode'])
    return [personFrom(row)?.patient.mrn, row.faults.length]
  }
  assert.deepEqual(personOf('A7'), ['A7', 0])
  assert.deepEqual([null, '', '  '].map(personOf), [
    ['12', 1],
    ['12', 1],
    ['12', 1],
  ])
  assert.deepEqual(personOf('1.23457E+11'), ['', 1])
})

test('a birth date that stands for none is told, and not shown', () => {
  for (const cell of ['0001-01-01', '1753-01-01 00:00:00', '9999-12-31']) {
    const row = read(cell)
    assert.equal(row.birthDate('x'), undefined, cell)
    assert.equal(row.faults.length, 1)
  }
  assert.equal(read('1980-00-00').birthDate('x'), '1980')
})

test('a visit with a day alone, a strange length or an end before its start says so', () => {
  const visit = (cells: { [column: string]: string | null }): [string | undefined, number, string[]] => {
    const columns = Object.keys(cells)
    const fields = Object.fromEntries(columns.map((column) => [column, { column }]))
    const row = new RowReader(bind(fields, columns, 'UTC'), Object.values(cells))
    const found = visitFrom(row, 'ehr', 0)
    const minutes = found === undefined ? 0 : (found.end - found.start) / 60_000
    return [found && new Date(found.start).toISOString().slice(0, 16), minutes, row.faults]
  }
  const whole = { id: '1', status: 'booked', start: '2026-11-24 09:00:00', minutes: '30', end: null }
  const table: [object, string, number, RegExp | undefined][] = [
    [{}, '2026-11-24T09:00', 30, undefined],
    [{ start: '2026-11-24' }, '2026-11-24T00:00', 30, /no time of day/],
    [{ start: '2026-11-24 00:00:00' }, '2026-11-24T00:00', 30, undefined],
    [{ minutes: '1:30' }, '2026-11-24T09:00', 15, /no number of minutes/],
    [{ minutes: '-5' }, '2026-11-24T09:00', 15, /no number of minutes/],
    [{ minutes: null }, '2026-11-24T09:00', 15, undefined],
    [{ end: '2026-11-24 08:00:00' }, '2026-11-24T09:00', 30, /end is before start/],
  ]
  for (const [more, start, minutes, because] of table) {
    const [shown, length, faults] = visit({ ...whole, ...more })
    assert.deepEqual([shown, length, faults.length], [start, minutes, because === undefined ? 0 : 1], faults.join())
    if (because !== undefined) assert.match(faults.join(), because)
  }
})
