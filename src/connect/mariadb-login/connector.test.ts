import assert from 'node:assert/strict'
import { test } from 'node:test'
import { farSide } from '../../../test/contracts/far-side.ts'
import { mariadbLoginShape } from './config.ts'
import { mariadbLoginProbe } from './connector.ts'

const packet = (text: string) => {
  const body = Buffer.from(text, 'latin1')
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body])
}

async function lookAt(first: Buffer) {
  await using side = await farSide((socket) => socket.write(first))
  const config = mariadbLoginShape.parse({
    host: '127.0.0.1',
    port: side.port,
    database: 'ehr',
    user: 'probing',
    password: 'hunter2hunter2',
    tls: 'off',
    read: 'SELECT 1',
    expect: '1',
    deadlineMs: 1000,
  })
  const signal = await mariadbLoginProbe({ id: 'p', observes: 'ehr' }, config).look()
  assert.doesNotMatch(JSON.stringify(signal), /hunter2/)
  return signal
}

test('a server that lets nobody in from here, or takes no more connections, has answered and refuses', async () => {
  for (const [text, wanted] of [
    ["\xff\x6a\x04#HY000Host '10.0.0.9' is not allowed to connect", /nobody in from this host \(1130\)/],
    ['\xff\x10\x04#08004Too many connections', /no more connections \(1040\)/],
  ] as const) {
    const signal = await lookAt(packet(text))
    assert.ok(signal.answer === 'answered', signal.because)
    assert.match(signal.findings[0]?.because ?? '', wanted)
  }
})

test('what means nothing is no answer, of whatever kind, and never ends the program', async () => {
  for (const first of [
    Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    packet('\xfb'.repeat(200)),
    packet(''),
    Buffer.alloc(65_536, 0x41),
  ])
    assert.equal((await lookAt(first)).answer, 'not-answered')
})
