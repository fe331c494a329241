import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { icmpShape } from './config.ts'
import { icmpProbe } from './connector.ts'
import { pingedIn, whyNotPinged } from './ping-output.ts'

const THREE = `PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.
64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=0.412 ms
64 bytes from 10.0.0.5: icmp_seq=3 ttl=64 time=12.1 ms
64 bytes from 10.0.0.5: icmp_seq=2 ttl=64 time=1.30 ms

--- 10.0.0.5 ping statistics ---
3 packets transmitted, 3 received, 0% packet loss, time 402ms
rtt min/avg/max/mdev = 0.412/4.604/12.100/5.3 ms
`

test('what ping counts is read, iputils’ and busybox’s way', () => {
  assert.deepEqual(pingedIn(THREE), { sent: 3, received: 3, medianMs: 1.3 })
  assert.deepEqual(pingedIn('3 packets transmitted, 0 packets received, 100% packet loss'), {
    sent: 3,
    received: 0,
    medianMs: undefined,
  })
  assert.equal(pingedIn('ping: usage'), undefined)
})

test('a machine that may not ping, or cannot, is told apart from a host that is down', () => {
  assert.match(
    whyNotPinged('ping: socktype: SOCK_RAW\nping: socket: Operation not permitted') ?? '',
    /does not let the hub/,
  )
  assert.match(whyNotPinged('ping: connect: Network is unreachable') ?? '', /no route/)
  assert.match(whyNotPinged('ping: ehr: Temporary failure in name resolution') ?? '', /name is not known/)
  assert.equal(whyNotPinged('From 10.0.0.1 icmp_seq=1 Destination Host Unreachable'), undefined)
})

/** A ping that prints what it is told: what the real one says is tried in the engine suite. */
async function pingThat(script: string) {
  const folder = await mkdtemp(join(tmpdir(), 'hf-ping-'))
  const program = join(folder, 'ping')
  await writeFile(program, `#!/bin/sh\n${script}\n`)
  await chmod(program, 0o755)
  const probe = icmpProbe(
    { id: 'p', observes: 'switch' },
    icmpShape.parse({ host: '10.0.0.5', deadlineMs: 1500 }),
    program,
  )
  const signal = await probe.look()
  await rm(folder, { recursive: true })
  return signal
}

test('lost pings are counted; none at all is no answer; and the rights of this machine say nothing of the host', async () => {
  const some = await pingThat(`echo '3 packets transmitted, 1 received, 66% packet loss'`)
  assert.ok(some.answer === 'answered')
  assert.deepEqual(some.findings, [{ weight: 'watch', because: '67 % of the pings were lost.' }])
  assert.equal(
    (await pingThat(`echo '3 packets transmitted, 0 received, 100% packet loss'; exit 1`)).answer,
    'not-answered',
  )
  assert.equal((await pingThat(`echo 'ping: socket: Operation not permitted' >&2; exit 2`)).answer, 'not-observable')
  assert.equal((await pingThat('exit 2')).answer, 'not-observable')
  const missing = icmpProbe({ id: 'p', observes: 's' }, icmpShape.parse({ host: '10.0.0.5' }), '/nowhere/ping')
  assert.equal((await missing.look()).answer, 'not-observable')
})

test('a ping that hangs is ended at the deadline', async () => {
  assert.equal((await pingThat('exec sleep 600')).answer, 'not-answered')
})
