import { SECOND } from '../../base/time.ts'
import { numberIn, textIn } from './said.ts'
import type { PortSeen, PortState, SwitchSeen } from './switch.ts'
import type { Column, SnmpTalk } from './talk.ts'

/** SNMPv2-MIB (RFC 3418) and SNMP-FRAMEWORK-MIB (RFC 3411). */
const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0'
const SNMP_ENGINE_TIME = '1.3.6.1.6.3.10.2.1.3.0'
/** IF-MIB (RFC 2863), in the order in which a name is looked for. */
const IF_NAME = '1.3.6.1.2.1.31.1.1.1.1'
const IF_DESCR = '1.3.6.1.2.1.2.2.1.2'
const IF_ALIAS = '1.3.6.1.2.1.31.1.1.1.18'
const IF_ADMIN_STATUS = '1.3.6.1.2.1.2.2.1.7'
const IF_OPER_STATUS = '1.3.6.1.2.1.2.2.1.8'
const IF_IN_ERRORS = '1.3.6.1.2.1.2.2.1.14'

export type WantedPort = { name: string; uplink: boolean }

/** Reads a switch. Undefined: ports are asked for, and it shows none at all to whoever asks. */
export async function readSwitch(talk: SnmpTalk, wanted: readonly WantedPort[]): Promise<SwitchSeen | undefined> {
  const times = await talk.get([SYS_UP_TIME, SNMP_ENGINE_TIME])
  const upForMs = upFor(numberIn(times.get(SYS_UP_TIME)), numberIn(times.get(SNMP_ENGINE_TIME)))
  if (wanted.length === 0) return { upForMs, ports: [] }
  const names = await talk.columns([IF_NAME, IF_DESCR, IF_ALIAS])
  const columns = [IF_NAME, IF_DESCR, IF_ALIAS].map((oid) => names.get(oid) ?? new Map())
  if (columns.every(({ size }) => size === 0)) return undefined
  const found = wanted.map((port) => ({ ...port, rows: rowsCalled(port.name, columns) }))
  const states = await readStates(
    talk,
    found.flatMap(({ rows }) => (rows.length === 1 ? rows : [])),
  )
  const ports = found.map(
    ({ name, uplink, rows }): PortSeen => ({ name, uplink, of: rows.length, ...states.get(rows[0] ?? '') }),
  )
  return { upForMs, ports }
}

/**
 * The longer of the two: sysUpTime counts hundredths of a second in 32 bits and begins again after 497 days, which is no restart;
 * snmpEngineTime counts seconds for 68 years, and not every device has it.
 */
export function upFor(ticks: number | undefined, engineSeconds: number | undefined): number | undefined {
  if (ticks === undefined && engineSeconds === undefined) return undefined
  return Math.max((ticks ?? 0) * 10, (engineSeconds ?? 0) * SECOND)
}

/** The rows with exactly that name, by the first column in which there is any: what the device calls a port goes before what somebody wrote on it. */
export function rowsCalled(name: string, columns: readonly Column[]): string[] {
  for (const column of columns) {
    const rows = [...column].filter(([, said]) => textIn(said)?.trim() === name).map(([row]) => row)
    if (rows.length > 0) return rows
  }
  return []
}

async function readStates(talk: SnmpTalk, rows: readonly string[]): Promise<Map<string, PortState>> {
  const said = await talk.get(
    rows.flatMap((row) => [IF_ADMIN_STATUS, IF_OPER_STATUS, IF_IN_ERRORS].map((oid) => `${oid}.${row}`)),
  )
  return new Map(
    rows.map((row) => [
      row,
      {
        admin: numberIn(said.get(`${IF_ADMIN_STATUS}.${row}`)),
        oper: numberIn(said.get(`${IF_OPER_STATUS}.${row}`)),
        inErrors: numberIn(said.get(`${IF_IN_ERRORS}.${row}`)),
      },
    ]),
  )
}
