import { systemClock } from '../../src/base/time.ts'
import { snmpSwitchShape, snmpUpsShape } from '../../src/connect/snmp/config.ts'
import { snmpSwitchProbe, snmpUpsProbe } from '../../src/connect/snmp/connector.ts'
import { GARBAGE } from './far-side.ts'
import { deadUdpPort, type UdpSide, udpSide } from './far-side-udp.ts'
import { type ProbeCase, probeContract } from './probe.ts'
import { AUTH_PASSWORD, aSwitch, aUps, COMMUNITY, PRIV_PASSWORD, snmpDevice, USER } from './snmp-device.ts'

const name = { id: 'p', observes: 's' }
const deadlineMs = 600
const NOWHERE = 'no-such-host.invalid'
const SECRETS = [COMMUNITY, AUTH_PASSWORD, PRIV_PASSWORD]
const V2C = { version: '2c', community: COMMUNITY }
const V3 = { version: 3, user: USER, authPassword: AUTH_PASSWORD, privPassword: PRIV_PASSWORD }
const OTHER = { ...V3, user: 'nobody' }

type Side = Pick<UdpSide, 'port'> & Partial<UdpSide>
type Make = (side: Side, access: object, host?: string) => ProbeCase

const stopped = (probe: ProbeCase['probe'], { stop }: Side): ProbeCase =>
  stop === undefined ? { probe, deadlineMs } : { probe, deadlineMs, stop }

const switchAt: Make = (side, access, host = '127.0.0.1') => {
  const config = snmpSwitchShape.parse({ host, port: side.port, access, uplinks: ['Gi0/48'], deadlineMs })
  return stopped(snmpSwitchProbe(name, config), side)
}
const upsAt: Make = (side, access, host = '127.0.0.1') => {
  const config = snmpUpsShape.parse({ host, port: side.port, access, deadlineMs })
  return stopped(snmpUpsProbe(name, config, systemClock), side)
}

const EMPTY = { scalars: {}, tables: [] }

for (const [called, at, says] of [
  ['snmp-switch', switchAt, aSwitch([{ name: 'Gi0/1' }, { name: 'Gi0/48' }])],
  ['snmp-ups', upsAt, aUps()],
] as const) {
  const broken = (access: object, refusing: () => Promise<ProbeCase>) => ({
    dead: { make: async () => at({ port: await deadUdpPort() }, access) },
    frozen: { make: async () => at(await udpSide(() => {}), access) },
    // Each answer of ours comes, and none to what was asked last.
    slow: { make: async () => at(await snmpDevice(says, (nth, answer) => (nth > 2 ? undefined : answer)), access) },
    garbage: { make: async () => at(await udpSide((_said, answer) => answer(GARBAGE)), access) },
    refusing: { make: refusing },
    nameless: { make: async () => at({ port: 161 }, access, NOWHERE) },
  })
  probeContract(`${called} with version 2c`, {
    make: async () => at(await snmpDevice(says), V2C),
    secrets: SECRETS,
    broken: {
      ...broken(V2C, async () => at(await snmpDevice(EMPTY), V2C)),
      slow: { make: async () => at(await snmpDevice(says, (nth, answer) => (nth > 1 ? undefined : answer)), V2C) },
    },
  })
  probeContract(`${called} with version 3`, {
    make: async () => at(await snmpDevice(says), V3),
    secrets: SECRETS,
    broken: broken(V3, async () => at(await snmpDevice(says), OTHER)),
  })
}
