import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agrees, differences, identityOf, isOtherPerson } from './identity.ts'

const who = (family: string, given: string, birthDate?: string, former: string[] = []) =>
  identityOf({
    name: { family, given: given === '' ? [] : given.split(' ') },
    formerNames: former.map((name) => ({ family: name, given: [given] })),
    birthDate,
  })

const BORN = '1980-03-01'
const known = who('Nguyen', 'Lan Thi', BORN)

test('one number names another person when the name and the birth date differ, and only then', () => {
  const rows: [string, ReturnType<typeof who>, boolean][] = [
    ['the same person', who('Nguyen', 'Lan', BORN), false],
    ['another case and accents', who('NGUYÊN', 'LAN', BORN), false],
    ['a married name', who('Tran', 'Lan', BORN), false],
    ['a married name without a birth date', who('Tran', 'Lan'), false],
    ['a corrected birth date', who('Nguyen', 'Lan', '1980-01-03'), false],
    ['a corrected birth date and given name', who('Nguyen', 'Lena', '1980-01-03'), false],
    ['a new name altogether, the same birth date', who('Kalium', 'Karl', BORN), false],
    ['another person', who('Kalium', 'Karl', '1950-07-07'), true],
    ['another person with no birth date', who('Kalium', 'Karl'), true],
    ['another family name and birth date alone', who('Kalium', '', '1950-07-07'), true],
    ['another family name alone', who('Kalium', ''), false],
    ['nothing said', who('', ''), false],
    ['a former name comes back', who('Pham', 'Lan', '1980-01-03', ['Nguyen']), false],
  ]
  for (const [what, named, other] of rows) assert.equal(isOtherPerson(known, named), other, what)
})

test('records of two sources agree only where birth date and both names do', () => {
  const rows: [string, ReturnType<typeof who>, boolean, boolean][] = [
    ['the same person', who('Nguyen', 'Lan', BORN), true, true],
    ['an initial', who('Nguyen', 'L', BORN), true, true],
    ['the middle name first', who('Nguyen', 'Thi', BORN), true, true],
    ['a hyphenated family name', who('Nguyen-Tran', 'Lan', BORN), true, true],
    ['a married name', who('Tran', 'Lan', BORN), false, true],
    ['a twin', who('Nguyen', 'Mai', BORN), false, true],
    ['another birth date', who('Nguyen', 'Lan', '1980-03-02'), false, false],
    ['no birth date', who('Nguyen', 'Lan'), false, false],
    ['a year alone', who('Nguyen', 'Lan', '1980'), false, false],
    ['no given name', who('Nguyen', '', BORN), false, true],
    ['another person', who('Kalium', 'Karl', '1950-07-07'), false, false],
  ]
  for (const [what, other, joins, stays] of rows) {
    assert.equal(agrees(known, other), joins, `${what}, not joined before`)
    assert.equal(agrees(known, other, true), stays, `${what}, joined before`)
  }
})

test('what differs is said without the values', () => {
  assert.equal(
    differences(known, who('Kalium', 'Karl', '1950-07-07')),
    'family name and given name and birth date different',
  )
  assert.equal(differences(known, who('Nguyen', 'Lan')), 'birth date missing')
  assert.equal(differences(known, who('Tran', 'Lan')), 'family name different, birth date missing')
})
