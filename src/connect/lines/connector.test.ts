import assert from 'node:assert/strict'
import { test } from 'node:test'
import { farSide } from '../../../test/contracts/far-side.ts'
import { linesShape } from './config.ts'
import { judgeLines, linesProbe } from './connector.ts'
import type { LineSeen } from './one-line.ts'

const well: LineSeen = {
  name: 'cable',
  from: '10.0.1.2',
  tried: 6,
  through: 6,
  medianMs: 12,
  publicAddress: '203.0.113.5',
}
const second: LineSeen = { ...well, name: 'fibre', from: '10.0.2.2', publicAddress: '198.51.100.7' }
const rules = { watchLossPercent: 20, address: 'https://ip.example/' }

function said(lines: LineSeen[]): string {
  const answer = judgeLines(lines, rules)
  assert.ok(answer.answer === 'answered')
  return answer.findings.map((one) => `${one.weight}: ${one.because}`).join(' ')
}

test('two lines that carry, seen outside under two addresses, are two lines', () => {
  assert.equal(said([well, second]), '')
})

test('two lines seen outside under one address are one line', () => {
  assert.match(
    said([well, { ...second, publicAddress: '203.0.113.5' }]),
    /^act: cable and fibre are both seen outside as 203/,
  )
})

test('a second line that carries nothing is found while the first one works', () => {
  assert.match(
    said([well, { ...second, through: 0, publicAddress: undefined }]),
    /^act: The line fibre carries nothing: none of 6/,
  )
  assert.match(
    said([well, { ...second, from: undefined, tried: 0, through: 0, publicAddress: undefined }]),
    /^act: The line fibre is not there/,
  )
})

test('when nothing gets out there is no answer, and loss is told', () => {
  const dead = { ...well, through: 0, publicAddress: undefined }
  assert.equal(judgeLines([dead, { ...dead, name: 'fibre' }], rules).answer, 'not-answered')
  assert.match(said([{ ...well, through: 4 }, second]), /^watch: The line cable loses 33 %/)
})

test('a target that refuses was reached: the line carried it', async () => {
  const gone = await farSide(() => {})
  await gone.stop()
  const config = linesShape.parse({
    lines: [
      { name: 'loopback', from: '127.0.0.1' },
      { name: 'none', interface: 'nope0' },
    ],
    targets: [{ host: '127.0.0.1', port: gone.port }],
    deadlineMs: 2000,
  })
  const signal = await linesProbe({ id: 'l', observes: 'internet' }, config).look()
  assert.ok(signal.answer === 'answered', signal.because)
  assert.equal(signal.because, '1 of 2 lines carry: loopback.')
  assert.match(signal.findings[0]?.because ?? '', /The line none is not there/)
})
