import assert from 'node:assert/strict'
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { Signal } from '../../src/connect/probe.ts'

/**
 * A hub with two Internet lines, in network namespaces of its own: each line has its own router, behind both stands one far place, which also says which
 * address it sees. Routing by source address is as the README tells. Cables are pulled for real.
 */
const tag = `hf${process.pid % 100_000}`
const [hub, cable, fibre, far] = ['h', 'c', 'f', 'w'].map((letter) => `${tag}${letter}`)
const ip = (...given: string[]) => execFileSync('ip', given, { stdio: 'pipe' })
const inside = (name = '', ...given: string[]) => ip('netns', 'exec', name, ...given)
let place: ChildProcess

/** A cable between two namespaces, with an address at each end. */
function lay(a: string | undefined, aDev: string, aIp: string, b: string | undefined, bDev: string, bIp: string): void {
  ip('link', 'add', aDev, 'netns', a ?? '', 'type', 'veth', 'peer', 'name', bDev, 'netns', b ?? '')
  for (const [name, dev, address] of [
    [a, aDev, aIp],
    [b, bDev, bIp],
  ] as const) {
    ip('-n', name ?? '', 'addr', 'add', `${address}/24`, 'dev', dev)
    ip('-n', name ?? '', 'link', 'set', dev, 'up')
  }
}

const FAR = `require('http').createServer((q, r) => r.end(q.socket.remoteAddress)).listen(80, '10.98.9.9', () => console.log('up'))`

before(async () => {
  for (const name of [hub, cable, fibre, far]) {
    ip('netns', 'add', name ?? '')
    ip('-n', name ?? '', 'link', 'set', 'lo', 'up')
  }
  lay(hub, 'eth0', '10.98.1.2', cable, 'in0', '10.98.1.1')
  lay(hub, 'eth1', '10.98.2.2', fibre, 'in0', '10.98.2.1')
  lay(cable, 'out0', '10.98.3.1', far, 'la0', '10.98.3.9')
  lay(fibre, 'out0', '10.98.4.1', far, 'lb0', '10.98.4.9')
  ip('-n', far ?? '', 'addr', 'add', '10.98.9.9/32', 'dev', 'lo')
  ip('-n', cable ?? '', 'route', 'add', '10.98.9.9', 'via', '10.98.3.9')
  ip('-n', fibre ?? '', 'route', 'add', '10.98.9.9', 'via', '10.98.4.9')
  ip('-n', far ?? '', 'route', 'add', '10.98.1.0/24', 'via', '10.98.3.1')
  ip('-n', far ?? '', 'route', 'add', '10.98.2.0/24', 'via', '10.98.4.1')
  for (const name of [cable, fibre]) inside(name, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
  for (const name of [hub, cable, fibre, far])
    inside(name, 'sh', '-c', 'for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $f; done')
  ip('-n', hub ?? '', 'route', 'add', 'default', 'via', '10.98.1.1', 'dev', 'eth0')
  for (const [table, from, via, dev] of [
    ['101', '10.98.1.2', '10.98.1.1', 'eth0'],
    ['102', '10.98.2.2', '10.98.2.1', 'eth1'],
  ] as const) {
    ip('-n', hub ?? '', 'route', 'add', 'default', 'via', via, 'dev', dev, 'table', table)
    ip('-n', hub ?? '', 'rule', 'add', 'from', from, 'table', table)
  }
  place = spawn('ip', ['netns', 'exec', far ?? '', process.execPath, '-e', FAR], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (place.stdout !== null) await once(place.stdout, 'data')
})
after(async () => {
  if (place?.exitCode === null) {
    const gone = once(place, 'exit')
    place.kill('SIGKILL')
    await gone
  }
  for (const name of [hub, cable, fibre, far]) execFileSync('ip', ['netns', 'del', name ?? ''], { stdio: 'ignore' })
})

async function look(kind: 'lines' | 'icmp', config: object): Promise<Signal> {
  const child = join(import.meta.dirname, 'probe-child.ts')
  const given = ['netns', 'exec', hub ?? '', process.execPath, child, kind, JSON.stringify(config)]
  const signal: Signal = JSON.parse((await promisify(execFile)('ip', given)).stdout)
  return signal
}

const both = {
  lines: [
    { name: 'cable', interface: 'eth0' },
    { name: 'fibre', from: '10.98.2.2' },
  ],
  targets: [{ host: '10.98.9.9', port: 80 }],
  address: 'http://10.98.9.9/',
  deadlineMs: 6000,
}
const said = (signal: Signal): string =>
  signal.answer === 'answered' ? signal.findings.map((one) => one.because).join(' ') : `- ${signal.because}`

test('two lines that carry, each seen outside under its own address', async () => {
  const signal = await look('lines', both)
  assert.equal(said(signal), '')
  assert.equal(signal.because, '2 of 2 lines carry: cable, fibre.')
  const outside = signal.measured.filter((one) => /seen outside/.test(one.what)).map((one) => one.value)
  assert.deepEqual(outside, ['10.98.1.2', '10.98.2.2'])
})

test('the second line is cut beyond its router: it is found while the first one works', async () => {
  ip('-n', fibre ?? '', 'link', 'set', 'out0', 'down')
  assert.match(
    said(await look('lines', both)),
    /^The line fibre carries nothing: none of 6 connections from 10\.98\.2\.2/,
  )
  ip('-n', fibre ?? '', 'link', 'set', 'out0', 'up')
  ip('-n', fibre ?? '', 'route', 'replace', '10.98.9.9', 'via', '10.98.4.9')
})

test('without routing by source address both leave by one door: they are one line', async () => {
  const throughCable = ['-t', 'nat', '-A', 'POSTROUTING', '-o', 'out0', '-j', 'MASQUERADE']
  inside(cable, 'iptables', ...throughCable)
  ip('-n', hub ?? '', 'rule', 'del', 'from', '10.98.2.2', 'table', '102')
  ip('-n', cable ?? '', 'route', 'add', '10.98.2.0/24', 'via', '10.98.1.2')
  assert.match(
    said(await look('lines', both)),
    /cable and fibre are both seen outside as 10\.98\.3\.1: they are one line/,
  )
  ip('-n', cable ?? '', 'route', 'del', '10.98.2.0/24', 'via', '10.98.1.2')
  ip('-n', hub ?? '', 'rule', 'add', 'from', '10.98.2.2', 'table', '102')
  inside(cable, 'iptables', ...throughCable.map((word) => (word === '-A' ? '-D' : word)))
})

test('pings: a host that is there, one that is not, and no way at all', async () => {
  const ping = (host: string) => look('icmp', { host, deadlineMs: 4000 })
  const there = await ping('10.98.1.1')
  assert.equal(there.answer, 'answered', there.because)
  assert.equal((await ping('10.98.1.77')).answer, 'not-answered')
  ip('-n', hub ?? '', 'link', 'set', 'eth0', 'down')
  ip('-n', hub ?? '', 'link', 'set', 'eth1', 'down')
  assert.equal((await ping('10.98.9.9')).answer, 'not-observable')
  const cut = await look('lines', both)
  assert.equal(cut.answer, 'not-answered', said(cut))
})
