import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certificateFor } from '../../../test/contracts/certificates.ts'
import { type FarSide, secureFarSide } from '../../../test/contracts/far-side.ts'
import { DAY } from '../../base/time.ts'
import { tcpShape } from './config.ts'
import { tcpProbe } from './connector.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')

async function lookAt(side: FarSide, tls: object, now = NOW) {
  const config = tcpShape.parse({ host: '127.0.0.1', port: side.port, tls, deadlineMs: 5000 })
  const signal = await tcpProbe({ id: 'portal', observes: 'portal' }, config, { now: () => now }).look()
  assert.ok(signal.answer === 'answered', signal.because)
  return signal
}

const LEFT = [
  [40, []],
  [20, [['watch', /runs out in 20 d/]]],
  [4, [['act', /runs out in 4 d/]]],
  [-3, [['act', /ran out 3 d ago/]]],
] as const

for (const [days, wanted] of LEFT)
  test(`a certificate that ends in ${days} days is told by the clock in hand`, async () => {
    const made = await certificateFor('portal.example', new Date(NOW - 90 * DAY), new Date(NOW + days * DAY))
    await using side = await secureFarSide(made, () => {})
    const { findings, measured } = await lookAt(side, { name: 'portal.example', ca: made.cert, trust: 'any' })
    assert.equal(findings.length, wanted.length)
    for (const [at, [weight, says]] of wanted.entries()) {
      assert.equal(findings[at]?.weight, weight)
      assert.match(findings[at]?.because ?? '', says)
    }
    assert.deepEqual(measured[1], { what: 'certificate left', value: days, unit: 'd' })
  })

test('a certificate of another name, one that nobody vouches for, and one from the future, each say so', async () => {
  const made = await certificateFor('portal.example', new Date('2020-01-01'), new Date('2099-01-01'))
  await using side = await secureFarSide(made, () => {})
  const said = async (tls: object, now = NOW) => (await lookAt(side, tls, now)).findings.map((one) => one.because)
  assert.deepEqual(await said({ name: 'portal.example', ca: made.cert }), [])
  assert.deepEqual(await said({ name: 'portal.example', trust: 'any' }), [])
  assert.match((await said({ name: 'other.example', ca: made.cert })).join(), /for another name than other\.example/)
  assert.match((await said({ name: 'portal.example' })).join(), /vouches for its certificate/)
  assert.match(
    (await said({ name: 'portal.example', ca: made.cert }, Date.parse('2019-12-31'))).join(),
    /not valid yet/,
  )
})
