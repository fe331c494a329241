import { icmpShape } from '../../src/connect/icmp/config.ts'
import { icmpProbe } from '../../src/connect/icmp/connector.ts'
import { linesShape } from '../../src/connect/lines/config.ts'
import { linesProbe } from '../../src/connect/lines/connector.ts'

/** One look from inside a network namespace: `ip netns exec NAME node probe-child.ts KIND CONFIG`. Prints the signal as JSON. */
const [kind, config = '{}'] = process.argv.slice(2)
const raw: unknown = JSON.parse(config)
const name = { id: 'p', observes: 's' }
const probe = kind === 'icmp' ? icmpProbe(name, icmpShape.parse(raw)) : linesProbe(name, linesShape.parse(raw))
process.stdout.write(JSON.stringify(await probe.look()))
