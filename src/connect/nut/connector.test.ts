import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dateIn, upsOf } from '../ups.ts'
import { variablesIn } from './connector.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const RULES = { runtimeMinutes: 10, batteryYears: 4 }

function look(said: Record<string, string>) {
  const answer = upsOf('The UPS', new Map(Object.entries(said)), RULES, NOW)
  assert.ok(answer.answer === 'answered', answer.because)
  return { ...answer, said: answer.findings.map((one) => `${one.weight}: ${one.because}`) }
}

test('a UPS on the mains with time enough has nothing to complain about', () => {
  const { said, because, measured } = look({
    'ups.status': 'OL CHRG',
    'battery.runtime': '1800',
    'battery.charge': '100',
  })
  assert.deepEqual(said, [])
  assert.equal(because, 'The UPS is on the mains, 30 min left.')
  assert.deepEqual(measured[1], { what: 'battery lasts', value: 1800, unit: 's' })
})

test('on battery, low battery, worn batteries, a short runtime: each is told with what it means', () => {
  assert.deepEqual(look({ 'ups.status': 'OB DISCHRG', 'battery.runtime': '720' }).said, [
    'act: It runs on its battery (OB): 12 min left.',
  ])
  assert.deepEqual(look({ 'ups.status': 'OB LB', 'battery.runtime': '90' }).said, [
    'act: Its battery is low (LB): 1 min left.',
  ])
  assert.match(look({ 'ups.status': 'OL RB', 'battery.runtime': '1800' }).said.join(), /act: It asks for new batteries/)
  assert.match(
    look({ 'ups.status': 'OL', 'battery.runtime': '300' }).said.join(),
    /watch: .*5 min, and 10 min are wanted/,
  )
  assert.match(
    look({ 'ups.status': 'OL', 'battery.runtime': '1800', 'battery.date': '2021/11/20' }).said.join(),
    /watch: Its batteries are 5\.0 years old/,
  )
})

test('a UPS that does not say where its power comes from is not taken for well', () => {
  for (const status of ['', 'WAIT', 'CHRG'])
    assert.equal(upsOf('The UPS', new Map([['ups.status', status]]), RULES, NOW).answer, 'not-answered')
  assert.equal(upsOf('The UPS', new Map(), RULES, NOW).answer, 'not-answered')
})

test('makers write dates in several ways; what is no date is not guessed', () => {
  for (const text of ['2023/04/01', '2023-04-01', '04/01/23', '04/01/2023'])
    assert.equal(dateIn(text), Date.UTC(2023, 3, 1))
  for (const text of ['not set', '', '0000/00/00', '13/45/23', '2023']) assert.equal(dateIn(text), undefined)
})

test('values come through the protocol as they were, whatever stands in them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (value) => {
      const line = `VAR ups ups.mfr "${value.replace(/[\\"]/g, '\\$&')}"`
      assert.equal(variablesIn(`${line}\nVAR other ups.mfr "x"\n`, 'ups').get('ups.mfr'), value)
    }),
  )
})
