import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { applyChange } from '../../chart/apply.ts'
import type { ChartChange } from '../../chart/change.ts'
import type { Patient } from '../../chart/chart.ts'
import { hl7v2Config, type Reading } from './config.ts'
import { interpret } from './interpret.ts'
import { parseMessage } from './message.ts'
import type { Told } from './told.ts'

const { reading } = hl7v2Config.parse({ id: 'x', kind: 'hl7v2', journal: { folder: 'x' }, zone: 'UTC' })

function told(event: string, lines: string[], at = 1, rules: Partial<Reading> = {}): Told {
  const parsed = parseMessage([`MSH|^~\\&|A|B|||||${event}|c`, ...lines].join('\r'))
  assert.ok('message' in parsed)
  return interpret(parsed.message, { sourceId: 'x', zone: 'UTC', at, reading: { ...reading, ...rules } })
}

/** A PID of chart 7 with these fields. */
function pid(fields: { [field: number]: string } = {}): string {
  const all: { [field: number]: string } = { 1: '1', 3: '7^^^H^MR', 5: 'Quillen^Tamsin', ...fields }
  return ['PID', ...Array.from({ length: 30 }, (_, at) => all[at + 1] ?? '')].join('|')
}

function patientAfter(...tellings: Told[]): Patient {
  const changes = tellings.flatMap(({ charts }) => charts).filter((change) => change.type !== 'merge')
  const chart = changes.reduce<ReturnType<typeof applyChange>>(applyChange, undefined)
  assert.ok(chart)
  return chart.patient
}

const idOf = ({ charts }: Told): string | undefined =>
  charts.flatMap((change) => ('patientId' in change ? change.patientId : []))[0]
const chartOf = (identifiers: string, rules: Partial<Reading> = {}): string | undefined =>
  idOf(told('ADT^A08', [pid({ 3: identifiers })], 1, rules))

test('the chart is the wanted type, then any record number, then an untyped number; never a number of the state or an account', () => {
  const OTHERS = [
    '999-99-1234^^^SSA^SS',
    '123456789^^^^SS',
    'D123^^^DMV^DL',
    'A55^^^H^AN',
    'V9^^^H^VN',
    '12^^^INS^MC',
    '5^^^H^EI',
    '999-99-1234',
    '999991234^^^SSA',
  ]
  const fits: [string, number][] = [
    ['7^^^H^MR', 0],
    ['8^^^H^PI', 1],
    ['9^^^H', 2],
  ]
  fc.assert(
    fc.property(
      fc.shuffledSubarray(OTHERS),
      fc.shuffledSubarray(fits),
      fc.integer({ min: 0, max: 99 }),
      (others, some, at) => {
        const all = others.toSpliced(at % (others.length + 1), 0, ...some.map(([text]) => text))
        if (all.length === 0) return
        const best = some.toSorted((a, b) => a[1] - b[1])[0]?.[0].split('^')[0]
        assert.equal(chartOf(all.join('~')), best, all.join('~'))
      },
    ),
  )
  assert.equal(chartOf('1^^^A^MR~2^^^B^MR', { patientIdAuthority: 'B' }), '2')
  assert.equal(chartOf('1^^^A^MR~2^^^B^SS', { patientIdAuthority: 'B' }), undefined)
  assert.equal(chartOf('7^^^H^mr'), '7')
  for (const ssn of [
    '123456789^^^USSSA',
    '123456789^^^^^USSSA',
    '123456789^^^^USSSA',
    '123456789^^^^^X&2.16.840.1.113883.4.1&ISO',
  ]) {
    assert.equal(chartOf(ssn), undefined, ssn)
    assert.equal(chartOf(`${ssn}~7^5^M11^ADT^GOOD HEALTH HOSPITAL`), '7', ssn)
    assert.equal(chartOf(`7^5^M11^ADT^GOOD HEALTH HOSPITAL~${ssn}`), '7', ssn)
  }
  const named = told('ADT^A08', [pid({ 3: '999-99-1234^^^SSA^SS' })])
  assert.deepEqual([named.charts.length, named.faults.length], [0, 1])
  assert.doesNotMatch(named.faults[0]?.because ?? '', /\d{4}/)
})

test('a number that may stand for several patients, or for none, names no chart', () => {
  for (const id of ['1.23457E+11', '1,23E+05', '1E+11', '1.5e10', '000', 'UNKNOWN', 'N/A', 'null', '""'])
    assert.equal(chartOf(`${id}^^^H^MR`), undefined, id)
  for (const id of ['12E5', 'E11', '1E', '0', '0012', 'NONEX']) assert.equal(chartOf(`${id}^^^H^MR`), id)
})

test('every record number of MRG-1 is merged, but the one that stays; other numbers are not', () => {
  const merges = (mrg: string): string[] =>
    told('ADT^A40', [pid(), `MRG|${mrg}`]).charts.flatMap((change: ChartChange) =>
      change.type === 'merge' ? change.fromId : [],
    )
  assert.deepEqual(merges('8^^^H^MR~9^^^H^MR'), ['8', '9'])
  assert.deepEqual(merges('8^^^H^MR~7^^^H^MR~8^^^H^MR~999-99-1234^^^SSA^SS'), ['8'])
  for (const mrg of ['7^^^H^MR', '', '999-99-1234^^^SSA^SS', '8^^^H^MR~1.2E+9^^^H^MR']) {
    const { charts, faults } = told('ADT^A40', [pid(), `MRG|${mrg}`])
    assert.deepEqual([charts.length, faults.map(({ patientId }) => patientId)], [0, ['7']], mrg)
  }
})

test('whoever has a day of death is deceased, unless the flag says otherwise: then nobody guesses', () => {
  const deceased = (date: string, flag: string): (boolean | undefined | number)[] => {
    const message = told('ADT^A08', [pid({ 29: date, 30: flag })])
    return [patientAfter(message).deceased, message.faults.length]
  }
  for (const flag of ['', 'Y', 'y', 'true', '""']) assert.deepEqual(deceased('20261101', flag), [true, 0], flag)
  assert.deepEqual(deceased('', 'Y'), [true, 0])
  assert.deepEqual(deceased('', 'N'), [false, 0])
  assert.deepEqual(deceased('', ''), [undefined, 0])
  assert.deepEqual(deceased('20261101', 'N'), [undefined, 1])
  assert.deepEqual(deceased('', 'maybe'), [undefined, 1])
})

const FULL = [
  pid({
    7: '19800301',
    11: '5 Quay St^^Portland^OR^97201',
    13: '503-555-0111',
    15: 'spa^Spanish',
    29: '20261101',
    30: 'Y',
  }),
  'PD1||||42^Moss^Kim',
  'NK1|1|Rivera^Luis|SPO',
]

test('a null clears what it names, in every way of writing it, and never becomes text; an empty field changes nothing', () => {
  const cleared: [string[], keyof Patient][] = [
    [[pid({ 7: '""' })], 'birthDate'],
    [[pid({ 11: '""' })], 'address'],
    [[pid({ 11: '""^""^""' })], 'address'],
    [[pid({ 13: '""' })], 'phones'],
    [[pid({ 13: '""^""', 14: '""' })], 'phones'],
    [[pid({ 15: '""' })], 'language'],
    [[pid({ 29: '""', 30: '""' })], 'deceased'],
    [[pid({ 30: '""' })], 'deceased'],
    [[pid(), 'PD1||||""'], 'primaryCare'],
    [[pid(), 'NK1|1|""'], 'emergencyContact'],
  ]
  const before = patientAfter(told('ADT^A04', FULL))
  assert.deepEqual(patientAfter(told('ADT^A04', FULL), told('ADT^A08', [pid(), 'PD1|', 'NK1|1'], 2)), before)
  for (const [lines, field] of cleared) {
    const message = told('ADT^A08', lines, 2)
    const after = patientAfter(told('ADT^A04', FULL), message)
    assert.deepEqual(after[field], field === 'phones' ? [] : undefined, field)
    const { [field]: _, ...others } = before
    const { [field]: __, ...left } = after
    assert.deepEqual(left, others, field)
    assert.doesNotMatch(JSON.stringify(message), /\\"\\"/)
  }
})

test('telephones of PID-13 and PID-14 are two halves of one list, and neither speaks for the other', () => {
  const HOME = '503-555-0111~503-555-0112^PRN^CP'
  const after = (fields: { [field: number]: string }): string[] => {
    const message = told('ADT^A08', [pid(fields)], 2)
    assert.deepEqual(message.faults, [])
    const { phones } = patientAfter(told('ADT^A04', [pid({ 13: HOME, 14: '503-555-0199' })]), message)
    return phones.map(({ use, number }) => `${use} ${number.slice(-3)}`)
  }
  const known = ['home 111', 'mobile 112', 'work 199']
  assert.deepEqual(after({}), known)
  assert.deepEqual(after({ 14: '503-555-0188' }), ['home 111', 'mobile 112', 'work 188'])
  assert.deepEqual(after({ 14: '""' }), ['home 111', 'mobile 112'])
  assert.deepEqual(after({ 13: '503-555-0122' }), ['home 122', 'work 199'])
  assert.deepEqual(after({ 13: '""' }), ['work 199'])
  assert.deepEqual(after({ 13: '""', 14: '503-555-0188' }), ['work 188'])
  assert.deepEqual(after({ 13: '""', 14: '""' }), [])
  assert.deepEqual(after({ 13: '503-555-0122~503-555-0177^WPN' }), ['home 122', 'work 177'], 'as since version 2.7')
  assert.deepEqual(after({ 13: '503-555-0199' }), ['home 199'], 'one number, under its newest use')
  assert.deepEqual(after({ 13: 'ana@example.test^NET^INTERNET' }), known)
})

test('nulls inside of fields never become text, wherever they stand', () => {
  const lines = [
    pid({ 5: 'Quillen^Tamsin^""^""', 11: '5 Quay St^""^Portland', 13: '(503)555-0111^""' }),
    'AL1|1|""|^Peanut|""|""',
    'NK1|1|Rivera^Luis|""||""',
    'IN1|1|A|1|Alpha||""|""|""',
    'OBX|1|ST|G^G^L||""^""|""|""|||F',
    'DG1|1|""|E11^Diabetes^I10|""',
  ]
  assert.doesNotMatch(JSON.stringify(told('ADT^A08', lines)), /\\"\\"/)
})

test('birth dates are read as HL7 and as ISO; what can be read in two ways, or not, is quarantined with the chart', () => {
  for (const text of [
    '19800301',
    '1980-03-01',
    '1980-03-01T00:00:00',
    '1980-03-01T00:00:00-05:00',
    '198003010000',
    '19800301000000-0500',
  ])
    assert.equal(patientAfter(told('ADT^A04', [pid({ 7: text })])).birthDate, '1980-03-01', text)
  assert.equal(patientAfter(told('ADT^A04', [pid({ 7: '1980-03' })])).birthDate, '1980-03')
  for (const text of ['03/01/1980', '19800300', '1980-02-30', '1 Mar 1980', '00000000', '80-03-01']) {
    const message = told('ADT^A04', [pid({ 7: text })])
    assert.equal(patientAfter(message).birthDate, undefined, text)
    assert.deepEqual(
      message.faults.map(({ patientId }) => patientId),
      ['7'],
      text,
    )
  }
})

test('an e-mail address is no telephone, wherever it stands; a nickname is never empty', () => {
  const phones = (field: string): string[] =>
    patientAfter(told('ADT^A04', [pid({ 13: field })])).phones.map(({ number }) => number)
  for (const field of [
    'ana88@example.test',
    '^NET^Internet^ana88@example.test',
    '^PRN^^^^^^^^^^ana88@example.test',
    'a1@b.test^PRN^PH',
    'https://a.test/88',
  ])
    assert.deepEqual(phones(field), [], field)
  assert.deepEqual(phones('ana88@example.test^PRN^PH^^^503^5550111'), ['503-5550111'])
  assert.deepEqual(phones('ana88@example.test~503-555-0111'), ['503-555-0111'])
  const nick = (names: string): string | undefined => patientAfter(told('ADT^A04', [pid({ 5: names })])).preferredName
  assert.equal(nick('Quillen^Tamsin^^^^^L~Tam^^^^^^N'), 'Tam')
  assert.equal(nick('Quillen^Tamsin^^^^^L~^Tam^^^^^N'), 'Tam')
})

test("each patient's part of a message begins with who the patient is", () => {
  const lines = [pid(), 'AL1|1||^Peanut', pid({ 3: '8^^^H^MR' }), 'AL1|1||^Latex']
  const order = told('ADT^A08', lines).charts.map((change) =>
    'patientId' in change ? `${change.type} ${change.patientId}` : '',
  )
  assert.deepEqual(order, ['patient 7', 'upsert 7', 'patient 8', 'upsert 8'])
})

test('the sex is read from codes and words, and one that cannot be read is told', () => {
  const table: [string, Patient['sex'], boolean][] = [
    ['F', 'female', false],
    ['Female', 'female', false],
    ['^Male^HL70001', 'male', false],
    ['U', 'unknown', false],
    ['""', 'unknown', false],
    ['', 'unknown', false],
    ['W', 'unknown', true],
    ['1', 'unknown', true],
  ]
  for (const [written, sex, isTold] of table) {
    const said = told('ADT^A08', [pid({ 8: written })])
    assert.equal(patientAfter(said).sex, sex, written)
    assert.equal(said.faults.length, isTold ? 1 : 0, written)
  }
})

test('a birth date that stands for none is told, and not shown', () => {
  for (const written of ['00010101', '99991231', '17530101']) {
    const said = told('ADT^A08', [pid({ 7: written })])
    assert.equal(patientAfter(said).birthDate, undefined, written)
    assert.equal(said.faults.length, 1)
  }
})
