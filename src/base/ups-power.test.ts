import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LOW_LIMITS, type UpsPower, type UpsSays, upsPower } from './ups-power.ts'

const CASES: readonly [UpsSays, UpsPower][] = [
  [{ status: 'OL' }, 'mains'],
  [{ status: 'OL CHRG LB' }, 'mains'],
  [{ status: 'OL BOOST', inputVolts: 190 }, 'mains'],
  [{ status: 'OL CAL DISCHRG', inputVolts: 230 }, 'mains'],
  [{ status: 'OB' }, 'battery'],
  [{ status: 'OL OB DISCHRG' }, 'battery'],
  [{ status: 'ALARM OB DISCHRG', runtimeS: 1100, chargePercent: 95 }, 'battery'],
  [{ status: 'OB LB' }, 'low'],
  [{ status: 'OB', runtimeS: 60, chargePercent: 5 }, 'low'],
  [{ status: 'OB', runtimeS: 900, chargePercent: 5 }, 'low'],
  [{ status: 'OB', runtimeS: 60, chargePercent: 90 }, 'low'],
  [{ status: 'OB', runtimeS: 0, chargePercent: 1 }, 'low'],
  [{ status: 'OB', runtimeS: 0 }, 'low'],
  [{ status: 'OB', runtimeS: 0, chargePercent: 100 }, 'battery'],
  [{ status: 'FSD OL' }, 'shutdown'],
  [{ status: 'FSD OB LB' }, 'shutdown'],
  [{ status: 'OL DISCHRG' }, 'contradicts'],
  [{ status: 'OL', inputVolts: 0 }, 'contradicts'],
  [{ status: 'OL', discharging: true }, 'contradicts'],
  [{ status: 'OL DISCHRG', inputVolts: 0 }, 'battery'],
  [{ status: 'OL', discharging: true, inputVolts: 2 }, 'battery'],
  [{ status: 'OL DISCHRG', inputVolts: 0, chargePercent: 8 }, 'low'],
  [{ status: 'OFF' }, 'off'],
  [{ status: 'OFF', loadPercent: 40 }, 'contradicts'],
  [{ status: 'OL BYPASS' }, 'mains'],
  [{ status: 'BYPASS' }, 'mains'],
  [{ status: 'LB' }, 'unknown'],
  [{ status: 'ALARM' }, 'unknown'],
  [{ status: '' }, 'unknown'],
]

for (const [says, power] of CASES)
  test(`a UPS that says ${JSON.stringify(says)}: ${power}`, () => assert.equal(upsPower(says), power))

const numbers = fc.record({
  runtimeS: fc.option(fc.nat(4000), { nil: undefined }),
  chargePercent: fc.option(fc.nat(100), { nil: undefined }),
  inputVolts: fc.option(fc.constantFrom(0, 5, 120, 230), { nil: undefined }),
  discharging: fc.boolean(),
})
const words = fc.subarray(['OL', 'OB', 'LB', 'DISCHRG', 'CHRG', 'ALARM', 'RB', 'OFF', 'CAL', 'FSD'], { minLength: 1 })

test('in any order of its words the same is said, and mains only without anything that speaks against it', () => {
  fc.assert(
    fc.property(words, numbers, (all, more) => {
      const power = upsPower({ status: all.join(' '), ...more })
      assert.equal(upsPower({ status: all.toReversed().join(' '), ...more }), power)
      if (power !== 'mains') return
      assert.ok(all.includes('OL'))
      for (const against of ['OB', 'FSD', 'OFF']) assert.ok(!all.includes(against))
      assert.ok(more.inputVolts === undefined || more.inputVolts >= 30)
    }),
  )
})

test('on its battery a UPS gets low before it is empty, whether it says so or not', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: LOW_LIMITS.runtimeS }),
      fc.nat(LOW_LIMITS.chargePercent),
      (runtimeS, chargePercent) => {
        for (const status of ['OB', 'OB DISCHRG', 'ALARM OB', 'OB LB', 'OL OB'])
          for (const says of [{ runtimeS }, { chargePercent }, { runtimeS, chargePercent }])
            assert.equal(upsPower({ status, ...says }), 'low')
      },
    ),
  )
})
