import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyChange } from '../../chart/apply.ts'
import { entriesOf } from '../../chart/apply-section.ts'
import type { Chart } from '../../chart/chart.ts'
import { allergiesTold } from './allergies.ts'
import { hl7v2Config } from './config.ts'
import { parseMessage } from './message.ts'
import { problemsTold } from './problems.ts'
import type { Fault, Told } from './told.ts'

const { reading } = hl7v2Config.parse({ id: 'x', kind: 'hl7v2', journal: { folder: 'x' }, zone: 'UTC' })

/** What is known after some messages, each a list of segments. */
function after(...messages: string[][]): { chart: Chart | undefined; faults: Fault[] } {
  const told = messages.flatMap((lines, at): Told[] => {
    const parsed = parseMessage(['MSH|^~\\&|A|B|||||ADT^A08|c', ...lines].join('\r'))
    assert.ok('message' in parsed)
    const about = { sourceId: 'x', zone: 'UTC', at: at + 1, controlId: `c${at}`, reading, patientId: '7' }
    return [allergiesTold(parsed.message.segments, about), problemsTold(parsed.message.segments, about)]
  })
  const changes = told.flatMap(({ charts }) => charts)
  return {
    chart: changes.reduce<Chart | undefined>(applyChange, undefined),
    faults: told.flatMap(({ faults }) => faults),
  }
}

const allergies = (chart: Chart | undefined): (string | undefined)[][] =>
  chart === undefined
    ? []
    : entriesOf(chart.allergies).map(({ code, severity, reaction }) => [code.text, severity, reaction])

const OTHERS: [string, string[][]][] = [
  ['in one message', [['AL1|1|DA|99999^Latex^L|SV|Shock', 'AL1|2|DA|99999^Bee sting^L|MI|Swelling']]],
  ['in two messages', [['AL1|1|DA|99999^Latex^L|SV|Shock'], ['AL1|1|DA|99999^Bee sting^L|MI|Swelling']]],
  ['as actions', [['IAM|1|DA|99999^Latex^L|SV|Shock|A', 'IAM|2|DA|99999^Bee sting^L|MI|Swelling|A']]],
]
for (const [how, messages] of OTHERS)
  test(`two allergies under a code that only says "other", ${how}, are two`, () => {
    assert.deepEqual(allergies(after(...messages).chart), [
      ['Bee sting', 'mild', 'Swelling'],
      ['Latex', 'severe', 'Shock'],
    ])
  })

test('a withdrawal takes away the one that it names', () => {
  const { chart } = after(['AL1|1|DA|99999^Latex^L', 'AL1|2|DA|99999^Bee sting^L'], ['IAM|1|DA|99999^BEE STING^L|||D'])
  assert.deepEqual(
    allergies(chart).map(([text]) => text),
    ['Latex'],
  )
})

test('two diagnoses under one unspecific code are two', () => {
  const { chart } = after(['DG1|1||R69^Asplenia^I10', 'DG1|2||R69^Factor V Leiden^I10'])
  assert.deepEqual(
    chart === undefined
      ? []
      : entriesOf(chart.problems)
          .map(({ code }) => code.text)
          .toSorted(),
    ['Asplenia', 'Factor V Leiden'],
  )
})

test('other words under a code that means one substance are the same allergy', () => {
  const { chart } = after(['AL1|1|DA|7980^Penicillin G^RXNORM'], ['AL1|1|DA|7980^PENICILLIN^RXNORM'])
  assert.deepEqual(allergies(chart), [['PENICILLIN', undefined, undefined]])
})

for (const name of ['AL1', 'IAM'])
  test(`an allergy that ${name} names once for each reaction has all of them, and the worst severity`, () => {
    for (const order of [
      [1, 2],
      [2, 1],
    ]) {
      const lines = ['|DA|PCN^Penicillin^L|SV|Anaphylaxis|', '|DA|PCN^Penicillin^L|MI|Rash|']
      const { chart } = after(order.map((nth) => `${name}|${nth}${lines[nth - 1]}`))
      const [only, ...more] = allergies(chart)
      assert.deepEqual(more, [])
      assert.deepEqual([only?.[1], only?.[2]?.split(', ').toSorted()], ['severe', ['Anaphylaxis', 'Rash']])
    }
  })

test('a severity is read from codes and words, and one that cannot be read is told', () => {
  const table: [string, string | undefined, boolean][] = [
    ['SV', 'severe', false],
    ['Severe', 'severe', false],
    ['^Severe^L', 'severe', false],
    ['Life-threatening', 'severe', false],
    ['MO^Moderate', 'moderate', false],
    ['minor', 'mild', false],
    ['U', undefined, false],
    ['', undefined, false],
    ['""', undefined, false],
    ['4', undefined, true],
    ['X^Grade III', undefined, true],
  ]
  for (const [written, severity, isTold] of table) {
    const { chart, faults } = after([`AL1|1|DA|PCN^Penicillin^L|${written}|Rash`])
    assert.deepEqual(allergies(chart), [['Penicillin', severity, 'Rash']], written)
    assert.deepEqual(
      faults.map(({ patientId, section }) => [patientId, section]),
      isTold ? [['7', 'allergies']] : [],
      written,
    )
  }
})
