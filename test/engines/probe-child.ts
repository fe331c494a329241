import { icmpShape } from '../../src/connect/icmp/config.ts'
import { icmpProbe } from '../../src/connect/icmp/connector.ts'
import { linesShape } from '../../src/connect/lines/config.ts'
import { linesProbe } from '../../src/connect/lines/connector.ts'
import type { Probe } from '../../src/connect/probe.ts'
import { snmpSwitchShape } from '../../src/connect/snmp/config.ts'
import { snmpSwitchProbe } from '../../src/connect/snmp/connector.ts'

/** One look from inside a network namespace: `ip netns exec NAME node probe-child.ts KIND CONFIG`. Prints the signal as JSON. */
const [kind, config = '{}'] = process.argv.slice(2)
const raw: unknown = JSON.parse(config)
const name = { id: 'p', observes: 's' }
const KINDS: { [kind: string]: () => Probe } = {
  icmp: () => icmpProbe(name, icmpShape.parse(raw)),
  lines: () => linesProbe(name, linesShape.parse(raw)),
  'snmp-switch': () => snmpSwitchProbe(name, snmpSwitchShape.parse(raw)),
}
const probe = KINDS[kind ?? '']?.()
if (probe === undefined) throw new Error(`No kind of probe is called ${kind}.`)
process.stdout.write(JSON.stringify(await probe.look()))
