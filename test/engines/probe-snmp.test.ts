import assert from 'node:assert/strict'
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { MINUTE, systemClock } from '../../src/base/time.ts'
import type { Signal } from '../../src/connect/probe.ts'
import { snmpSwitchShape, snmpUpsShape } from '../../src/connect/snmp/config.ts'
import { snmpSwitchProbe, snmpUpsProbe } from '../../src/connect/snmp/connector.ts'
import { observersOf } from '../../src/monitor/observations/store.ts'
import { mainsOf, recentRuns } from '../../src/monitor/power/store.ts'
import { deadUdpPort } from '../contracts/far-side-udp.ts'
import { hubAlone } from '../scenarios/stage/hub-alone.ts'
import { until as untilTrue } from '../scenarios/stage/until.ts'

/**
 * Debian's own snmpd, twice: one on loopback, whose UPS-MIB is a file that the test writes, and one in a network namespace, whose uplink is a cable
 * that is pulled for real.
 */
const COMMUNITY = 'engineroomcommunity'
const AUTH_PASSWORD = 'engineroomauthword'
const PRIV_PASSWORD = 'engineroomprivword'
const V2C = { version: '2c', community: COMMUNITY }
const V3 = { version: 3, user: 'holdfast', authPassword: AUTH_PASSWORD, privPassword: PRIV_PASSWORD }
const name = { id: 'p', observes: 's' }
const running: ChildProcess[] = []
let folder: string
let port: number
let daemon: ChildProcess

const UPS = '.1.3.6.1.2.1.33.1'
type UpsWords = { battery?: number; onBatteryS?: number; minutes?: number; source?: number; alarm?: number }

/** What the UPS says, in the order of its object identifiers, in the words of snmpd's `pass`. */
async function ups({ battery = 2, onBatteryS = 0, minutes = 30, source = 3, alarm }: UpsWords): Promise<void> {
  const lines = [
    `${UPS}.2.1.0 integer ${battery}`,
    `${UPS}.2.2.0 integer ${onBatteryS}`,
    `${UPS}.2.3.0 integer ${minutes}`,
    `${UPS}.2.4.0 integer 97`,
    `${UPS}.3.3.1.3.1 integer 230`,
    `${UPS}.4.1.0 integer ${source}`,
    `${UPS}.4.4.1.5.1 integer 23`,
    `${UPS}.6.1.0 gauge ${alarm === undefined ? 0 : 1}`,
    ...(alarm === undefined ? [] : [`${UPS}.6.2.1.2.1 objectid ${UPS}.6.3.${alarm}`]),
    `${UPS}.7.3.0 integer 1`,
  ]
  await writeFile(join(folder, 'ups.new'), `${lines.join('\n')}\n`)
  await rename(join(folder, 'ups.new'), join(folder, 'ups.says'))
}

const PASS = `function after(a, b,   x, y, n, m, i) {
  n = split(substr(a, 2), x, "."); m = split(substr(b, 2), y, ".")
  for (i = 1; i <= n && i <= m; i++) if (x[i] + 0 != y[i] + 0) return x[i] + 0 > y[i] + 0
  return n > m
}
(how == "-g" && $1 == oid) || (how == "-n" && after($1, oid)) { print $1; print $2; print $3; exit }
`

async function configure(called: string, listen: number, more: string[]): Promise<void> {
  await mkdir(join(folder, called))
  await writeFile(
    join(folder, called, 'snmpd.conf'),
    [
      `agentaddress udp:127.0.0.1:${listen}`,
      `rocommunity ${COMMUNITY} 127.0.0.1`,
      `createUser holdfast SHA-256 "${AUTH_PASSWORD}" AES "${PRIV_PASSWORD}"`,
      'rouser holdfast priv',
      ...more,
      '',
    ].join('\n'),
  )
}

function start(called: string, before: string[] = []): ChildProcess {
  const env = { ...process.env, SNMP_PERSISTENT_DIR: join(folder, called, 'kept'), MIBS: '' }
  const given = ['snmpd', '-f', '-Le', '-C', '-c', join(folder, called, 'snmpd.conf')]
  const [program = '', ...words] = [...before, ...given]
  const child = spawn(program, words, { env: { ...env, PATH: `${process.env.PATH}:/usr/sbin` }, stdio: 'ignore' })
  running.push(child)
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hf-snmp-'))
  port = await deadUdpPort()
  await ups({})
  await writeFile(join(folder, 'pass.awk'), PASS)
  const pass = join(folder, 'pass')
  await writeFile(pass, `#!/bin/sh\nexec awk -v how="$1" -v oid="$2" -f ${folder}/pass.awk ${folder}/ups.says\n`)
  await chmod(pass, 0o755)
  await configure('loopback', port, [
    `pass ${UPS} ${pass}`,
    'view little included .1.3.6.1.2.1.1',
    'createUser littleuser SHA-256 "littleauthword" AES "littleprivword"',
    'rouser littleuser priv -V little',
  ])
  daemon = start('loopback')
  await until('snmpd answers', lookAtUps, (signal) => signal.answer === 'answered')
})
after(async () => {
  for (const child of running) await end(child)
  await rm(folder, { recursive: true, force: true })
})

const lookAtUps = (access: object = V3): Promise<Signal> => {
  const given = { host: '127.0.0.1', port, access, deadlineMs: 4000 }
  return snmpUpsProbe(name, snmpUpsShape.parse(given), systemClock).look()
}

const lookAtSwitch = (more: object = {}): Promise<Signal> => {
  const given = { host: '127.0.0.1', port, access: V3, uplinks: ['lo'], deadlineMs: 4000, ...more }
  return snmpSwitchProbe(name, snmpSwitchShape.parse(given)).look()
}

async function until(what: string, look: () => Promise<Signal>, holds: (signal: Signal) => boolean): Promise<Signal> {
  const giveUp = performance.now() + 60_000
  for (;;) {
    const signal = await look()
    if (holds(signal)) return signal
    assert.ok(performance.now() < giveUp, `${what} did not come about: ${JSON.stringify(signal)}`)
    await pause(200)
  }
}

const said = (signal: Signal): string =>
  signal.answer === 'answered'
    ? signal.findings.map((one) => `${one.weight}: ${one.because}`).join(' ')
    : `${signal.answer}: ${signal.because}`

test('by version 2c and by version 3: on the mains, then the power fails, the battery runs low, and it comes back', async () => {
  for (const access of [V2C, V3]) {
    await ups({})
    const well = await lookAtUps(access)
    assert.equal(said(well), '')
    assert.deepEqual(well.measured, [
      { what: 'status', value: 'OL', unit: 'text' },
      { what: 'battery lasts', value: 1800, unit: 's' },
      { what: 'battery charge', value: 97, unit: '%' },
      { what: 'load', value: 23, unit: '%' },
      { what: 'mains', value: 230, unit: 'V' },
    ])
    await ups({ source: 5, onBatteryS: 40, minutes: 12, alarm: 2 })
    assert.equal(said(await lookAtUps(access)), 'act: It runs on its battery (OB): 12 min left.')
    await ups({ source: 5, onBatteryS: 640, minutes: 1, battery: 3, alarm: 3 })
    assert.equal(said(await lookAtUps(access)), 'act: Its battery is low (LB): 1 min left.')
    await ups({ alarm: 13 })
    assert.match(said(await lookAtUps(access)), /^act: Its charger has failed/)
    await ups({ alarm: 20 })
    assert.match(said(await lookAtUps(access)), /^not-answered: .*lost contact/)
  }
  await ups({})
  assert.equal(said(await lookAtUps()), '')
})

test('every auth and priv protocol that is offered is the one that Net-SNMP means', async () => {
  const users = ['SHA', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'].flatMap((auth) =>
    ['AES', 'AES-256', 'AES-256-C'].map((priv) => ({ auth, priv, user: `u${auth}${priv}` })),
  )
  const own = await deadUdpPort()
  await configure(
    'protocols',
    own,
    users.flatMap(({ auth, priv, user }) => [
      `createUser ${user} ${auth} "${AUTH_PASSWORD}" ${priv} "${PRIV_PASSWORD}"`,
      `rouser ${user} priv`,
    ]),
  )
  start('protocols')
  const NAMES: { [priv: string]: string } = { AES: 'aes', 'AES-256': 'aes256', 'AES-256-C': 'aes256-cisco' }
  await until(
    'snmpd answers',
    () => lookAtSwitch({ port: own }),
    (signal) => signal.answer === 'answered',
  )
  for (const { auth, priv, user } of users) {
    const access = { ...V3, user, auth: auth.toLowerCase().replace('-', ''), priv: NAMES[priv] }
    const signal = await lookAtSwitch({ port: own, access })
    assert.equal(signal.answer, 'answered', `${user}: ${signal.because}`)
    assert.match(said(signal), /^watch: It started/, user)
  }
})

test('a wrong user, a wrong password, a wrong community and too small a view are told apart, and no secret is told', async () => {
  const signals = {
    user: await lookAtUps({ ...V3, user: 'nobody' }),
    auth: await lookAtUps({ ...V3, authPassword: 'wrongauthword' }),
    protocol: await lookAtUps({ ...V3, auth: 'sha' }),
    priv: await lookAtUps({ ...V3, privPassword: 'wrongprivword' }),
    community: await lookAtUps({ version: '2c', community: 'wrongcommunity' }),
    view: await lookAtUps({
      ...V3,
      user: 'littleuser',
      authPassword: 'littleauthword',
      privPassword: 'littleprivword',
    }),
  }
  assert.match(said(signals.user), /^act: .*unknownUserNames/)
  assert.match(said(signals.auth), /^act: .*wrongDigests/)
  assert.match(said(signals.protocol), /^act: .*wrongDigests/)
  assert.match(said(signals.priv), /^not-answered: .*A wrong privPassword/)
  assert.match(said(signals.community), /^not-answered: .*gives no answer.*A wrong community/)
  assert.match(said(signals.view), /^act: It shows nothing of a UPS/)
  assert.doesNotMatch(JSON.stringify(signals), /authword|privword|engineroom|wrongcommunity/)
})

test('an agent that is frozen gives no answer; one that was killed refuses; a new start is told as one', async () => {
  daemon.kill('SIGSTOP')
  assert.match(said(await lookAtUps()), /^not-answered: .*gives no answer/)
  daemon.kill('SIGCONT')
  await until('it answers again', lookAtUps, (signal) => signal.answer === 'answered')
  await end(daemon)
  assert.match(said(await lookAtUps()), /^not-answered: .*nothing listens/)
  daemon = start('loopback')
  const signal = await until('it answers anew', lookAtSwitch, (one) => one.answer === 'answered')
  assert.match(said(signal), /^watch: It started (now|\d+ s) ago/)
})

test('a hub carries out the order of such a UPS: not when its card falls silent, but when the power fails; and tells no secret', async () => {
  await ups({})
  const wait = { withinMs: 2 * MINUTE, signal: AbortSignal.timeout(5 * MINUTE) }
  const place = { host: '127.0.0.1', every: '1s', deadlineMs: 3000 }
  const onBattery = (stopped: string) => ({
    tell: { within: '1s' },
    stop: [{ name: 'EHR', run: ['/usr/bin/touch', stopped] }],
  })
  await using hub = await hubAlone(
    (inside) => ({
      probes: [
        { id: 'ups', kind: 'snmp-ups', ...place, port, access: V3, onBattery: onBattery(join(inside, 'stopped')) },
        { id: 'core', kind: 'snmp-switch', ...place, port, access: V2C, uplinks: ['lo'] },
        { id: 'wrong', kind: 'snmp-switch', ...place, port, access: { ...V3, authPassword: 'wrongauthword' } },
      ],
    }),
    wait.signal,
  )
  await hub.up()
  const mains = async () => (await mainsOf(hub.db, 'ups')).mains.is
  const last = async (id: string) => (await observersOf(hub.db)).find(({ observerId }) => observerId === id)?.last
  await untilTrue('the mains are seen', async () => (await mains()) === 'on', wait)
  daemon.kill('SIGSTOP')
  const silent = async () => (await last('ups'))?.observation.answer === 'not-answered'
  await untilTrue('the card is silent', silent, wait)
  assert.equal(await mains(), 'on')
  assert.deepEqual(await recentRuns(hub.db, 9), [])
  daemon.kill('SIGCONT')
  await ups({ source: 5, battery: 3, minutes: 2, onBatteryS: 300, alarm: 3 })
  const ended = async () => (await recentRuns(hub.db, 9)).find(({ state }) => state.status !== 'going')
  const run = await untilTrue('the order is carried out', ended, wait)
  assert.equal(run.steps.at(-1)?.state.status, 'done', JSON.stringify(run.steps))
  assert.equal(await readFile(join(hub.folder, 'stopped'), 'utf8'), '')
  await ups({})
  await untilTrue('the mains are back', async () => (await mains()) === 'on', wait)
  const refused = async () => /wrongDigests/.test(JSON.stringify(await last('wrong')))
  await untilTrue('the wrong password is refused', refused, wait)
  const kept = JSON.stringify([await observersOf(hub.db), await recentRuns(hub.db, 9)])
  assert.doesNotMatch(kept + (await readFile(join(hub.folder, 'hub.log'), 'utf8')), /engineroom|wrongauthword/)
})

test('an uplink whose cable is pulled is told by its name, and told up again', async () => {
  const space = `hf${process.pid % 100_000}n`
  const ip = (...given: string[]) => execFileSync('ip', given, { stdio: 'pipe' })
  ip('netns', 'add', space)
  try {
    ip('-n', space, 'link', 'set', 'lo', 'up')
    ip('-n', space, 'link', 'add', 'uplink0', 'type', 'veth', 'peer', 'name', 'far0')
    for (const dev of ['uplink0', 'far0']) ip('-n', space, 'link', 'set', dev, 'up')
    await configure('cabled', 16_161, [])
    const inside = start('cabled', ['ip', 'netns', 'exec', space])
    const look = async (): Promise<Signal> => {
      const given = {
        host: '127.0.0.1',
        port: 16_161,
        access: V3,
        uplinks: ['uplink0'],
        ports: ['lo', 'nosuch'],
        restartMinutes: 0,
      }
      const child = join(import.meta.dirname, 'probe-child.ts')
      const words = ['netns', 'exec', space, process.execPath, child, 'snmp-switch', JSON.stringify(given)]
      return JSON.parse((await promisify(execFile)('ip', words)).stdout)
    }
    const missing = 'watch: It has no port called nosuch: was it renamed, taken out, or is this another switch?'
    await until('up', look, (signal) => said(signal) === missing)
    ip('-n', space, 'link', 'set', 'far0', 'down')
    const down = await until('down', look, (signal) => said(signal).startsWith('act'))
    assert.match(said(down), /^act: The uplink uplink0 is down/)
    assert.deepEqual(down.measured.slice(1), [
      { what: 'uplink0', value: 'down', unit: 'text' },
      { what: 'lo', value: 'up', unit: 'text' },
      { what: 'nosuch', value: 'not there', unit: 'text' },
    ])
    ip('-n', space, 'link', 'set', 'uplink0', 'down')
    await until('switched off', look, (signal) => /switched off in its configuration/.test(said(signal)))
    for (const dev of ['uplink0', 'far0']) ip('-n', space, 'link', 'set', dev, 'up')
    await until('up again', look, (signal) => said(signal) === missing)
    await end(inside)
  } finally {
    ip('netns', 'del', space)
  }
})
