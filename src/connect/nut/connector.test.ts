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

test('a battery is low by its own limits, by those of the configuration, or by ours, whether it says LB or not', () => {
  const on = { 'ups.status': 'OB DISCHRG', 'battery.charge': '60' }
  const isLow = (said: Record<string, string>, rules = RULES) => {
    const answer = upsOf('The UPS', new Map(Object.entries({ ...on, ...said })), rules, NOW)
    return answer.answer === 'answered' && answer.findings.some(({ because }) => /which is low/.test(because))
  }
  assert.equal(isLow({ 'battery.runtime': '400' }), false)
  assert.equal(isLow({ 'battery.runtime': '300' }), true)
  assert.equal(isLow({ 'battery.runtime': '400', 'battery.runtime.low': '600' }), true)
  assert.equal(isLow({ 'battery.runtime': '200', 'battery.runtime.low': '120' }), false)
  assert.equal(isLow({ 'battery.runtime': '200', 'battery.runtime.low': '0' }), true, 'a limit that was never set')
  assert.equal(isLow({ 'battery.runtime': '900', 'battery.charge.low': '70' }), true)
  const rules = { ...RULES, lowRuntimeMinutes: 15, lowChargePercent: 5 }
  assert.equal(isLow({ 'battery.runtime': '900', 'battery.runtime.low': '120' }, rules), true)
  assert.equal(isLow({ 'battery.runtime': '1000', 'battery.charge': '10' }, rules), false)
})

test('a UPS that contradicts itself, or says only what is wrong, is told and never well', () => {
  for (const said of [
    { 'ups.status': 'OL DISCHRG' },
    { 'ups.status': 'OL', 'input.voltage': '0.0' },
    { 'ups.status': 'OL', 'battery.charger.status': 'discharging' },
    { 'ups.status': 'OFF', 'ups.load': '30' },
    { 'ups.status': 'LB' },
    { 'ups.status': 'ALARM' },
    { 'ups.status': 'FSD OL' },
    { 'ups.status': 'RB' },
  ]) {
    const { said: findings, because } = look({ ...said, 'battery.runtime': '1800' })
    assert.ok(findings.length > 0, JSON.stringify(said))
    if (said['ups.status'] !== 'FSD OL') assert.doesNotMatch(because, /UPS is on the mains/)
  }
  assert.match(
    look({ 'ups.status': 'LB', 'battery.runtime': '90' }).said.join(),
    /act: Its battery is low \(LB\): 1 min/,
  )
})

test('a UPS that whoever asks it has lost did not answer, whatever is left of its status', () => {
  for (const status of ['OL WAIT', 'DATA-STALE', 'COMMLOST OL', 'OB STALE'])
    assert.equal(upsOf('The UPS', new Map([['ups.status', status]]), RULES, NOW).answer, 'not-answered')
})

test('a date that no battery can have is not believed: its age is unknown, neither 25 years nor new', () => {
  for (const date of ['2001/01/01', '01/01/01', '1999-12-31', '2010/02/30']) {
    const { said, measured } = look({ 'ups.status': 'OL', 'battery.runtime': '1800', 'battery.mfr.date': date })
    assert.deepEqual(said, [], date)
    assert.ok(measured.every(({ what }) => what !== 'battery age'))
  }
  const both = { 'battery.date': '2001/01/01', 'battery.mfr.date': '2021/11/20' }
  assert.match(look({ 'ups.status': 'OL', 'battery.runtime': '1800', ...both }).said.join(), /5\.0 years old/)
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
