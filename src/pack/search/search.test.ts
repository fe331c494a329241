import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changed, chartOf, smallPractice } from '../../../test/pack/small-practice.ts'
import type { PersonName } from '../../chart/chart.ts'
import type { SearchResult } from '../panel.ts'

type Someone = {
  id: string
  family: string
  given: string
  former?: string
  preferred?: string
  born?: string
  mrn?: string
  phones?: string[]
}

const PEOPLE: Someone[] = [
  { id: 'munoz', family: 'Muñoz', given: 'Ana María', born: '1980-03-07', phones: ['(503) 555-0142'] },
  { id: 'munoz2', family: 'Munoz', given: 'Anna', born: '1980-07-03', phones: ['503.555.0199'] },
  { id: 'smith', family: 'Smith', given: 'John', born: '1975-12-01', mrn: 'HV-001234' },
  { id: 'smyth', family: 'Smyth', given: 'Jon', born: '1975-12-02', mrn: 'HV-001299' },
  { id: 'smithers', family: 'Smithers', given: 'John', born: '1990-01-01' },
  { id: 'garcia', family: 'Garcia-Lopez', given: 'Luis', born: '2001' },
  { id: 'cruz', family: 'de la Cruz', given: 'Rosa' },
  { id: 'obrien', family: 'O’Brien', given: 'Siobhán' },
  { id: 'married', family: 'Taylor', given: 'Grace', former: 'Rosenberg', born: '1962-05-30' },
  { id: 'bob', family: 'Walker', given: 'Robert', preferred: 'Buddy' },
  { id: 'may', family: 'Winter', given: 'May', born: '1980-11-02' },
  { id: 'li', family: 'Li', given: 'Wei' },
  { id: 'lindberg', family: 'Lindberg', given: 'Karin' },
  { id: 'weiss', family: 'Weiß', given: 'Jürgen' },
]

await using practice = await smallPractice()
const published = await practice.publish(
  PEOPLE.map(({ id, family, given, former, preferred, born, mrn, phones = [] }) => {
    const formerNames: PersonName[] = former === undefined ? [] : [{ family: former, given: [] }]
    return changed(
      chartOf({
        id,
        name: { family, given: given.split(' ') },
        formerNames,
        birthDate: born,
        phones: phones.map((number) => ({ use: 'home', number })),
        mrn: mrn ?? `X-${id}`,
        ...(preferred === undefined ? {} : { preferredName: preferred }),
      }),
    )
  }),
)
const panel = await practice.open(published.manifest)

function search(query: string): SearchResult {
  return panel.search(query, { today: '2026-11-23' })
}
function idsOf(query: string): string[] {
  return search(query).rows.map((row) => row.patientId)
}
function firstWhy(query: string): string {
  const [row] = search(query).rows
  return `${row?.patientId}: ${row?.why}`
}

test('name parts find a patient in any order, by their beginnings, with or without accents', () => {
  for (const query of ['muñoz ana', 'Ana Munoz', 'MUNOZ, ANA', 'mun an', 'maria muñoz'])
    assert.equal(idsOf(query)[0], 'munoz', query)
  assert.deepEqual(idsOf('weiss jurgen'), ['weiss'])
  assert.deepEqual(idsOf('weiß'), ['weiss'])
})

test('an exact name comes before a longer one that begins alike', () => {
  assert.deepEqual(idsOf('smith john').slice(0, 2), ['smith', 'smithers'])
  assert.equal(idsOf('li')[0], 'li')
})

test('a name that sounds alike, or is mistyped, is found behind the exact one and says why', () => {
  assert.deepEqual(idsOf('smith').slice(0, 2), ['smith', 'smithers'])
  assert.ok(idsOf('smith').includes('smyth'))
  assert.equal(search('smith').rows.find((row) => row.patientId === 'smyth')?.why, 'sounds like')
  assert.equal(firstWhy('wlaker'), 'bob: close spelling')
  assert.equal(firstWhy('kindberg'), 'lindberg: close spelling')
  assert.equal(firstWhy('seobhan'), 'obrien: sounds like')
})

test('a walk-in under a former name is found, and the name that fitted is told', () => {
  const [row] = search('grace rosenberg').rows
  assert.equal(row?.patientId, 'married')
  assert.equal(row?.why, 'former name')
  assert.deepEqual(row?.formerName, { family: 'Rosenberg', given: [] })
  assert.equal(firstWhy('buddy'), 'bob: preferred name')
})

test('a fragment of a name is enough', () => {
  assert.ok(idsOf('senber').includes('married'))
  assert.ok(idsOf('dberg').includes('lindberg'))
})

test('names of several words are found by each, by all as one, and with or without marks', () => {
  for (const query of ['garcia', 'lopez', 'garcia-lopez', 'garcia lopez', 'garcialopez', 'lopez luis'])
    assert.ok(idsOf(query).includes('garcia'), query)
  for (const query of ['cruz', 'de la cruz', 'delacruz', 'rosa cruz']) assert.equal(idsOf(query)[0], 'cruz', query)
  for (const query of ["o'brien", 'obrien', 'O’Brien', 'o brien']) assert.equal(idsOf(query)[0], 'obrien', query)
})

test('a date of birth is understood in the spellings that people use', () => {
  for (const query of [
    '1980-03-07',
    '3/7/1980',
    '03/07/1980',
    '03-07-1980',
    '3.7.1980',
    '03071980',
    '19800307',
    '7 Mar 1980',
    '7 March 1980',
    'Mar 7, 1980',
    'march 7th 1980',
    '3/7/80',
    '030780',
  ])
    assert.equal(idsOf(query)[0], 'munoz', query)
  assert.equal(firstWhy('3/7/1980'), 'munoz: date of birth')
  assert.deepEqual(
    search('3/7/1980').rows.map((row) => [row.patientId, row.why]),
    [
      ['munoz', 'date of birth'],
      ['munoz2', 'day and month swapped'],
    ],
  )
  assert.deepEqual(idsOf('30/5/1962'), ['married'])
  assert.deepEqual(idsOf('munoz 1980').toSorted(), ['munoz', 'munoz2'])
  assert.deepEqual(idsOf('2001'), ['garcia'])
  assert.deepEqual(idsOf('smith 12/1/1975'), ['smith'])
  assert.deepEqual(idsOf('smith 12/2/1975'), ['smyth'], 'the sound and the day together find whoever was misspelled')
})

test('a month’s name can be a person’s', () => {
  assert.deepEqual(idsOf('may winter'), ['may'])
  assert.deepEqual(idsOf('may 1980'), ['may'])
})

test('a phone number is found whole, without its area, and by its last four digits', () => {
  for (const query of [
    '(503) 555-0142',
    '503-555-0142',
    '5035550142',
    '+1 503 555 0142',
    '555-0142',
    '5550142',
    '0142',
  ])
    assert.deepEqual(idsOf(query), ['munoz'], query)
  assert.deepEqual(idsOf('(206) 555-0142'), [])
  assert.equal(firstWhy('munoz 0199'), 'munoz2: end of phone')
})

test('a record number is found whole and by its beginning, with or without its marks', () => {
  assert.equal(firstWhy('HV-001234'), 'smith: MRN')
  assert.equal(firstWhy('hv001234'), 'smith: MRN')
  assert.equal(firstWhy('MRN: HV-001234'), 'smith: MRN')
  assert.deepEqual(idsOf('HV-0012').toSorted(), ['smith', 'smyth'])
  assert.equal(firstWhy('hv0012'), 'smith: start of MRN')
})

test('a row tells two people of one name apart', () => {
  const [row] = search('munoz ana maria').rows
  assert.equal(row?.birthDate, '1980-03-07')
  assert.equal(row?.ageYears, 46)
  assert.deepEqual(row?.phones, ['(503) 555-0142'])
  assert.equal(row?.mrn, 'X-munoz')
})

test('who is not there is not found, and nothing that can be typed is too much', () => {
  for (const query of [
    '',
    '   ',
    ',,,',
    '()',
    'zzzzzz',
    'smith zzzzzz',
    '999',
    '\u0000',
    '%',
    '*',
    '🙂',
    'a'.repeat(10_000),
    '1 '.repeat(5000),
  ])
    assert.doesNotThrow(() => search(query), query.slice(0, 20))
  assert.deepEqual(idsOf('smith zzzzzz'), [])
  assert.deepEqual(idsOf(''), [])
})

test('a list that is cut says how many there are', () => {
  const result = panel.search('j', { today: '2026-11-23', limit: 2 })
  assert.equal(result.rows.length, 2)
  assert.ok(result.total > 2)
})
