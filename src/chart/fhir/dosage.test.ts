import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dosageInWords } from './dosage.ts'
import { parseJson } from './json.ts'

const inWords = (...dosages: unknown[]): string | undefined => dosageInWords(dosages)
const dose = { doseAndRate: [{ doseQuantity: { value: 4, unit: 'tablet' } }] }
const repeated = (repeat: object, more: object = {}): object => ({ ...dose, timing: { repeat, ...more } })
const WEEKLY = { frequency: 1, period: 1, periodUnit: 'wk' }
const REST = '(see the EHR for the rest)'

test('when, how long and how often is all in the line', () => {
  const cases: [repeat: object, words: string][] = [
    [{ ...WEEKLY, dayOfWeek: ['mon'] }, 'once a week, on Monday'],
    [{ ...WEEKLY, dayOfWeek: ['mon', 'thu'], timeOfDay: ['08:00:00'] }, 'once a week, on Monday, Thursday, at 08:00'],
    [{ dayOfWeek: 'mon' }, 'on Monday'],
    [{ frequency: 2, period: 1, periodUnit: 'd', timeOfDay: ['08:00', '20:30:00'] }, 'twice a day, at 08:00, 20:30'],
    [{ frequency: 1, frequencyMax: 2, period: 4, periodMax: 6, periodUnit: 'h' }, '1 to 2 times every 4 to 6 hours'],
    [{ frequency: 3 }, '3 times'],
    [{ when: ['ACM'], offset: 30 }, '30 minutes before breakfast'],
    [{ when: ['HS'] }, 'at bedtime'],
    [{ when: ['PC'], offset: 120 }, '2 hours after meals'],
    [{ ...WEEKLY, boundsPeriod: { end: '2026-10-01' } }, 'once a week, until 2026-10-01'],
    [
      { ...WEEKLY, boundsPeriod: { start: '2026-09-01T00:00:00Z', end: '2026-10-01' } },
      'once a week, from 2026-09-01 until 2026-10-01',
    ],
    [{ ...WEEKLY, boundsDuration: { value: 10, unit: 'days' } }, 'once a week, for 10 days'],
    [
      { ...WEEKLY, boundsRange: { low: { value: 5 }, high: { value: 7, unit: 'days' } } },
      'once a week, for 5 to 7 days',
    ],
    [{ ...WEEKLY, count: 6 }, 'once a week, 6 times in all'],
    [{ count: 1 }, '1 time only'],
    [{ duration: 30, durationUnit: 'min', ...WEEKLY }, 'once a week, over 30 minutes'],
    [{ frequency: '2', period: '1', periodUnit: 'd' }, 'twice a day'],
  ]
  for (const [repeat, words] of cases)
    assert.equal(inWords(repeated(repeat)), `4 tablet, ${words}`, JSON.stringify(repeat))
})

test('every part of a dosage is in the line', () => {
  const quantity = (value: number, unit: string): object => ({ value, unit })
  const cases: [dosage: object, words: string][] = [
    [{ doseAndRate: [{ rateQuantity: quantity(50, 'mL/h') }] }, 'at 50 mL/h'],
    [
      {
        doseAndRate: [
          {
            doseQuantity: quantity(1, 'g'),
            rateRatio: { numerator: quantity(100, 'mL'), denominator: quantity(1, 'h') },
          },
        ],
      },
      '1 g, at 100 mL per 1 h',
    ],
    [{ doseAndRate: [{ rateRange: { low: quantity(1, 'L'), high: quantity(2, 'L') } }] }, 'at 1 L to 2 L'],
    [{ doseAndRate: [{ doseRange: { low: quantity(1, 'tab'), high: quantity(2, 'tab') } }] }, '1 tab to 2 tab'],
    [{ doseQuantity: quantity(1, 'tab') }, '1 tab'],
    [
      { ...dose, method: { text: 'chew' }, route: { text: 'by mouth' }, site: { text: 'left cheek' } },
      '4 tablet, chew, by mouth, left cheek',
    ],
    [{ ...dose, asNeededBoolean: true }, '4 tablet, as needed'],
    [{ ...dose, asNeededBoolean: false }, '4 tablet'],
    [{ ...dose, asNeededCodeableConcept: { text: 'pain' } }, '4 tablet, as needed for pain'],
    [
      { ...dose, asNeeded: true, asNeededFor: [{ text: 'pain' }, { text: 'fever' }] },
      '4 tablet, as needed for pain or fever',
    ],
    [
      { ...dose, additionalInstruction: [{ text: 'with food' }], patientInstruction: 'Sit up' },
      '4 tablet, with food, Sit up',
    ],
    [
      { ...dose, maxDosePerPeriod: { numerator: quantity(8, 'tablet'), denominator: quantity(1, 'day') } },
      '4 tablet, at most 8 tablet per day',
    ],
    [
      { ...dose, maxDosePerAdministration: quantity(2, 'g'), maxDosePerLifetime: quantity(9, 'g') },
      '4 tablet, at most 2 g at once, at most 9 g in a lifetime',
    ],
    [{ ...dose, timing: { code: { text: 'BID' } } }, '4 tablet, BID'],
    [{ ...dose, timing: { event: ['2026-11-24T08:00'] } }, '4 tablet, at 2026-11-24 08:00'],
    [
      repeated({ frequency: 2, period: 1, periodUnit: 'd' }, { code: { coding: [{ code: 'BID' }], text: 'BID' } }),
      '4 tablet, BID',
    ],
    [repeated(WEEKLY, { code: { text: 'QD' } }), '4 tablet, QD, once a week'],
    [
      repeated({ frequency: 2, period: 1, periodUnit: 'd', dayOfWeek: ['sun'] }, { code: { text: 'BID' } }),
      '4 tablet, BID, on Sunday',
    ],
  ]
  for (const [dosage, words] of cases) assert.equal(inWords(dosage), words, JSON.stringify(dosage))
  const text = '{"doseAndRate":[{"doseQuantity":{"value":0.50,"unit":"mg"}}]}'
  assert.equal(inWords(parseJson(text)), '0.50 mg')
})

test('what is not understood is said to be missing, wherever it stands', () => {
  const unread = [
    repeated({ ...WEEKLY, dayOfWeek: ['someday'] }),
    repeated({ ...WEEKLY, holiday: true }),
    repeated({ ...WEEKLY, timeOfDay: ['early'] }),
    repeated({ ...WEEKLY, boundsPeriod: {} }),
    repeated({ ...WEEKLY, offset: 30 }),
    repeated({ ...WEEKLY, count: 'some' }),
    repeated({ frequency: 1, period: 1, periodUnit: 'fortnight', dayOfWeek: ['mon'] }),
    repeated({ ...WEEKLY, modifierExtension: [{ url: 'x', valueBoolean: true }] }),
    { ...dose, timing: { repeat: 'weekly' } },
    { ...dose, rateQuantity: {} },
    { ...dose, route: {} },
    { ...dose, asNeededCodeableConcept: {} },
    { ...dose, somethingNew: 1 },
    { ...dose, maxDosePerPeriod: 'eight' },
    { ...dose, modifierExtension: [{ url: 'x', valueBoolean: true }] },
    { text: 'Take 4', modifierExtension: [{ url: 'x', valueBoolean: true }] },
    { route: { text: 'by mouth' }, doseAndRate: [{ doseQuantity: { value: {} } }] },
    { route: { text: 'by mouth' }, doseAndRate: [{ doseQuantity: { value: 1 }, rateQuantity: {} }] },
  ]
  for (const dosage of unread) assert.ok(inWords(dosage)?.includes(REST), JSON.stringify(dosage))
  for (const dosage of [{ somethingNew: 1 }, { timing: { repeat: { holiday: true } } }, 7, [1]]) {
    assert.equal(inWords(dosage), '(see the EHR for the directions)', JSON.stringify(dosage))
  }
  for (const nothing of [{}, { sequence: 1 }, { id: 'x', extension: [{ url: 'y' }] }, undefined, null, '']) {
    assert.equal(inWords(nothing), undefined, JSON.stringify(nothing))
  }
})

test('steps follow one another, and what is taken together is told together', () => {
  const step = (text: string, sequence?: number): object => ({ text, ...(sequence === undefined ? {} : { sequence }) })
  assert.equal(inWords(step('10 mg', 2), step('20 mg', 1)), '20 mg; then 10 mg')
  assert.equal(inWords(step('20 mg', 1), step('with food', 1), step('10 mg', 2)), '20 mg; and with food; then 10 mg')
  assert.equal(inWords(step('20 mg'), step('10 mg')), '20 mg; also 10 mg')
  assert.equal(inWords('1 tablet daily'), '1 tablet daily')
})
