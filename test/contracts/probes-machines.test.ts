import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/time.ts'
import { clamavShape } from '../../src/connect/clamav/config.ts'
import { clamavProbe } from '../../src/connect/clamav/connector.ts'
import { heartbeatShape } from '../../src/connect/heartbeat/config.ts'
import type { Heard } from '../../src/connect/heartbeat/connector.ts'
import { heartbeatProbe } from '../../src/connect/heartbeat/connector.ts'
import { icmpShape } from '../../src/connect/icmp/config.ts'
import { icmpProbe } from '../../src/connect/icmp/connector.ts'
import { linesShape } from '../../src/connect/lines/config.ts'
import { linesProbe } from '../../src/connect/lines/connector.ts'
import { nutShape } from '../../src/connect/nut/config.ts'
import { nutProbe } from '../../src/connect/nut/connector.ts'
import { sshHostShape } from '../../src/connect/ssh-host/config.ts'
import { sshHostProbe } from '../../src/connect/ssh-host/connector.ts'
import { deadPort, farSide, garbage, slowly } from './far-side.ts'
import { type ProbeCase, probeContract } from './probe.ts'

const name = { id: 'p', observes: 's' }
const deadlineMs = 600
const NOWHERE = 'no-such-host.invalid'
type Serve = Parameters<typeof farSide>[0]

const UPS = 'BEGIN LIST VAR ups\nVAR ups ups.status "OL"\nVAR ups battery.runtime "1800"\nEND LIST VAR ups\n'

function nut(port: number, host = '127.0.0.1'): ProbeCase {
  return { probe: nutProbe(name, nutShape.parse({ host, port, ups: 'ups', deadlineMs }), systemClock), deadlineMs }
}

async function upsd(serve: Serve): Promise<ProbeCase> {
  const side = await farSide(serve)
  return { ...nut(side.port), stop: side.stop }
}

probeContract('nut', {
  make: () => upsd((socket) => socket.on('data', (said) => String(said).startsWith('LIST') && socket.write(UPS))),
  secrets: [],
  broken: {
    dead: { make: async () => nut(await deadPort()) },
    frozen: { make: () => upsd(() => {}) },
    slow: { make: () => upsd(slowly(UPS)) },
    garbage: { make: () => upsd(garbage) },
    refusing: { make: () => upsd((socket) => socket.write('ERR ACCESS-DENIED\n')) },
    nameless: { make: async () => nut(3493, NOWHERE) },
  },
})

function clamav(port: number, host = '127.0.0.1'): ProbeCase {
  const config = clamavShape.parse({ scanner: { host, port }, deadlineMs })
  return { probe: clamavProbe(name, config, { now: () => Date.parse('2026-11-23T15:00:00Z') }), deadlineMs }
}

async function clamd(serve: Serve): Promise<ProbeCase> {
  const side = await farSide(serve)
  return { ...clamav(side.port), stop: side.stop }
}

const answers =
  (verdict: string): Serve =>
  (socket) =>
    void socket.once('data', (said) =>
      socket.end(String(said).startsWith('zVERSION') ? 'ClamAV 1.4.6/27500/Mon Nov 23 08:25:11 2026\0' : verdict),
    )

probeContract('clamav', {
  make: () => clamd(answers('stream: Eicar-Test-Signature FOUND\0')),
  secrets: [],
  broken: {
    dead: { make: async () => clamav(await deadPort()) },
    frozen: { make: () => clamd(() => {}) },
    slow: { make: () => clamd(slowly('ClamAV 1.4.6/27500/Mon Nov 23 08:25:11 2026\0')) },
    garbage: { make: () => clamd(garbage) },
    refusing: { make: () => clamd(answers('UNKNOWN COMMAND\0')) },
    nameless: { make: async () => clamav(3310, NOWHERE) },
  },
})

function heartbeat(heard: () => Promise<Heard>): ProbeCase {
  const config = heartbeatShape.parse({ token: 'verysecrettokenofascript', periodMinutes: 60 })
  return { probe: heartbeatProbe(name, config, { clock: systemClock, heard }), deadlineMs: 5000 }
}

const beat = (word: 'done' | 'failed', agoMs: number) => async (): Promise<Heard> => ({
  beats: [{ at: systemClock.now() - agoMs, word, exit: undefined }],
  listeningSince: 0,
})

probeContract('heartbeat', {
  make: async () => heartbeat(beat('done', 1000)),
  secrets: ['verysecrettokenofascript'],
  broken: {
    dead: { make: async () => heartbeat(async () => ({ beats: [], listeningSince: 0 })) },
    frozen: { make: async () => heartbeat(beat('done', 7_200_000)) },
    slow: { doesNotApply: 'it calls us' },
    garbage: { make: async () => heartbeat(() => Promise.reject(new Error('no store'))), right: 'not-observable' },
    refusing: { make: async () => heartbeat(beat('failed', 1000)) },
    nameless: { doesNotApply: 'it calls us' },
  },
})

/** A program of the system that does what it is told: the real ones are asked in the engine suite. */
async function program(script: string): Promise<{ path: string; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hf-program-'))
  const path = join(folder, 'program')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return { path, stop: () => rm(folder, { recursive: true, force: true }) }
}

async function icmp(script: string): Promise<ProbeCase> {
  const { path, stop } = await program(script)
  const config = icmpShape.parse({ host: '10.0.0.5', deadlineMs })
  return { probe: icmpProbe(name, config, path), deadlineMs, stop }
}

probeContract('icmp', {
  make: () => icmp(`echo '3 packets transmitted, 3 received, 0% packet loss'`),
  secrets: [],
  broken: {
    dead: { make: () => icmp(`echo '3 packets transmitted, 0 received, 100% packet loss'; exit 1`) },
    frozen: { make: () => icmp('exec sleep 60') },
    slow: { make: () => icmp(`exec sleep 1; echo '3 packets transmitted, 3 received, 0% packet loss'`) },
    garbage: { make: () => icmp('head -c 100000 /dev/urandom'), right: 'not-observable' },
    refusing: { make: () => icmp(`echo 'ping: socket: Operation not permitted' >&2; exit 2`), right: 'not-observable' },
    nameless: { make: () => icmp(`echo 'ping: x: Name or service not known' >&2; exit 2`), right: 'not-observable' },
  },
})

const HOST = `echo 'holdfast-look 1'; read -r go; echo "clock $(date +%s.%N)"; echo 'load 0 0 0 1/2 3'; echo 'cores 2'
echo 'memory MemTotal 100 kB'; echo 'memory MemAvailable 50 kB'; echo 'disk /dev/x 100 40 60 40% /'; echo 'reboot none'; echo 'holdfast-look end'`

async function ssh(script: string): Promise<ProbeCase> {
  const { path, stop } = await program(script)
  const config = sshHostShape.parse({ host: '10.0.0.5', user: 'holdfast', key: '/k', knownHosts: '/h', deadlineMs })
  return { probe: sshHostProbe(name, config, systemClock, path), deadlineMs, stop }
}

probeContract('ssh-host', {
  make: () => ssh(HOST),
  secrets: [],
  broken: {
    dead: { make: () => ssh(`echo 'ssh: connect to host 10.0.0.5 port 22: Connection refused' >&2; exit 255`) },
    frozen: { make: () => ssh('exec sleep 60') },
    slow: { make: () => ssh(`echo 'holdfast-look 1'; read -r go; exec sleep 60`) },
    garbage: {
      make: () => ssh(`echo 'kex_exchange_identification: banner line contains invalid characters' >&2; exit 255`),
    },
    refusing: { make: () => ssh(`echo 'holdfast@10.0.0.5: Permission denied (publickey).' >&2; exit 255`) },
    nameless: { make: () => ssh(`echo 'ssh: Could not resolve hostname x: Name or service not known' >&2; exit 255`) },
  },
})

async function lines(serve: Serve | undefined): Promise<ProbeCase> {
  const side = serve === undefined ? undefined : await farSide(serve)
  const config = linesShape.parse({
    lines: [side === undefined ? { name: 'none', interface: 'nope0' } : { name: 'loopback', from: '127.0.0.1' }],
    targets: [{ host: '127.0.0.1', port: side?.port ?? 1 }],
    deadlineMs,
  })
  return { probe: linesProbe(name, config), deadlineMs, stop: async () => side?.stop() }
}

probeContract('lines', {
  make: () => lines(() => {}),
  secrets: [],
  broken: {
    dead: { make: () => lines(undefined) },
    frozen: { doesNotApply: 'that the far place takes the connection is all that the line has to carry' },
    slow: { doesNotApply: 'as frozen' },
    garbage: { doesNotApply: 'as frozen' },
    refusing: { doesNotApply: 'a far place that refuses was reached' },
    nameless: { doesNotApply: 'far places are given as addresses' },
  },
})
