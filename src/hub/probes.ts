import type { Clock } from '../base/time.ts'
import { clamavProbe } from '../connect/clamav/connector.ts'
import { dnsProbe } from '../connect/dns/connector.ts'
import { type HeartbeatTools, heartbeatProbe } from '../connect/heartbeat/connector.ts'
import { httpProbe } from '../connect/http/connector.ts'
import { icmpProbe } from '../connect/icmp/connector.ts'
import { linesProbe } from '../connect/lines/connector.ts'
import { mariadbLoginProbe } from '../connect/mariadb-login/connector.ts'
import { nutProbe } from '../connect/nut/connector.ts'
import { type OwnStore, ownStoreProbe } from '../connect/own-store/connector.ts'
import { postgresLoginProbe } from '../connect/postgres-login/connector.ts'
import type { Probe } from '../connect/probe.ts'
import { snmpSwitchProbe, snmpUpsProbe } from '../connect/snmp/connector.ts'
import { sshHostProbe } from '../connect/ssh-host/connector.ts'
import { tcpProbe } from '../connect/tcp/connector.ts'
import type { ProbeConfig } from './probe-config.ts'

export type ProbeTools = { clock: Clock; heard: HeartbeatTools['heard']; store: OwnStore }

/** Every kind of probe by its connector. Opening one touches nothing. */
export function openProbe({ id, observes, entry }: ProbeConfig, { clock, heard, store }: ProbeTools): Probe {
  const name = { id, observes }
  switch (entry.kind) {
    case 'tcp':
      return tcpProbe(name, entry, clock)
    case 'http':
      return httpProbe(name, entry, clock)
    case 'dns':
      return dnsProbe(name, entry)
    case 'icmp':
      return icmpProbe(name, entry)
    case 'postgres-login':
      return postgresLoginProbe(name, entry)
    case 'mariadb-login':
      return mariadbLoginProbe(name, entry)
    case 'ssh-host':
      return sshHostProbe(name, entry, clock)
    case 'nut':
      return nutProbe(name, entry, clock)
    case 'snmp-switch':
      return snmpSwitchProbe(name, entry)
    case 'snmp-ups':
      return snmpUpsProbe(name, entry, clock)
    case 'lines':
      return linesProbe(name, entry)
    case 'clamav':
      return clamavProbe(name, entry, clock)
    case 'own-store':
      return ownStoreProbe(name, entry, store)
    case 'heartbeat':
      return heartbeatProbe(name, entry, { clock, heard })
    default:
      return entry satisfies never
  }
}
