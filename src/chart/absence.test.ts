import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Absence, absenceOf, allergyStatement } from './absence.ts'
import type { Coding } from './chart.ts'

const statement = (codes: string[], words: string[], kind = '') => allergyStatement({ codes, words, kind })

const WHOLE = [
  'NKA',
  'nka.',
  'No known allergies',
  'NO KNOWN ALLERGY',
  'No Known Allergies (NKA)',
  'None known',
  'None',
]
const WHOLE_MORE = ['No allergies', 'No known allergy(ies)', 'No known allergic reactions', 'Patient denies allergies']
const NARROWER = [
  'NKDA',
  'NKFA',
  'No known drug allergies',
  'No known drug allergy',
  'No known food allergies',
  'No known latex allergy',
  'No known environmental allergies',
  'No known medication allergies (NKMA)',
  'No known allergies to medications',
  'No known allergies except penicillin',
  'Denies drug allergies',
  'No drug, food or environmental allergies known',
  'Unknown',
  'Unable to obtain',
  'Keine Medikamentenallergie bekannt',
]
const ALLERGENS = [
  'Penicillin',
  'Peanut',
  'Novocain',
  'Nonsteroidal anti-inflammatory drugs',
  'Nickel',
  'Latex',
  'Nutmeg',
]

/** A concept without words reads as its code. */
const absenceByCode = (codings: Coding[]): Absence | undefined => absenceOf({ text: codings[0]?.code ?? '', codings })

test('only words of all allergies say that there are none of any kind', () => {
  for (const text of [...WHOLE, ...WHOLE_MORE]) assert.equal(statement([], [text]), 'whole', text)
  for (const text of NARROWER) assert.equal(statement([], [text]), 'narrower', text)
  for (const text of ALLERGENS) assert.equal(statement([], [text]), undefined, text)
  for (const text of [...WHOLE, ...NARROWER, ...ALLERGENS])
    assert.equal(statement([text], []), statement([], [text]), `as a code: ${text}`)
})

test('codes say what they say; where code and words disagree the narrower counts, and an allergen is an allergen', () => {
  for (const code of ['716186003', '160244002', 'NKA']) assert.equal(statement([code], []), 'whole', code)
  for (const code of ['409137002', '428607008', '429625007', '1003774007', 'NKDA', 'nkfa'])
    assert.equal(statement([code], ['No known allergies']), 'narrower', code)
  assert.equal(statement(['NKA'], ['No known drug allergies']), 'narrower')
  assert.equal(statement(['716186003', '409137002'], []), 'narrower')
  assert.equal(statement(['NKA'], ['Penicillin']), undefined)
  assert.equal(statement(['A17'], ['No known allergies']), 'whole')
  assert.equal(statement(['7980'], []), undefined)
})

test('"none" beside a kind of allergen is no more than none of that kind', () => {
  assert.equal(statement([], ['None'], 'DA'), 'narrower')
  assert.equal(statement(['NONE'], [], 'FA'), 'narrower')
  assert.equal(statement([], ['No known allergies'], 'DA'), 'whole')
})

test('a coded entry with a narrower code beside the whole one says nothing of its list', () => {
  const system = 'http://snomed.info/sct'
  assert.equal(absenceByCode([{ system, code: '716186003' }]), 'none-known')
  assert.equal(absenceByCode([{ system, code: '409137002' }]), undefined)
  assert.equal(
    absenceByCode([
      { system, code: '716186003' },
      { system, code: '409137002' },
    ]),
    undefined,
  )
  assert.equal(absenceByCode([{ system: 'constructor', code: 'name' }]), undefined)
})
